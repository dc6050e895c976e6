"""What stays of a picture's content and what is laid over it, on pictures made for it."""

import math

import pytest
import torch

from training.metrics.unpaired.content import (
    edge_ssim,
    grain,
    local_deviation,
    moved_share,
    own_grain,
)


def noise(deviation: float, size: int = 256, seed: int = 0) -> torch.Tensor:
    """Grey noise (3, H, W) in [-1, 1] about the middle, of a deviation in grey levels of 255."""
    drawn = torch.randn(1, size, size, generator=torch.Generator().manual_seed(seed))
    return (drawn * deviation / 127.5).expand(3, -1, -1)


@pytest.mark.parametrize("deviation", [3.0, 8.0])
def test_grain_of_white_noise_on_a_flat_picture(deviation):
    """The mean of nine takes a ninth of the variance with it: sqrt(8 / 9) s."""
    found = grain([(torch.zeros(3, 256, 256), noise(deviation))])
    assert found == pytest.approx(math.sqrt(8 / 9) * deviation, rel=0.01)


def test_grain_is_looked_for_only_where_the_input_is_flat():
    x, y = torch.zeros(3, 64, 64), torch.zeros(3, 64, 64)
    x[:, :, 32:] = noise(30, 64)[:, :, 32:]
    y[:, :, 40:] = noise(30, 64)[:, :, 40:]
    assert grain([(x, y)]) == pytest.approx(0, abs=0.1)
    y[:, :, :24] = noise(30, 64)[:, :, :24]
    assert grain([(x, y)]) > 10


def test_flat_pixels_of_all_pictures_count_alike():
    small, large = torch.zeros(3, 32, 32), torch.zeros(3, 64, 64)
    grainy = noise(6, 64)
    alone = grain([(large, grainy)])
    both = grain([(small, small), (large, grainy)])
    assert both == pytest.approx(alone * math.sqrt(64**2 / (64**2 + 32**2)), rel=1e-6)


def test_there_is_no_grain_to_tell_where_nothing_is_flat():
    steep = torch.tensor([-1.0, 1.0]).repeat(16).expand(3, 32, 32)
    assert grain([(steep, steep)]) is None


def test_a_painting_is_flat_where_it_is_so_beneath_its_strokes():
    assert own_grain([noise(6)]) == pytest.approx(math.sqrt(8 / 9) * 6, rel=0.05)
    assert own_grain([torch.zeros(3, 64, 64)]) == pytest.approx(0, abs=0.01)


def test_the_deviation_of_a_slope_is_that_of_three_steps():
    """Of -s, 0, s, thrice each: s sqrt(2 / 3)."""
    slope = torch.linspace(0, 1, 64).expand(1, 1, 64, 64)
    inner = local_deviation(slope)[..., 1:-1]
    expected = torch.full_like(inner, 255 / 63 * math.sqrt(2 / 3))
    torch.testing.assert_close(inner, expected, rtol=1e-4, atol=0)


def test_the_share_of_pixels_whose_luminance_moved_by_over_two_fifths():
    x, y = torch.full((3, 10, 10), -0.5), torch.full((3, 10, 10), -0.5)
    y[:, :3] += 2 * 0.41  # of the range, which is 2
    y[:, 3:8] += 2 * 0.39
    assert moved_share(x, y) == pytest.approx(0.3)
    assert moved_share(y, x) == pytest.approx(0.3)
    assert moved_share(x, x) == 0


def test_edges_stay_whatever_the_colours_become():
    square = torch.full((3, 64, 64), -0.5)
    square[:, 16:48, 16:48] = 0.5
    assert edge_ssim(square, -square) == pytest.approx(1, abs=1e-4)
    assert edge_ssim(square, torch.zeros_like(square)) < 0.9
