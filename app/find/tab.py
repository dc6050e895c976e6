"""The Find part of the Generate tab: draw or upload a digit, and see its nearest generated twin."""

from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr
from PIL import Image

from app.find import actions
from app.find.actions import Found
from app.shared.drawing.canvas import canvas
from app.shared.library import Library
from app.shared.upload_components import UploadedPicture
from app.shared.uploads import Upload
from app.shared.wiring import Changes, shown, spoken

PEN = 22  # a digit's stroke is an eighth of its height, and people draw it large
HINT = "Draw a digit and press Find, or upload a picture of one."
DISTANCE = 0.3


@dataclass(frozen=True)
class Results:
    """The components that show what is found of a digit; `kept` remembers it for variations."""

    pair: gr.Image
    words: gr.HTML
    row: gr.Image
    kept: gr.State


@dataclass(frozen=True)
class Finder:
    """The tab, its controls and its results."""

    tab: gr.Tab
    drawing: gr.HTML
    upload: UploadedPicture
    button: gr.Button
    distance: gr.Slider
    results: Results


def build(library: Library, name: str) -> Finder:
    """Lay the part out for a model; hidden where it cannot find digits."""
    with gr.Tab("Find", id="find", visible=shown(actions.finds(library.sampler(name)))) as tab:
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


def picture(
    label: str, elem_id: str, buttons: list[Literal["download", "share", "fullscreen"] | gr.Button]
) -> gr.Image:
    """A picture that is hidden as long as it is empty."""
    return gr.Image(
        label=label,
        format="png",
        interactive=False,
        buttons=buttons,
        elem_classes="wordless picture",
        elem_id=elem_id,
    )


def wire(
    library: Library, finder: Finder, name: gr.Dropdown, seed: gr.Number, queue: dict[str, Any]
) -> None:
    """Connect the controls, with the chosen model and the seed of the variations."""
    results = finder.results
    outputs = [results.pair, results.words, results.row, results.kept]
    finder.button.click(
        spoken(find_drawing, library, finder),
        [name, finder.drawing, finder.distance, seed],
        outputs,
        api_name="find_drawn_digit",
        **queue,
    )
    finder.upload.upload(
        spoken(find_upload, library, finder),
        [name, finder.upload, finder.distance, seed],
        outputs,
        api_name="find_digit",
        **queue,
    )
    finder.distance.change(
        spoken(actions.vary, library),
        [results.kept, finder.distance, seed],
        [results.row],
        api_name="vary_digit",
        **{**queue, "show_progress": "hidden"},
    )


def emptied(library: Library, finder: Finder, name: str) -> Changes:
    """The tab for another model, whose noise means other digits: nothing is found yet."""
    visible = gr.Tab(visible=shown(actions.finds(library.sampler(name))))
    return {finder.tab: visible, **showing(finder, None, HINT, None, None)}


def find_drawing(
    library: Library, finder: Finder, name: str, drawing: str, distance: float, seed: float
) -> Changes:
    """The twin of a drawing (a PNG as data URL), and variations of it."""
    pair, words, found = actions.find_drawing(library, name, drawing)
    return showing(finder, pair, words, actions.vary(library, found, distance, seed), found)


def find_upload(
    library: Library, finder: Finder, name: str, upload: Upload | None, distance: float, seed: float
) -> Changes:
    """The twin of an uploaded picture, and variations of it."""
    if upload is None:
        raise ValueError(actions.EMPTY)
    pair, words, found = actions.find(library, name, upload.picture)
    return showing(finder, pair, words, actions.vary(library, found, distance, seed), found)


def showing(
    finder: Finder,
    pair: Image.Image | None,
    words: str,
    row: Image.Image | None,
    kept: Found | None,
) -> Changes:
    """The results: a digit beside its twin, the words on them, variations, and what to remember."""
    results = finder.results
    return {results.pair: pair, results.words: words, results.row: row, results.kept: kept}
