"""The run folder, and `python -m training.runs list | show | stop | resume | export`.

config.yaml      the options            metrics.jsonl    a line for every so many images
status.json      state, progress, ETA   samples/         grids from fixed noise
checkpoints/     to resume from         export/          exported models, best and last
tensorboard/     the same curves        stop             a file that asks the run to end cleanly
"""

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

RUNNING = ("starting", "training")


@dataclass
class Status:
    """What status.json says.

    Attributes:
        state: starting, training, finished (the schedule is done), stopped (by a limit or a
            person), or failed.
        images_per_second, seconds_left: of the last log interval.
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
    updated: float = 0.0


class Run:
    """A run folder that a training process writes."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.samples = folder / "samples"
        self.exports = folder / "export"
        self.metrics = folder / "metrics.jsonl"
        self.status = Status(pid=os.getpid())

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
        if resume and (other := read_status(self.folder)) and is_alive(other):
            raise ValueError(
                f"The run {self.folder.name} is still training (process {other.pid}); stop it "
                "first."
            )
        for folder in (self.checkpoints, self.samples, self.exports):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "stop").unlink(missing_ok=True)
        write_whole(config_file, config)
        self.write_status()

    def write_status(self, **changes) -> None:
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
        """Append a line to metrics.jsonl; a number that is not finite becomes null, as JSON has "
        "none."""
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
    partial = path.with_name(path.name + ".tmp")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def read_status(folder: Path) -> Status | None:
    """A run's status, or None where it has none that can be read."""
    try:
        return Status(**json.loads((folder / "status.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_metrics(folder: Path) -> list[dict]:
    """The lines of metrics.jsonl; a last line that a killed process left half written is passed "
    "over."""
    lines = []
    path = folder / "metrics.jsonl"
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return lines


def is_alive(status: Status) -> bool:
    """Whether the process of a run that says it is training is there."""
    if status.state not in RUNNING or status.pid in (0, os.getpid()):
        return False
    try:
        os.kill(status.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
