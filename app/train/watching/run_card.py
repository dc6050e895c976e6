"""A run as HTML: its state, its clock and what it has to say; whatever comes from files is
escaped."""

import html
import time

import pandas as pd

from app.train.cards import bullets
from app.train.watching.progress import task_label
from training.runs.states import TIME_IS_UP
from training.runs.summary import RunSummary

STATES = {
    "waiting": "Waits for its turn",
    "starting": "Starts",
    "training": "Trains",
    "paused": "Paused",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "killed": "Was interrupted",
}
TIME_USED = "Finished: the minutes are used up"
DOING = {
    "data": "preparing the data and the networks",
    "samples": "drawing the first samples",
    "learning": "learning",
    "measuring": "measuring itself on pictures that it never saw",
    "saving": "saving what it has learned",
}
# with their places filled in
SEEN, SPEED, TRAINED = "{count} pictures seen", "{speed} a second", "{time} of training"
FROM = "{task}, from {data}"
PREPARING = "{time}, {doing}; the minutes count from when it learns"
TIMED = "{time} of {given}, {doing}"
UNTIMED, LEFT = "{time}, {doing}", "{time}, {doing}; {left} left"
UNCOUNTED = ("data", "samples")  # what takes none of the minutes
# what the curves show at first, of the first kind that a run has
USUAL = (("validation/texture",), ("diversity",), ("D(x)", "D(G(z))"))
LEAST_POINTS = 2  # of a curve that can be drawn


def state_card(run: RunSummary) -> str:
    """The state of a run, its progress and its warnings."""
    facts = []
    if run.images_seen:
        facts.append(SEEN.format(count=f"{run.images_seen:,}"))
    if run.state == "training" and run.images_per_second:
        facts.append(SPEED.format(speed=f"{run.images_per_second:,.1f}"))
    if not run.alive and run.minutes:
        facts.append(TRAINED.format(time=clock(60 * run.minutes)))
    said = "" if run.state == "waiting" or run.message == TIME_IS_UP else run.message
    message = f"<p>{html.escape(said)}</p>" if said else ""
    return (
        f"<div class='card' data-state='{html.escape(run.state)}'><h3>{html.escape(run.name)}</h3>"
        f"<p><b>{html.escape(state_words(run))}</b> · {html.escape(task_and_data(run))}</p>"
        f"{progress_bar(run)}<p>{' · '.join(facts)}</p>{message}"
        f"{bullets('Warnings', run.warnings)}</div>"
    )


def task_and_data(run: RunSummary) -> str:
    """The task of a run, and its data."""
    if not run.data:
        return task_label(run)
    return FROM.format(task=task_label(run), data=run.data)


def state_words(run: RunSummary) -> str:
    """The state of a run; one that had all its minutes is finished, whatever its schedule."""
    return TIME_USED if run.message == TIME_IS_UP else STATES.get(run.state, run.state)


def progress_bar(run: RunSummary) -> str:
    """What a run does now, and a bar of its time, or of its pictures where no time is set; the bar
    has no end as long as nothing is counted."""
    if run.state not in ("starting", "training"):
        return ""
    doing, since = DOING.get(run.doing, ""), time.time() - run.updated
    if run.state == "starting" or run.doing in UNCOUNTED:
        words = PREPARING.format(time=clock(time.time() - run.began), doing=doing)
        return bar("", words)
    done = 60 * run.minutes + since
    if given := 60 * run.minutes_given:
        whole = max(given, 60 * run.minutes + (run.seconds_left or 0))
        words = TIMED.format(time=clock(min(done, whole)), given=clock(given), doing=doing)
        return bar(f"value='{min(1.0, done / whole):.4f}'", words)
    words = UNTIMED.format(time=clock(done), doing=doing)
    if run.seconds_left is not None:
        left = clock(max(0.0, run.seconds_left - since))
        words = LEFT.format(time=clock(done), doing=doing, left=left)
    return bar(f"value='{run.share:.4f}'", words)


def bar(value: str, words: str) -> str:
    """A bar and its words beneath."""
    return (
        f"<progress max='1' {value} aria-label='Progress'></progress><p class='clock'>{words}</p>"
    )


def clock(seconds: float) -> str:
    """A time as a clock has it, 1:05 or 1:02:05."""
    whole = max(0, round(seconds))
    minutes, hours = whole // 60 % 60, whole // 3600
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def usual_figures(names: list[str]) -> list[str]:
    """The figures that the curves show at first."""
    for group in USUAL:
        if there := [name for name in names if name.startswith(group)]:
            return there
    return names[:2]


def table(curves: dict[str, list[tuple[int, float]]], chosen: list[str]) -> pd.DataFrame:
    """Curves as the plot takes them: a row for each point."""
    rows = [(images, value, name) for name in chosen for images, value in curves.get(name, [])]
    return pd.DataFrame(rows, columns=["images", "value", "figure"])
