"""The kernel MMD against two Gaussians, where it is known in closed form."""

import pytest
import torch

from training.losses.mmd import mmd, rbf_mixture, squared_distances


def normal(count: int, mean: float, seed: int) -> torch.Tensor:
    return mean + torch.randn(count, 1, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_it_is_that_of_two_gaussians(shift):
    """With k of bandwidth s, E k(x, y) = s / sqrt(s^2 + 2) exp(-m^2 / (2 (s^2 + 2))) for unit
    Gaussians m apart, so MMD^2 = 2 s / sqrt(s^2 + 2) (1 - exp(-m^2 / (2 (s^2 + 2))))."""
    s = torch.tensor([1.5])
    found = mmd(normal(4000, 0.0, 1), normal(4000, shift, 2), s).item()
    scale = s.item() ** 2 + 2
    wanted = 2 * s.item() / scale**0.5 * (1 - torch.exp(torch.tensor(-(shift**2) / 2 / scale)))
    assert found == pytest.approx(wanted.item(), abs=5e-3)


def test_it_is_unbiased():
    """Of samples from one distribution the mean is 0; a biased estimate would be above."""
    found = [mmd(normal(20, 0.0, 2 * i), normal(20, 0.0, 2 * i + 1)).item() for i in range(300)]
    mean = sum(found) / len(found)
    assert abs(mean) < 5e-3
    assert min(found) < 0


def test_the_kernel_is_one_at_no_distance_and_a_mean_of_gaussians():
    widths = torch.tensor([1.0, 2.0])
    found = rbf_mixture(torch.tensor([0.0, 4.0]), widths)
    torch.testing.assert_close(
        found, torch.tensor([1.0, (torch.e**-2.0 + torch.e**-0.5) / 2]), atol=1e-6, rtol=0
    )


def test_distances_are_those_of_every_pair():
    x, y = torch.randn(5, 3), torch.randn(4, 3)
    torch.testing.assert_close(
        squared_distances(x, y), torch.cdist(x, y).square(), rtol=1e-4, atol=1e-5
    )


def test_a_sample_moves_towards_the_real_ones():
    fake = torch.full((8, 1), 3.0, requires_grad=True)
    mmd(normal(500, 0.0, 0), fake).backward()
    assert (fake.grad > 0).all()  # descending makes it smaller
