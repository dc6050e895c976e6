"""The scripts that write runs, and the command lines by which a run begins and goes on."""

import json
import sys
from pathlib import Path

import yaml

from training.runs.folder import write_whole
from training.runs.states import Status, read_status

# as in `python -m`; each goes on with its runs by --resume
SCRIPTS = (
    "training.gan",
    "training.cgan",
    "training.pix2pix",
    "training.cyclegan",
    "training.cut",
    "training.semisupervised",
)
REQUEST = "request.json"


def write_request(folder: Path, script: str, arguments: list[str]) -> None:
    """Keep how a run was asked for, until it comes to train."""
    write_whole(folder / REQUEST, json.dumps({"script": script, "arguments": arguments}))


def start_command(folder: Path, script: str, arguments: list[str]) -> list[str]:
    """The command line of a script that trains a run in `folder`.

    Raises:
        ValueError: no training script.
    """
    if script not in SCRIPTS:
        raise ValueError(f"Expected a training script, {', '.join(SCRIPTS)}, found {script!r}.")
    place = ["--name", folder.name, "--runs", str(folder.parent)]
    return [sys.executable, "-u", "-m", script, *place, *arguments]


def resume_command(folder: Path, arguments: list[str]) -> list[str]:
    """The command line that goes on with a run, by whomever: its script with --resume, or with what
    was asked for where it never came to train.

    Args:
        arguments: options that may change on --resume.

    Raises:
        ValueError: no run, or none of a script that can be resumed.
    """
    status = read_status(folder)
    if status is None:
        raise ValueError(f"Expected a run to resume in {folder}, found none.")
    if status.script not in SCRIPTS:
        raise ValueError(
            f"Expected in {folder / 'status.json'} a script that can be resumed, "
            f"{', '.join(SCRIPTS)}, found {status.script!r}."
        )
    if (folder / "config.yaml").is_file():
        return start_command(folder, script_of(folder, status), ["--resume", *arguments])
    asked = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    return start_command(folder, status.script, [*asked["arguments"], *arguments])


def script_of(folder: Path, status: Status) -> str:
    """The script of a run that has begun; CUT was a method of CycleGAN's before 0.2."""
    began = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8")) or {}
    return "training.cut" if began.get("method") in ("cut", "fastcut") else status.script
