"""Runs and reports on data as HTML; everything in them comes from files and is escaped."""

import html

import pandas as pd

from app.train import data_layouts
from app.train.progress import Job, script_words
from app.train.tasks import Lesson

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
SHOWN = 12  # classes, or what is left out, before the rest are counted
# what the curves show at first, of the first kind that a run has
USUAL = (("validation/texture",), ("diversity",), ("D(x)", "D(G(z))"))


def state_card(job: Job) -> str:
    """How far a run is, and what it has to say."""
    facts = [f"{job.images_seen:,} pictures seen", f"{job.minutes:.1f} minutes"]
    if job.state == "training" and job.images_per_second:
        facts.append(f"{job.images_per_second:,.1f} a second")
    bar = ""
    if job.alive:
        bar = f"<progress max='1' value='{job.share:.4f}' aria-label='Progress'></progress>"
        if job.seconds_left is not None and job.state == "training":
            facts.append(f"{time_words(job.seconds_left)} left")
    message = f"<p>{html.escape(job.message)}</p>" if job.message else ""
    warnings = "".join(f"<li>{html.escape(text)}</li>" for text in job.warnings[:SHOWN])
    if more := len(job.warnings) - SHOWN:
        warnings += f"<li>and {more} more</li>" if more > 0 else ""
    said = f"<h4>It says</h4><ul>{warnings}</ul>" if warnings else ""
    return (
        f"<div class='card' data-state='{job.state}'><h3>{html.escape(job.name)}</h3>"
        f"<p><b>{STATES.get(job.state, job.state)}</b> · {html.escape(what(job))}</p>"
        f"{bar}<p>{' · '.join(facts)}</p>{message}{said}</div>"
    )


def what(job: Job) -> str:
    """What a run learns from what."""
    return f"{script_words(job)}, from {job.data}" if job.data else script_words(job)


def time_words(seconds: float) -> str:
    """A time that is left."""
    if seconds < 90:
        return f"{max(0, seconds):.0f} seconds"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"


def lesson_card(taught: Lesson) -> str:
    """What comes of a lesson, and how its data lies."""
    return (
        f"<div class='card'><p>{html.escape(taught.about)}</p>"
        f"{data_layouts.picture(taught.layout)}</div>"
    )


def report_card(name: str, report: dict) -> str:
    """Whether data is fit, what is in it, and what will be left out."""
    if report["problem"]:
        return (
            f"<div class='card' data-fit='no'><h3>{html.escape(name)}</h3>"
            f"<p class='broken'>Not fit for this: {html.escape(report['problem'])}</p></div>"
        )
    rows = [("To learn from", f"{report['images']:,}")]
    if report["held_out"]:
        rows.append(("Of these kept aside to judge by", f"{report['held_out']:,}"))
    rows.append(("To measure on afterwards", f"{report['test']:,}" if report["test"] else "none"))
    sizes = {tuple(size): words for words, size in report["sizes"].items()}
    spread = ", ".join(
        f"{width} × {height}" + (f" ({words})" if len(sizes) > 1 else "")
        for (width, height), words in sizes.items()
    )
    rows.append(("Pixels", spread))
    facts = "".join(
        f"<div><dt>{term}</dt><dd>{html.escape(value)}</dd></div>" for term, value in rows
    )
    return (
        f"<div class='card' data-fit='yes'><h3>{html.escape(name)}</h3><p>Fit to train on.</p>"
        f"<dl>{facts}</dl>{group_bars(report['groups'])}"
        f"{bullets('Good to know', report['advice'])}"
        f"{bullets('Will be left out', report['skipped'])}</div>"
    )


def group_bars(groups: list[dict]) -> str:
    """How many pictures each class or domain has, as bars."""
    if not groups:
        return ""
    most = max(group["images"] for group in groups)
    rows = [
        f"<div><dt>{html.escape(group['name'])}</dt>"
        f"<dd><meter min='0' max='{most}' value='{group['images']}'></meter> "
        f"{group['images']:,}</dd></div>"
        for group in groups[:SHOWN]
    ]
    more = len(groups) - SHOWN
    rest = f"<p>and {more} more</p>" if more > 0 else ""
    return f"<dl class='bars'>{''.join(rows)}</dl>{rest}"


def bullets(title: str, texts: list[str]) -> str:
    """Sentences under a title, or nothing."""
    if not texts:
        return ""
    rows = "".join(f"<li>{html.escape(text)}</li>" for text in texts[:SHOWN])
    more = len(texts) - SHOWN
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return f"<h4>{title}</h4><ul>{rows}{rest}</ul>"


def usual_figures(names: list[str]) -> list[str]:
    """What the curves show at first."""
    for group in USUAL:
        if there := [name for name in names if name.startswith(group)]:
            return there
    return names[:2]


def table(curves: dict[str, list[tuple[int, float]]], chosen: list[str]) -> pd.DataFrame:
    """Curves as the plot takes them: a row for each point."""
    rows = [(images, value, name) for name in chosen for images, value in curves.get(name, [])]
    return pd.DataFrame(rows, columns=["images", "value", "figure"])
