"""A new run: its task, its data and its options; the first half of the Train tab."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.settings import Settings
from app.shared.upload_components import UploadedFiles
from app.shared.wiring import PRIVATE, Changes, Values, spoken
from app.train import actions, cards, datasets, options_form
from app.train.actions import RunRequest
from app.train.tasks import TASKS, Task, find_task
from models.images import EXTENSIONS

FIRST = TASKS[2]
SCRATCH, GIVEN = "Nothing yet: from scratch", "The model of the preset"
SUITS = "What suits the data"
LONGEST = 240  # minutes on the slider; a script may ask for more
KINDS = ("line drawing", "photograph", "painting", "picture", "map", "mask")
UNASKED: Any = gr.update(value="", visible=False)
QUEUE: dict[str, Any] = {"concurrency_id": "datasets", "concurrency_limit": 1}


@dataclass(frozen=True)
class RunForm:
    """The components that say how a run shall be.

    Attributes:
        options: the further options that a person has set, by name, hidden.
        first_kind, second_kind: what the pictures of A and of B show.
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

    def components(self) -> list[Block]:
        return list(vars(self).values())


@dataclass(frozen=True)
class NewData:
    """The components of a data set to be added."""

    name: gr.Textbox
    archive: gr.File
    first: gr.File
    second: gr.File
    folder: gr.Textbox
    add: gr.Button
    delete: gr.Button
    words: gr.HTML


def build(settings: Settings) -> tuple[RunForm, gr.Button]:
    """Lay the form out and wire what belongs to it alone; the button starts the training."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            task = gr.Radio(
                [(one.label, one.key) for one in TASKS],
                value=FIRST.key,
                label="What should it learn?",
                elem_id="task",
            )
            about = gr.HTML(cards.task_card(FIRST), label="About", elem_id="about-task")
            with gr.Row():
                data = data_picker(settings)
            with gr.Row():
                kinds = [kind_picker(side) for side in "AB"]
            new = lay_out_data(settings)
            form, box, asked = lay_out_form(settings, task, data, kinds)
            start = gr.Button(
                "Start training", variant="primary", elem_classes="go", elem_id="start-training"
            )
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
    data.change(
        spoken(check, settings),
        [task, data],
        [sheet, report, *kinds],
        api_visibility="private",
        show_progress_on=[report],
        **QUEUE,
    )
    task.input(
        spoken(choose, settings, form, new, about, asked),
        [task],
        [
            about,
            data,
            form.preset,
            form.minutes,
            form.size,
            form.start,
            form.options,
            new.first,
            new.second,
            asked,
            *kinds,
        ],
        queue=False,
        **PRIVATE,
    )
    wire_data(settings, form, new)
    gr.on(
        [box.expand, form.preset.input],
        lambda key, preset: [key, preset],
        [task, form.preset],
        [asked],
        queue=False,
        **PRIVATE,
    )
    return form, start


def wire_data(settings: Settings, form: RunForm, new: NewData) -> None:
    """The buttons that add and delete data; adding has a name for scripts, whose arguments are in
    this order."""
    new.add.click(
        spoken(add, settings, form, new),
        [form.task, new.name, new.archive, new.first, new.second, new.folder],
        [new.words, new.name, new.archive, new.first, new.second, new.folder, form.data],
        api_name="add_data",
        show_progress_on=[new.archive],
        **QUEUE,
    )
    new.delete.click(
        spoken(delete, settings, form, new),
        [form.task, form.data],
        [new.words, form.data],
        **PRIVATE,
        **QUEUE,
    )


# layout


def data_picker(settings: Settings) -> gr.Dropdown:
    """The data sets that there are."""
    return gr.Dropdown(
        datasets.names(settings, FIRST),
        value=None,
        label="What should it learn from?",
        info="Choose an example that is here already, or add your own below.",
        filterable=False,
        elem_classes="model-picker",
        elem_id="data",
    )


def kind_picker(side: str) -> gr.Dropdown:
    """What the pictures of a side show; a person may type something else."""
    return gr.Dropdown(
        list(KINDS),
        value="",
        label=f"What is {side}?",
        allow_custom_value=True,
        visible=False,
        min_width=140,
        elem_id=f"kind-{side.lower()}",
    )


def lay_out_data(settings: Settings) -> NewData:
    """The form for a person's own data, its two buttons, and what is said of it."""
    with gr.Accordion("Add your own data", open=False, elem_id="own-data"):
        name = gr.Textbox(label="Its name", placeholder="my-pictures", max_lines=1)
        archive = UploadedFiles(
            label="A zip, with folders as above",
            file_count="single",
            file_types=[".zip"],
            height=130,
            elem_id="data-zip",
        )
        with gr.Row():
            first, second = (
                UploadedFiles(
                    label=f"Or pictures. {side}",
                    file_count="multiple",
                    file_types=["image", *EXTENSIONS, *datasets.FONTS],
                    height=130,
                    min_width=140,
                    elem_id=f"data-{place}",
                )
                for side, place in zip(FIRST.sides, "ab", strict=True)
            )
        folder = gr.Textbox(
            label="Or a folder of this machine",
            placeholder="/home/me/pictures",
            max_lines=1,
            visible=settings.allow_folders,
        )
        with gr.Row():
            add_button = gr.Button("Add it", size="md", min_width=120, elem_id="add-data")
            delete_button = gr.Button(
                "Delete the chosen data", size="md", min_width=120, elem_id="delete-data"
            )
        words = gr.HTML(label="Result", elem_id="data-added")
    return NewData(name, archive, first, second, folder, add_button, delete_button, words)


