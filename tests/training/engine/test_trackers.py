"""Curves go where --log-with says."""

import importlib.util
import sys
from types import SimpleNamespace

import accelerate.tracking
import numpy as np
import pytest
from helpers import TINY, call_module

from training.engine.trackers import Tracker
from training.runs.folder import Run, read_metrics


def test_none_leaves_the_runs_own_files(digit_folders, tmp_path):
    data = ["--data", digit_folders, "--name", "run", "--runs", tmp_path]
    call_module("training.gan", *data, *TINY, "--max-steps", "2", "--log-with", "none")
    assert not (tmp_path / "run" / "tensorboard").exists()
    assert read_metrics(tmp_path / "run")


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    with pytest.raises(ValueError, match="pip install wandb"):
        Tracker("wandb", Run(tmp_path / "run"), 0)


def test_weights_and_biases_gets_figures_and_samples(tmp_path, monkeypatch):
    """A stand-in for the package, whose calls are those of its documentation."""
    accelerate.PartialState()
    told, made = [], {}
    session = SimpleNamespace(
        log=lambda values, step: told.append((values, step)), finish=lambda: told.append("end")
    )

    def init(**options):
        made.update(options)
        return session

    stand_in = SimpleNamespace(init=init, Image=lambda pixels: pixels.shape)
    stand_in.__spec__ = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "wandb", stand_in)
    tracker = Tracker("wandb", Run(tmp_path / "my-run"), 0)
    tracker.log({"D(x)": 0.5}, 7)
    tracker.show(np.zeros((4, 6, 3), np.uint8), 8)
    tracker.close()
    assert made["name"] == "my-run" and made["project"] == "atelier"
    assert told == [({"D(x)": 0.5}, 7), ({"samples": [(4, 6, 3)]}, 8), "end"]
