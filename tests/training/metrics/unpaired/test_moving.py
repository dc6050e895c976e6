"""Clips whose flow is exact, and what is figured of them."""

import numpy as np
import pytest
from clips_made import photograph
from PIL import Image

from training.metrics.unpaired.moving import (
    FRAMES,
    NOISE,
    STEP,
    clips_of,
    flicker,
    warping_error,
)

CLIPS = clips_of([Image.fromarray(photograph(320, 240))])


def test_the_flow_of_pans_and_zooms_is_exact():
    """A pan by whole pixels loses nothing, a zoom what scaling loses; without the flow both do."""
    pan, zoom = CLIPS.known
    assert warping_error(pan.frames, pan.flow) < 1e-6
    assert pan.flow[0, 0].tolist() == list(STEP)
    own = warping_error(zoom.frames, zoom.flow)
    assert own < 0.05
    assert warping_error(zoom.frames, np.zeros_like(zoom.flow)) > 4 * own
    assert warping_error(zoom.frames, -zoom.flow) > 8 * own


def test_the_error_is_the_mean_of_squares_by_a_thousand():
    black, grey = Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), (51, 51, 51))
    still = np.zeros((8, 8, 2), np.float32)
    assert warping_error([black, grey, black], still) == pytest.approx(1000 * 0.2**2)


def test_the_flicker_is_the_deviation_over_time():
    assert flicker([CLIPS.stills[0][0]] * FRAMES) == pytest.approx(0, abs=1e-3)
    assert flicker(CLIPS.stills[0]) == pytest.approx(NOISE, rel=0.15)  # of 8 frames each
    assert CLIPS.count == 3 * FRAMES


def test_small_photographs_give_small_clips():
    clips = clips_of([Image.new("RGB", (120, 90), "red")])
    sizes = {frame.size for clip in clips.known for frame in clip.frames}
    assert len(sizes) == 1
    assert all(width <= 120 and height <= 90 for width, height in sizes)
