"""The components of the Translate tab: the choices, the sources, a translation, and the session."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import gradio as gr

from app.made.passing import TO_DRAW
from app.made.store import Shelf
from app.shared.library import Library
from app.shared.upload_components import UploadedPicture
from app.shared.wiring import PRIVATE, Changes, OwnComponent
from app.translate import actions
from app.translate.actions import MAX_SIZE, STRONGER, UPLOAD, Translation
from app.translate.stages import Stage
from models.config import DIRECTIONS

SIZE = (
    "Pixels along the longer side. A larger picture is made smaller for the model, and the result "
    f"larger again; its own size ends at {MAX_SIZE:,}. Some models have small ones enlarged first."
)
STROKE_SIZE = (
    "As large on a small picture as on a large one, whose edges the result has. The seconds are "
    "those of a square picture."
)
RUNNING = "running"  # a class, by which theme.css knows that a translation is being made
# the uploaded picture, else the example that stands there
TO_DRAW_JS = """() => window.atelier.draw(
  document.querySelector("#source img, #before-after img")?.src)"""
CANCELLED = "cancelled"  # and one for that it was stopped
STOPPED = (
    f"<span class='{CANCELLED}'>Cancelled. Your picture is still there; choose anything, and it is "
    "translated.</span>"
)
STRENGTH = "From your picture (0) to its translation (1)."
BACK = "The translation, translated back, and what was lost on the way."
QUEUE: dict[str, Any] = {"concurrency_id": "translator", "concurrency_limit": 2}
LIFETIME = 6 * 3600  # seconds without a new picture, as long as the page's own copies


class SizeRadio(gr.Radio, metaclass=OwnComponent):
    """Sizes to choose from; Gradio's API page shows them as text ('0'), which is taken as well."""

    is_template = True

    def preprocess(self, payload: str | int | float | None) -> str | int | float | None:
        given = int(payload) if isinstance(payload, str) and payload.isdecimal() else payload
        return super().preprocess(given)


@dataclass(frozen=True)
class Choice:
    """Which model translates, and how."""

    name: gr.Dropdown
    direction: gr.Radio
    size: gr.Radio
    strength: gr.Slider
    keep_colours: gr.Checkbox
    back: gr.Checkbox


class Shown(NamedTuple):
    """A translation as the components of a `Result` take it."""

    sides: tuple[str, str] | None
    words: str
    file: str | None
    cycle: list[tuple[str, str]] | None


@dataclass(frozen=True)
class Result:
    """The components that show a translation."""

    slider: gr.ImageSlider
    words: gr.HTML
    download: gr.DownloadButton
    cancel: gr.Button
    cycle: gr.Gallery

    def pending(self, stage: Stage) -> Changes:
        """The components while a translation is made: a first look, or nothing, and how far it is;
        never the picture before."""
        sides = tuple(str(path) for path in stage.look) if stage.look else None
        return {self.slider: sides, self.words: bar(stage), self.download: None, self.cycle: None}

    def showing(self, picture: Translation | None, words: str = "") -> Changes:
        """The components with a translation, or empty."""
        now = shown(picture, words)
        return {
            self.slider: now.sides,
            self.words: now.words,
            self.download: now.file,
            self.cycle: now.cycle,
        }


@dataclass(frozen=True)
class History:
    """The translations since the page was opened, and their gallery."""

    pictures: gr.State
    gallery: gr.Gallery


@dataclass(frozen=True)
class Layout:
    """The tab's components: `missing` and `complaints` where there is no model, else `row`; and the
    shelf on which results are kept; `recalled` are parameters of a result that the model which is
    being chosen shall translate with."""

    missing: gr.Column
    complaints: gr.HTML
    row: gr.Row
    choice: Choice
    about: gr.HTML
    source: UploadedPicture
    examples: gr.Dataset
    result: Result
    history: History
    shelf: Shelf
    recalled: gr.State


def choices(library: Library, first: str | None, names: list[str]) -> Choice:
    """The model, its direction, its working size, and what becomes of its translation."""
    name = gr.Dropdown(
        names, value=first, label="Model", filterable=False, elem_classes="model-picker"
    )
    directions = actions.directions(library, first) if first else []
    two = len(directions) > 1
    direction = gr.Radio(
        directions if two else list(DIRECTIONS),
        value=directions[0][1] if directions else None,
        label="Direction",
        visible=two,
        elem_id="direction",
    )
    # what any model offers, for a script that has not chosen one; a page is told which, and how
    # long each takes, when it is opened
    untimed = [actions.sizes(library, one, timed=False) for one in names]
    offered = {size: label for sizes in untimed for label, size in sizes}
    label, info = about_size(library, first)
    size = SizeRadio(
        [(label, size) for size, label in offered.items()],
        value=actions.usual_size(library, first) if first else None,
        label=label,
        info=info,
        elem_id="working-size",
    )
    strength = gr.Slider(0, 1, 1, step=0.05, label="Strength", info=STRENGTH, elem_id="strength")
    keep_colours = gr.Checkbox(label="Keep the picture's own colours", elem_id="keep-colours")
    back = gr.Checkbox(label="Show the way back too", info=BACK, visible=two, elem_id="way-back")
    return Choice(name, direction, size, strength, keep_colours, back)


