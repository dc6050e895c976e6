"""The game: one network learns at a time, averages forget as the formula says."""

import math

import pytest
import torch
from accelerate import Accelerator
from torch import nn

from training.engine.game import Diverged, Game
from training.engine.optimisers import adam
from training.losses.objectives import OBJECTIVES
from training.options import Options


@pytest.fixture
def game():
    torch.manual_seed(0)
    networks = {"generator": nn.Linear(2, 2), "critic": nn.Linear(2, 1)}
    options = Options(batch_size=10, n_epochs=2, n_epochs_decay=4, lr=0.1, ema_half_life=100)
    optimisers = adam(networks, options.lr, (0.0, 0.99))
    return Game(Accelerator(cpu=True), options, OBJECTIVES["hinge"], networks, optimisers)


def test_an_update_changes_its_own_network_alone(game):
    before = {name: network.weight.clone() for name, network in game.networks.items()}
    with game.update("generator") as terms:
        terms["a"] = game.critic(game.generator(torch.ones(3, 2))).mean()
    assert not torch.equal(game.generator.weight, before["generator"])
    assert torch.equal(game.critic.weight, before["critic"])
    assert game.critic.weight.grad is None
    assert game.critic.weight.requires_grad


def test_an_update_descends_the_sum_of_its_terms_and_logs_each(game):
    with game.update("critic") as terms:
        terms["a"], terms["b"] = game.critic.weight.sum(), 2 * game.critic.weight.sum()
    assert game.critic.weight.grad.tolist() == [[3.0, 3.0]]
    logged = game.observed()
    assert logged["critic/gradient_norm"] == pytest.approx(math.sqrt(18), rel=1e-5)
    assert logged["critic/b"] == pytest.approx(2 * logged["critic/a"])
    assert game.observed() == {}


def test_a_loss_that_is_no_number_changes_nothing(game):
    before = game.critic.weight.clone()
    with (
        pytest.raises(Diverged, match="critic's loss or gradient is not finite"),
        game.update("critic") as terms,
    ):
        terms["a"] = game.critic.weight.sum() * math.inf
    assert torch.equal(game.critic.weight, before)


def test_a_gradient_that_is_no_number_changes_nothing_either(game):
    before = game.critic.weight.clone()
    with pytest.raises(Diverged, match="gradient"), game.update("critic") as terms:
        terms["a"] = (game.critic.weight * 0).sum().sqrt()  # 0, with an infinite slope
    assert torch.equal(game.critic.weight, before)


def test_the_average_forgets_half_over_its_half_life(game):
    """beta = 0.5^(10 / 100): after ten steps the first weights count one half."""
    game.progress.images_seen = game.progress.averaged_at = 10**6  # far from the ramp
    average = game.averages["generator"]
    with torch.no_grad():
        game.generator.weight.fill_(0.0)
    game.average()  # the first call copies
    with torch.no_grad():
        game.generator.weight.fill_(1.0)
    for _ in range(10):
        game.progress.images_seen += 10
        game.average()
    assert torch.allclose(average.module.weight, torch.full((2, 2), 0.5), atol=1e-5)


def test_later_the_average_is_taken_every_fourth_step_and_forgets_no_less(game):
    game.progress.images_seen = game.progress.averaged_at = 10**6
    game.progress.step = 1000
    average = game.averages["generator"].module
    with torch.no_grad():
        game.generator.weight.fill_(0.0)
    game.average()
    seen = []
    with torch.no_grad():
        game.generator.weight.fill_(1.0)
    for game.progress.step in range(1001, 1021):
        game.progress.images_seen += 5
        game.average()
        seen.append(average.weight[0, 0].item())
    assert len(set(seen)) == 1 + 20 // 4
    assert seen[-1] == pytest.approx(0.5, abs=1e-5)  # 100 images, the half-life
