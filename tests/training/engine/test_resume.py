"""A run that is killed while it writes a checkpoint goes on bit for bit."""

import signal
import subprocess
import sys

import pytest
import torch
from helpers import PATIENCE, ROOT, TINY, call_module, environment, run_module
from kill_and_resume import compare, read, same

import models
from models.precision import VARIABLE
from training.runs.folder import read_metrics
from training.runs.states import read_status

STEPS = [
    "--max-steps",
    "20",
    "--checkpoint-every",
    "40",
    "--log-every",
    "16",
]  # a checkpoint every 5 steps of 8
OPTIONS = [
    *TINY,
    "--seed",
    "3",
    "--workers",
    "2",
    "--flip",
    "--affine",
    "0.1",
    "--ema-half-life",
    "100",
]

# The second time that an optimiser is written, half of it reaches the disk and the process dies.
KILLED = """
import io, os, signal, sys
import torch

write, writes = torch.save, 0

def torn(content, file, *arguments, **options):
    global writes
    writes += "optimizer" in str(file)
    if writes == 2 * 2:  # two optimisers in each checkpoint
        whole = io.BytesIO()
        write(content, whole)
        with open(file, "wb") as half:
            half.write(whole.getvalue()[: len(whole.getvalue()) // 2])
            half.flush()
            os.fsync(half.fileno())
        os.kill(os.getpid(), signal.SIGKILL)
    return write(content, file, *arguments, **options)

torch.save = torn
from training import cgan
cgan.main(sys.argv[1:])
"""


def test_20_steps_equal_10_and_a_kill_while_writing_and_the_rest(digit_folders, tmp_path):
    common = ["--data", str(digit_folders), "--name", "run", *OPTIONS, *STEPS]
    run_module("training.cgan", *common, "--runs", tmp_path / "straight")
    command = [sys.executable, "-c", KILLED, *common, "--runs", str(tmp_path / "killed")]
    killed = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, timeout=PATIENCE
    )
    assert killed.returncode == -signal.SIGKILL
    run = tmp_path / "killed" / "run"
    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == [
        "00000005",
        "00000010.tmp",
    ]
    assert read_status(run).state == "training"  # it had no time to say otherwise
    assert "killed" in call_module("training.runs", "--runs", tmp_path / "killed", "list").stdout
    again = ["--resume", "--name", "run", "--runs", tmp_path / "killed", *STEPS]
    run_module("training.cgan", *again)

    one, other = (
        tmp_path / place / "run" / "checkpoints" / "00000020" for place in ("straight", "killed")
    )
    files = sorted(path.name for path in one.iterdir())
    assert files == sorted(path.name for path in other.iterdir())
    assert {
        "model.safetensors",
        "model_1.safetensors",
        "optimizer.bin",
        "random_states_0.pkl",
    } <= set(files)
    for name in files:
        assert same(*(read(folder / name) for folder in (one, other))), name

    lines = [read_metrics(tmp_path / place / "run") for place in ("straight", "killed")]
    assert [line["step"] for line in lines[0]] == [line["step"] for line in lines[1]]
    timed = {"minutes", "images_per_second"}
    whole = [[{k: v for k, v in line.items() if k not in timed} for line in some] for some in lines]
    assert whole[0] == whole[1]
    samples = [
        (tmp_path / place / "run" / "samples" / "000020.png").read_bytes()
        for place in ("straight", "killed")
    ]
    assert samples[0] == samples[1]


def test_a_run_goes_on_in_the_precision_that_it_began_with(digit_folders, tmp_path, monkeypatch):
    """Where auto's measurement says something else when it is resumed, as on a busy machine."""
    common = ["--data", str(digit_folders), "--name", "run", *OPTIONS, "--workers", "0"]
    monkeypatch.setenv(VARIABLE, "1")
    call_module("training.cgan", *common, "--max-steps", "6", "--runs", tmp_path / "straight")
    call_module("training.cgan", *common, "--max-steps", "3", "--runs", tmp_path / "resumed")
    monkeypatch.setenv(VARIABLE, "0")
    again = ["--resume", "--name", "run", "--max-steps", "6", "--runs", tmp_path / "resumed"]
    assert "--precision fp32" in call_module("training.cgan", *again).stdout
    one, other = (
        tmp_path / place / "run" / "checkpoints" / "00000006" / "model.safetensors"
        for place in ("straight", "resumed")
    )
    assert same(read(one), read(other))
    run = tmp_path / "resumed" / "run"
    assert "precision: bf16" in (run / "config.yaml").read_text(encoding="utf-8")
    config = models.load(run / "export" / "last").config
    assert config["training"]["options"]["precision"] == "bf16"


@pytest.fixture
def one_thread():
    """As many as the processes that are killed have, see `helpers.environment`."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_kills_at_random_moments_change_nothing(one_thread, tmp_path):
    """Three here; `python tests/kill_and_resume.py` does twenty."""
    reached = compare(kills=3, steps=160, folder=tmp_path)
    assert len(reached) == 3 and reached[0] > 0 and reached == sorted(reached)
