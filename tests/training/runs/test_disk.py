"""A run on a full disk waits, and goes on where it was."""

import shutil
from collections import namedtuple

import pytest
import torch
from helpers import TINY

from training import gan
from training.engine import checkpoints
from training.runs import disk
from training.runs.folder import read_metrics
from training.runs.states import read_status

Usage = namedtuple("Usage", "total used free")
FULL, ROOMY = (Usage(2**40, 0, free) for free in (10 * 2**20, 2**39))


@pytest.fixture
def run(digit_folders, tmp_path):
    def started(steps: int, *more: str):
        arguments = ["--data", str(digit_folders), "--name", "run", "--runs", str(tmp_path)]
        options = [*TINY, "--precision", "fp32", "--log-every", "8", *more]
        gan.main([*arguments, "--max-steps", str(steps), *options])
        return tmp_path / "run"

    return started


def test_it_pauses_and_goes_on_as_soon_as_there_is_room(run, tmp_path, monkeypatch):
    looks, seen = [], []

    def usage(_folder):
        looks.append(1)
        return FULL if 3 <= len(looks) <= 5 else ROOMY

    def sleep(_seconds):
        seen.append(read_status(tmp_path / "run"))

    monkeypatch.setattr(shutil, "disk_usage", usage)
    monkeypatch.setattr(disk.time, "sleep", sleep)
    monkeypatch.setattr("training.engine.reporting.STATUS_SECONDS", 0.0)
    folder = run(6, "--log-every", "1000")
    assert {status.state for status in seen} == {"paused"}
    assert "0.0 GB; the run waits" in seen[0].message
    status = read_status(folder)
    assert (status.state, status.step) == ("stopped", 6)
    assert "Stopped at --max-steps" in status.message


def test_a_paused_run_can_be_stopped_and_loses_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: FULL)
    monkeypatch.setattr(disk.time, "sleep", lambda _: (tmp_path / "run" / "stop").touch())
    folder = run(50)
    status = read_status(folder)
    assert (status.state, status.message) == ("stopped", "Stopped by request.")
    assert (folder / "export" / "last" / "model.safetensors").is_file()
    (folder / "stop").unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: ROOMY)
    gan.main(["--resume", "--name", "run", "--runs", str(tmp_path), "--max-steps", "3"])
    assert read_metrics(folder)[-1]["step"] == 3


def test_what_a_run_needs_follows_from_its_networks():
    network = torch.nn.Linear(999, 1000)  # a million numbers of four bytes
    assert (
        checkpoints.bytes_needed([network])
        == checkpoints.RESERVE + 3 * 4 * 4_000_000 + 2 * 4_000_000
    )
