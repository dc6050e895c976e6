"""The Draw tab: draw an outline, and see it translated while drawing."""

from functools import partial

import gradio as gr
from gradio.data_classes import Base64ImageData, ImageData

from app.draw import actions
from app.shared.drawing.canvas import canvas
from app.shared.drawings import to_data_url
from app.shared.library import Library
from app.shared.wiring import OwnComponent, Refresh, spoken

EMPTY = """
### There is no model for outlines yet

A model that turns outlines into pictures is trained with

    python -m training.pix2pix --data emoji --recipe cpu --name NAME
    python -m training.runs export NAME

Then open this page again.
"""
QUEUE = {"concurrency_id": "translator", "concurrency_limit": 2}


class LivePicture(gr.Image, metaclass=OwnComponent):
    """A picture that is renewed while a person draws.

    It travels inside the answer as a data URL: as a file, each of the many updates would be asked
    for once more, and would lie in the cache for hours.
    """

    is_template = True

    def postprocess(self, value) -> ImageData | None:
        if value is None:
            return None
        return ImageData(url=to_data_url(value), orig_name="picture.png")

    def api_info_as_output(self) -> dict:
        return {**Base64ImageData.model_json_schema(), "description": "a PNG as data URL"}


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
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
    # while one update is on its way, the newest of those that follow waits, and no other
    drawing.input(
        spoken(actions.translate, library),
        [name, drawing],
        [output, words],
        api_name="translate_drawing",
        trigger_mode="always_last",
        show_progress="hidden",
        **QUEUE,
    )
    drawing.surprise(
        spoken(surprise),
        None,
        [drawing],
        api_name="random_outline",
        show_progress="hidden",
        **QUEUE,
    )
    # not `input`, which comes twice, and when the list is only closed too (Gradio 6.31)
    name.change(
        spoken(choose, library),
        [name, drawing],
        [about, output, words],
        api_name="choose_outline_model",
        show_progress="hidden",
        **QUEUE,
    )
    return Refresh(partial(newest, library), [missing, studio, name, about, complaints])


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


def choose(library: Library, name: str, drawing: str) -> tuple:
    """Another model: what it is, and its translation of the drawing."""
    return library.card(name), *actions.translate(library, name, drawing)


def newest(library: Library) -> tuple:
    """The tab with the models that there are now: one exported while the app runs is in the list
    when the page is opened again."""
    names = actions.model_names(library)
    first = names[0] if names else None
    return (
        gr.Column(visible=not names),
        gr.Row(visible=bool(names)),
        gr.Dropdown(choices=names, value=first),
        library.card(first) if first else "",
        library.complaints(),
    )
