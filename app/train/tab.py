"""The Train tab: data in, a run to watch, and a model to use."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import gradio as gr

from app.settings import Settings
from app.shared.wiring import PRIVATE, Changes, Refresh, Values, spoken
from app.train import actions, datasets, new_run, progress, tasks, watch
from app.train.actions import RunRequest
from app.train.new_run import RunForm
from training.runs.summary import summaries

TITLE = "Train"


def build(
    settings: Settings, tabs: gr.Tabs, others: Sequence[Refresh], drawn_with: gr.Dropdown
) -> Refresh:
    """Lay the tab out and wire it.

    Args:
        drawn_with: the model that the Draw tab draws with.
        tabs: in which it stands; what trains is looked at only while it is open.
        others: the tabs that shall show a new model at once.
    """
    with gr.Tabs() as rooms:
        with gr.Tab("New", id="new"):
            form, start = new_run.build(settings)
        with gr.Tab("Runs", id="runs"):
            watched, using, timer = watch.build(settings)
    start.click(
        spoken(begin, settings, form, rooms, watched),
        set(form.components()),
        [form.name, rooms, *watched.components()],
        **PRIVATE,
    )
    used = using.use.click(
        spoken(watch.use, settings, watched, using),
        {watched.listing, using.which, using.model},
        [using.words, using.model, using.draw, using.made],
        show_progress_on=[using.use],
        api_visibility="private",
    )
    for other in others:
        other.after(used.success)
    using.draw.click(
        lambda model: (gr.Tabs(selected="draw"), model), [using.made], [tabs, drawn_with], **PRIVATE
    )
    tabs.select(look_or_rest, None, [timer], queue=False, **PRIVATE)
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
        form.data: gr.Dropdown(choices=datasets.names(settings, new_run.FIRST)),
        form.start: gr.Dropdown(choices=new_run.starts(settings, new_run.FIRST)),
        **watch.afresh(settings, watched, None),
    }


def look_or_rest(event: gr.SelectData) -> gr.Timer:
    """Look at what trains while this tab is open."""
    return gr.Timer(active=event.value == TITLE)


def begin(
    settings: Settings,
    form: RunForm,
    rooms: gr.Tabs,
    watched: watch.Watched,
    values: Values,
) -> Changes:
    """Start a run, and show it."""
    name = actions.start(settings, new_run.request_of(form, values))
    shown = watch.afresh(settings, watched, name)
    return {form.name: "", rooms: gr.Tabs(selected="runs"), **shown}


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
