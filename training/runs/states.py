"""The state of a run: status.json, and whether its process is still there."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import psutil

RUNNING = ("waiting", "starting", "training", "paused")
TIME_IS_UP = "The minutes are used up."  # the message of a run that had all that it was given
KILLED = "killed"  # is never written: the state of a run whose process is gone without a word


@dataclass
class Status:
    """The content of status.json.

    Attributes:
        state: waiting (for its turn), starting, training, paused (until there is room on the disk),
            finished (the schedule is done), stopped (by a limit or a person), or failed.
        doing: data, samples, learning, measuring or saving: what keeps it now.
        images_per_second: of the last log interval.
        seconds_left: never below 0; None where there is no telling.
        minutes: spent training, over all starts; what a start prepares does not count.
        minutes_given: that it may train in all; 0 where no time is set.
        began: when this start of it began, in seconds of the epoch.
        queued: when it began to wait for its turn, in seconds of the epoch.
        warnings: what the run has to say about its health, in words.
    """

    state: str = "starting"
    script: str = ""
    recipe: str = ""
    data: str = ""
    step: int = 0
    images_seen: int = 0
    images_total: int = 0
    images_per_second: float = 0.0
    seconds_left: float | None = None
    minutes: float = 0.0
    minutes_given: float = 0.0
    doing: str = "data"
    message: str = ""
    warnings: list[str] = field(default_factory=list)
    pid: int = 0
    queued: float = 0.0
    began: float = 0.0
    updated: float = 0.0


def read_status(folder: Path) -> Status | None:
    """A run's status, or None where it has none that can be read; fields of another version are
    passed over."""
    try:
        found = json.loads((folder / "status.json").read_text(encoding="utf-8"))
        return Status(
            **{name: found[name] for name in Status.__dataclass_fields__ if name in found}
        )
    except (OSError, ValueError, TypeError):
        return None


def is_alive(status: Status) -> bool:
    """Whether a run waits or trains, and its process is there."""
    if status.state not in RUNNING or not status.pid:
        return False
    try:  # another process may have the number by now
        process = psutil.Process(status.pid)
        return process.create_time() <= status.updated and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):
        return False
    except psutil.AccessDenied:
        return True
