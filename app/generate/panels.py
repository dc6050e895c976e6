"""The panels of the Generate tab: their controls, the button, and the picture that comes of it."""

from dataclasses import dataclass

import gradio as gr
from PIL import Image

from app.generate import actions, pictures
from app.generate.gallery import Gallery, gallery
from app.generate.pictures import Origin
from app.shared.library import Library
from app.shared.wiring import shown
from models.sampler import MAX_SEED, Sampler

FIRST_SEED = 2026
FIRST_TEXT = "2026"
FIRST_COUNT = 16
FIRST_STYLES = 8


@dataclass(frozen=True)
class Pick:
    """Pictures of one class, or of any; scripts get them on one sheet."""

    tab: gr.Tab
    which: gr.Radio
    count: gr.Slider
    button: gr.Button
    gallery: Gallery
    for_scripts: gr.Button
    sheet: gr.Image


@dataclass(frozen=True)
class Write:
    """A number in one handwriting; for models whose classes are characters."""

    tab: gr.Tab
    text: gr.Textbox
    button: gr.Button
    output: gr.Image


@dataclass(frozen=True)
class Compare:
    """Every class in several handwritings."""

    tab: gr.Tab
    styles: gr.Slider
    button: gr.Button
    output: gr.Image


@dataclass(frozen=True)
class Morph:
    """An animation from one class to another."""

    tab: gr.Tab
    start: gr.Dropdown
    end: gr.Dropdown
    button: gr.Button
    output: gr.Image


@dataclass(frozen=True)
class Common:
    """The controls that every part shares; `fresh` takes a new seed for each click."""

    name: gr.Dropdown
    variety: gr.Slider
    seed: gr.Number
    fresh: gr.Checkbox


def common_controls(model: Sampler, first: str, names: list[str]) -> Common:
    """The model, the variety, the seed, and whether each click takes a new one."""
    name = gr.Dropdown(
        names, value=first, label="Model", filterable=False, elem_classes="model-picker"
    )
    variety = gr.Slider(
        0,
        1.5,
        model.truncation,
        step=0.05,
        label="Variety",
        info="Left: typical. Right: unusual.",
        elem_id="variety",
    )
    seed = gr.Number(
        FIRST_SEED,
        label="Seed",
        info="The same seed draws the same pictures.",
        precision=0,
        minimum=0,
        maximum=MAX_SEED,
        elem_id="seed",
    )
    fresh = gr.Checkbox(True, label="New seed each time", elem_id="fresh")
    return Common(name, variety, seed, fresh)


def pick_panel(library: Library, name: str) -> Pick:
    """Pictures of one class, or of any; hidden for a model that takes words, as is morphing."""
    model = library.sampler(name)
    images, origins = first_pictures(library, name)
    classes = model.class_names
    with gr.Tab("Pick", id="pick", visible=shown(not model.takes_words)) as tab:
        which = gr.Radio(
            [actions.ANY, *classes],
            value=actions.ANY,
            label="What to draw",
            elem_classes="classes",
            visible=bool(classes),
        )
        count = gr.Slider(1, actions.MAX_IMAGES, FIRST_COUNT, step=1, label="How many")
        button = go("Draw", "draw")
        pictures_shown = gallery("pictures", images, origins)
        for_scripts = gr.Button("Draw a sheet", visible=False)
        sheet = gr.Image(label="Sheet", format="png", interactive=False, visible=False)
        return Pick(tab, which, count, button, pictures_shown, for_scripts, sheet)


def first_pictures(library: Library, name: str) -> tuple[list[Image.Image], list[Origin]]:
    """The pictures that a model begins with, and where they come from; none for one that takes
    words, which without them draws what nothing looks like."""
    if library.sampler(name).takes_words:
        return [], []
    variety = library.sampler(name).truncation
    origins = pictures.origins(library, name, actions.ANY, FIRST_COUNT, FIRST_SEED, variety)
    return pictures.shown(library, pictures.drawn(library, origins), origins), origins


def write_panel(model: Sampler) -> Write:
    """A number in one handwriting."""
    with gr.Tab("Number", id="write", visible=shown(writes_text(model.class_names))) as tab:
        text = gr.Textbox(
            FIRST_TEXT,
            label="Write in one handwriting",
            info="A number such as 2026.",
            max_lines=1,
            max_length=actions.MAX_LETTERS,
            elem_id="text",
        )
        return Write(tab, text, go("Write", "write"), picture())


def compare_panel(model: Sampler) -> Compare:
    """Every class in several handwritings."""
    with gr.Tab("Compare", id="compare", visible=shown(bool(model.class_names))) as tab:
        styles = gr.Slider(
            1,
            actions.MAX_STYLES,
            FIRST_STYLES,
            step=1,
            label="Handwritings",
            info="A column is one handwriting.",
        )
        return Compare(tab, styles, go("Draw all", "compare"), picture())


def morph_panel(model: Sampler) -> Morph:
    """An animation from one class to another."""
    classes = model.class_names
    first, last = first_ends(classes)
    with gr.Tab("Morph", id="morph", visible=shown(not model.takes_words)) as tab:
        with gr.Row():
            start = class_picker(classes, first, "From")
            end = class_picker(classes, last, "To")
        return Morph(tab, start, end, go("Morph", "morph"), picture())


def class_picker(classes: list[str], value: str | None, label: str) -> gr.Dropdown:
    """A list of classes to choose one from; hidden for a model without them."""
    return gr.Dropdown(classes, value=value, label=label, filterable=False, visible=bool(classes))


def go(label: str, elem_id: str) -> gr.Button:
    """The button that Enter presses too (enter.js)."""
    return gr.Button(label, variant="primary", elem_classes="go", elem_id=elem_id)


def picture() -> gr.Image:
    """A picture to look at and to download as PNG, with its parameters inside."""
    return gr.Image(
        label="Picture",
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_classes="wordless picture",
    )


def writes_text(classes: list[str]) -> bool:
    """Whether a model's classes are characters that one can write with."""
    return bool(classes) and all(len(name) == 1 for name in classes)


def first_ends(classes: list[str]) -> tuple[str | None, str | None]:
    """The classes between which the first morph goes."""
    return (classes[3 % len(classes)], classes[8 % len(classes)]) if classes else (None, None)
