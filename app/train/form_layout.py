"""The components of a new run: its task, its data and its options."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import gradio as gr
from gradio.blocks import Block

from app.settings import Settings
from app.shared.name_picker import NamePicker
from app.train import actions, cards, datasets, options_form
from app.train.adding import own_data
from app.train.adding.own_data import OwnData
from app.train.tasks import TASKS, Task

FIRST = TASKS[2]
SCRATCH, GIVEN = "Nothing yet: from scratch", "The model of the preset"
SUITS = "What suits the data"
LONGEST = 240  # minutes on the slider; a script may ask for more
KINDS = ("line drawing", "photograph", "painting", "picture", "map", "mask")
KIND_LABELS = {"A": "What is A?", "B": "What is B?"}
KIND_HINTS = {"A": "It is given.", "B": "It is what A becomes."}


@dataclass(frozen=True)
class RunForm:
    """The components that say how a run shall be.

    Attributes:
        options: the further options that a person has set, by name, hidden.
        first_kind, second_kind: what the pictures of A and of B show.
        swapped: whether what the data has as B is given, and A learned; hidden.
        made_name: the name that was made for the run, as long as no other is typed.
    """

    task: gr.Radio
    data: gr.Dropdown
    name: gr.Textbox
    preset: gr.Dropdown
    minutes: gr.Slider
    steps: gr.Number
    size: gr.Dropdown
    start: gr.Dropdown
    options: gr.JSON
    first_kind: gr.Dropdown
    second_kind: gr.Dropdown
    swapped: gr.Checkbox
    made_name: gr.State

    def components(self) -> list[Block]:
        return list(vars(self).values())


class Fitting(NamedTuple):
    """What a check of data found for the rest of the form.

    Attributes:
        of: the task and the data; None where it found nothing.
        start: the model to begin from, or none.
        kinds: what the pictures of A and of B seem to show.
    """

    of: tuple[str, str] | None = None
    start: str = ""
    kinds: Sequence[str] = ()


class Begun(NamedTuple):
    """For which task and data the form was filled in, and a person has chosen where to begin."""

    filled: tuple[str, str] | None = None
    chosen: tuple[str, str] | None = None


@dataclass(frozen=True)
class Around:
    """What stands around the form: what is said of it, and what it is helped by.

    Attributes:
        opened: whether the tab was looked at, hidden; then the data is.
        natural: the size that suits the data, 0 where it is not known.
        fitting, begun: what the last check found, and what has become of it; states.
        few: a warning that few pictures will be seen; the button takes a smaller size.
        of_name, of_kinds, of_limits, of_rest: what is wrong with these fields.
    """

    about: gr.HTML
    sheet: gr.Image
    report: gr.HTML
    swap: gr.Button
    asked: gr.JSON
    opened: gr.Checkbox
    natural: gr.State
    fitting: gr.State
    begun: gr.State
    few: gr.HTML
    smaller: gr.Button
    smaller_size: gr.State
    of_name: gr.HTML
    of_kinds: gr.HTML
    of_limits: gr.HTML
    of_rest: gr.HTML

    def troubles(self) -> list[Block]:
        return [self.of_name, self.of_kinds, self.of_limits, self.of_rest]


def lay_out(settings: Settings) -> tuple[RunForm, Around, OwnData, gr.Accordion, gr.Button]:
    """The form and what stands around it, the data of a person, the box of further choices, and the
    button that starts the training."""
    opened = gr.Checkbox(False, visible="hidden")
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            task = gr.Radio(
                [(one.label, one.key) for one in TASKS],
                value=FIRST.key,
                label="What should it learn?",
                elem_id="task",
            )
            about = gr.HTML(cards.task_card(FIRST), label="About", elem_id="about-task")
            data, own = own_data.lay_out(settings, FIRST, partial(data_picker, settings))
            with gr.Row():
                first_kind, second_kind = kind_picker("A"), kind_picker("B")
            swap = gr.Button("⇄ Swap A and B", size="md", visible=False, elem_id="swap")
            of_kinds = trouble_place()
            form, box, asked, of_name, of_limits = lay_out_form(
                settings, task, data, (first_kind, second_kind)
            )
            few = gr.HTML(visible=False, elem_id="few")
            smaller = gr.Button("Take a smaller size", size="md", visible=False, elem_id="smaller")
            start = gr.Button(
                "Start training", variant="primary", elem_classes="go", elem_id="start-training"
            )
            of_rest = trouble_place()
        with gr.Column(scale=2, min_width=280):
            sheet = gr.Image(
                label="Some of it",
                format="png",
                interactive=False,
                visible=False,
                buttons=["fullscreen"],
                elem_id="look",
            )
            report = gr.HTML(label="The data", elem_id="report")
    around = Around(
        about=about,
        sheet=sheet,
        report=report,
        swap=swap,
        asked=asked,
        opened=opened,
        natural=gr.State(0),
        fitting=gr.State(Fitting()),
        begun=gr.State(Begun()),
        few=few,
        smaller=smaller,
        smaller_size=gr.State(0),
        of_name=of_name,
        of_kinds=of_kinds,
        of_limits=of_limits,
        of_rest=of_rest,
    )
    return form, around, own, box, start


def trouble_place() -> gr.HTML:
    """Where it stands what is wrong with the field above."""
    return gr.HTML(visible=False, elem_classes="trouble")


def data_picker(settings: Settings) -> gr.Dropdown:
    """The data sets that there are."""
    there = datasets.names(settings, FIRST)
    return NamePicker(
        there,
        value=there[0],
        label="What should it learn from?",
        info="An example that is here already, or what you have added.",
        filterable=False,
        elem_classes="model-picker",
        elem_id="data",
    )


def kind_picker(side: str) -> gr.Dropdown:
    """What the pictures of a side show; a person may type something else."""
    return gr.Dropdown(
        list(KINDS),
        value="",
        label=KIND_LABELS[side],
        info=KIND_HINTS[side],
        allow_custom_value=True,
        visible=False,
        min_width=140,
        elem_id=f"kind-{side.lower()}",
    )


def lay_out_form(
    settings: Settings, task: gr.Radio, data: gr.Dropdown, kinds: tuple[gr.Dropdown, gr.Dropdown]
) -> tuple[RunForm, gr.Accordion, gr.JSON, gr.HTML, gr.HTML]:
    """The form, the box of its further choices, the task and preset whose options it shows, and
    where the troubles of its name and of its limits stand."""
    start = NamePicker(
        starts(settings, FIRST),
        value="",
        label="Where does it begin?",
        info="From a model that can do something like it, it is good after minutes, not hours.",
        filterable=False,
        elem_id="run-start",
    )
    name = gr.Textbox(
        label="A name for it", placeholder="my-first-run", max_lines=1, elem_id="run-name"
    )
    of_name = trouble_place()
    with gr.Row():
        minutes = gr.Slider(
            0,
            LONGEST,
            FIRST.minutes,
            step=1,
            label="Minutes",
            info="It can go on later.",
            min_width=220,
            elem_id="minutes",
        )
        size = NamePicker(
            sizes(FIRST),
            value=0,
            label="Height and width",
            info="Half as large is four times as fast.",
            filterable=False,
            min_width=220,
            elem_id="run-size",
        )
    preset = NamePicker(
        list(FIRST.presets),
        value=next(iter(FIRST.presets)),
        label="Preset",
        info=FIRST.good_for(next(iter(FIRST.presets))),
        filterable=False,
        elem_id="preset",
    )
    of_limits = trouble_place()
    with gr.Accordion("More choices", open=False, elem_id="more-choices") as box:
        steps = gr.Number(
            0, label="Steps", info="In place of minutes, which are 0 then.", precision=0
        )
        options = gr.JSON({}, visible="hidden")
        asked = gr.JSON(visible="hidden")
        with gr.Column(elem_id="options"):
            options_form.render(asked, options)
    swapped = gr.Checkbox(False, visible="hidden")
    form = RunForm(
        task=task,
        data=data,
        name=name,
        preset=preset,
        minutes=minutes,
        steps=steps,
        size=size,
        start=start,
        options=options,
        first_kind=kinds[0],
        second_kind=kinds[1],
        swapped=swapped,
        made_name=gr.State(""),
    )
    return form, box, asked, of_name, of_limits


def sizes(task: Task) -> list[tuple[str, int]]:
    """The sizes to choose from."""
    return [(SUITS, 0), *((f"{size} × {size}", size) for size in task.sizes)]


def starts(settings: Settings, task: Task) -> list[tuple[str, str]]:
    """The models to start from, those that ship first, and from scratch."""
    usual = GIVEN if task.beside else SCRATCH
    return [*((name, name) for name in actions.starts(settings, task)), (usual, "")]
