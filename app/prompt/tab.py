"""The Words part of the Generate tab: type what to draw, and in whose hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from app.generate import gallery as galleries
from app.generate import pictures
from app.generate.gallery import Gallery, gallery
from app.generate.panels import FIRST_SEED
from app.generate.pictures import Origin
from app.made.store import Shelf
from app.prompt import actions
from app.shared.library import Library
from app.shared.wiring import Changes, shown, spoken
from models.sampler import Sampler, new_seed

FIRST_COUNT = 4
NAMES = {  # of hands that ship, as their makers write them
    "fluent-emoji-flat": "Fluent Emoji",
    "noto": "Noto Emoji",
    "openmoji": "OpenMoji",
    "twemoji": "Twemoji",
}


@dataclass(frozen=True)
class Prompt:
    """The tab, its controls and its results."""

    tab: gr.Tab
    text: gr.Dropdown
    end: gr.Dropdown
    hand: gr.Radio
    count: gr.Slider
    button: gr.Button
    morph: gr.Button
    gallery: Gallery
    for_scripts: gr.Button
    sheet: gr.Image

    @property
    def settable(self) -> list[gr.components.Component]:
        """What `recalled` changes."""
        return [self.text, self.end, self.hand, self.count, *self.gallery.outputs]


def build(library: Library, name: str) -> Prompt:
    """Lay the part out for a model; hidden where it takes no words."""
    model = library.sampler(name)
    with gr.Tab("Words", id="words", visible=shown(model.takes_words)) as tab:
        text = words_field("What to draw", actions.SUGGESTIONS[0], "prompt")
        hand = gr.Radio(hands_of(model), value=actions.ALL, label="In whose hand", elem_id="hand")
        count = gr.Slider(1, actions.MOST, FIRST_COUNT, step=1, label="How many")
        button = gr.Button("Draw", variant="primary", elem_classes="go", elem_id="draw-words")
        results = gallery("worded", *first_pictures(library, name))
        with gr.Row(equal_height=True):
            end = words_field("Morph to", actions.SUGGESTIONS[2], "prompt-end")
            morph = gr.Button("Morph", elem_id="morph-words")
        for_scripts = gr.Button("Draw a sheet", visible=False)
        sheet = gr.Image(label="Sheet", format="png", interactive=False, visible=False)
    return Prompt(tab, text, end, hand, count, button, morph, results, for_scripts, sheet)


def words_field(label: str, value: str, elem_id: str) -> gr.Dropdown:
    """Words of a person's own, or one of the suggestions."""
    return gr.Dropdown(
        list(actions.SUGGESTIONS),
        value=value,
        label=label,
        allow_custom_value=True,
        elem_id=elem_id,
    )


def hands_of(model: Sampler) -> list[tuple[str, str]]:
    """The choices of a hand: what it is called, and its name."""
    return [(NAMES.get(hand, hand), hand) for hand in (actions.ALL, *model.hands)]


def wire(
    library: Library,
    shelf: Shelf,
    prompt: Prompt,
    name: gr.Dropdown,
    common: Sequence[gr.components.Component],
    queue: dict[str, Any],
) -> None:
    """Both buttons draw.

    Args:
        common: the seed, the variety, and whether each picture takes a new seed.
    """
    seed, inputs = common[0], [name, prompt.text, prompt.hand, prompt.count, *common]
    prompt.button.click(
        spoken(draw_worded, library, shelf, prompt, seed),
        inputs,
        [seed, *prompt.gallery.outputs],
        **{**queue, "api_visibility": "private"},
    )
    prompt.for_scripts.click(
        spoken(draw_sheet, library, prompt, seed),
        inputs,
        [seed, prompt.sheet],
        api_name="draw_words",
        **queue,
    )
    galleries.wire(library, shelf, prompt.gallery, queue)
    prompt.morph.click(
        spoken(morph, library, shelf, prompt, seed),
        [name, prompt.text, prompt.end, prompt.hand, *common],
        [seed, prompt.gallery.way],
        api_name="morph_words",
        **queue,
    )


