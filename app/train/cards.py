"""Runs, tasks and reports on data as HTML; whatever comes from files is escaped."""

import html

import pandas as pd

from app.train import data_layouts
from app.train.progress import task_label
from app.train.tasks import Task
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
SHOWN = 12  # classes, or what is left out, before the rest are counted
# what the curves show at first, of the first kind that a run has
USUAL = (("validation/texture",), ("diversity",), ("D(x)", "D(G(z))"))


def state_card(run: RunSummary) -> str:
    """The state of a run, its progress and its warnings."""
    facts = [f"{run.images_seen:,} pictures seen", f"{run.minutes:.1f} minutes"]
    if run.state == "training" and run.images_per_second:
        facts.append(f"{run.images_per_second:,.1f} a second")
    bar = ""
    if run.alive:
        bar = f"<progress max='1' value='{run.share:.4f}' aria-label='Progress'></progress>"
        if run.seconds_left is not None and run.state == "training":
            facts.append(f"{time_words(run.seconds_left)} left")
    message = f"<p>{html.escape(run.message)}</p>" if run.message else ""
    warnings = "".join(f"<li>{html.escape(text)}</li>" for text in run.warnings[:SHOWN])
    if more := len(run.warnings) - SHOWN:
        warnings += f"<li>and {more} more</li>" if more > 0 else ""
    said = f"<h4>Warnings</h4><ul>{warnings}</ul>" if warnings else ""
    return (
        f"<div class='card' data-state='{run.state}'><h3>{html.escape(run.name)}</h3>"
        f"<p><b>{STATES.get(run.state, run.state)}</b> · {html.escape(task_and_data(run))}</p>"
        f"{bar}<p>{' · '.join(facts)}</p>{message}{said}</div>"
    )


def task_and_data(run: RunSummary) -> str:
    """The task of a run, and its data."""
    return f"{task_label(run)}, from {run.data}" if run.data else task_label(run)


def time_words(seconds: float) -> str:
    """A time that is left."""
    if seconds < 90:
        return f"{max(0, seconds):.0f} seconds"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.1f} hours"


def task_card(task: Task) -> str:
    """A task's result in a sentence, and how its data may lie."""
    usual, *others = task.layouts
    rows = "".join(
        f"<li>{html.escape(rule.title)}{data_layouts.picture(rule)}</li>" for rule in others
    )
    more = f"<details><summary>Other ways it may lie in a folder or zip</summary><ul>{rows}</ul>"
    return (
        f"<div class='card'><p>{html.escape(task.about)}</p>{data_layouts.picture(usual)}"
        f"{f'{more}</details>' if others else ''}</div>"
    )


def report_card(name: str, report: dict) -> str:
    """Whether data is fit, what is in it, and what will be left out."""
    if report["problem"]:
        return (
            f"<div class='card' data-fit='no'><h3>{html.escape(name)}</h3>"
            f"<p class='broken'>Not fit for this: {html.escape(report['problem'])}</p></div>"
        )
    rows = [("To train on", f"{report['images']:,}")]
    if report["held_out"]:
        rows.append(("Held out of it for validation", f"{report['held_out']:,}"))
    rows.append(("Test split", f"{report['test']:,}" if report["test"] else "none"))
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
    """The figures that the curves show at first."""
    for group in USUAL:
        if there := [name for name in names if name.startswith(group)]:
            return there
    return names[:2]


def table(curves: dict[str, list[tuple[int, float]]], chosen: list[str]) -> pd.DataFrame:
    """Curves as the plot takes them: a row for each point."""
    rows = [(images, value, name) for name in chosen for images, value in curves.get(name, [])]
    return pd.DataFrame(rows, columns=["images", "value", "figure"])
