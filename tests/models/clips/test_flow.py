"""Optical flow and images moved along it, against motion that is known."""

import numpy as np
import pytest
from clips_made import photograph

from models.clips.flow import consistent, flow, similar, warped

HEIGHT, WIDTH, EDGE = 64, 96, 12


def shifted(right: int, down: int) -> tuple[np.ndarray, np.ndarray]:
    """A frame and the one after a camera's move, (H, W, 3) in [0, 1]."""
    whole = photograph(WIDTH + 2 * EDGE, HEIGHT + 2 * EDGE).astype(np.float32) / 255
    before = whole[EDGE : EDGE + HEIGHT, EDGE : EDGE + WIDTH]
    top, left = EDGE + down, EDGE + right
    return before, whole[top : top + HEIGHT, left : left + WIDTH]


def grey(image: np.ndarray) -> np.ndarray:
    return (image.mean(2) * 255).astype(np.uint8)


@pytest.mark.parametrize("move", [(0, 0), (5, 0), (0, -4), (-3, 6)])
def test_the_flow_of_a_camera_is_found(move):
    before, after = shifted(*move)
    found = flow(grey(after), grey(before))  # x of the new frame was at x + move in the old one
    inner = found[EDGE:-EDGE, EDGE:-EDGE]
    assert np.abs(inner - np.array(move)).mean() < 0.25


def test_an_image_is_moved_exactly_along_a_whole_flow():
    before, after = shifted(5, 2)
    exact = np.full((HEIGHT, WIDTH, 2), (5, 2), np.float32)
    moved = warped(before, exact)
    assert np.abs(moved - after)[:-2, :-5].max() < 1e-5
    assert np.array_equal(moved[0, -1], before[2, -1])  # the edge is repeated


def test_moving_there_and_back_by_half_pixels_loses_little():
    image = shifted(0, 0)[0]
    half = np.full((HEIGHT, WIDTH, 2), 0.5, np.float32)
    there_and_back = warped(warped(image, half), -half)
    assert np.abs(there_and_back - image)[2:-2, 2:-2].mean() < 1 / 255


def test_a_flow_is_believed_where_the_one_back_agrees_and_within_the_frame():
    there = np.full((HEIGHT, WIDTH, 2), (5, 0), np.float32)
    agrees = consistent(there, -there)
    assert agrees[:, : WIDTH - 5].all()
    assert not agrees[:, WIDTH - 5 :].any()
    assert not consistent(there, there).any()


def test_what_looks_otherwise_counts_less():
    """exp(-50 |I - J|^2)."""
    one = np.zeros((1, 1, 3))
    for apart in (0, 0.1, 1):
        assert similar(one, one + apart)[0, 0] == pytest.approx(np.exp(-50 * 3 * apart**2))


def test_tiny_frames_do_not_move():
    assert not flow(np.zeros((8, 90), np.uint8), np.ones((8, 90), np.uint8)).any()
