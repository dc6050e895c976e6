"""Targets moved to where a translation has put things."""

import pytest
import torch

from training.losses.alignment import aligned, best_shifts, moved

CROSS = torch.ones(2, 1, 64, 64)
CROSS[:, :, 30:34, 12:52] = -1
CROSS[:, :, 12:52, 20:23] = -1


def test_a_field_moves_images_by_its_pixels_and_repeats_the_border():
    picture = torch.arange(64.0).reshape(1, 1, 8, 8)
    field = torch.zeros(1, 2, 8, 8)
    field[:, 0] = 1
    assert moved(picture, field)[0, 0, 0].tolist() == pytest.approx([1, 2, 3, 4, 5, 6, 7, 7])
    field[:, 0], field[:, 1] = 0, -2.5  # from above, half way between two rows
    assert moved(picture, field)[0, 0, :, 0].tolist() == pytest.approx([0, 0, 0, 4, 12, 20, 28, 36])


def test_a_shift_is_found_and_white_stays_put():
    output = torch.roll(CROSS, (2, -3), (2, 3))
    found = best_shifts(output, CROSS, 3)
    assert (found[:, :, 2, 2] == torch.tensor([3.0, -2.0])).all()
    assert (found[:, :, -1, -1] == 0).all()  # nothing stands there


def test_what_stands_a_little_aside_counts_as_right():
    output = torch.roll(CROSS, (2, -3), (2, 3)).requires_grad_()
    plain = (output - CROSS).abs().mean()
    near = (output - aligned(output, CROSS, 0.05)).abs().mean()
    assert near < plain / 20
    near.backward()
    assert output.grad is not None


def test_what_stands_too_far_away_is_still_wrong():
    output = torch.roll(CROSS, 12, 3)
    plain = (output - CROSS).abs().mean()
    assert (output - aligned(output, CROSS, 0.05)).abs().mean() > plain / 3


def test_parts_move_each_by_themselves():
    output = torch.ones(1, 1, 64, 64)
    output[..., 10, 4:28] = output[..., 54, 36:60] = -1
    target = torch.ones(1, 1, 64, 64)
    target[..., 12, 4:28] = target[..., 51, 36:60] = -1  # one lower, the other higher
    assert (output - aligned(output, target, 0.05)).abs().mean() < 0.5 * (
        output - target
    ).abs().mean()


def test_without_a_share_the_target_is_itself():
    assert aligned(CROSS.flip(3), CROSS, 0.0) is CROSS
