"""Training processes as their run folders tell of them (see training/runs.py), for the Train tab.

A run is a process of its own, so it goes on when the page or the app is closed. Run folders are
only read here; what changes them is in `app.train.actions`.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.train.tasks import of_script

ALIVE = ("waiting", "starting", "training", "paused")
EXPORTS = ("best", "last")
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


def jobs(runs: Path) -> list[Job]:
    """All runs, those that wait or train first, then the newest."""
    found = []
    for path in runs.glob("*/status.json"):
        with suppress(ValueError):  # deleted meanwhile
            found += [job(runs, path.parent.name)] if is_run(path.parent) else []
    return sorted(found, key=lambda one: (not one.alive, -one.updated))


def is_run(folder: Path) -> bool:
    return folder.suffix != ".tmp"


def folder_of(runs: Path, name: str) -> Path:
    """Where a run lies.

    Raises:
        ValueError: there is none of that name; a path is no name.
    """
    there = {path.parent.name: path.parent for path in runs.glob("*/status.json")}
    if not isinstance(name, str) or name not in there:
        raise ValueError(f"There is no run {name!r}; choose one from the list.")
    return there[name]


def job(runs: Path, name: str) -> Job:
    """A run's state.

    Raises:
        ValueError: there is no such run.
    """
    folder = folder_of(runs, name)
    try:
        said = json.loads((folder / "status.json").read_text(encoding="utf-8"))
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


def samples(runs: Path, name: str) -> list[Path]:
    """The grids of samples, the oldest first."""
    files = (folder_of(runs, name) / "samples").glob("*.png")
    return sorted((one for one in files if one.stem.isdigit()), key=lambda one: int(one.stem))


def curves(runs: Path, name: str) -> dict[str, list[tuple[int, float]]]:
    """Each logged figure by name as (images seen, value), thinned out to some hundred points."""
    found: dict[str, list[tuple[int, float]]] = {}
    path = folder_of(runs, name) / "metrics.jsonl"
    for text in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:  # half written
            continue
        for key, value in line.items():
            if isinstance(value, (int, float)) and key not in ("step", "images", "minutes"):
                found.setdefault(key, []).append((line["images"], value))
    return {key: thinned(points) for key, points in found.items()}


def thinned(points: list) -> list:
    """Some hundred points at most, the newest among them."""
    return points[::-1][:: len(points) // POINTS + 1][::-1]


def log(runs: Path, name: str) -> str:
    """The end of what a run said; a progress bar leaves its last state alone."""
    path = folder_of(runs, name) / "log.txt"
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LOG_BYTES))
        text = file.read().decode("utf-8", "replace")
    lines = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def exports(runs: Path, name: str) -> list[str]:
    """Which exported models a run has so far, of best and last; one where both are the same."""
    folder = folder_of(runs, name) / "export"
    there = [which for which in EXPORTS if (folder / which / "config.json").is_file()]
    return there[:1] if len({seen(runs, name, which) for which in there}) == 1 else there


def seen(runs: Path, name: str, which: str) -> int:
    """Images that an exported model of a run had seen."""
    path = folder_of(runs, name) / "export" / which / "config.json"
    return int(json.loads(path.read_text(encoding="utf-8"))["training"]["images_seen"])


def export_sheet(runs: Path, name: str, which: str) -> Path:
    """The samples that lie beside an exported model of a run."""
    return folder_of(runs, name) / "export" / which / "samples.png"


def script_words(one: Job) -> str:
    """What a run trains, in words."""
    taught = of_script(one.script)
    return taught.label if taught else one.script
