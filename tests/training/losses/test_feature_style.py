"""Looks as statistics of features, and the distance to the nearest of them."""

import pytest
import torch

from training.losses.feature_style import LookBank, channel_statistics, distance_to_nearest


def test_a_look_is_the_mean_and_deviation_of_each_channel():
    layer = torch.tensor([[[[1.0, 3.0]], [[5.0, 5.0]]]])
    found = channel_statistics([layer])
    assert found[0].tolist() == pytest.approx([2, 5, 2**0.5, 0])


def test_the_distance_is_zero_only_at_a_look_and_counts_the_nearest():
    torch.manual_seed(0)
    bank = torch.cat([torch.randn(20, 6) - 8, torch.randn(20, 6) + 8])
    tight = bank.repeat(1, 40)  # in many dimensions the nearest one stands out
    at_one = distance_to_nearest(tight[:1], tight)
    between = distance_to_nearest(tight.mean(0, keepdim=True), tight)
    assert at_one < 0.1 * between


def test_the_gradient_leads_to_the_nearer_group_and_not_to_the_mean():
    bank = torch.tensor([[-1.0, 0.0]] * 8 + [[1.0, 0.0]] * 8) + 1e-3 * torch.randn(16, 2)
    looks = torch.tensor([[-0.4, 0.0]], requires_grad=True)
    distance_to_nearest(looks, bank).backward()
    assert looks.grad is not None and looks.grad[0, 0] > 0  # descending goes on to -1


def test_a_statistic_that_never_varies_counts_for_nothing():
    bank = torch.randn(9, 3)
    bank[:, 1] = 4
    looks = torch.randn(2, 3)
    other = looks.clone()
    other[:, 1] = 100
    torch.testing.assert_close(distance_to_nearest(looks, bank), distance_to_nearest(other, bank))


@pytest.mark.parametrize("count", [1, 5])
def test_looks_that_are_all_the_same_ask_for_nothing(count):
    """Of one look there is no deviation to measure by, nor of equal ones."""
    looks = torch.randn(2, 3, requires_grad=True)
    distance = distance_to_nearest(looks, torch.ones(count, 3))
    assert distance.item() == 0
    (distance + looks.sum()).backward()
    assert torch.equal(looks.grad, torch.ones(2, 3))


def test_a_bank_keeps_the_newest_and_is_restored():
    bank = LookBank(size=3)
    for value in range(5):
        bank.add(torch.full((1, 2), float(value)))
    assert bank.rows is not None and bank.rows[:, 0].tolist() == [2, 3, 4]
    again = LookBank(size=3)
    again.load_state_dict(bank.state_dict())
    torch.testing.assert_close(again.rows, bank.rows)
