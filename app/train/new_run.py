"""What to train, on what and how: the first half of the Train tab."""

from dataclasses import dataclass

import gradio as gr

from app.settings import Settings
from app.shared.upload_components import UploadedFiles
from app.shared.wiring import PRIVATE, Parts, spoken
from app.train import actions, cards, datasets, options_form
from app.train.actions import RunRequest
from app.train.tasks import TASKS, Task, find_task

FIRST = TASKS[2]
SCRATCH = "Nothing yet: from scratch"
SUITS = "What suits the data"
LONGEST = 240  # minutes on the slider; a script may ask for more
QUEUE = {"concurrency_id": "datasets", "concurrency_limit": 1}
# the same reading of fields as in `listing`; what is empty stands for the default
FORM = "${rows}"
FORM_JS = """
element.addEventListener("change", () => {
  const fields = [...element.querySelectorAll("[name]")].filter((one) => one.value !== "");
  props.value = Object.fromEntries(fields.map((one) => [one.name, one.value]));
  trigger("input");
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.stopPropagation();  // it would start the training
});
watch("rows", () => element.querySelectorAll("[name]").forEach((one) => {  // of another task
  one.value = props.value?.[one.name] ?? "";
}));
"""


@dataclass
class How(Parts):
    """What a person says of a run, in the order of `train`."""

    task: gr.Radio
    data: gr.Dropdown
    name: gr.Textbox
    preset: gr.Dropdown
    minutes: gr.Slider
    steps: gr.Number
    size: gr.Dropdown
    start: gr.Dropdown
    options: gr.HTML


@dataclass
class New(Parts):
    """A data set to be added, in the order of `add`."""

    name: gr.Textbox
    archive: gr.File
    first: gr.File
    second: gr.File
    folder: gr.Textbox


def build(settings: Settings) -> tuple[How, gr.Button]:
    """Lay the form out and wire what belongs to it alone; the button starts the training."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            what = gr.Radio(
                [(one.label, one.key) for one in TASKS],
                value=FIRST.key,
                label="What should it learn?",
                elem_id="task",
            )
            about = gr.HTML(cards.task_card(FIRST), label="About", elem_id="about-task")
            with gr.Row():
                data = data_picker(settings)
            new, add_button, delete_button, added = new_data(settings)
            how, options_box = limits_and_start(settings, what, data)
            start = gr.Button(
                "Start training", variant="primary", elem_classes="go", elem_id="start-training"
            )
        with gr.Column(scale=2, min_width=280):
            look = gr.Image(
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
        [what, data],
        [look, report],
        api_visibility="private",
        show_progress_on=[report],
        **QUEUE,
    )
    what.input(
        spoken(choose, settings),
        [what],
        [about, data, how.preset, how.size, how.start, new.first, new.second, how.options],
        queue=False,
        **PRIVATE,
    )
    add_button.click(
        spoken(add, settings),
        [what, *new.all()],
        [added, *new.all(), data],
        api_name="add_data",
        show_progress_on=[new.archive],
        **QUEUE,
    )
    delete_button.click(spoken(delete, settings), [what, data], [added, data], **PRIVATE, **QUEUE)
    gr.on(
        [options_box.expand, how.preset.input],
        spoken(show_options),
        [what, how.preset],
        [how.options],
        queue=False,
        **PRIVATE,
    )
    return how, start


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


def new_data(settings: Settings) -> tuple[New, gr.Button, gr.Button, gr.HTML]:
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
                    file_types=["image"],
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
    return New(name, archive, first, second, folder), add_button, delete_button, words


def limits_and_start(
    settings: Settings, what: gr.Radio, data: gr.Dropdown
) -> tuple[How, gr.Accordion]:
    """How long, how large, from where, and whatever else the script takes."""
    name = gr.Textbox(
        label="A name for it", placeholder="my-first-run", max_lines=1, elem_id="run-name"
    )
    with gr.Row():
        minutes = gr.Slider(
            0, LONGEST, 20, step=1, label="Minutes", info="It can go on later.", elem_id="minutes"
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
        options = gr.HTML(
            {},
            rows="",
            label="Options",
            html_template=FORM,
            js_on_load=FORM_JS,
            apply_default_css=False,
            elem_id="options",
        )
    return How(what, data, name, preset, minutes, steps, size, start, options), box


def sizes(task: Task) -> list[tuple[str, int]]:
    """The sizes to choose from."""
    return [(SUITS, 0), *((f"{size} × {size}", size) for size in task.sizes)]


def starts(settings: Settings, task: Task) -> list[tuple[str, str]]:
    """The models to start from."""
    return [(SCRATCH, ""), *((name, name) for name in actions.starts(settings, task))]


# what happens


def choose(settings: Settings, key: str) -> tuple:
    """Everything that another task changes."""
    task = find_task(key)
    first, second = (*task.sides, "", "")[:2]
    return (
        cards.task_card(task),
        gr.Dropdown(choices=datasets.names(settings, task), value=None),
        gr.Dropdown(choices=list(task.presets), value=next(iter(task.presets))),
        gr.Dropdown(choices=sizes(task), value=0),
        gr.Dropdown(choices=starts(settings, task), value=""),
        gr.File(label=f"Or pictures. {first}", visible=bool(first), value=None),
        gr.File(label=f"Or pictures. {second}", visible=bool(second), value=None),
        gr.HTML({}, rows=options_of(task)),
    )


def show_options(key: str, preset: str) -> gr.HTML:
    """The further options, which take some seconds to ask for."""
    return gr.HTML(rows=options_of(find_task(key), preset))


def options_of(task: Task, preset: str = "") -> str:
    """The fields of the further options, with what the preset says where they are empty."""
    chosen = task.presets.get(preset, next(iter(task.presets.values())))
    return options_form.form(task.script, chosen)


def check(settings: Settings, key: str, data: str | None) -> tuple:
    """A look at data, and whether it is fit."""
    if not data:
        return gr.Image(visible=False), ""
    found = datasets.check(settings, data, find_task(key))
    return (
        gr.Image(found.look, visible=found.fit),
        cards.report_card(data, found.report),
    )


def add(
    settings: Settings,
    key: str,
    name: str,
    archive: list,
    first: list,
    second: list,
    folder: str,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> tuple:
    """Add a data set, say what was left out, empty the form, and choose it."""
    task = find_task(key)
    if folder:
        name, left_out = datasets.add_folder(settings, name, folder), []
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
    return cards.bullets("Left out", left_out), "", None, None, None, "", chosen


def delete(settings: Settings, key: str, data: str | None) -> tuple:
    """Delete a person's own data set."""
    datasets.delete(settings, data)
    gr.Info("The data is deleted.", duration=5)
    return "", gr.Dropdown(choices=datasets.names(settings, find_task(key)), value=None)


def train(
    settings: Settings,
    key: str,
    data: str,
    name: str,
    preset: str,
    minutes: float,
    steps: float,
    size: int,
    start: str,
    options: dict | None,
) -> str:
    """Start or queue a run; its name."""
    if not data:
        raise ValueError("Expected data to learn from, found none; choose an example or add yours.")
    request = RunRequest(
        key,
        data,
        name,
        preset,
        minutes or 0,
        int(steps or 0),
        int(size or 0),
        start or "",
        options or {},
    )
    return actions.start(settings, request)
