"""The run folder, and `python -m training.runs`: list, show, queue, stop, resume, export, rename,
delete.

config.yaml      the options            metrics.jsonl    a line for every so many images
status.json      state, progress, ETA   samples/         grids from fixed noise
checkpoints/     to resume from         export/          exported models, best and last
tensorboard/     the same curves        stop             a file that asks the run to end cleanly
request.json     how a queued run       log.txt          what a queued run says
                 was asked for          lock             of the process that waits beside it
"""

import json
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

SCRIPTS = ("training.gan", "training.cgan", "training.pix2pix", "training.cyclegan")
RESUME = "resume"  # in the place of a script: go on with the run
RUNNING = ("waiting", "starting", "training", "paused")
NAME = re.compile(r"\w[\w.-]{0,59}")


@dataclass
class Status:
    """What status.json says.

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
        other = read_status(self.folder) if resume else None
        if other and is_alive(other):
            raise ValueError(
                f"The run {self.folder.name} is still training (process {other.pid}); stop it "
                "first."
            )
        if other:
            self.status.warnings = other.warnings
        for folder in (self.checkpoints, self.samples, self.exports):
            folder.mkdir(parents=True, exist_ok=True)
        self.forget_old_stop()
        write_whole(config_file, config)
        self.write_status()

    def forget_old_stop(self) -> None:
        """Remove a `stop` file from before this process, which was meant for another start."""
        import psutil

        stop = self.folder / "stop"
        if stop.exists() and stop.stat().st_mtime < psutil.Process().create_time():
            stop.unlink()

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


def is_alive(status: Status) -> bool:
    """Whether the process of a run that says it is training is there; this process, or the one that
    started it in its turn, is no other."""
    if status.state not in RUNNING or status.pid in (0, os.getpid(), os.getppid()):
        return False
    import psutil

    try:  # another process may have the number by now
        process = psutil.Process(status.pid)
        return process.create_time() <= status.updated and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def all_runs(runs: Path) -> list[Path]:
    """The folders of all runs; one that is being deleted is none any more."""
    folders = (path.parent for path in runs.glob("*/status.json"))
    return sorted(folder for folder in folders if folder.suffix != ".tmp")


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


def describe_run(folder: Path) -> str:
    """A run in one line; a process that is gone without a word is called killed."""
    status = read_status(folder)
    if status is None:
        return f"{folder.name:24} unreadable status.json"
    killed = status.state in RUNNING and not is_alive(status)
    state = "killed" if killed else status.state
    share = status.images_seen / status.images_total if status.images_total else 0
    left = (
        f", {status.seconds_left / 60:.0f} min left"
        if state == "training" and status.seconds_left
        else ""
    )
    return (
        f"{folder.name:24} {state:9} {share:4.0%}  {status.images_seen:>12,} images  "
        f"{status.images_per_second:6,.0f} img/s  {status.minutes:5.0f} min{left}"
    )


def main(arguments: list[str] | None = None) -> None:
    options = make_parser().parse_args(arguments)
    if options.command == "list":
        for folder in all_runs(options.runs):
            print(describe_run(folder))
    elif options.command == "queue":
        wait_and_train(options)
    else:
        COMMANDS[options.command](find_run(options.name, options.runs), options)


def make_parser():
    """What the command line takes."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m training.runs", description="Look after runs.")
    parser.add_argument(
        "--runs", type=Path, default=Path("user/runs"), help="the folder that holds the runs"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("list", help="a line for each run")
    made = {}
    for name, text in {
        "show": "status, warnings and last figures of a run",
        "queue": "train, or go on with a run, as soon as no other run trains",
        "stop": "ask a run to save, export and end",
        "resume": "go on with a run",
        "export": "put a run's model where the app finds it",
        "rename": "give a run another name",
        "delete": "delete a run with its checkpoints and exports for good",
    }.items():
        made[name] = commands.add_parser(name, help=text)
        made[name].add_argument("name", help="the run's name")
    made["rename"].add_argument("to", help="its new name")
    made["delete"].add_argument("--yes", action="store_true", help="do not ask")
    made["queue"].add_argument(
        "script", choices=(*SCRIPTS, RESUME), help="the script of a new run, or resume"
    )
    made["queue"].add_argument(
        "options", nargs=argparse.REMAINDER, help="of the script, all but --name and --runs"
    )
    export = made["export"]
    export.add_argument("--out", type=Path, help="folder (default: user/weights/NAME)")
    export.add_argument("--which", choices=("best", "last"), default="best")
    export.add_argument("--truncation", type=float, help="the model's default truncation, 0 to 2")
    export.add_argument(
        "--long-side", type=int, help="a translator's default working size, 0 for any"
    )
    export.add_argument(
        "--short-side", type=int, help="enlarge smaller pictures to it for a translator, 0 for none"
    )
    export.add_argument("--critic", action="store_true", help="keep the critic, for fine-tuning")
    return parser


def wait_and_train(options) -> None:
    import sys

    from training import turns

    check_name(options.name)
    sys.exit(turns.queue(options.runs / options.name, options.script, options.options))


def show(folder: Path, _options) -> None:
    status, lines = read_status(folder), read_metrics(folder)
    print(describe_run(folder))
    for text in [status.message, *status.warnings] if status else []:
        print(text)
    for name, value in (lines[-1] if lines else {}).items():
        print(f"  {name:28} {value}")


def stop(folder: Path, _options) -> None:
    (folder / "stop").touch()
    print(f"Asked {folder.name} to stop after its current step.")


def resume(folder: Path, options) -> None:
    import sys

    script = read_status(folder).script
    if script not in SCRIPTS:
        raise ValueError(
            f"Expected a training script in {folder / 'status.json'}, found {script!r}."
        )
    command = [
        sys.executable,
        "-m",
        script,
        "--resume",
        "--name",
        folder.name,
        "--runs",
        str(options.runs),
    ]
    os.execv(sys.executable, command)


def export(folder: Path, options) -> None:
    from training.export import ship

    source = folder / "export" / options.which
    out = options.out or Path("user/weights") / folder.name
    half = ship(
        source, out, options.truncation, options.critic, options.long_side, options.short_side
    )
    print(f"Exported to {out}, weights as {'float16' if half else 'float32'}.")


def check_name(name: str) -> str:
    """The name of a run, which is that of its folder.

    Raises:
        ValueError: too long, or with odd characters.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            "Expected up to 60 letters, digits and - _ . as the name of a run, beginning with a "
            f"letter or digit, found {name!r}."
        )
    return name


def rename(folder: Path, options) -> None:
    refuse_while_alive(folder)
    new = folder.with_name(check_name(options.to))
    if new.exists():
        raise ValueError(f"Expected a new name, found the run {new.name} in {new.parent}.")
    folder.rename(new)
    config = new / "config.yaml"
    if config.is_file():
        import yaml

        kept = {**yaml.safe_load(config.read_text(encoding="utf-8")), "name": new.name}
        write_whole(config, yaml.safe_dump(kept, sort_keys=False))
    print(f"{folder.name} is now {new.name}.")


def delete(folder: Path, options) -> None:
    refuse_while_alive(folder)
    if not options.yes and input(f"Delete {folder} for good? [y/N] ").strip().lower() != "y":
        print("Kept.")
        return
    gone = folder.with_name(folder.name + ".deleted.tmp")
    shutil.rmtree(gone, ignore_errors=True)
    folder.rename(gone)  # at once; what a kill leaves is no run any more
    shutil.rmtree(gone)
    print(f"Deleted {folder}.")


def refuse_while_alive(folder: Path) -> None:
    """Raise a ValueError for a run that waits or trains."""
    status = read_status(folder)
    if status and is_alive(status):
        raise ValueError(f"The run {folder.name} is {status.state}; stop it first.")


COMMANDS = {
    "show": show,
    "stop": stop,
    "resume": resume,
    "export": export,
    "rename": rename,
    "delete": delete,
}

if __name__ == "__main__":
    from training.options import run_main

    run_main(main)
