"""Recipes for translation without pairs, one after another on the whole machine, judged at the same
minutes.

    python -m training.race --config training/race/recipes.yaml
    python -m training.race --recipes '{plain: cut --recipe cpu, slow: cyclegan}' --minutes [1,3,10]

Each recipe is a run RUNS/NAME-RECIPE that stops at each of the minutes to be judged, which takes
no part of its time, and goes on. Prints a table in Markdown, and writes RUNS/NAME.json and a
picture of the curves, RUNS/NAME.png, which are renewed with every judgement; the same command goes
on with a race that was cut short.
"""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models import locations
from models.images import save_png
from models.precision import bfloat16_in_words, processor_in_words
from training.command_line import parse_simple, run_main
from training.race import curves
from training.race.judge import FIGURES, Judge
from training.runs.folder import read_metrics, write_whole

SCRIPTS = ("cut", "cyclegan")
NO_NAME = r"[^\w.-]+"  # what no run's name has
NEVER = "1000000000"  # images
LEAST = 0.001  # minutes of a start


@dataclass
class Options:
    """Options of `training.race`.

    Args:
        recipes: by name, a script, cut or cyclegan, and its options as on a command line. What the
            first one reaches at its last minute is what the others' minutes are counted to.
        minutes: of training, at which each recipe is judged; the last ends it.
        data: as of the scripts.
        hold_out: pictures of the target domain that no recipe sees and all are judged by.
        paintings: a folder of other pictures of the target domain, to be judged by in their place:
            few pictures are of few manners, and of them real ones can be as far as photographs.
        seed: of every run.
        name: of the race.
        runs: the folder that holds the runs.
    """

    recipes: dict[str, str] = field(default_factory=dict)
    minutes: list[float] = field(default_factory=lambda: [1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0])
    data: str | list[str] = "photo-vangogh"
    hold_out: int = 4
    paintings: Path | None = None
    seed: int = 0
    name: str = "race"
    runs: Path = field(default_factory=locations.runs)

    def __post_init__(self) -> None:
        if not self.recipes:
            raise ValueError("Expected --recipes with at least one, found none.")
        folders = {folder_of(self, name) for name in self.recipes}
        if len(folders) < len(self.recipes):
            raise ValueError(
                "Expected recipes whose names differ by letters or digits, found "
                f"{', '.join(self.recipes)}."
            )
        for name, recipe in self.recipes.items():
            if not shlex.split(recipe) or shlex.split(recipe)[0] not in SCRIPTS:
                raise ValueError(
                    f"Expected the recipe {name} to begin with {' or '.join(SCRIPTS)}, found "
                    f"{recipe!r}."
                )
        if not self.minutes or sorted({0.0, *self.minutes}) != [0.0, *self.minutes]:
            raise ValueError(
                f"Expected --minutes above 0, each more than the one before, found {self.minutes}."
            )


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    record = opened(options)
    judge = Judge(options.data, options.hold_out, options.paintings)
    record["real"], record["colours_alone"] = judge.real, judge.colours_alone
    write(record, options)
    for name in options.recipes:
        race(name, judge, record, options)
    rows = {name: record["recipes"][name] for name in options.recipes}
    print(f"On {record['processor']}; {bfloat16_in_words()}.\n{table(rows, options.minutes)}")
    print(f"\nReal ones that were trained on: {ways_in_words(judge.real)}.")
    print(f"Colours alone: {ways_in_words(judge.colours_alone)}.")
    print(f"\nWritten to {options.runs / options.name}.json and .png")


def opened(options: Options) -> dict[str, Any]:
    """What there is of this race already.

    Raises:
        ValueError: a race of that name in which a recipe was another, or which is past minutes that
            it was not judged at; a run of that name that is no part of a race.
    """
    options.runs.mkdir(parents=True, exist_ok=True)
    path = options.runs / f"{options.name}.json"
    same = {"data": options.data, "hold_out": options.hold_out, "seed": options.seed}
    same["judged_by"] = options.paintings.name if options.paintings else ""
    began: dict[str, Any] = {**same, "processor": processor_in_words(), "recipes": {}}
    record: dict[str, Any] = (
        json.loads(path.read_text(encoding="utf-8")) if path.is_file() else began
    )
    for name, recipe in options.recipes.items():
        if name not in record["recipes"] and folder_of(options, name).exists():
            raise ValueError(
                f"Expected no run {folder_of(options, name).name} in {options.runs}, found one; "
                "take another --name, or delete it."
            )
        row = record["recipes"].setdefault(name, {"recipe": recipe, "ended": "", "points": []})
        if row["recipe"] != recipe or {key: record.get(key) for key in same} != same:
            raise ValueError(
                f"The race {options.name} in {options.runs} began with other options, its {name} "
                f"as {row['recipe']!r}; take another --name."
            )
        judged = [point["at"] for point in row["points"]]
        if any(mark not in judged and mark < max(judged, default=0) for mark in options.minutes):
            raise ValueError(
                f"Expected --minutes among {judged} or above, where {name} was judged, found "
                f"{options.minutes}; take another --name."
            )
    return record


