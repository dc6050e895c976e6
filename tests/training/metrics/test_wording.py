"""The judge of words and pictures."""

import math

import pytest
import torch

from training.metrics.wording import CANDIDATES, TwoTowers, contrast, fit_judge, recall


def test_recall_counts_how_many_candidates_fit_better():
    """Of three pictures with ten words each: ranks 0, 3 and 9."""
    fits = torch.zeros(3, 10)
    fits[0, 2] = 1
    fits[1] = torch.arange(10.0)
    fits[2] = torch.arange(10.0)
    found = recall(fits, torch.tensor([2, 6, 0]))
    assert found.at_1 == pytest.approx(1 / 3)
    assert found.at_5 == pytest.approx(2 / 3)


def test_recall_of_chance_is_one_and_five_in_a_hundred():
    fits = torch.randn(4_000, 300, generator=torch.Generator().manual_seed(0))
    found = recall(fits, torch.arange(4_000) % 300)
    assert found.at_1 == pytest.approx(1 / CANDIDATES, abs=0.006)
    assert found.at_5 == pytest.approx(5 / CANDIDATES, abs=0.012)


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


def test_a_judge_knows_drawings_that_it_never_saw():
    """Features that are a linear function of the words, and some noise."""
    stream = torch.Generator().manual_seed(0)
    words = torch.randn(60, 8, generator=stream)
    mixed = torch.randn(8, 20, generator=stream)
    features = words @ mixed
    things = torch.arange(60)
    judge = fit_judge(features[:40], words[:40], things[:40], steps=300)
    assert recall(judge(features[40:], words[40:]), torch.arange(20)).at_1 > 0.8
