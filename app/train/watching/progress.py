"""Runs for the Train tab: samples, curves and exported models out of their folders.

A run is a process of its own, so it goes on when the page or the app is closed. Run folders are
only read here; what changes them is in `app.train.actions`.
"""

import json
from pathlib import Path

from app.train.tasks import task_of_script
from training.runs.folder import all_runs, exported, read_metrics
from training.runs.log import read_log
from training.runs.summary import RunSummary, summary

POINTS = 400  # of a curve
NO_FIGURES = ("step", "images", "minutes")  # of a line of metrics.jsonl


def folder_of(runs: Path, name: str | None) -> Path:
    """The folder of a run.

    Raises:
        ValueError: there is none of that name; a path is no name.
    """
    there = {folder.name: folder for folder in all_runs(runs)}
    if not isinstance(name, str) or name not in there:
        raise ValueError(f"There is no run {name!r}; choose one from the list.")
    return there[name]


def run_of(runs: Path, name: str | None) -> RunSummary:
    """A run in short.

    Raises:
        ValueError: there is no such run.
    """
    return summary(folder_of(runs, name))


def log(runs: Path, name: str) -> str:
    """The end of a run's output."""
    return read_log(folder_of(runs, name))


def samples(runs: Path, name: str) -> list[Path]:
    """The grids of samples, the oldest first."""
    files = (folder_of(runs, name) / "samples").glob("*.png")
    return sorted((one for one in files if one.stem.isdigit()), key=lambda one: int(one.stem))


def curves(runs: Path, name: str) -> dict[str, list[tuple[int, float]]]:
    """Each logged figure by name as (images seen, value), thinned out to some hundred points."""
    found: dict[str, list[tuple[int, float]]] = {}
    for line in read_metrics(folder_of(runs, name)):
        for key, value in line.items():
            if isinstance(value, (int, float)) and key not in NO_FIGURES:
                found.setdefault(key, []).append((line["images"], value))
    return {key: thinned(points) for key, points in found.items()}


def thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Some hundred points at most, the newest among them."""
    return points[::-1][:: len(points) // POINTS + 1][::-1]


def exports(runs: Path, name: str) -> list[str]:
    """Which exported models a run has so far, of best and last; one where both are the same, and
    none that has learned nothing yet."""
    there = [one for one in exported(folder_of(runs, name)) if seen(runs, name, one)]
    return there[:1] if len({seen(runs, name, which) for which in there}) == 1 else there


def seen(runs: Path, name: str, which: str) -> int:
    """Images that an exported model of a run had seen."""
    path = folder_of(runs, name) / "export" / which / "config.json"
    return int(json.loads(path.read_text(encoding="utf-8"))["training"]["images_seen"])


def export_sheet(runs: Path, name: str, which: str) -> Path:
    """The samples that lie beside an exported model of a run."""
    return folder_of(runs, name) / "export" / which / "samples.png"


def task_label(run: RunSummary) -> str:
    """The task of a run in words."""
    task = task_of_script(run.script, run.recipe)
    return task.label if task else run.script
