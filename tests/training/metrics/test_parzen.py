"""The Parzen window against sums by hand and a Gaussian known in closed form."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.layouts import Source
from training.metrics import parzen
from training.metrics.parzen import SIGMAS, estimate, log_likelihoods

OPTIONS = SimpleNamespace(split="test", seed=0)


def log_normal(squared: float, dimensions: int, sigma: float) -> float:
    return -squared / (2 * sigma**2) - dimensions / 2 * math.log(2 * math.pi * sigma**2)


def normal(count: int, dimensions: int, seed: int) -> torch.Tensor:
    return torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed))


def test_two_samples_and_a_point_by_hand():
    samples, point = torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[0.6, 0.8]])
    for sigma in (0.5, 2.0):
        mean = sum(math.exp(log_normal(d, 2, sigma)) for d in (1.0, 16.0)) / 2
        found = log_likelihoods(point, samples, [sigma])
        assert found.shape == (1, 1)
        assert found.item() == pytest.approx(math.log(mean), rel=1e-6)


def test_a_point_far_from_all_samples_has_a_finite_value():
    found = log_likelihoods(torch.tensor([[1000.0]]), torch.tensor([[0.0], [0.0]]), [0.1])
    assert found.item() == pytest.approx(log_normal(1e6, 1, 0.1), rel=1e-9)


def test_samples_of_a_gaussian_give_that_gaussian_widened_by_sigma():
    """Centres from N(0, 1) make N(0, 1 + sigma^2 = v), under which points of N(0, 1) have the mean
    -D/2 log(2 pi v) - D / (2 v)."""
    v = 1 + 0.4**2
    found = log_likelihoods(normal(1_500, 2, 0), normal(20_000, 2, 1), [0.4])
    expected = -math.log(2 * math.pi * v) - 1 / v
    points = normal(1_500, 2, 0).square().sum(1).mean().item()  # 2 but for chance
    assert found.mean().item() == pytest.approx(expected - (points - 2) / (2 * v), abs=0.01)


def test_the_chunks_do_not_change_the_sum(monkeypatch):
    points, samples = normal(10, 3, 0), normal(20, 3, 1)
    whole = log_likelihoods(points, samples, SIGMAS)
    monkeypatch.setattr(parzen, "CHUNK", 3)
    assert torch.allclose(log_likelihoods(points, samples, SIGMAS), whole)


def test_sigma_is_the_best_of_ten_from_a_tenth_to_one():
    """One centre and points at a squared distance of D s^2: the likelihood peaks at sigma = s."""
    assert np.allclose(SIGMAS, [10 ** (-1 + i / 9) for i in range(10)])
    for chosen in (SIGMAS[0], SIGMAS[4], SIGMAS[9]):
        points = torch.full((3, 50), chosen)
        assert estimate(torch.zeros(1, 50), points, points).sigma == chosen


def test_the_error_is_the_deviation_over_the_root_of_the_number():
    found = estimate(torch.zeros(1, 1), torch.zeros(1, 1), torch.tensor([[0.0], [0.2]]))
    each = [log_normal(d, 1, 0.1) for d in (0.0, 0.04)]
    assert found.mean == pytest.approx(np.mean(each), rel=1e-6)
    assert found.error == pytest.approx(np.std(each) / math.sqrt(2), rel=1e-6)


def light(count: int, level: int) -> LabelledImages:
    return LabelledImages(Source("light", np.full((count, 28, 28), level, np.uint8)))


def test_the_figure_stands_beside_that_of_training_images(monkeypatch):
    """Images of one grey: a real one lies on its centre, a generated one 0.1 off in each pixel."""
    monkeypatch.setattr(parzen, "VALIDATION", slice(20, 30))
    monkeypatch.setattr(parzen, "CHOOSING", 5)
    train, test = light(30, 102), light(4, 102)  # 0.4
    figure = parzen.measure(torch.zeros(6, 1, 28, 28), test, train, OPTIONS)  # 0.5
    assert figure.value == pytest.approx(log_normal(784 * 0.01, 784, 0.1), rel=1e-4)
    assert figure.text == f"{figure.value:.1f} ± 0.0 (real: {log_normal(0, 784, 0.1):.1f} ± 0.0)"
    assert figure.n == 6


def test_the_train_split_leaves_test_untouched(monkeypatch):
    monkeypatch.setattr(parzen, "VALIDATION", slice(20, 30))
    monkeypatch.setattr(parzen, "CHOOSING", 5)
    fake, options = torch.full((6, 1, 28, 28), -0.2), SimpleNamespace(split="train", seed=0)
    figure = parzen.measure(fake, light(4, 255), light(30, 102), options)
    assert figure.value == pytest.approx(log_normal(0, 784, 0.1), rel=1e-4)


def test_too_few_training_images_are_an_error():
    with pytest.raises(DataError, match="60,000 training images for --parzen"):
        parzen.measure(torch.zeros(6, 1, 28, 28), light(4, 0), light(30, 0), OPTIONS)
