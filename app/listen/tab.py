"""The Listen part of the Generate tab: say a digit, and see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from app.listen import actions
from app.made.store import Shelf
from app.shared.library import Library
from app.shared.upload_components import UploadedSound
from app.shared.uploads import File
from app.shared.wiring import Changes, shown, spoken
from models.sampler import new_seed

HINT = "Say a digit, in English or Mandarin. Speak louder, and it grows bolder and bigger."


@dataclass(frozen=True)
class SoundPanel:
    """The tab, its controls and its results."""

    tab: gr.Tab
    sound: UploadedSound
    voice: gr.Button
    button: gr.Button
    words: gr.HTML
    pair: gr.Image


def build(library: Library, name: str) -> SoundPanel:
    """Lay the part out for a model; hidden where it does not listen."""
    with gr.Tab("Listen", id="listen", visible=shown(library.sampler(name).can_listen)) as tab:
        sound = UploadedSound(
            label="A spoken digit",
            sources=["microphone", "upload"],
            editable=False,
            elem_id="spoken-digit",
        )
        with gr.Row():
            voice = gr.Button("Try a voice", elem_id="try-voice")
            button = gr.Button("Draw", variant="primary", elem_classes="go", elem_id="draw-spoken")
        words = gr.HTML(HINT, label="Hint", elem_id="heard-words")
        pair = gr.Image(
            label="Spectrogram and picture",
            format="png",
            interactive=False,
            buttons=["download", "fullscreen"],
            elem_classes="wordless picture",
            elem_id="heard",
        )
    return SoundPanel(tab, sound, voice, button, words, pair)


def wire(
    library: Library,
    shelf: Shelf,
    listener: SoundPanel,
    name: gr.Dropdown,
    common: Sequence[gr.components.Component],
    queue: dict[str, Any],
) -> None:
    """A recording, an upload, the button and a bundled voice draw.

    Args:
        common: the seed, the variety, and whether each picture takes a new seed.
    """
    seed = common[0]
    inputs = [name, listener.sound, *common]
    outputs = [seed, listener.pair, listener.words]
    listen = spoken(draw, library, shelf, listener, seed)
    listener.button.click(listen, inputs, outputs, api_name="listen", **queue)
    own: dict[str, Any] = {**queue, "api_visibility": "private"}
    gr.on([listener.sound.stop_recording, listener.sound.upload], listen, inputs, outputs, **own)
    chosen = listener.voice.click(actions.a_voice, None, [listener.sound], **own)
    chosen.then(listen, inputs, outputs, **own)


def emptied(library: Library, listener: SoundPanel, name: str) -> Changes:
    """The tab for another model: nothing is drawn yet."""
    visible = gr.Tab(visible=shown(library.sampler(name).can_listen))
    return {listener.tab: visible, listener.words: HINT, listener.pair: None}


def draw(
    library: Library,
    shelf: Shelf,
    listener: SoundPanel,
    seed_field: gr.Number,
    name: str,
    sound: File | None,
    seed: float,
    variety: float,
    fresh: bool,
) -> Changes:
    """The picture of a sound, by a new seed where `fresh`."""
    seed = new_seed() if fresh else seed
    pair: Image.Image
    pair, words = actions.draw(library, name, sound, seed, variety)
    shelf.keep(pair, "generate")
    return {seed_field: seed, listener.pair: pair, listener.words: words}
