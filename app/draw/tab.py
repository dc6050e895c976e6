"""The Draw tab: draw an outline, and see it translated while drawing."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.draw import actions
from app.shared.drawing.canvas import canvas
from app.shared.drawings import to_data_url
from app.shared.library import Library
from app.shared.live_picture import LivePicture
from app.shared.wiring import Changes, Refresh, spoken

EMPTY = """
### There is no model for outlines yet

A model that turns outlines into pictures is trained with

    python -m training.pix2pix --data emoji --recipe cpu --name NAME
    python -m training.runs export NAME

Then open this page again.
"""
QUEUE: dict[str, Any] = {"concurrency_id": "translator", "concurrency_limit": 2}


@dataclass(frozen=True)
class Layout:
    """The components of the tab; `missing` stands in the place of `studio` without a model."""

    missing: gr.Column
    complaints: gr.HTML
    studio: gr.Row
    drawing: gr.HTML
    output: LivePicture
    words: gr.HTML
    name: gr.Dropdown
    about: gr.HTML


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
    layout = lay_out(library)
    wire(library, layout)
    renewed = [layout.missing, layout.complaints, layout.studio, layout.name, layout.about]
    return Refresh(partial(newest, library, layout), renewed)


def lay_out(library: Library) -> Layout:
    """The canvas beside its translation, or how to train a model where there is none."""
    names = actions.model_names(library)
    first = names[0] if names else None
    with gr.Column(visible=not names) as missing:
        gr.Markdown(EMPTY)
        complaints = gr.HTML(library.complaints())
    with gr.Row(visible=bool(names), equal_height=False, elem_classes="studio") as studio:
        with gr.Column(min_width=300):
            drawing = canvas()
        with gr.Column(min_width=300):
            output = picture()
            words = gr.HTML(actions.DRAW, label="Hint", elem_id="words")
            name = gr.Dropdown(
                names,
                value=first,
                label="Model",
                filterable=False,
                elem_classes="model-picker",
            )
            about = gr.HTML(library.card(first) if first else "", label="About")
    return Layout(
        missing=missing,
        complaints=complaints,
        studio=studio,
        drawing=drawing,
        output=output,
        words=words,
        name=name,
        about=about,
    )


def wire(library: Library, layout: Layout) -> None:
    """Translate while a person draws, and again when another model is chosen."""
    # while one update is on its way, the newest of those that follow waits, and no other
    layout.drawing.input(
        spoken(actions.translate, library),
        [layout.name, layout.drawing],
        [layout.output, layout.words],
        api_name="translate_drawing",
        trigger_mode="always_last",
        show_progress="hidden",
        **QUEUE,
    )
    layout.drawing.surprise(
        spoken(surprise),
        None,
        [layout.drawing],
        api_name="random_outline",
        show_progress="hidden",
        **QUEUE,
    )
    # not `input`, which comes twice, and when the list is only closed too (Gradio 6.31)
    layout.name.change(
        spoken(choose, library, layout),
        [layout.name, layout.drawing],
        [layout.about, layout.output, layout.words],
        api_name="choose_outline_model",
        show_progress="hidden",
        **QUEUE,
    )


def picture() -> LivePicture:
    """The translation, white until something is drawn."""
    return LivePicture(
        actions.blank(),
        label="Picture",
        show_label=False,
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_id="translation",
    )


def surprise() -> str:
    """A random outline, as the canvas takes it."""
    return to_data_url(actions.random_outline())


def choose(library: Library, layout: Layout, name: str, drawing: str) -> Changes:
    """Another model: its card, and its translation of the drawing."""
    picture, words = actions.translate(library, name, drawing)
    return {layout.about: library.card(name), layout.output: picture, layout.words: words}


def newest(library: Library, layout: Layout) -> Changes:
    """The tab with the models that there are now: one exported while the app runs is in the list
    when the page is opened again."""
    names = actions.model_names(library)
    first = names[0] if names else None
    return {
        layout.missing: gr.Column(visible=not names),
        layout.studio: gr.Row(visible=bool(names)),
        layout.name: gr.Dropdown(choices=names, value=first),
        layout.about: library.card(first) if first else "",
        layout.complaints: library.complaints(),
    }
