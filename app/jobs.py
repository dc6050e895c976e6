"""Training processes, for the Train tab: start, watch, stop, resume.

A run is a process of its own with its state in its run folder (see training/runs.py), so it goes on
when the page or the app is closed. Here run folders are only read; what changes them is
`python -m training.runs`.
"""

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

import models
from app import datasets, forms, library, processes
from app.lessons import Lesson, lesson, of_script
from app.model_imports import free_name

RUNS = models.ROOT / "user" / "runs"
ALIVE = ("waiting", "starting", "training", "paused")
NAME = re.compile(r"\w[\w.-]{0,59}")
EPOCHS = 100_000  # a budget of minutes or steps ends a run, not the number of passes
MAX_MINUTES = 7 * 24 * 60
START_LIMIT = 30  # seconds
ORDER_LIMIT = 120
LOG_BYTES = 20_000  # of the log that are shown
POINTS = 400  # of a curve


@dataclass(frozen=True)
class Job:
    """A run as its folder tells of it.

    Attributes:
        state: as in status.json, or killed where its process is gone without a word.
        share: of its time or of its schedule that is over, 0 to 1.
    """

    name: str
    state: str = "starting"
    script: str = ""
    data: str = ""
    step: int = 0
    images_seen: int = 0
    images_per_second: float = 0.0
    seconds_left: float | None = None
    minutes: float = 0.0
    message: str = ""
    warnings: list[str] = field(default_factory=list)
    share: float = 0.0
    updated: float = 0.0

    @property
    def alive(self) -> bool:
        return self.state in ALIVE


# watching


def jobs() -> list[Job]:
    """All runs, those that wait or train first, then the newest."""
    found = [job(path.parent.name) for path in RUNS.glob("*/status.json") if is_run(path.parent)]
    return sorted(found, key=lambda one: (not one.alive, -one.updated))


def is_run(folder: Path) -> bool:
    return folder.suffix != ".tmp"


def folder_of(name: str) -> Path:
    """Where a run lies.

    Raises:
        ValueError: there is none of that name; a path is no name.
    """
    there = {path.parent.name: path.parent for path in RUNS.glob("*/status.json")}
    if not isinstance(name, str) or name not in there:
        raise ValueError(f"There is no run {name!r}; choose one from the list.")
    return there[name]


def job(name: str) -> Job:
    """A run's state.

    Raises:
        ValueError: there is no such run.
    """
    try:
        said = json.loads((folder_of(name) / "status.json").read_text(encoding="utf-8"))
        known = {key: said[key] for key in Job.__dataclass_fields__ if key in said}
    except (OSError, ValueError, TypeError):
        return Job(name, "killed", message="Its status.json cannot be read.")
    if said["state"] in ALIVE and not is_alive(said["pid"], said["updated"]):
        known |= {
            "state": "killed",
            "message": "Its process is gone; it can go on from its last checkpoint.",
        }
    return Job(name, **{**known, "share": share(said)})


def share(said: dict) -> float:
    """How much of a run is over: of its time, where the time that is left is known."""
    left = said.get("seconds_left")
    if said["state"] == "finished":
        return 1.0
    if left is not None and said["minutes"]:
        return said["minutes"] / (said["minutes"] + max(left, 0) / 60)
    return said["images_seen"] / said["images_total"] if said["images_total"] else 0.0


def is_alive(pid: int, updated: float) -> bool:
    """Whether a run's process is there, and not another one with its number."""
    try:
        process = psutil.Process(pid)
        return process.create_time() <= updated and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):
        return False
    except psutil.AccessDenied:
        return True


def samples(name: str) -> list[Path]:
    """The grids of samples, the oldest first."""
    files = (folder_of(name) / "samples").glob("*.png")
    return sorted((one for one in files if one.stem.isdigit()), key=lambda one: int(one.stem))


def curves(name: str) -> dict[str, list[tuple[int, float]]]:
    """Each logged figure by name as (images seen, value), thinned out to some hundred points."""
    found: dict[str, list[tuple[int, float]]] = {}
    path = folder_of(name) / "metrics.jsonl"
    for text in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:  # half written
            continue
        for key, value in line.items():
            if isinstance(value, (int, float)) and key not in ("step", "images", "minutes"):
                found.setdefault(key, []).append((line["images"], value))
    return {key: points[:: len(points) // POINTS + 1] for key, points in found.items()}


def log(name: str) -> str:
    """The end of what a run said; a progress bar leaves its last state alone."""
    path = folder_of(name) / "log.txt"
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LOG_BYTES))
        text = file.read().decode("utf-8", "replace")
    lines = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def exports(name: str) -> list[str]:
    """Which exported models a run has so far, of best and last; one where both are the same."""
    folder = folder_of(name) / "export"
    there = [which for which in ("best", "last") if (folder / which / "config.json").is_file()]
    return there[:1] if len({seen(name, which) for which in there}) == 1 else there


