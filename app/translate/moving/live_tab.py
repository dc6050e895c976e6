"""The camera while it runs, a part of the Translate tab: a frame and its translation, some times a
second."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from app.shared.library import Library
from app.shared.live_picture import LivePicture
from app.shared.wiring import Changes, spoken
from app.translate.actions import Manner
from app.translate.layout import LIFETIME, QUEUE, Choice
from app.translate.moving import live_actions
from app.translate.moving.live_actions import LONG_SIDE, START, Live

RATE = 10  # frames a second that the page offers at most; the newest one waits, and no other
JS = Path(__file__).with_name("camera.js").read_text("utf-8")
# Handlebars and then JavaScript read this as a template: no braces in pairs, no backslashes.
HTML = """
<div class="camera">
  <video muted playsinline></video>
  <button type="button" class="lg secondary">Start the camera</button>
  <p class="trouble" role="status"></p>
</div>
"""


@dataclass(frozen=True)
class LiveForm:
    """The camera, and its translation."""

    camera: gr.HTML
    picture: LivePicture
    words: gr.HTML
    live: gr.State


def build() -> LiveForm:
    """The camera beside its translation; the camera's value is its newest frame as a data URL."""
    with gr.Row(equal_height=False):
        with gr.Column(min_width=260):
            camera = gr.HTML(
                "",
                label="Camera",
                html_template=HTML,
                js_on_load=JS,
                apply_default_css=False,
                elem_id="camera",
                side=LONG_SIDE,
                rate=RATE,
            )
        with gr.Column(min_width=260):
            picture = LivePicture(
                label="Translated while it runs",
                interactive=False,
                buttons=["download", "fullscreen"],
                elem_classes="wordless",
                elem_id="live-picture",
            )
            words = gr.HTML(START, label="Speed", elem_id="live-words")
    return LiveForm(camera, picture, words, gr.State(None, time_to_live=LIFETIME))


def wire(library: Library, form: LiveForm, choice: Choice) -> None:
    """Each frame of the camera is translated when it comes."""
    form.camera.input(
        spoken(translate_frame, library, form),
        [
            choice.name,
            choice.direction,
            choice.strength,
            choice.keep_colours,
            form.camera,
            form.live,
        ],
        [form.picture, form.words, form.live],
        api_name="translate_frame",
        trigger_mode="always_last",
        show_progress="hidden",
        **QUEUE,
    )


def translate_frame(
    library: Library,
    form: LiveForm,
    name: str,
    direction: str,
    strength: float,
    keep_colours: bool,
    frame: str,
    live: Live | None,
) -> Changes:
    """The translation of a frame, as the page shows it."""
    manner = Manner(direction, LONG_SIDE, strength, keep_colours)
    picture, words, live = live_actions.translate_frame(library, name, manner, frame, live)
    return {form.picture: picture, form.words: words, form.live: live}