def about_size(library: Library, name: str | None) -> tuple[str, str]:
    """What the sizes of a model are called, and what is to be known of them."""
    if name and library.translator(name).working_size:
        return "Stroke size", STROKE_SIZE
    return "Working size", SIZE


def one_picture(library: Library, first: str | None) -> tuple[UploadedPicture, gr.Dataset]:
    """Where a picture comes from: a file, the clipboard, a camera, an example."""
    files = actions.examples(library, first) if first else []
    with gr.Row(equal_height=True, elem_classes="sources"):
        source = UploadedPicture(
            label="Your picture",
            show_label=False,
            placeholder="Drop a picture here, or click",
            sources=["upload", "webcam", "clipboard"],
            height=190,
            min_width=240,
            buttons=[],
            elem_id="source",
        )
        examples = gr.Dataset(
            components=[gr.Image(render=False)],
            samples=[[file] for file in files],
            type="index",
            label="Examples",
            min_width=240,
            visible=bool(files),
            elem_id="examples",
        )
    return source, examples


def before_and_after() -> Result:
    """A translation beside its picture, and its download; theme.css hides them while empty."""
    slider = gr.ImageSlider(
        label="Before and after",
        show_label=False,
        format="png",
        type="filepath",
        interactive=False,
        buttons=["fullscreen"],
        max_height=440,
        elem_id="before-after",
    )
    with gr.Row(equal_height=False, elem_classes="beneath"):
        words = gr.HTML(UPLOAD, label="Words", min_width=240, elem_id="translated")
        download = gr.DownloadButton(
            "Download as PNG", size="md", scale=0, min_width=170, elem_id="download"
        )
        outlines = gr.Button(TO_DRAW, size="md", scale=0, min_width=190, elem_id="outlines-to-draw")
        outlines.click(None, js=TO_DRAW_JS, **PRIVATE)
        cancel = gr.Button(
            "Cancel", size="md", scale=0, min_width=170, elem_id="cancel-translation"
        )
    cycle = gr.Gallery(
        label="There and back",
        format="png",
        columns=4,
        height="auto",
        object_fit="contain",
        allow_preview=True,
        interactive=False,
        buttons=[],
        elem_id="cycle",
    )
    return Result(slider, words, download, cancel, cycle)


def made_so_far() -> History:
    """The translations of this session; theme.css hides it while empty."""
    gallery = gr.Gallery(
        label="Made in this session",
        format="png",
        columns=6,
        height="auto",
        object_fit="contain",
        allow_preview=False,
        fit_columns=False,
        interactive=False,
        buttons=[],
        elem_id="made",
    )
    pictures = gr.State([], time_to_live=LIFETIME, delete_callback=actions.forget)
    return History(pictures, gallery)


def shown(picture: Translation | None, words: str = "") -> Shown:
    """A translation beside its picture, or what to do as long as there is none.

    Args:
        words: said beside it in the place of its own.
    """
    if picture is None:
        return Shown(None, words or UPLOAD, None, None)
    sides = str(picture.before), str(picture.after)
    return Shown(sides, words or picture.words, str(picture.download), cycle(picture))


def bar(stage: Stage) -> str:
    """How far a translation is; theme.css moves it on to where the stage is expected to end, and
    shows what belongs to a translation that is being made."""
    way = f"--from: {stage.done:.0%}; --to: {stage.next:.0%}; --seconds: {stage.seconds:.1f}s"
    return (
        f"<div class='{RUNNING}' role='status'><div class='bar' role='progressbar' "
        f"aria-valuenow='{100 * stage.done:.0f}' style='{way}'></div>{stage.words}</div>"
    )


def cycle(picture: Translation) -> list[tuple[str, str]] | None:
    """Picture, translation, way back and difference, each with its caption; None where the way back
    was not asked for."""
    if picture.error is None:
        return None
    captions = {
        picture.before: "your picture",
        picture.after: "translated",
        picture.back: "and back",
        picture.difference: f"difference × {STRONGER}",
    }
    return [(str(path), caption) for path, caption in captions.items()]
