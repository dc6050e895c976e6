"""The state of a run: status.json, and whether its process is still there."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import psutil

RUNNING = ("waiting", "starting", "training", "paused")
KILLED = "killed"  # is never written: the state of a run whose process is gone without a word


@dataclass
class Status:
    """The content of status.json.

    Attributes:
        state: waiting (for its turn), starting, training, paused (until there is room on the disk),
            finished (the schedule is done), stopped (by a limit or a person), or failed.
        images_per_second, seconds_left: of the last log interval.
        queued: when it began to wait for its turn, in seconds of the epoch.
        warnings: what the run has to say about its health, in words.
    """

    state: str = "starting"
    script: str = ""
    data: str = ""
    step: int = 0
    images_seen: int = 0
    images_total: int = 0
    images_per_second: float = 0.0
    seconds_left: float | None = None
    minutes: float = 0.0
    message: str = ""
    warnings: list[str] = field(default_factory=list)
    pid: int = 0
    queued: float = 0.0
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
