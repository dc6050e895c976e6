"""The Generate tab: pick a class, write a number, see every class, morph between two, find the twin
of a digit of one's own, say one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.find import tab as find_tab
from app.find.tab import Finder
from app.generate import actions, pictures
from app.generate import gallery as galleries
from app.generate.panels import (
    FIRST_SEED,
    Common,
    Compare,
    Morph,
    Pick,
    Write,
    common_controls,
    compare_panel,
    first_ends,
    first_pictures,
    morph_panel,
    pick_panel,
    shown,
    write_panel,
    writes_text,
)
from app.listen import tab as listen_tab
from app.listen.tab import SoundPanel
from app.made.passing import Sender
from app.made.store import Shelf
from app.made.tab import Recall, model_of
from app.prompt import tab as prompt_tab
from app.prompt.tab import Prompt
from app.shared.library import Library
from app.shared.wiring import Changes, Refresh, spoken
from models.sampler import Sampler, new_seed

EMPTY = (
    "There is no model that draws pictures yet. Train one with `python -m training.cgan --name "
    "NAME`, then `python -m training.runs export NAME`."
)
QUEUE: dict[str, Any] = {
    "concurrency_id": "sampler",
    "concurrency_limit": 2,
    "trigger_mode": "always_last",  # what is asked for while one is drawn is drawn next, not lost
    "show_progress": "minimal",
}


@dataclass(frozen=True)
class Part:
    """A part of the tab with one picture: what draws it, and of what."""

    name: str
    tab: gr.Tab
    draw: Callable
    controls: list[gr.components.Component]
    output: gr.Image


@dataclass(frozen=True)
class Layout:
    """The components of the tab.

    Attributes:
        opened: the parts that this model has drawn in.
        recalled: parameters that the model that is being chosen shall draw with.
    """

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
    opened: gr.State
    recalled: gr.State

    def parts(self) -> list[Part]:
        """The parts that draw nothing before somebody looks."""
        write, compare, morph = self.write, self.compare, self.morph
        return [
            Part("write", write.tab, actions.write_text, [write.text], write.output),
            Part("compare", compare.tab, actions.draw_alphabet, [compare.styles], compare.output),
            Part("morph", morph.tab, animation, [morph.start, morph.end], morph.output),
        ]


@dataclass(frozen=True)
class Generated:
    """What becomes of a picture elsewhere in the page, how its settings come back, and the tab's
    parts."""

    sender: Sender
    recall: Recall
    parts: gr.Tabs


def build(library: Library, shelf: Shelf) -> tuple[Refresh, Generated | None]:
    """Lay the tab out and wire it."""
    names = actions.sampler_names(library)
    if not names:
        gr.Markdown(EMPTY)
        return Refresh(library.complaints, [gr.HTML(library.complaints())]), None
    first = names[0]
    model = library.sampler(first)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320), gr.Tabs(selected=opening(model)) as tabs:
            pick = pick_panel(library, first)
            write = write_panel(model)
            compare = compare_panel(model)
            morph = morph_panel(model)
            finder = find_tab.build(library, first)
            listener = listen_tab.build(library, first)
            prompt = prompt_tab.build(library, first)
        with gr.Column(scale=2, min_width=280):
            common = common_controls(model, first, names)
            about = gr.HTML(library.card(first))
            complaints = gr.HTML(library.complaints())
    others = (finder, listener, prompt)
    states = (gr.State([]), gr.State({}))
    layout = Layout(tabs, pick, write, compare, morph, *others, common, about, *states)
    wire(library, shelf, layout)
    find_tab.wire(library, finder, common.name, common.seed, QUEUE)
    shared = [common.seed, common.variety, common.fresh]
    listen_tab.wire(library, shelf, listener, common.name, shared, QUEUE)
    prompt_tab.wire(library, shelf, prompt, common.name, shared, QUEUE)

    def newest() -> Changes:
        """The picker with the models that there are now, and what is wrong with the others."""
        return {
            common.name: gr.Dropdown(choices=actions.sampler_names(library)),
            complaints: library.complaints(),
        }

    shown = pick.gallery
    given = [shown.origins, shown.chosen]
    return Refresh(newest, [common.name, complaints]), Generated(
        Sender(shown.pass_on, partial(galleries.one_file, library), given),
        Recall("generate", partial(recall, library, layout), settable(layout)),
        tabs,
    )


def wire(library: Library, shelf: Shelf, layout: Layout) -> None:
    """Each button draws; another model changes all controls."""
    name = layout.common.name
    common = [layout.common.seed, layout.common.variety, layout.common.fresh]
    gr.on(
        [layout.pick.button.click, layout.pick.which.input],
        spoken(draw_pictures, library, shelf, layout),
        [name, layout.pick.which, layout.pick.count, *common],
        [layout.common.seed, *layout.pick.gallery.outputs],
        **{**QUEUE, "api_visibility": "private"},
    )
    layout.pick.for_scripts.click(
        seeded(actions.draw_images, library),
        [name, layout.pick.which, layout.pick.count, *common],
        [layout.common.seed, layout.pick.sheet],
        api_name="draw",
        **QUEUE,
    )
    galleries.wire(library, shelf, layout.pick.gallery, QUEUE)
    buttons = (layout.write.button, layout.compare.button, layout.morph.button)
    for part, button in zip(layout.parts(), buttons, strict=True):
        button.click(
            seeded(part.draw, library, shelf),
            [name, *part.controls, *common],
            [layout.common.seed, part.output],
            api_name=part.name,
            **QUEUE,
        )
        part.tab.select(
            spoken(open_part, library, layout, part),
            [layout.opened, name, *part.controls, layout.common.seed, layout.common.variety],
            [layout.opened, part.output],
            **{**QUEUE, "api_visibility": "private"},
        )
    found = layout.finder.results
    name.change(
        spoken(choose_model, library, layout),
        [name, layout.recalled],
        [
            layout.recalled,
            *(layout.common.fresh, layout.pick.count, layout.write.text, layout.compare.styles),
            layout.pick.tab,
            layout.pick.which,
            layout.write.tab,
            layout.compare.tab,
            layout.morph.tab,
            layout.morph.start,
            layout.morph.end,
            layout.common.variety,
            layout.common.seed,
            layout.about,
            layout.tabs,
            *layout.pick.gallery.outputs,
            layout.opened,
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
            *layout.prompt.settable,
        ],
        api_name="choose_model",
        **QUEUE,
    )


def seeded(function: Callable, library: Library, shelf: Shelf | None = None) -> Callable:
    """(..., seed, variety, fresh) -> (seed used, result): a new seed where `fresh`, else the
    given one; the result is kept on a shelf."""

    def wrapped(*arguments: Any) -> tuple[float, Any]:
        *first, seed, variety, fresh = arguments
        seed = new_seed() if fresh else seed
        result = function(library, *first, seed, variety)
        if shelf:
            shelf.keep(result, "generate")
        return seed, result

    wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
    return spoken(wrapped)


def animation(
    library: Library, name: str, start: str | None, end: str | None, seed: float, variety: float
) -> str:
    """The path of a morph, as gr.Image takes it."""
    return str(actions.morph(library, name, start, end, seed, variety))


def draw_pictures(
    library: Library,
    shelf: Shelf,
    layout: Layout,
    name: str,
    which: str,
    count: float,
    seed: float,
    variety: float,
    fresh: bool,
) -> Changes:
    """New pictures in the gallery, by a new seed where `fresh`; they are kept on one sheet."""
    seed = new_seed() if fresh else seed
    origins = pictures.origins(library, name, which, count, seed, variety)
    images = pictures.drawn(library, origins)
    about = {"class": which, "count": len(images), "seed": origins[0].noise[0][0]}
    shelf.keep(actions.square(library.sampler(name), images, about, variety), "generate")
    images = pictures.shown(library, images, origins)
    # a seed that was given stays in its field, where there may be the next one by now
    told: Changes = {layout.common.seed: seed} if fresh else {}
    return {**told, **layout.pick.gallery.showing(images, origins)}


def open_part(
    library: Library, layout: Layout, part: Part, opened: list[str], name: str, *given: Any
) -> Changes:
    """The first picture of a part that is looked at, where a model has none there yet."""
    if part.name in opened:
        return {layout.opened: gr.skip()}
    drawn = partial(part.draw, library, name, *given)
    return {layout.opened: [*opened, part.name], part.output: drawn()}


def choose_model(
    library: Library, layout: Layout, name: str, recalled: dict[str, Any] | None = None
) -> Changes:
    """The controls for another model: its classes, its usual variety, its card and the first
    pictures of the part that is seen."""
    model = library.sampler(name)
    classes = model.class_names
    start, end = first_ends(classes)
    has = bool(classes)
    usual: Changes = {
        layout.pick.tab: gr.Tab(visible=shown(not model.takes_words)),
        layout.pick.which: gr.Radio([actions.ANY, *classes], value=actions.ANY, visible=has),
        layout.write.tab: gr.Tab(visible=shown(writes_text(classes))),
        layout.compare.tab: gr.Tab(visible=shown(has)),
        layout.morph.tab: gr.Tab(visible=shown(not model.takes_words)),
        layout.morph.start: gr.Dropdown(classes, value=start, visible=has),
        layout.morph.end: gr.Dropdown(classes, value=end, visible=has),
        layout.common.variety: model.truncation,
        layout.common.seed: FIRST_SEED,
        layout.about: library.card(name),
        layout.tabs: gr.Tabs(selected=opening(model)),
        **layout.pick.gallery.showing(*first_pictures(library, name)),
        layout.opened: [],
        **dict.fromkeys([part.output for part in layout.parts()]),
        **find_tab.emptied(library, layout.finder, name),
        **listen_tab.emptied(library, layout.listener, name),
        **prompt_tab.begun(library, layout.prompt, name),
    }
    if not recalled or recalled.get("model") != name:
        return {**usual, layout.recalled: {}}
    return {**usual, **settings(library, layout, recalled), layout.recalled: {}}


def opening(model: Sampler) -> str:
    """The part that a model begins with."""
    return "words" if model.takes_words else "pick"


def settable(layout: Layout) -> list[Block]:
    """What `recall` changes."""
    common = layout.common
    parts = [part.output for part in layout.parts()]
    return [
        *(common.name, common.seed, common.variety, common.fresh, layout.tabs, layout.recalled),
        *(layout.pick.which, layout.pick.count, *layout.pick.gallery.outputs),
        *(layout.write.text, layout.compare.styles, layout.morph.start, layout.morph.end),
        *(layout.opened, *parts, *layout.prompt.settable),
    ]


def recall(library: Library, layout: Layout, parameters: dict[str, Any]) -> Changes:
    """The model of a result, which then draws with its settings."""
    name = model_of(parameters, actions.sampler_names(library))
    # the same model again is no change, and draws at once
    chosen = gr.update(value=name)
    return {layout.common.name: chosen, layout.recalled: parameters} | settings(
        library, layout, parameters
    )


def settings(library: Library, layout: Layout, parameters: dict[str, Any]) -> Changes:
    """The controls as a result's parameters have them, and what they draw; of what is drawn by a
    sound, the seed and the variety alone."""
    name, seed = str(parameters["model"]), parameters.get("seed", FIRST_SEED)
    names = library.sampler(name).class_names
    variety = parameters.get("truncation", library.sampler(name).truncation)
    common: Changes = {
        layout.common.seed: seed,
        layout.common.variety: variety,
        layout.common.fresh: False,
    }
    if library.sampler(name).takes_words:
        said = prompt_tab.recalled(library, layout.prompt, parameters, variety)
        return {**common, layout.tabs: gr.Tabs(selected="words"), **said}
    if "count" in parameters:
        which, count = parameters.get("class", actions.ANY), parameters["count"]
        origins = pictures.origins(library, name, which, count, seed, variety)
        images = pictures.shown(library, pictures.drawn(library, origins), origins)
        return {
            **common,
            layout.tabs: gr.Tabs(selected="pick"),
            layout.pick.which: gr.update(
                choices=[actions.ANY, *names], value=which, visible=bool(names)
            ),
            layout.pick.count: count,
            **layout.pick.gallery.showing(images, origins),
        }
    for part, keys in zip(layout.parts(), (["text"], ["styles"], ["from", "to"]), strict=True):
        values = [parameters.get(key) for key in keys]
        given = values if keys[0] == "from" else first_ends(names)
        ends = [gr.update(choices=names, value=one, visible=bool(names)) for one in given]
        if keys[0] in parameters and not isinstance(values[0], dict):
            return {
                **common,
                layout.tabs: gr.Tabs(selected=part.name),
                **dict(zip(part.controls, values, strict=True)),
                layout.morph.start: ends[0],
                layout.morph.end: ends[1],
                layout.opened: [part.name],
                part.output: part.draw(library, name, *values, seed, variety),
            }
    return common
