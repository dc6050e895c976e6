"""Start a run, stop it, go on with it, use its model.

Everything is `python -m training...`; names come from strangers and are looked up, options are
checked, and no path comes from a request.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import yaml

from app.settings import Settings
from app.shared import processes
from app.shared.drawings import OUTLINES
from app.shared.library import Library
from app.shared.model_names import free_model_name
from app.train import datasets, options_form
from app.train.tasks import Task, find_task
from app.train.watching.progress import folder_of, run_of
from models.translator import Translator
from training.runs.folder import EXPORTS, all_runs, check_name, exported
from training.runs.log import last_words

MAX_MINUTES = 7 * 24 * 60
PHOTOGRAPHS = ("photograph", "photographs", "photo", "photos")  # what a domain of them is called
START_LIMIT = 90  # seconds, more than the process of a run that has ended takes to go
CHANGE_LIMIT = 120
WARM_UP = 200  # pictures for the critic of a model without one; more would take half of the minutes


@dataclass(frozen=True)
class RunRequest:
    """A run as a person asks for it.

    Attributes:
        task, preset: as in `app.train.tasks`.
        data: the name of a data set.
        name: of the run.
        minutes, steps: when it stops; 0 for no limit, not both.
        size: height and width, 0 for what suits the data.
        start: a model to start from, empty for none.
        options: further ones of the script, by name.
        domains: what the pictures of A and of B show, of tasks that ask for it.
        swapped: whether it learns the way from the B of the data to its A.
    """

    task: str
    data: str
    name: str
    preset: str = ""
    minutes: float = 20
    steps: int = 0
    size: int = 0
    start: str = ""
    options: dict = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    swapped: bool = False


def start(settings: Settings, request: RunRequest) -> str:
    """Start a run, or queue it behind the one that trains; its name.

    Raises:
        ValueError: something that there is not, out of range, or a name that is taken.
    """
    name = new_name(settings, request.name)
    arguments = arguments_of(settings, request)
    queue(settings, name, script_of(settings, request), arguments)
    return name


def new_name(settings: Settings, text: str) -> str:
    """The name of a new run from what a person typed.

    Raises:
        ValueError: one that cannot be, or is taken.
    """
    name = run_name(text)
    if name in {folder.name for folder in all_runs(settings.runs)}:
        raise ValueError(f"Expected a new name, found that there is a run {name} already.")
    return name


def made_name(settings: Settings, data: str) -> str:
    """A name that is free for a run that learns from a data set."""
    there = {folder.name for folder in all_runs(settings.runs)}
    names = (f"{data[:50]}-{number}" for number in count(1))
    return next(name for name in names if name not in there)


def trouble_of(check: Callable[..., object], *values: object) -> str:
    """The sentence by which a check refuses values; empty where it takes them."""
    try:
        check(*values)
    except ValueError as error:
        return str(error)
    return ""


def planned(settings: Settings, request: RunRequest) -> tuple[str, dict]:
    """The script of a request, and its options by name."""
    task, script = find_task(request.task), script_of(settings, request)
    options = dict(chosen(settings, task, request))
    options |= options_form.checked(script, request.options)
    if request.size:
        options["size"] = request.size
    if request.swapped:
        options["direction"] = "BtoA"
    return script, options


def arguments_of(settings: Settings, request: RunRequest) -> list[str]:
    """The command line of the script."""
    task, (_, options) = find_task(request.task), planned(settings, request)
    places = datasets.places(settings, request.data, task)
    line = ["--data", *places, *limits(request.minutes, request.steps)]
    if task.names_sides and any(request.domains):
        names = checked_domains(request.domains)
        line += ["--domains", *(reversed(names) if request.swapped else names)]
    return line + [f"--{key}={value}" for key, value in options.items()]


def checked_domains(domains: Sequence[str]) -> list[str]:
    """What A and B show, as --domains takes it.

    Raises:
        ValueError: other than two names, or one that reads as an option.
    """
    names = [str(one or "").strip() for one in domains]
    if len(names) != 2 or not all(names) or any(name.startswith("-") for name in names):
        raise ValueError(
            f"Expected what A is and what B is, found {' and '.join(map(repr, names))}; choose or "
            "type both."
        )
    return names


def script_of(settings: Settings, request: RunRequest) -> str:
    """The script of a request: that of the model to start from, or the preset's."""
    task = find_task(request.task)
    if request.start in starts(settings, task):
        return Library(settings.weights).get(request.start).config["training"]["script"]
    return task.script_of(request.preset)


def chosen(settings: Settings, task: Task, request: RunRequest) -> dict:
    """The options of the preset, or those of the model to start from."""
    if request.start:
        return from_model(settings, task, request.start)
    presets = task.presets
    if request.preset and request.preset not in presets:
        raise ValueError(
            f"Expected one of {', '.join(presets)} as preset, found {request.preset!r}."
        )
    return presets[request.preset] if request.preset else next(iter(presets.values()))


def from_model(settings: Settings, task: Task, name: str) -> dict:
    """How a model was trained, so that training goes on as it was; its networks are taken from it
    by --init-from.

    Raises:
        ValueError: there is no such model, or another task trained it.
    """
    if name not in starts(settings, task):
        raise ValueError(
            f"Expected a model that {task.script} has trained to start from, found {name!r}."
        )
    model = Library(settings.weights).get(name)
    said = model.config["training"]["options"]
    options = {key.replace("_", "-"): value for key, value in said.items() if value is not None}
    script = model.config["training"]["script"]
    known = options_form.checked(script, options, strict=False)
    critic = {"warm-up": WARM_UP} if task.names_sides else {}
    return {**known, **critic, "size": model.size, "init-from": str(model.folder)}


