"""A camera over a photograph beside its translation, as an animated WebP."""

import numpy as np
import pytest
from PIL import Image

from training.benchmark import clip
from training.metrics.unpaired.moving import STEP


def test_both_halves_move_in_step(two_way_translator, tmp_path, monkeypatch):
    monkeypatch.setattr(clip, "FRAMES", 3)
    monkeypatch.setattr(clip, "SIZE", (64, 48))
    out = tmp_path / "clip.webp"
    clip.main([str(out), "--model", str(two_way_translator), "--photograph", "heron"])
    with Image.open(out) as made:
        assert (made.n_frames, made.size) == (3, (64 + clip.GAP + 64, 48))
        frames = []
        for index in range(3):
            made.seek(index)
            frames.append(np.asarray(made.convert("RGB"), int))
        assert made.info["duration"] == clip.MILLISECONDS
    right, down = STEP
    moved = frames[1][: 48 - down, : 64 - right] - frames[0][down:, right:64]
    assert np.abs(moved).mean() < 8  # the same place, but for the compression
    assert np.abs(frames[1][:, :64] - frames[1][:, -64:]).mean() > 1


def test_a_photograph_that_is_not_there_or_too_small_is_named(two_way_translator, tmp_path):
    given = [str(tmp_path / "x.webp"), "--model", str(two_way_translator), "--photograph"]
    with pytest.raises(ValueError, match="heron.*found 'swan'"):
        clip.main([*given, "swan"])
    with pytest.raises(ValueError, match="at least 325x215 pixels, found windmill7 of 240x320"):
        clip.main([*given, "windmill7"])
