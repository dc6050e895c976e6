"""Which of several answers is asked for: seeds, and answers near those of others."""

import pytest
import torch

from models.conditions.listener import noise_near, noise_of


def test_a_seed_near_none_is_that_seed_and_no_seed_is_the_mean():
    assert torch.equal(noise_near([], 7, 8), noise_of(7, 8))
    assert torch.equal(noise_near([], None, 8), torch.zeros(8))
    assert torch.equal(noise_near([7], None, 8), noise_of(7, 8))


def test_an_answer_near_another_is_standard_normal_and_keeps_nine_tenths_of_it():
    many = 100_000  # entries, for a standard error of 1 / 316
    first, near = noise_of(7, many), noise_near([7], 12, many)
    assert near.std() == pytest.approx(1, abs=0.02)
    assert torch.corrcoef(torch.stack([first, near]))[0, 1] == pytest.approx(0.9, abs=0.02)


def test_near_an_answer_that_is_near_another():
    assert not torch.equal(noise_near([7, 12], 5, 8), noise_near([7], 5, 8))
    with pytest.raises(ValueError, match="Expected a seed"):
        noise_near([-1], 7, 8)