def starts(settings: Settings, task: Task) -> list[str]:
    """The models that a task can start from; its presets' own where they name one."""
    if task.beside:
        return []
    found, library = [], Library(settings.weights)
    for name in library.available():
        try:
            model = library.get(name)
        except (ValueError, OSError):
            continue
        training, writes = model.config["training"], getattr(model, "writes", False)
        if writes != task.characters:
            continue
        if training["script"] in (task.script, *task.other_scripts.values()) and training.get(
            "options"
        ):
            found.append(name)
    return found


def first_start(settings: Settings, task: Task, kinds: Sequence[str]) -> str:
    """The model to start from where a person does not say: one that ships and is given what A
    shows, as outlines or photographs, rather one that makes what B shows, or goes both ways; empty
    for none."""
    library = Library(settings.weights)
    shown = kinds[0].lower() if kinds else ""
    given = next((alike for alike in (OUTLINES, PHOTOGRAPHS) if shown in alike), (shown,))
    found = []
    for name in starts(settings, task):
        model = library.get(name)
        shipped = model.folder.parent != library.own
        if shipped and isinstance(model, Translator) and model.domains[0].lower() in given:
            found.append((model.domains[1] == kinds[1], len(model.directions), name))
    return max(found)[-1] if found else ""


def limits(minutes: float, steps: int) -> list[str]:
    """When a new run ends: by a budget of minutes, which drives its learning rate, or by steps.

    Raises:
        ValueError: neither or both, or out of range.
    """
    if not 0 <= minutes <= MAX_MINUTES or steps < 0:
        raise ValueError(f"Expected 0 to {MAX_MINUTES:,} minutes, found {minutes:g}.")
    if bool(minutes) == bool(steps):
        raise ValueError("Expected either minutes or steps as the limit of a run; set one to 0.")
    return ["--minutes", f"{minutes:g}"] if minutes else ["--max-steps", str(int(steps))]


def resume(settings: Settings, name: str, minutes: float) -> None:
    """Go on with a run for so many minutes; those of a budget are added to it.

    Raises:
        ValueError: there is no such run, or it waits or trains.
    """
    run = run_of(settings.runs, name)
    if run.alive:
        raise ValueError(f"The run {name} is {run.state} already; stop it first.")
    limits(minutes, 0)
    config = folder_of(settings.runs, name) / "config.yaml"
    has_budget = config.is_file() and yaml.safe_load(config.read_text("utf-8")).get("minutes")
    limit = ("--minutes", run.minutes + minutes) if has_budget else ("--max-minutes", minutes)
    queue(settings, name, "resume", [limit[0], f"{limit[1]:g}"])


def queue(settings: Settings, name: str, script: str, arguments: list[str]) -> None:
    """Start the process that waits and trains, and outlives the app; return when it waits.

    Args:
        script: of a new run, or "resume".

    Raises:
        ValueError: it did not come to wait.
    """
    settings.runs.mkdir(parents=True, exist_ok=True)
    command = ["--runs", str(settings.runs), "queue", name, script, *arguments]
    process, errors = processes.start("training.runs", *command)
    status = settings.runs / name / "status.json"
    before, end = written(status), time.monotonic() + START_LIMIT
    try:
        while written(status) == before:
            if process.poll():
                raise ValueError(last_words(errors.read_text(encoding="utf-8", errors="replace")))
            if time.monotonic() > end:
                process.kill()
                raise ValueError("Expected the run to start, found no sign of it; try again.")
            time.sleep(0.05)
    finally:
        errors.unlink(missing_ok=True)


def written(path: Path) -> int:
    """When a file was written, 0 where there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


def stop(settings: Settings, name: str) -> None:
    """Ask a run to save, export and end."""
    folder_of(settings.runs, name)
    change(settings, "stop", name)


def rename(settings: Settings, name: str, new: str) -> str:
    """Give a run that does not train another name."""
    folder_of(settings.runs, name)
    change(settings, "rename", name, run_name(new))
    return run_name(new)


def delete(settings: Settings, name: str) -> None:
    """Delete a run that does not train."""
    folder_of(settings.runs, name)
    change(settings, "delete", name, "--yes")


def use(settings: Settings, name: str, which: str, model: str) -> str:
    """Put a run's exported model among the user's own, under a name that is free; the name.

    Raises:
        ValueError: no such export, or a name that is taken.
    """
    if which not in exported(folder_of(settings.runs, name)):
        raise ValueError(
            f"Expected {' or '.join(EXPORTS)} of a run that has saved, found {which!r} of {name}."
        )
    library = Library(settings.weights)
    model = free_model_name(library, model or name)
    change(settings, "export", name, "--which", which, "--critic", "--out", library.own / model)
    return model


def change(settings: Settings, command: str, *arguments: str | Path) -> str:
    """`python -m training.runs`, for what is done at once."""
    line = ("--runs", settings.runs, command, *arguments)
    return processes.run("training.runs", *line, limit=CHANGE_LIMIT)


def run_name(text: str) -> str:
    """The name of a run from what a person typed, spaces as hyphens.

    Raises:
        ValueError: empty, too long, or with odd characters.
    """
    return check_name(re.sub(" +", "-", str(text or "").strip()))
