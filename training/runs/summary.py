"""Runs in short, as `python -m training.runs list` and the app show them."""

from dataclasses import dataclass, field
from pathlib import Path

from training.runs.folder import all_runs
from training.runs.states import KILLED, RUNNING, Status, is_alive, read_status


@dataclass(frozen=True)
class RunSummary:
    """A run at this moment.

    Attributes:
        state: as in status.json, or killed where its process is gone without a word.
        share: of its schedule, or of the time that it is given, that is over, 0 to 1.
    """

    name: str
    state: str = "starting"
    script: str = ""
    recipe: str = ""
    data: str = ""
    step: int = 0
    images_seen: int = 0
    images_per_second: float = 0.0
    seconds_left: float | None = None
    minutes: float = 0.0
    minutes_given: float = 0.0
    doing: str = ""
    began: float = 0.0
    message: str = ""
    warnings: list[str] = field(default_factory=list)
    share: float = 0.0
    updated: float = 0.0

    @property
    def alive(self) -> bool:
        return self.state in RUNNING


def summary(folder: Path) -> RunSummary:
    """A run in short; one whose status.json cannot be read counts as killed."""
    status = read_status(folder)
    if status is None:
        return RunSummary(folder.name, KILLED, message="Its status.json cannot be read.")
    killed = status.state in RUNNING and not is_alive(status)
    gone = "Its process is gone; it can go on from its last checkpoint."
    return RunSummary(
        name=folder.name,
        state=KILLED if killed else status.state,
        script=status.script,
        recipe=status.recipe,
        data=status.data,
        step=status.step,
        images_seen=status.images_seen,
        images_per_second=status.images_per_second,
        seconds_left=status.seconds_left,
        minutes=status.minutes,
        minutes_given=status.minutes_given,
        doing=status.doing,
        began=status.began,
        message=gone if killed else status.message,
        warnings=status.warnings,
        share=share_done(status),
        updated=status.updated,
    )


def summaries(runs: Path) -> list[RunSummary]:
    """All runs, those that wait or train first, then the newest."""
    found = map(summary, all_runs(runs))
    return sorted(found, key=lambda one: (not one.alive, -one.updated))


def share_done(status: Status) -> float:
    """How much of a run is over: of its time, where it is given one or what is left is known."""
    if status.state == "finished":
        return 1.0
    left = max(status.seconds_left or 0.0, 0.0) / 60
    if status.minutes_given:
        return min(1.0, status.minutes / max(status.minutes_given, status.minutes + left))
    if status.seconds_left is not None and status.minutes:
        return status.minutes / (status.minutes + left)
    return status.images_seen / status.images_total if status.images_total else 0.0


def line(one: RunSummary) -> str:
    """A run in a line of text."""
    left = (
        f", {one.seconds_left / 60:.0f} min left"
        if one.state == "training" and one.seconds_left
        else ""
    )
    return (
        f"{one.name:24} {one.state:9} {one.share:4.0%}  {one.images_seen:>12,} images  "
        f"{one.images_per_second:6,.0f} img/s  {one.minutes:5.0f} min{left}"
    )
