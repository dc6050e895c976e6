"""The Generate tab: pick a class, write a number, see every class, morph between two, find the twin
of a digit of one's own, say one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from app.find import tab as find_tab
from app.find.tab import Finder
from app.generate import actions
from app.generate.panels import (
    FIRST_COUNT,
    FIRST_SEED,
    FIRST_STYLES,
    FIRST_TEXT,
    Common,
    Compare,
    Morph,
    Pick,
    Write,
    common_controls,
    compare_panel,
    first_ends,
    morph_panel,
    pick_panel,
    shown,
    write_panel,
    writes_text,
)
from app.listen import tab as listen_tab
from app.listen.tab import SoundPanel
from app.prompt import tab as prompt_tab
from app.prompt.tab import Prompt
from app.shared.library import Library
from app.shared.wiring import Changes, Refresh, spoken
from models.sampler import new_seed

EMPTY = (
    "There is no model that draws pictures yet. Train one with `python -m training.cgan --name "
    "NAME`, then `python -m training.runs export NAME`."
)
QUEUE: dict[str, Any] = {
    "concurrency_id": "sampler",
    "concurrency_limit": 2,
    "show_progress": "minimal",
}


@dataclass(frozen=True)
class Layout:
    """The components of the tab."""

    tabs: gr.Tabs
    pick: Pick
    write: Write
    compare: Compare
    morph: Morph
    finder: Finder
    listener: SoundPanel
    prompt: Prompt
    common: Common
    about: gr.HTML


@dataclass(frozen=True)
class FirstPictures:
    """The pictures before anything is clicked; None where one needs classes."""

    picked: Image.Image
    written: Image.Image | None
    compared: Image.Image | None
    morphed: str


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
    names = actions.sampler_names(library)
    if not names:
        gr.Markdown(EMPTY)
        return Refresh(library.complaints, [gr.HTML(library.complaints())])
    first = names[0]
    model, pictures = library.sampler(first), first_pictures(library, first)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320), gr.Tabs() as tabs:
            pick = pick_panel(model, pictures.picked)
            write = write_panel(model, pictures.written)
            compare = compare_panel(model, pictures.compared)
            morph = morph_panel(model, pictures.morphed)
            finder = find_tab.build(library, first)
            listener = listen_tab.build(library, first)
            prompt = prompt_tab.build(library, first)
        with gr.Column(scale=2, min_width=280):
            common = common_controls(model, first, names)
            about = gr.HTML(library.card(first))
            complaints = gr.HTML(library.complaints())
    layout = Layout(tabs, pick, write, compare, morph, finder, listener, prompt, common, about)
    wire(library, layout)
    find_tab.wire(library, finder, common.name, common.seed, QUEUE)
    shared = [common.seed, common.variety, common.fresh]
    listen_tab.wire(library, listener, common.name, shared, QUEUE)
    prompt_tab.wire(library, prompt, common.name, shared, QUEUE)

    def newest() -> Changes:
        """The picker with the models that there are now, and what is wrong with the others."""
        return {
            common.name: gr.Dropdown(choices=actions.sampler_names(library)),
            complaints: library.complaints(),
        }

    return Refresh(newest, [common.name, complaints])


def wire(library: Library, layout: Layout) -> None:
    """Each button draws; another model changes all controls."""
    name = layout.common.name
    common = [layout.common.seed, layout.common.variety, layout.common.fresh]
    layout.pick.button.click(
        seeded(actions.draw_images, library),
        [name, layout.pick.which, layout.pick.count, *common],
        [layout.common.seed, layout.pick.output],
        api_name="draw",
        **QUEUE,
    )
    layout.write.button.click(
        seeded(actions.write_text, library),
        [name, layout.write.text, *common],
        [layout.common.seed, layout.write.output],
        api_name="write",
        **QUEUE,
    )
    layout.compare.button.click(
        seeded(actions.draw_alphabet, library),
        [name, layout.compare.styles, *common],
        [layout.common.seed, layout.compare.output],
        api_name="compare",
        **QUEUE,
    )
    layout.morph.button.click(
        seeded(animation, library),
        [name, layout.morph.start, layout.morph.end, *common],
        [layout.common.seed, layout.morph.output],
        api_name="morph",
        **QUEUE,
    )
    found = layout.finder.results
    name.change(
        spoken(choose_model, library, layout),
        [name],
        [
            layout.pick.which,
            layout.write.tab,
            layout.compare.tab,
            layout.morph.start,
            layout.morph.end,
            layout.common.variety,
            layout.common.seed,
            layout.about,
            layout.tabs,
            layout.pick.output,
            layout.write.output,
            layout.compare.output,
            layout.morph.output,
            layout.finder.tab,
            found.pair,
            found.words,
            found.row,
            found.kept,
            layout.listener.tab,
            layout.listener.words,
            layout.listener.pair,
            layout.prompt.tab,
            layout.prompt.hand,
            layout.prompt.output,
        ],
        api_name="choose_model",
        **QUEUE,
    )


def seeded(function: Callable, library: Library) -> Callable:
    """(..., seed, variety, fresh) -> (seed used, result): a new seed where `fresh`, else the
    given one."""

    def wrapped(*arguments: Any) -> tuple[float, Any]:
        *first, seed, variety, fresh = arguments
        seed = new_seed() if fresh else seed
        return seed, function(library, *first, seed, variety)

    wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
    return spoken(wrapped)


def animation(
    library: Library, name: str, start: str | None, end: str | None, seed: float, variety: float
) -> str:
    """The path of a morph, as gr.Image takes it."""
    return str(actions.morph(library, name, start, end, seed, variety))


def first_pictures(library: Library, name: str) -> FirstPictures:
    """The pictures that a model begins with."""
    model = library.sampler(name)
    classes, last = model.class_names, (FIRST_SEED, model.truncation)
    can_write = writes_text(classes) and set(FIRST_TEXT) <= set(classes)
    return FirstPictures(
        actions.draw_images(library, name, actions.ANY, FIRST_COUNT, *last),
        actions.write_text(library, name, FIRST_TEXT, *last) if can_write else None,
        actions.draw_alphabet(library, name, FIRST_STYLES, *last) if classes else None,
        animation(library, name, *first_ends(classes), *last),
    )


def choose_model(library: Library, layout: Layout, name: str) -> Changes:
    """The controls for another model: its classes, its usual variety, its card and a first
    picture."""
    model, pictures = library.sampler(name), first_pictures(library, name)
    classes = model.class_names
    start, end = first_ends(classes)
    has = bool(classes)
    return {
        layout.pick.which: gr.Radio([actions.ANY, *classes], value=actions.ANY, visible=has),
        layout.write.tab: gr.Tab(visible=shown(writes_text(classes))),
        layout.compare.tab: gr.Tab(visible=shown(has)),
        layout.morph.start: gr.Dropdown(classes, value=start, visible=has),
        layout.morph.end: gr.Dropdown(classes, value=end, visible=has),
        layout.common.variety: model.truncation,
        layout.common.seed: FIRST_SEED,
        layout.about: library.card(name),
        layout.tabs: gr.Tabs(selected="pick"),
        layout.pick.output: pictures.picked,
        layout.write.output: pictures.written,
        layout.compare.output: pictures.compared,
        layout.morph.output: pictures.morphed,
        **find_tab.emptied(library, layout.finder, name),
        **listen_tab.emptied(library, layout.listener, name),
        **prompt_tab.emptied(library, layout.prompt, name),
    }
