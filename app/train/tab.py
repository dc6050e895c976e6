"""The Train tab: data in, a run to watch, and a model to use."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.languages import say
from app.settings import Settings
from app.shared.wiring import PRIVATE, Changes, Refresh, Values, spoken
from app.train import actions, datasets, form_layout, new_run, tasks
from app.train.actions import RunRequest
from app.train.form_layout import Around, RunForm
from app.train.watching import progress, watch
from training.runs.summary import summaries

TITLE = "Train"


def build(settings: Settings, tabs: gr.Tabs, others: Sequence[Refresh]) -> Refresh:
    """Lay the tab out and wire it.

    Args:
        tabs: in which it stands; what trains is looked at only while it is open.
        others: the tabs that shall show a new model at once.
    """
    with gr.Tabs() as rooms:
        with gr.Tab("New", id="new"):
            form, around, start = new_run.build(settings)
        with gr.Tab("Runs", id="runs"):
            watched, using, timer = watch.build(settings)
    start.click(
        spoken(begin, settings, form, around, rooms, watched),
        set(form.components()),
        [form.name, form.made_name, rooms, *around.troubles(), *watched.components()],
        **PRIVATE,
    )
    used = using.use.click(
        spoken(watch.use, settings, watched, using),
        {watched.listing, using.which, using.model},
        [using.words, using.model, using.made, using.row, *using.onwards.values()],
        show_progress_on=[using.use],
        api_visibility="private",
    )
    for other in others:
        other.after(used.success)
    pickers = {place_of(one, tabs): one for one in map(picker_of, others) if one}
    for place, button in using.onwards.items():
        there = [pickers[place]] if place in pickers else []
        button.click(
            partial(go_to, place, bool(there)), [using.made], [tabs, *there], queue=False, **PRIVATE
        )
    tabs.select(look_or_rest, [around.opened], [timer, around.opened], queue=False, **PRIVATE)
    for function in (
        check_data,
        train,
        list_runs,
        show_run,
        stop_run,
        resume_run,
        rename_run,
        delete_run,
        use_run,
        delete_data,
    ):
        gr.api(spoken(function, settings), api_name=function.__name__)
    outputs = [form.data, form.start, *watched.components()]
    return Refresh(partial(newest, settings, form, watched), outputs)


def newest(settings: Settings, form: RunForm, watched: watch.Watched) -> Changes:
    """The data sets, models and runs that there are now."""
    return {
        form.data: gr.Dropdown(choices=datasets.names(settings, form_layout.FIRST)),
        form.start: gr.Dropdown(choices=form_layout.starts(settings, form_layout.FIRST)),
        **watch.afresh(settings, watched, None),
    }


def picker_of(tab: Refresh) -> gr.Dropdown | None:
    """The dropdown by which a tab chooses its model, where it has one."""
    found = (one for one in tab.outputs if isinstance(one, gr.Dropdown))
    return next((one for one in found if "model-picker" in (one.elem_classes or [])), None)


def place_of(component: Block, tabs: gr.Tabs) -> str:
    """The id of the tab in which a component stands."""
    block: Block | None = component
    while block is not None and block.parent is not tabs:
        block = block.parent
    return str(block.id) if isinstance(block, gr.Tab) else ""


def go_to(place: str, chooses: bool, model: str) -> Any:
    """Open a tab, with a model where it shows how it is chosen."""
    return (gr.Tabs(selected=place), model) if chooses else gr.Tabs(selected=place)


def look_or_rest(opened: bool, event: gr.SelectData) -> tuple[gr.Timer, bool]:
    """Look at what trains while this tab is open, and at the data from its first opening on."""
    here = event.value == say(TITLE)  # its words on the page
    return gr.Timer(active=here), opened or here


def begin(
    settings: Settings,
    form: RunForm,
    around: Around,
    rooms: gr.Tabs,
    watched: watch.Watched,
    values: Values,
) -> Changes:
    """Start a run, and show it; or say beside each field what is wrong with it."""
    troubles = new_run.troubles(settings, form, around, values)
    if any(troubles.values()):
        return new_run.told(troubles)
    try:
        name = actions.start(settings, new_run.request_of(form, values))
    except (ValueError, OSError) as error:
        return new_run.told({**troubles, around.of_rest: str(error)})
    made = actions.made_name(settings, values[form.data])
    return {
        **new_run.told(troubles),
        form.name: made,
        form.made_name: made,
        rooms: gr.Tabs(selected="runs"),
        **watch.afresh(settings, watched, name),
    }


# the same for scripts


def check_data(settings: Settings, lesson: str, data: str) -> dict:
    """Whether a data set is fit for a task (classes, pictures, pairs, domains)."""
    return datasets.check(settings, data, tasks.find_task(lesson)).report


def train(
    settings: Settings,
    lesson: str,
    data: str,
    name: str,
    minutes: float = 20,
    preset: str = "",
    steps: int = 0,
    size: int = 0,
    start: str = "",
    options: dict | None = None,
    domains: list[str] | None = None,
) -> str:
    """Start or queue a run; its name."""
    request = RunRequest(
        task=lesson,
        data=data,
        name=name,
        preset=preset,
        minutes=minutes,
        steps=steps,
        size=size,
        start=start,
        options=options or {},
        domains=tuple(domains or ()),
    )
    return actions.start(settings, request)


def list_runs(settings: Settings) -> list[dict]:
    """Every run: name, state, script, progress."""
    return [asdict(run) for run in summaries(settings.runs)]


def show_run(settings: Settings, name: str) -> dict:
    """A run: its state, its last figures, and what it said."""
    last = {key: points[-1][1] for key, points in progress.curves(settings.runs, name).items()}
    return {
        **asdict(progress.run_of(settings.runs, name)),
        "figures": last,
        "log": progress.log(settings.runs, name),
    }


def stop_run(settings: Settings, name: str) -> str:
    """Ask a run to save, export and end."""
    actions.stop(settings, name)
    return name


def resume_run(settings: Settings, name: str, minutes: float = 20) -> str:
    """Go on with a run."""
    actions.resume(settings, name, minutes)
    return name


def rename_run(settings: Settings, name: str, new: str) -> str:
    """Give a run another name."""
    return actions.rename(settings, name, new)


def delete_run(settings: Settings, name: str) -> str:
    """Delete a run for good."""
    actions.delete(settings, name)
    return name


def use_run(settings: Settings, name: str, which: str = "best", model: str = "") -> str:
    """Put a run's exported model among the user's own; the model's name."""
    return actions.use(settings, name, which, model)


def delete_data(settings: Settings, name: str) -> str:
    """Delete one of the user's own data sets."""
    datasets.delete(settings, name)
    return name