def first_pictures(library: Library, name: str) -> tuple[list[Image.Image], list[Origin]]:
    """What a model begins with, and where it comes from: pictures of the first suggestion, none of
    a model that takes no words."""
    model = library.sampler(name)
    if not model.takes_words:
        return [], []
    told = (actions.SUGGESTIONS[0], actions.ALL, FIRST_COUNT, FIRST_SEED, model.truncation)
    origins = actions.origins(library, name, *told)
    return pictures.shown(library, pictures.drawn(library, origins), origins), origins


def begun(library: Library, prompt: Prompt, name: str) -> Changes:
    """The tab for another model: its hands, and what it begins with."""
    model = library.sampler(name)
    return {
        prompt.tab: gr.Tab(visible=shown(model.takes_words)),
        prompt.text: actions.SUGGESTIONS[0],
        prompt.hand: gr.Radio(hands_of(model), value=actions.ALL),
        prompt.count: FIRST_COUNT,
        **prompt.gallery.showing(*first_pictures(library, name)),
    }


def recalled(
    library: Library, prompt: Prompt, parameters: dict[str, Any], variety: float
) -> Changes:
    """The controls as the parameters of a sheet or of a morph have them, and what they draw."""
    name, seed = str(parameters["model"]), parameters.get("seed", FIRST_SEED)
    hand, count = parameters.get("hand", actions.ALL), parameters.get("count", FIRST_COUNT)
    text, end = str(parameters.get("words", parameters.get("from"))), parameters.get("to")
    origins = actions.origins(library, name, text, hand, count, seed, variety)
    images = pictures.shown(library, pictures.drawn(library, origins), origins)
    found = {
        prompt.text: text,
        prompt.hand: gr.Radio(hands_of(library.sampler(name)), value=hand),
        prompt.count: count,
        **prompt.gallery.showing(images, origins),
    }
    if end is None:
        return found
    path = actions.morph(library, name, text, end, hand, seed, variety)
    way = gr.update(value=str(path), visible=True)
    return {**found, prompt.end: end, prompt.gallery.way: way}


def draw_worded(
    library: Library,
    shelf: Shelf,
    prompt: Prompt,
    seed_field: gr.Number,
    name: str,
    text: str,
    hand: str,
    count: float,
    seed: float,
    variety: float,
    fresh: bool,
) -> Changes:
    """Pictures of a text in the gallery, by a new seed where `fresh`; they are kept on a sheet."""
    seed = new_seed() if fresh else seed
    origins = actions.origins(library, name, text, hand, count, seed, variety)
    images = pictures.drawn(library, origins)
    shelf.keep(actions.sheet(library, images, origins, hand), "generate")
    return {
        **({seed_field: seed} if fresh else {}),  # as app/generate does
        **prompt.gallery.showing(pictures.shown(library, images, origins), origins),
    }


def draw_sheet(
    library: Library,
    prompt: Prompt,
    seed_field: gr.Number,
    name: str,
    text: str,
    hand: str,
    count: float,
    seed: float,
    variety: float,
    fresh: bool,
) -> Changes:
    """The same on one sheet, as scripts get them."""
    seed = new_seed() if fresh else seed
    drawn = actions.draw(library, name, text, hand, count, seed, variety)
    return {seed_field: seed, prompt.sheet: drawn}


def morph(
    library: Library,
    shelf: Shelf,
    prompt: Prompt,
    seed_field: gr.Number,
    name: str,
    text: str,
    end: str,
    hand: str,
    seed: float,
    variety: float,
    fresh: bool,
) -> Changes:
    """The path of a morph between two texts, by a new seed where `fresh`."""
    seed = new_seed() if fresh else seed
    path = actions.morph(library, name, text, end, hand, seed, variety)
    shelf.keep(path, "generate")
    return {seed_field: seed, prompt.gallery.way: gr.update(value=str(path), visible=True)}
