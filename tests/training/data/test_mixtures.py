"""Mixtures: where their modes are, their density by formula, and points to train on."""

import math
from itertools import islice

import pytest
import torch

from training.data.batches import Order, batches
from training.data.labelled.mixtures import MIXTURES, Mixture, PointSet


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(x: float, mean: float, std: float) -> float:
    return math.exp(-(((x - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))


def test_the_modes_are_where_the_papers_have_them():
    """PacGAN (Lin 2018): eight on the unit circle with variance 10^-4, 25 at
    (-4 + 2i, -4 + 2j) with variance 0.0025."""
    ring, grid = MIXTURES["ring"], MIXTURES["grid"]
    assert torch.allclose(ring.means.norm(dim=1), torch.ones(8))
    assert torch.allclose(ring.means[[0, 2]], torch.eye(2), atol=1e-6)
    assert ring.std**2 == pytest.approx(1e-4)
    assert sorted(map(tuple, grid.means.tolist())) == [
        (-4.0 + 2 * i, -4.0 + 2 * j) for i in range(5) for j in range(5)
    ]
    assert grid.std**2 == pytest.approx(0.0025)
    assert MIXTURES["bumps"].means.shape == (2, 1)


def test_the_density_of_two_bumps_by_hand():
    bumps = Mixture("bumps", torch.tensor([[-1.0], [1.0]]), std=0.5)
    for x in (-1.0, 0.0, 0.7, 3.0):
        by_hand = (normal(x, -1, 0.5) + normal(x, 1, 0.5)) / 2
        assert bumps.log_density(torch.tensor([[x]])).item() == pytest.approx(
            math.log(by_hand), abs=1e-5
        )


@pytest.mark.parametrize("name", ["bumps", "ring"])
def test_the_density_integrates_to_one(name):
    mixture = MIXTURES[name]
    axis = torch.linspace(-2.5, 2.5, 5001 if name == "bumps" else 1251)
    dimensions = mixture.means.shape[1]
    cells = torch.cartesian_prod(*[axis] * dimensions).view(-1, dimensions)
    mass = torch.cat([mixture.log_density(part).exp() for part in cells.split(100_000)])
    step = (axis[1] - axis[0]).item()
    assert mass.sum().item() * step**dimensions == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", MIXTURES)
def test_samples_have_the_entropy_of_separate_modes(name):
    """-E log p(x) = log K + D/2 log(2 pi e s^2) where the modes do not overlap."""
    mixture = MIXTURES[name]
    modes, dimensions = mixture.means.shape
    entropy = math.log(modes) + dimensions / 2 * math.log(2 * math.pi * math.e * mixture.std**2)
    points = mixture.sample(20_000, stream())
    assert points.shape == (20_000, dimensions) and points.dtype == torch.float32
    assert -mixture.log_density(points).mean().item() == pytest.approx(entropy, abs=0.03)


def test_samples_follow_from_the_generator():
    ring = MIXTURES["ring"]
    assert torch.equal(ring.sample(9, stream(1)), ring.sample(9, stream(1)))
    assert not torch.equal(ring.sample(9, stream(1)), ring.sample(9, stream(2)))


def test_points_are_images_of_one_pixel_that_every_epoch_shows_once():
    points = PointSet(MIXTURES["grid"], count=12)
    drawn = batches(points, Order(len(points), 4, seed=0), 0, torch.device("cpu"))
    epoch = torch.cat([batch.images for batch in islice(drawn, 3)])
    assert epoch.shape == (12, 2, 1, 1) and epoch.dtype == torch.float32
    both = (some.flatten(1).sort(dim=0).values for some in (epoch, points.plain().images))
    assert torch.equal(*both)


def test_a_set_of_points_says_what_a_set_of_images_does():
    points = PointSet(MIXTURES["bumps"], count=10, seed=3)
    assert (points.name, points.channels, points.size, len(points)) == ("bumps", 1, 1, 10)
    assert points.class_names == points.warnings == [] and points.labels is None
    assert points.look == "points in 1-D, 2 modes"
    assert points.plain(slice(3)).images.shape == (3, 1, 1, 1)
    assert points.plain().labels is None
    again, other = (PointSet(MIXTURES["bumps"], count=10, seed=seed) for seed in (3, 4))
    assert torch.equal(points.points, again.points)
    assert not torch.equal(points.points, other.points)
