"""The run folder: written by a training process, read by others."""

import json
import os
import re
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from training.runs.states import Status, is_alive, read_status

NAME = re.compile(r"\w[\w.-]{0,59}")
EXPORTS = ("best", "last")
TEMPORARY = ".tmp"  # ends the name of what is not whole, or being deleted


class Run:
    """A run folder that a training process writes."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.samples = folder / "samples"
        self.exports = folder / "export"
        self.metrics = folder / "metrics.jsonl"
        self.status = Status(pid=os.getpid(), began=time.time())

    def begin(self, config: str, resume: bool) -> None:
        """Make the folder, or take it up again.

        Raises:
            ValueError: a run of that name exists and is not to be resumed, or is still training.
        """
        config_file = self.folder / "config.yaml"
        if config_file.exists() and not resume:
            raise ValueError(
                f"Expected a new name for the run, found the run {self.folder.name} in "
                f"{self.folder.parent}; "
                "take another --name, or --resume to go on with it."
            )
        other = read_status(self.folder)
        ours = (os.getpid(), os.getppid())  # of a queued run, the process beside it
        if other and other.pid in ours:
            self.status.began = other.began
        elif resume and other and is_alive(other):
            raise ValueError(
                f"The run {self.folder.name} is still training (process {other.pid}); stop it "
                "first."
            )
        if resume and other:
            self.status.warnings = other.warnings
        for folder in (self.checkpoints, self.samples, self.exports):
            folder.mkdir(parents=True, exist_ok=True)
        self.forget_old_stop()
        write_whole(config_file, config)
        self.write_status()

    def forget_old_stop(self) -> None:
        """Remove a `stop` file from before this process, which was meant for another start."""
        stop = self.folder / "stop"
        if stop.exists() and stop.stat().st_mtime < psutil.Process().create_time():
            stop.unlink()

    def write_status(self, **changes: Any) -> None:
        """Change the status and write status.json."""
        for name, value in changes.items():
            setattr(self.status, name, value)
        self.status.updated = time.time()
        write_whole(self.folder / "status.json", json.dumps(asdict(self.status), indent=1))

    def warn(self, text: str) -> None:
        """Add a warning to the status, once."""
        if text not in self.status.warnings:
            self.write_status(warnings=[*self.status.warnings, text])

    def log(self, line: dict) -> None:
        """Append a line to metrics.jsonl; a number that is not finite becomes null, as JSON has
        none."""
        finite = {k: None if isinstance(v, float) and v - v != 0 else v for k, v in line.items()}
        with self.metrics.open("a", encoding="utf-8") as file:
            file.write(json.dumps(finite) + "\n")

    def forget_after(self, step: int) -> None:
        """Cut metrics and samples that lie past the checkpoint from which a run resumes."""
        kept = [json.dumps(line) for line in read_metrics(self.folder) if line["step"] <= step]
        write_whole(self.metrics, "".join(line + "\n" for line in kept))
        for sample in self.samples.glob("*.png"):
            if int(sample.stem) > step:
                sample.unlink()

    def stop_requested(self) -> bool:
        """Whether someone left a `stop` file."""
        return (self.folder / "stop").exists()


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    partial = path.with_name(path.name + TEMPORARY)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def read_metrics(folder: Path) -> list[dict]:
    """The lines of metrics.jsonl; a last line that a killed process left half written is passed
    over."""
    lines = []
    path = folder / "metrics.jsonl"
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return lines


def all_runs(runs: Path) -> list[Path]:
    """The folders of all runs; one that is being deleted is none any more."""
    folders = (path.parent for path in runs.glob("*/status.json"))
    return sorted(folder for folder in folders if folder.suffix != TEMPORARY)


def find_run(name: str, runs: Path) -> Path:
    """The folder of a run.

    Raises:
        FileNotFoundError: there is no such run; the message lists those that exist.
    """
    folder = runs / name
    if not (folder / "status.json").is_file():
        names = ", ".join(one.name for one in all_runs(runs)) or "none yet"
        raise FileNotFoundError(f"Expected a run in {runs} ({names}), found no {name!r}.")
    return folder


def exported(folder: Path) -> list[str]:
    """The models that a run has exported so far, of best and last."""
    return [which for which in EXPORTS if (folder / "export" / which / "config.json").is_file()]


def check_name(name: str) -> str:
    """The name of a run, which is that of its folder.

    Raises:
        ValueError: empty, too long, or with odd characters.
    """
    if not NAME.fullmatch(name) or name.endswith(TEMPORARY):
        raise ValueError(
            "Expected up to 60 letters, digits and - _ . as the name of a run, beginning with a "
            f"letter or digit, found {name!r}; take one such as my-first-run."
        )
    return name


def refuse_while_alive(folder: Path) -> None:
    """Raise a ValueError for a run that waits or trains."""
    status = read_status(folder)
    if status and is_alive(status):
        raise ValueError(f"The run {folder.name} is {status.state}; stop it first.")
