"""Colours brought to the mean and covariance of others, by the map that moves them least."""

import pytest
import torch

from training.losses.colour_transfer import ColourTransfer, statistics


def images(seed: int, channels: int = 3, side: int = 24) -> torch.Tensor:
    """Colours that vary together, well inside [-1, 1]."""
    stream = torch.Generator().manual_seed(seed)
    mixed = torch.randn(channels, channels, generator=stream) / 12
    pixels = torch.randn(channels, 2 * side * side, generator=stream)
    shift = 0.4 * torch.rand(channels, 1, generator=stream) - 0.2
    return (mixed @ pixels + shift).reshape(channels, 2, side, side).transpose(0, 1)


def test_transferred_colours_have_the_mean_and_covariance_of_the_others():
    of, to = images(1), images(2)
    mean, covariance = statistics([ColourTransfer([of], [to])(of)])
    wanted_mean, wanted = statistics([to])
    assert torch.allclose(mean, wanted_mean, atol=1e-3)
    assert torch.allclose(covariance, wanted, atol=1e-3)


def test_it_is_the_map_that_moves_them_least():
    """The gradient of a convex function, so symmetric with positive eigenvalues (Brenier 1991), as
    a colouring and whitening by Cholesky is not."""
    matrix = ColourTransfer([images(3)], [images(4)]).matrix
    assert torch.allclose(matrix, matrix.T, atol=1e-6)
    assert torch.linalg.eigvalsh(matrix).min() > 0


def test_images_that_have_those_colours_already_stay():
    some = images(5)
    assert torch.allclose(ColourTransfer([some], [some.flip(3)])(some), some, atol=1e-3)


def test_grey_images_are_scaled_by_the_deviations():
    of, to = torch.rand(1, 1, 24, 24) - 0.5, 0.4 * torch.rand(3, 1, 9, 9) + 0.2
    found = ColourTransfer([of], [to])(of)
    wanted = (of - of.mean()) * (to.std() / of.std()) + to.mean()
    assert torch.allclose(found, wanted, atol=5e-3)


def test_images_of_several_sizes_count_by_their_pixels():
    small, large = images(8, side=4), images(9, side=40)
    mean, _ = statistics([small, large])
    sums = small.sum((0, 2, 3)) + large.sum((0, 2, 3))
    assert mean.tolist() == pytest.approx((sums / (2 * 16 + 2 * 1600)).tolist(), abs=1e-5)


@pytest.mark.parametrize("plain", [0, 1])
def test_one_plain_colour_is_no_trap(plain):
    pair = [[images(10)], [torch.full((1, 3, 8, 8), 0.3)]]
    found = ColourTransfer(*pair[:: 1 - 2 * plain])(images(11))
    assert found.isfinite().all() and found.abs().max() <= 1
