"""Two towers that tell pictures by words."""

import math

import pytest
import torch

from training.losses.matching import TwoTowers, contrast


def test_contrast_is_log_n_where_nothing_is_told_apart_and_pairs_of_a_thing_are_all_right():
    things = torch.arange(4)
    assert contrast(torch.zeros(4, 4), things).item() == pytest.approx(math.log(4))
    fits = torch.tensor([[9.0, 9.0, 0.0], [9.0, 9.0, 0.0], [0.0, 0.0, 9.0]])
    same = contrast(fits, torch.tensor([0, 0, 1]))  # two drawings of a thing, each by half
    assert same.item() == pytest.approx((2 * math.log(2) + 0) / 3, abs=1e-3)


def test_a_fit_is_a_cosine_by_the_temperature():
    judge = TwoTowers(5, 3)
    features, words = torch.randn(2, 5), torch.randn(4, 3)
    assert judge(features, words).shape == (2, 4)
    assert judge(features, words).abs().max() <= 1 / 0.07 + 1e-4
