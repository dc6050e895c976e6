"""What a person can have done with training: start a run, stop it, go on with it, use its model.

Everything is `python -m training...`; names come from strangers and are looked up, options are
checked, and no path comes from a request.
"""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.models.imports import free_name
from app.settings import Settings
from app.shared import processes
from app.shared.library import Library
from app.train import datasets, options_form, progress
from app.train.progress import EXPORTS, folder_of, job
from app.train.tasks import Lesson, lesson

NAME = re.compile(r"\w[\w.-]{0,59}")
EPOCHS = 100_000  # a budget of minutes or steps ends a run, not the number of passes
MAX_MINUTES = 7 * 24 * 60
START_LIMIT = 30  # seconds
ORDER_LIMIT = 120


@dataclass(frozen=True)
class Wish:
    """What a person wants to train.

    Attributes:
        lesson, preset: as in `app.train.tasks`.
        data: the name of a data set.
        name: of the run.
        minutes, steps: when it stops; 0 for no limit, not both.
        size: height and width, 0 for what suits the data.
        start: a model to start from, empty for none.
        options: further ones of the script, by name.
    """

    lesson: str
    data: str
    name: str
    preset: str = ""
    minutes: float = 20
    steps: int = 0
    size: int = 0
    start: str = ""
    options: dict = field(default_factory=dict)


def start(settings: Settings, wish: Wish) -> str:
    """Start a run, or queue it behind the one that trains; its name.

    Raises:
        ValueError: something that there is not, out of range, or a name that is taken.
    """
    name = run_name(wish.name)
    if name in {one.name for one in progress.jobs(settings.runs)}:
        raise ValueError(f"Expected a new name, found that there is a run {name} already.")
    arguments = arguments_of(settings, wish)
    order(settings, "queue", name, lesson(wish.lesson).script, *arguments)
    return name


def arguments_of(settings: Settings, wish: Wish) -> list[str]:
    """The command line of the script."""
    taught = lesson(wish.lesson)
    options: dict = {"n-epochs": EPOCHS, "n-epochs-decay": 0, **chosen(settings, taught, wish)}
    options |= options_form.checked(taught.script, wish.options)
    if wish.size:
        options["size"] = wish.size
    line = ["--data", datasets.argument(settings, wish.data), *limits(wish.minutes, wish.steps)]
    return line + [f"--{key}={value}" for key, value in options.items()]


def chosen(settings: Settings, taught: Lesson, wish: Wish) -> dict:
    """The options of the preset, or those of the model to start from."""
    if wish.start:
        return from_model(settings, taught, wish.start)
    presets = taught.presets
    if wish.preset and wish.preset not in presets:
        raise ValueError(f"Expected one of {', '.join(presets)} as preset, found {wish.preset!r}.")
    return presets[wish.preset] if wish.preset else next(iter(presets.values()))


def from_model(settings: Settings, taught: Lesson, name: str) -> dict:
    """How a model was trained, so that training goes on with the same networks.

    Raises:
        ValueError: there is no such model, or another lesson trained it.
    """
    if name not in starts(settings, taught):
        raise ValueError(
            f"Expected a model that {taught.script} has trained to start from, found {name!r}."
        )
    model = Library(settings.weights).get(name)
    said = {**model.config["training"]["options"], **network_options(model.config)}
    options = {key.replace("_", "-"): value for key, value in said.items() if value is not None}
    known = options_form.checked(taught.script, options, strict=False)
    return {**known, "size": model.size, "init-from": str(model.folder)}


def network_options(config: dict) -> dict:
    """The options that make the networks of a model, as far as its config tells."""
    generator = config["network"]["arguments"]
    if config["task"] == "translation":
        ends = generator["in_channels"], generator["out_channels"]
        return dict(zip(("in_channels", "channels"), ends, strict=True))
    judge = config.get("critic") or {}
    critic = judge.get("arguments", {})
    return {
        **{"network": config["network"]["name"], "critic": judge.get("name")},
        **{"width": generator["width"], "critic_width": critic.get("width")},
        **{"noise_dim": generator["noise_dim"], "hidden": generator.get("hidden", 0)},
        **{"channels": config["channels"], "spectral_norm": critic.get("spectral")},
        "critic_norm": critic.get("norm", "none"),
    }