def seen(name: str, which: str) -> int:
    """Images that an exported model of a run had seen."""
    path = folder_of(name) / "export" / which / "config.json"
    return int(json.loads(path.read_text(encoding="utf-8"))["training"]["images_seen"])


def export_sheet(name: str, which: str) -> Path:
    """The samples that lie beside an exported model of a run."""
    return folder_of(name) / "export" / which / "samples.png"


# orders


@dataclass(frozen=True)
class Wish:
    """What a person wants to train.

    Attributes:
        lesson, preset: as in `app.lessons`.
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


def start(wish: Wish) -> str:
    """Start a run, or queue it behind the one that trains; its name.

    Raises:
        ValueError: something that there is not, out of range, or a name that is taken.
    """
    name = run_name(wish.name)
    arguments = arguments_of(wish)
    order("queue", name, lesson(wish.lesson).script, *arguments)
    return name


def arguments_of(wish: Wish) -> list[str]:
    """The command line of the script."""
    taught = lesson(wish.lesson)
    options: dict = {"n-epochs": EPOCHS, "n-epochs-decay": 0, **chosen(taught, wish)}
    options |= forms.checked(taught.script, wish.options)
    if wish.size:
        options["size"] = wish.size
    line = ["--data", datasets.argument(wish.data), *limits(wish.minutes, wish.steps)]
    return line + [f"--{key}={value}" for key, value in options.items()]


def chosen(taught: Lesson, wish: Wish) -> dict:
    """The options of the preset, or those of the model to start from."""
    if wish.start:
        return from_model(taught, wish.start)
    presets = taught.presets
    if wish.preset and wish.preset not in presets:
        raise ValueError(f"Expected one of {', '.join(presets)} as preset, found {wish.preset!r}.")
    return presets[wish.preset] if wish.preset else next(iter(presets.values()))


def from_model(taught: Lesson, name: str) -> dict:
    """How a model was trained, so that training goes on with the same networks.

    Raises:
        ValueError: there is no such model, or another lesson trained it.
    """
    if name not in starts(taught):
        raise ValueError(
            f"Expected a model that {taught.script} has trained to start from, found {name!r}."
        )
    model = library.get(name)
    said = {**model.config["training"]["options"], **network_options(model.config)}
    options = {key.replace("_", "-"): value for key, value in said.items() if value is not None}
    known = forms.checked(taught.script, options, strict=False)
    return {**known, "size": model.size, "init-from": str(model.folder)}


def network_options(config: dict) -> dict:
    """The options that make the networks of a model that draws; a translator's are among those of
    its training."""
    if config["task"] != "generation":
        return {}
    generator, critic = config["network"]["arguments"], config["critic"]["arguments"]
    return {
        **{"network": config["network"]["name"], "critic": config["critic"]["name"]},
        **{"width": generator["width"], "critic_width": critic["width"]},
        **{"noise_dim": generator["noise_dim"], "hidden": generator.get("hidden", 0)},
        **{"channels": config["channels"], "spectral_norm": critic["spectral"]},
        "critic_norm": critic.get("norm", "none"),
    }


def starts(taught: Lesson) -> list[str]:
    """The models that a lesson can start from."""
    found = []
    for name in models.available():
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


def resume(name: str, minutes: float) -> None:
    """Go on with a run for so many minutes."""
    folder_of(name)
    order("queue", name, "resume", *limits(minutes, 0))


def order(*arguments: str) -> None:
    """Start a process that outlives the app, and wait until it waits for its turn.

    Raises:
        ValueError: it did not come to wait.
    """
    RUNS.mkdir(parents=True, exist_ok=True)
    process, errors = processes.start("training.runs", "--runs", RUNS, *arguments)
    status = RUNS / arguments[1] / "status.json"
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


def stop(name: str) -> None:
    """Ask a run to save, export and end."""
    folder_of(name)
    runs("stop", name)


def rename(name: str, new: str) -> str:
    """Give a run that does not train another name."""
    folder_of(name)
    runs("rename", name, run_name(new))
    return run_name(new)


def delete(name: str) -> None:
    """Delete a run that does not train."""
    folder_of(name)
    runs("delete", name, "--yes")


def use(name: str, which: str, model: str) -> str:
    """Put a run's exported model among the user's own, under a name that is free; the name.

    Raises:
        ValueError: no such export, or a name that is taken.
    """
    if which not in exports(name):
        raise ValueError(
            f"Expected one of {', '.join(exports(name)) or 'none yet'} of {name}, found {which!r}."
        )
    model = free_name(model or name)
    runs("export", name, "--which", which, "--critic", "--out", models.WEIGHTS[1] / model)
    return model


def runs(command: str, *arguments: str | Path) -> str:
    """`python -m training.runs`."""
    return processes.run("training.runs", "--runs", RUNS, command, *arguments, limit=ORDER_LIMIT)


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


def script_words(one: Job) -> str:
    """What a run trains, in words."""
    taught = of_script(one.script)
    return taught.label if taught else one.script
