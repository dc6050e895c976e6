"""The Words part of the Generate tab: type what to draw, and in whose hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from app.prompt import actions
from app.shared.library import Library
from app.shared.wiring import Changes, spoken
from models.sampler import Sampler, new_seed

FIRST_COUNT = 4


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
    output: gr.Image


def build(library: Library, name: str) -> Prompt:
    """Lay the part out for a model; hidden where it takes no words."""
    model = library.sampler(name)
    with gr.Tab("Words", id="words", visible=shown(model)) as tab:
        text = words_field("What to draw", actions.SUGGESTIONS[0], "prompt")
        hand = gr.Radio(hands_of(model), value=actions.ALL, label="In whose hand", elem_id="hand")
        count = gr.Slider(1, actions.MOST, FIRST_COUNT, step=1, label="How many")
        button = gr.Button("Draw", variant="primary", elem_classes="go", elem_id="draw-words")
        with gr.Row():
            end = words_field("Morph to", actions.SUGGESTIONS[2], "prompt-end")
            morph = gr.Button("Morph", elem_id="morph-words")
        output = gr.Image(
            label="Picture",
            show_label=False,
            format="png",
            interactive=False,
            buttons=["download", "fullscreen"],
            elem_classes="picture",
            elem_id="worded",
        )
    return Prompt(tab, text, end, hand, count, button, morph, output)


def words_field(label: str, value: str, elem_id: str) -> gr.Dropdown:
    """Words of a person's own, or one of the suggestions."""
    return gr.Dropdown(
        list(actions.SUGGESTIONS),
        value=value,
        label=label,
        allow_custom_value=True,
        elem_id=elem_id,
    )


def hands_of(model: Sampler) -> list[str]:
    """The choices of a hand."""
    return [actions.ALL, *model.hands]


def wire(
    library: Library,
    prompt: Prompt,
    name: gr.Dropdown,
    common: Sequence[gr.components.Component],
    queue: dict[str, Any],
) -> None:
    """Both buttons draw.

    Args:
        common: the seed, the variety, and whether each picture takes a new seed.
    """
    seed = common[0]
    prompt.button.click(
        spoken(draw, library, prompt, seed),
        [name, prompt.text, prompt.hand, prompt.count, *common],
        [seed, prompt.output],
        api_name="draw_words",
        **queue,
    )
    prompt.morph.click(
        spoken(morph, library, prompt, seed),
        [name, prompt.text, prompt.end, prompt.hand, *common],
        [seed, prompt.output],
        api_name="morph_words",
        **queue,
    )


def shown(model: Sampler) -> Any:
    """The tab's `visible` for a model: False leaves its label behind when it comes by an update
    (Gradio 6.31)."""
    return True if actions.takes_words(model) else "hidden"


def emptied(library: Library, prompt: Prompt, name: str) -> Changes:
    """The tab for another model: its hands, and nothing drawn yet."""
    model = library.sampler(name)
    return {
        prompt.tab: gr.Tab(visible=shown(model)),
        prompt.hand: gr.Radio(hands_of(model), value=actions.ALL),
        prompt.output: None,
    }


def draw(
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
    """A sheet of a text, by a new seed where `fresh`."""
    seed = new_seed() if fresh else seed
    sheet: Image.Image = actions.draw(library, name, text, hand, count, seed, variety)
    return {seed_field: seed, prompt.output: sheet}


def morph(
    library: Library,
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
    return {seed_field: seed, prompt.output: str(path)}