def lay_out_form(
    settings: Settings, task: gr.Radio, data: gr.Dropdown, kinds: list[gr.Dropdown]
) -> tuple[RunForm, gr.Accordion, gr.JSON]:
    """The form, the box of its further choices, and the task and preset whose options it shows."""
    name = gr.Textbox(
        label="A name for it", placeholder="my-first-run", max_lines=1, elem_id="run-name"
    )
    with gr.Row():
        minutes = gr.Slider(
            0,
            LONGEST,
            FIRST.minutes,
            step=1,
            label="Minutes",
            info="It can go on later.",
            elem_id="minutes",
        )
        preset = gr.Dropdown(
            list(FIRST.presets),
            value=next(iter(FIRST.presets)),
            label="Preset",
            filterable=False,
            elem_id="preset",
        )
    with gr.Accordion("More choices", open=False, elem_id="more-choices") as box:
        with gr.Row():
            size = gr.Dropdown(
                sizes(FIRST),
                value=0,
                label="Height and width",
                filterable=False,
                elem_id="run-size",
            )
            start = gr.Dropdown(
                starts(settings, FIRST), value="", label="Start from a model", filterable=False
            )
            steps = gr.Number(
                0, label="Steps", info="In place of minutes, which are 0 then.", precision=0
            )
        options = gr.JSON({}, visible="hidden")
        asked = gr.JSON(visible="hidden")
        with gr.Column(elem_id="options"):
            options_form.render(asked, options)
    form = RunForm(task, data, name, preset, minutes, steps, size, start, options, *kinds)
    return form, box, asked


def sizes(task: Task) -> list[tuple[str, int]]:
    """The sizes to choose from."""
    return [(SUITS, 0), *((f"{size} × {size}", size) for size in task.sizes)]


def starts(settings: Settings, task: Task) -> list[tuple[str, str]]:
    """The models to start from."""
    usual = GIVEN if task.beside else SCRATCH
    return [(usual, ""), *((name, name) for name in actions.starts(settings, task))]


# what happens


def choose(
    settings: Settings, form: RunForm, new: NewData, about: gr.HTML, asked: gr.JSON, key: str
) -> Changes:
    """Everything that another task changes."""
    task = find_task(key)
    first, second = (*task.sides, "", "")[:2]
    preset = next(iter(task.presets))
    return {
        about: cards.task_card(task),
        form.data: gr.Dropdown(choices=datasets.names(settings, task), value=None),
        form.preset: gr.Dropdown(choices=list(task.presets), value=preset),
        form.minutes: task.minutes,
        form.size: gr.Dropdown(choices=sizes(task), value=0),
        form.start: gr.Dropdown(choices=starts(settings, task), value=""),
        form.options: {},
        new.first: gr.File(label=f"Or pictures. {first}", visible=bool(first), value=None),
        new.second: gr.File(label=f"Or pictures. {second}", visible=bool(second), value=None),
        asked: [key, preset],
        **dict.fromkeys((form.first_kind, form.second_kind), UNASKED),
    }


def check(
    settings: Settings, key: str, data: str | None
) -> tuple[gr.Image, str, gr.Dropdown, gr.Dropdown]:
    """A look at data, whether it is fit, and what A and B seem to show."""
    if not data:
        return gr.Image(visible=False), "", UNASKED, UNASKED
    task = find_task(key)
    found = datasets.check(settings, data, task)
    kinds = found.report["kinds"] if task.names_sides else []
    first, second = [gr.Dropdown(value=kind, visible=True) for kind in kinds] or [UNASKED] * 2
    card = cards.report_card(data, found.report)
    return gr.Image(found.look, visible=found.fit), card, first, second


def add(
    settings: Settings,
    form: RunForm,
    new: NewData,
    key: str,
    name: str,
    archive: list,
    first: list,
    second: list,
    folder: str,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> Changes:
    """Add a data set, say what was left out, empty the form, and choose it."""
    task = find_task(key)
    left_out: list[str] = []
    if folder:
        name = datasets.add_folder(settings, name, folder)
    else:
        sides = (first, second)[: max(1, len(task.sides))]
        name, left_out = datasets.add(
            settings,
            name,
            archive[0] if archive else None,
            sides,
            lambda done, total: progress((done, total), "Decoding", unit="files"),
        )
    chosen = gr.Dropdown(choices=datasets.names(settings, task), value=name)
    return {
        new.words: cards.bullets("Left out", left_out),
        new.name: "",
        new.archive: None,
        new.first: None,
        new.second: None,
        new.folder: "",
        form.data: chosen,
    }


def delete(settings: Settings, form: RunForm, new: NewData, key: str, data: str | None) -> Changes:
    """Delete a person's own data set."""
    datasets.delete(settings, data)
    gr.Info("The data is deleted.", duration=5)
    choices = datasets.names(settings, find_task(key))
    return {new.words: "", form.data: gr.Dropdown(choices=choices, value=None)}


def request_of(form: RunForm, values: Values) -> RunRequest:
    """The run that the form asks for.

    Raises:
        ValueError: no data is chosen.
    """
    if not values[form.data]:
        raise ValueError("Expected data to learn from, found none; choose an example or add yours.")
    return RunRequest(
        task=values[form.task],
        data=values[form.data],
        name=values[form.name],
        preset=values[form.preset],
        minutes=values[form.minutes] or 0,
        steps=int(values[form.steps] or 0),
        size=int(values[form.size] or 0),
        start=values[form.start] or "",
        options=values[form.options] or {},
        domains=(values[form.first_kind] or "", values[form.second_kind] or ""),
    )
