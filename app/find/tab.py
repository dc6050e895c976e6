"""The Find part of the Generate tab: draw or upload a digit, and see its nearest generated twin."""

from dataclasses import dataclass

import gradio as gr
from PIL import Image

from app.find import actions
from app.generate import actions as generate_actions
from app.shared.drawing.canvas import canvas
from app.shared.library import Library
from app.shared.upload_components import UploadedPicture
from app.shared.uploads import Upload
from app.shared.wiring import Parts, spoken

PEN = 22  # a digit's stroke is an eighth of its height, and people draw it large
HINT = "Draw a digit and press Find, or upload a picture of one."
DISTANCE = 0.3


@dataclass
class Results(Parts):
    """What is found of a digit, in the order in which `found` returns it."""

    pair: gr.Image
    words: gr.HTML
    row: gr.Image
    kept: gr.State


@dataclass
class Finder:
    """The tab, its controls and its results."""

    tab: gr.Tab
    drawing: gr.HTML
    upload: UploadedPicture
    button: gr.Button
    distance: gr.Slider
    results: Results

    def wire(self, library: Library, name: gr.Dropdown, seed: gr.Number, queue: dict) -> None:
        """Connect the controls, with the picked model and the seed of the variations."""
        common, outputs = [self.distance, seed], self.results.all()
        self.button.click(
            spoken(find_drawing, library),
            [name, self.drawing, *common],
            outputs,
            api_name="find_drawn_digit",
            **queue,
        )
        self.upload.upload(
            spoken(find_upload, library),
            [name, self.upload, *common],
            outputs,
            api_name="find_digit",
            **queue,
        )
        self.distance.change(
            spoken(actions.vary, library),
            [self.results.kept, *common],
            [self.results.row],
            api_name="vary_digit",
            trigger_mode="always_last",
            **{**queue, "show_progress": "hidden"},
        )


def build(library: Library, name: str) -> Finder:
    """Lay the part out for a model; hidden where it cannot find digits."""
    with gr.Tab("Find", id="find", visible=shown(library, name)) as tab:
        with gr.Row(equal_height=False):
            with gr.Column(min_width=230):
                drawing = canvas("own-digit", PEN, starts=False)
                button = gr.Button(
                    "Find", variant="primary", elem_classes="go", elem_id="find-digit"
                )
            with gr.Column(min_width=230):
                upload = UploadedPicture(
                    label="Or upload a picture of a digit",
                    sources=["upload", "clipboard"],
                    height=170,
                    elem_id="digit-file",
                )
                words = gr.HTML(HINT, label="Hint", elem_id="twin-words")
                pair = picture("Your digit and its twin", "twin", ["download", "fullscreen"])
        distance = gr.Slider(
            0,
            1,
            DISTANCE,
            step=0.05,
            label="How far",
            info="Left: the twin itself. Right: other handwritings of it.",
            elem_id="distance",
        )
        row = picture("Variations", "variations", [])  # so small that buttons would hide them
        kept = gr.State()
    return Finder(tab, drawing, upload, button, distance, Results(pair, words, row, kept))


def picture(label: str, elem_id: str, buttons: list[str]) -> gr.Image:
    """A picture that is hidden as long as it is empty."""
    return gr.Image(
        label=label,
        show_label=False,
        format="png",
        interactive=False,
        buttons=buttons,
        elem_classes="picture",
        elem_id=elem_id,
    )


def shown(library: Library, name: str) -> bool | str:
    """The tab's `visible` for a model: False leaves its label behind when it comes by an update
    (Gradio 6.31)."""
    return True if actions.finds(generate_actions.sampler(library, name)) else "hidden"


def reset(library: Library, name: str) -> tuple:
    """The tab for another model, whose noise means other digits: nothing is found yet."""
    return gr.Tab(visible=shown(library, name)), None, HINT, None, None


def find_drawing(
    library: Library, name: str, drawing: str, distance: float, seed: float
) -> tuple[Image.Image, str, Image.Image, actions.Found]:
    """The twin of a drawing (a PNG as data URL), and variations of it."""
    return with_row(library, actions.find_drawing(library, name, drawing), distance, seed)


def find_upload(
    library: Library, name: str, upload: Upload | None, distance: float, seed: float
) -> tuple[Image.Image, str, Image.Image, actions.Found]:
    """The twin of an uploaded picture, and variations of it."""
    if upload is None:
        raise ValueError(actions.EMPTY)
    return with_row(library, actions.find(library, name, upload.picture), distance, seed)


def with_row(library: Library, result: tuple, distance: float, seed: float) -> tuple:
    """What was found, with a row of variations before what is kept of it."""
    pair, words, found = result
    return pair, words, actions.vary(library, found, distance, seed), found
