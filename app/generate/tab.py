"""The Generate tab: pick a class, write a number, see every class, morph between two, find the twin
of a digit of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.find import tab as find_tab
from app.generate import actions
from app.shared.library import Library
from app.shared.wiring import Refresh, spoken
from models.sampler import MAX_SEED, Sampler, new_seed

FIRST_SEED = 2026
FIRST_TEXT = "2026"
EMPTY = (
    "There is no model that draws pictures yet. Train one with `python -m training.cgan --name "
    "NAME`, then `python -m training.runs export NAME`."
)
QUEUE = {"concurrency_id": "sampler", "concurrency_limit": 2, "show_progress": "minimal"}


def seeded(function: Callable, library: Library) -> Callable:
    """(..., seed, variety, fresh) -> (seed used, result): a new seed where `fresh`, else the
    given one."""

    def wrapped(*arguments):
        *first, seed, variety, fresh = arguments
        seed = new_seed() if fresh else seed
        return seed, function(library, *first, seed, variety)

    wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
    return spoken(wrapped)


@dataclass
class Way:
    """One way to draw: a tab with its controls, a button, and the picture that comes of it."""

    name: str
    function: Callable
    tab: gr.Tab
    controls: list
    button: gr.Button
    output: gr.Image


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
    names = actions.sampler_names(library)
    if not names:
        gr.Markdown(EMPTY)
        return Refresh(library.complaints, [gr.HTML(library.complaints())])
    first = names[0]
    model = actions.sampler(library, first)
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=320), gr.Tabs() as tabs:
            parts = zip((pick, write, compare, morph), first_pictures(library, first), strict=True)
            ways = [part(model, value) for part, value in parts]
            finder = find_tab.build(library, first)
        with gr.Column(scale=2, min_width=280):
            name = gr.Dropdown(
                names,
                value=first,
                label="Model",
                filterable=False,
                elem_classes="model-picker",
            )
            common = settings(model)
            about = gr.HTML(library.card(first))
            complaints = gr.HTML(library.complaints())
    seed, variety, _ = common
    for way in ways:
        way.button.click(
            seeded(way.function, library),
            [name, *way.controls, *common],
            [seed, way.output],
            api_name=way.name,
            **QUEUE,
        )
    finder.wire(library, name, seed, QUEUE)
    picked, written, compared, morphed = ways
    which, _ = picked.controls
    name.change(
        spoken(fit_controls, library),
        [name],
        [
            *(which, written.tab, compared.tab, *morphed.controls),
            *(variety, seed, about, tabs, *(way.output for way in ways)),
            *(finder.tab, *finder.results.all()),
        ],
        api_name="choose_model",
        **QUEUE,
    )
    return Refresh(partial(newest, library), [name, complaints])


def newest(library: Library) -> tuple[gr.Dropdown, str]:
    """The picker with the models that there are now, and what is wrong with the others."""
    return gr.Dropdown(choices=actions.sampler_names(library)), library.complaints()


def settings(model: Sampler) -> list:
    """What all ways share: the seed, the variety, and whether each click takes a new seed."""
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
    return [seed, variety, fresh]


def pick(model: Sampler, value) -> Way:
    """Pictures of one class, or of any."""
    classes = model.class_names
    with gr.Tab("Pick", id="pick") as tab:
        which = gr.Radio(
            [actions.ANY, *classes],
            value=actions.ANY,
            label="What to draw",
            elem_classes="classes",
            visible=bool(classes),
        )
        count = gr.Slider(1, actions.MAX_IMAGES, 16, step=1, label="How many")
        button = go("Draw", "draw")
        output = picture(value)
    return Way("draw", actions.draw_images, tab, [which, count], button, output)


def write(model: Sampler, value) -> Way:
    """A number in one handwriting; for models whose classes are characters."""
    with gr.Tab("Write", id="write", visible=shown(writes_text(model.class_names))) as tab:
        text = gr.Textbox(
            FIRST_TEXT,
            label="Write in one handwriting",
            info="A number such as 2026.",
            max_lines=1,
            max_length=actions.MAX_LETTERS,
            elem_id="text",
        )
        button = go("Write", "write")
        output = picture(value)
    return Way("write", actions.write_text, tab, [text], button, output)


def compare(model: Sampler, value) -> Way:
    """Every class in several handwritings."""
    with gr.Tab("Compare", id="compare", visible=shown(bool(model.class_names))) as tab:
        styles = gr.Slider(
            1,
            actions.MAX_STYLES,
            8,
            step=1,
            label="Handwritings",
            info="A column is one handwriting.",
        )
        button = go("Draw all", "compare")
        output = picture(value)
    return Way("compare", actions.draw_alphabet, tab, [styles], button, output)


def morph(model: Sampler, value) -> Way:
    """An animation from one class to another."""
    classes = model.class_names
    start, end = first_ends(classes)
    with gr.Tab("Morph", id="morph") as tab:
        with gr.Row():
            controls = [
                gr.Dropdown(
                    classes, value=chosen, label=label, filterable=False, visible=bool(classes)
                )
                for label, chosen in (("From", start), ("To", end))
            ]
        button = go("Morph", "morph")
        output = picture(value)
    return Way("morph", animation, tab, controls, button, output)


def animation(library: Library, *arguments) -> str:
    """The path of a morph, as gr.Image takes it."""
    return str(actions.morph(library, *arguments))


def go(label: str, elem_id: str) -> gr.Button:
    """The button that Enter presses too (enter.js)."""
    return gr.Button(label, variant="primary", elem_classes="go", elem_id=elem_id)


def picture(value) -> gr.Image:
    """A picture to look at and to download as PNG, with its parameters inside."""
    return gr.Image(
        value,
        label="Picture",
        show_label=False,
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_classes="picture",
    )


def shown(possible: bool) -> bool | str:
    """A tab's `visible`: False leaves its label behind when it comes by an update (Gradio 6.31)."""
    return True if possible else "hidden"


def writes_text(classes: list[str]) -> bool:
    """Whether a model's classes are characters that one can write with."""
    return bool(classes) and all(len(name) == 1 for name in classes)


def first_pictures(library: Library, name: str) -> list:
    """What the four ways show before anything is clicked; None where a way needs classes."""
    model = actions.sampler(library, name)
    classes, last = model.class_names, (FIRST_SEED, model.truncation)
    can_write = writes_text(classes) and set(FIRST_TEXT) <= set(classes)
    return [
        actions.draw_images(library, name, actions.ANY, 16, *last),
        actions.write_text(library, name, FIRST_TEXT, *last) if can_write else None,
        actions.draw_alphabet(library, name, 8, *last) if classes else None,
        animation(library, name, *first_ends(classes), *last),
    ]


def first_ends(classes: list[str]) -> tuple:
    """The classes between which the first morph goes."""
    return (classes[3 % len(classes)], classes[8 % len(classes)]) if classes else (None, None)


def fit_controls(library: Library, name: str) -> tuple:
    """The controls for another model: its classes, its usual variety, its card and a first
    picture."""
    model = actions.sampler(library, name)
    classes, has = model.class_names, bool(model.class_names)
    start, end = first_ends(classes)
    return (
        gr.Radio([actions.ANY, *classes], value=actions.ANY, visible=has),
        gr.Tab(visible=shown(writes_text(classes))),
        gr.Tab(visible=shown(has)),
        gr.Dropdown(classes, value=start, visible=has),
        gr.Dropdown(classes, value=end, visible=has),
        model.truncation,
        FIRST_SEED,
        library.card(name),
        gr.Tabs(selected="pick"),
        *first_pictures(library, name),
        *find_tab.reset(library, name),
    )