def starts(settings: Settings, taught: Lesson) -> list[str]:
    """The models that a lesson can start from."""
    found, library = [], Library(settings.weights)
    for name in library.available():
        try:
            training = library.get(name).config["training"]
        except (ValueError, OSError):
            continue
        if training["script"] == taught.script and training.get("options"):
            found.append(name)
    return found


def limits(minutes: float, steps: int) -> list[str]:
    """When a start of a run ends.

    Raises:
        ValueError: neither or both, or out of range.
    """
    if not 0 <= minutes <= MAX_MINUTES or steps < 0:
        raise ValueError(f"Expected 0 to {MAX_MINUTES:,} minutes, found {minutes:g}.")
    if bool(minutes) == bool(steps):
        raise ValueError("Expected either minutes or steps as the limit of a run; set one to 0.")
    return ["--max-minutes", f"{minutes:g}"] if minutes else ["--max-steps", str(int(steps))]


def resume(settings: Settings, name: str, minutes: float) -> None:
    """Go on with a run for so many minutes.

    Raises:
        ValueError: there is no such run, or it waits or trains.
    """
    if job(settings.runs, name).alive:
        raise ValueError(
            f"The run {name} is {job(settings.runs, name).state} already; stop it first."
        )
    order(settings, "queue", name, "resume", *limits(minutes, 0))


def order(settings: Settings, *arguments: str) -> None:
    """Start a process that outlives the app, and wait until it waits for its turn.

    Raises:
        ValueError: it did not come to wait.
    """
    settings.runs.mkdir(parents=True, exist_ok=True)
    process, errors = processes.start("training.runs", "--runs", settings.runs, *arguments)
    status = settings.runs / arguments[1] / "status.json"
    before, end = stamp(status), time.monotonic() + START_LIMIT
    try:
        while stamp(status) == before:
            if process.poll():
                raise ValueError(
                    processes.last_words(errors.read_text(encoding="utf-8", errors="replace"))
                )
            if time.monotonic() > end:
                process.kill()
                raise ValueError("Expected the run to start, found no sign of it; try again.")
            time.sleep(0.05)
    finally:
        errors.unlink(missing_ok=True)


def stamp(path: Path) -> int:
    """When a file was written, 0 where there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


def stop(settings: Settings, name: str) -> None:
    """Ask a run to save, export and end."""
    folder_of(settings.runs, name)
    runs(settings, "stop", name)


def rename(settings: Settings, name: str, new: str) -> str:
    """Give a run that does not train another name."""
    folder_of(settings.runs, name)
    runs(settings, "rename", name, run_name(new))
    return run_name(new)


def delete(settings: Settings, name: str) -> None:
    """Delete a run that does not train."""
    folder_of(settings.runs, name)
    runs(settings, "delete", name, "--yes")


def use(settings: Settings, name: str, which: str, model: str) -> str:
    """Put a run's exported model among the user's own, under a name that is free; the name.

    Raises:
        ValueError: no such export, or a name that is taken.
    """
    there = folder_of(settings.runs, name) / "export"
    if which not in EXPORTS or not (there / which / "config.json").is_file():
        raise ValueError(
            f"Expected {' or '.join(EXPORTS)} of a run that has saved, found {which!r} of {name}."
        )
    library = Library(settings.weights)
    model = free_name(library, model or name)
    runs(settings, "export", name, "--which", which, "--critic", "--out", library.own / model)
    return model


def runs(settings: Settings, command: str, *arguments: str | Path) -> str:
    """`python -m training.runs`."""
    order = ("--runs", settings.runs, command, *arguments)
    return processes.run("training.runs", *order, limit=ORDER_LIMIT)


def run_name(text: str) -> str:
    """What a person typed as the name of a run, spaces as hyphens.

    Raises:
        ValueError: empty, too long, or with odd characters.
    """
    name = re.sub(" +", "-", str(text or "").strip())
    if not NAME.fullmatch(name) or name.endswith(".tmp"):
        raise ValueError(
            f"Expected a name of up to 60 letters, digits and - _ . for the run, found {name!r}; "
            "type one such as my-first-run."
        )
    return name