def race(name: str, judge: Judge, record: dict[str, Any], options: Options) -> None:
    """Train one recipe from each of the minutes to the next, and judge it there, until it ends."""
    row, folder = record["recipes"][name], folder_of(options, name)
    judged = [point["at"] for point in row["points"]]
    for minutes in options.minutes:
        if minutes in judged:
            continue
        if row["ended"]:
            return
        state, message = train(folder, row["recipe"], minutes, options)
        if state != "stopped":  # its schedule is done, or the game is lost
            row["ended"] = message
        if state != "failed":
            logged = read_metrics(folder)[-1]
            seen = {"minutes": logged["minutes"], "images": logged["images"]}
            row["points"].append({"at": minutes, **seen, **judge(folder / "export" / "last")})
            print(f"{name}, {minutes:g} minutes: {row['points'][-1]['way']:.1%}", flush=True)
        write(record, options)


def train(folder: Path, recipe: str, minutes: float, options: Options) -> tuple[str, str]:
    """Train a run until it has had so many minutes; its state then, and what it said.

    Raises:
        ValueError: options that the script does not take, or a process that was killed.
    """
    while True:
        code, words = ran(start(folder, recipe, minutes, options))
        if code == 2:
            raise ValueError(words[-1].removeprefix("error: "))
        status = folder / "status.json"
        found = json.loads(status.read_text(encoding="utf-8")) if status.is_file() else {}
        state, said = found.get("state", ""), found.get("message", "")
        if state not in ("stopped", "finished", "failed"):
            raise ValueError(
                f"Expected the run {folder.name} to end by itself, found it gone: {words[-1]} The "
                "same command goes on."
            )
        # one that was killed before goes on from an earlier checkpoint than its log told
        if state != "stopped" or read_metrics(folder)[-1]["minutes"] >= minutes:
            return state, said


def start(folder: Path, recipe: str, minutes: float, options: Options) -> list[str]:
    """The command that begins a run, or goes on with it, until it has had so many minutes."""
    script, *given = shlex.split(recipe)
    command = [sys.executable, "-m", f"training.{script}", "--name", folder.name]
    command += ["--runs", str(folder.parent), "--max-minutes"]
    if folder.exists():
        logged = read_metrics(folder)
        spent = logged[-1]["minutes"] if logged else 0.0
        return [*command, str(max(LEAST, minutes - spent)), "--resume"]
    data = [options.data] if isinstance(options.data, str) else options.data
    command += [str(minutes), "--data", *data, "--hold-out", str(options.hold_out)]
    command += ["--seed", str(options.seed), "--log-with", "none", "--validate-every", "0"]
    return [*command, "--sample-every", NEVER, "--checkpoint-every", NEVER, *given]


def ran(command: list[str]) -> tuple[int, list[str]]:
    """The exit code of a command that ran to its end, and the lines of its errors. Where this
    process is interrupted, the command is too, and keeps what it has learned first."""
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        try:
            _, said = process.communicate()
        except KeyboardInterrupt:
            process.communicate()
            raise
    return process.returncode, said.strip().splitlines() or ["It ended without a word."]


def folder_of(options: Options, name: str) -> Path:
    """The run of a recipe."""
    return options.runs / f"{options.name}-{re.sub(NO_NAME, '-', name)}"


def write(record: dict[str, Any], options: Options) -> None:
    """What is known so far, as JSON and as a picture."""
    write_whole(options.runs / f"{options.name}.json", json.dumps(record, indent=1) + "\n")
    lines = {
        name: [(0.0, 0.0), *((point["minutes"], point["way"]) for point in row["points"])]
        for name, row in record["recipes"].items()
    }
    last = max(minutes for line in lines.values() for minutes, _ in line)
    for key, title in (("real", "real ones, trained on"), ("colours_alone", "colours alone")):
        lines[title] = [(at, record[key]["way"]) for at in (0.0, last)]
    said = "share of the way to the look of other pictures, by minutes of training"
    save_png(curves.picture(lines, said), options.runs / f"{options.name}.png")


def ways_in_words(shares: dict[str, float]) -> str:
    """Shares with their names."""
    return ", ".join(f"{share:.1%} {FIGURES[key]}" for key, share in shares.items())


def table(rows: dict[str, Any], minutes: list[float]) -> str:
    """A row for each recipe: the share of the way at each of the minutes, the other figures at its
    last, and from which minute on it is as far as the first recipe at its last."""
    first = [point for point in next(iter(rows.values()))["points"] if point["at"] in minutes]
    goal = first[-1]["way"] if first else float("inf")
    marks = [f"{mark:g} min" for mark in minutes]
    head = ["recipe", *marks, *list(FIGURES.values())[1:], "images", "as far as the first"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name, row in rows.items():
        points = [point for point in row["points"] if point["at"] in minutes]
        ways = [f"{point['way']:.1%}" for point in points]
        missing = [row["ended"], *[""] * len(marks)][: len(marks) - len(ways)]
        others = [f"{points[-1][key]:.1%}" if points else "" for key in list(FIGURES)[1:]]
        images = f"{points[-1]['images']:,}" if points else ""
        reached = next((f"{one['minutes']:.1f} min" for one in points if one["way"] >= goal), "")
        lines.append(f"| {' | '.join([name, *ways, *missing, *others, images, reached])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
