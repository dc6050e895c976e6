"""Remedies against collapse: what they compute, on networks small enough to follow."""

from copy import deepcopy

import pytest
import torch
from accelerate import Accelerator
from torch import nn

from training import gan
from training.collapse.differentiable_augmentation import DifferentiableAugmentation
from training.collapse.mode_regularisation import encoder_of
from training.collapse.packing import packed
from training.collapse.unrolling import unrolled
from training.data.labelled.labelled_images import Batch
from training.engine.game import Game
from training.engine.optimisers import chosen_optimisers
from training.losses.objectives import OBJECTIVES

PLAIN = {"r1": 0.0, "r2": 0.0, "noise_dim": 2, "batch_size": 6, "beta1": 0.5, "beta2": 0.9}


class Line(nn.Module):
    """Numbers to numbers, as images of one pixel."""

    def __init__(self, entries: int, outputs: int):
        super().__init__()
        self.one, self.two = nn.Linear(entries, 4), nn.Linear(4, outputs)

    def forward(self, x, labels=None):
        return self.two(torch.tanh(self.one(x.flatten(1))))


class Maker(Line):
    def forward(self, x, labels=None):
        return super().forward(x)[:, :, None, None]


class Judge(Line):
    def forward(self, x, labels=None):
        return super().forward(x).squeeze(1)


def game(**options) -> Game:
    torch.manual_seed(0)
    chosen = gan.Options(**{**PLAIN, "gan_mode": "nonsaturating", "lr": 0.05, **options})
    networks = {"generator": Maker(2, 1), "critic": Judge(1, 1)}
    if chosen.lambda_reconstruction:
        networks["encoder"] = Line(1, 2)
    optimisers = chosen_optimisers(chosen, networks)
    objective = OBJECTIVES[chosen.gan_mode]
    return Game(Accelerator(cpu=True), chosen, objective, networks, optimisers)


def both(play: Game) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randn(6, 1, 1, 1), play.generator(torch.randn(6, 2))


def loss_of(play: Game, real, fake):
    return lambda critic: gan.critic_loss(play, real, fake, critic)


@pytest.mark.parametrize("before", [0, 2])
def test_unrolling_takes_the_steps_that_the_critic_would_take(before):
    """Metz 2017: theta_D^K, computed by torch's own Adam from the same state."""
    play = game()
    real, fake = both(play)
    fixed = fake.detach()
    for _ in range(before):  # Adam remembers
        with play.update("critic") as terms:
            terms["loss"] = gan.critic_loss(play, real, fixed, play.critic)
    twin = deepcopy(play.critic)
    own = torch.optim.Adam(twin.parameters(), 0.05, betas=(0.5, 0.9))
    if before:
        own.load_state_dict(deepcopy(play.optimisers["critic"].state_dict()))
    for _ in range(3):
        own.zero_grad()
        gan.critic_loss(play, real, fixed, twin).backward()
        own.step()
    found = unrolled(play, loss_of(play, real, fake), 3)(real)
    torch.testing.assert_close(found, twin(real), rtol=1e-4, atol=1e-5)


def test_the_critic_is_as_it_was_after_the_generator_looked_ahead():
    play = game(unroll=3)
    before = deepcopy(play.critic.state_dict())
    with play.update("generator") as terms:
        real, fake = both(play)
        critic = unrolled(play, loss_of(play, real, fake), 3)
        terms["adversarial"] = gan.adversarial_term(play, critic, fake, real)
    for name, tensor in play.critic.state_dict().items():
        assert torch.equal(tensor, before[name])
    assert all(parameter.requires_grad for parameter in play.critic.parameters())


def test_no_steps_ahead_are_none():
    play = game()
    real, fake = both(play)
    assert unrolled(play, loss_of(play, real, fake), 0) is play.critic


def test_the_generator_sees_how_the_critic_will_answer():
    """The derivative passes through the critic's steps: it agrees with finite differences of the
    whole, which leaving those steps out does not."""
    play = game(unroll=2)
    for network in play.networks.values():
        network.double()
    torch.manual_seed(1)
    real = torch.randn(6, 1, 1, 1, dtype=torch.float64)
    made = torch.randn(6, 1, 1, 1, dtype=torch.float64, requires_grad=True)

    def ahead(fake):
        critic = unrolled(play, loss_of(play, real, fake), 2)
        return gan.adversarial_term(play, critic, fake, real)

    assert torch.autograd.gradcheck(ahead, made, atol=1e-4)
    (whole,) = torch.autograd.grad(ahead(made), made)
    frozen = unrolled(play, loss_of(play, real, made.detach()), 2)
    (short,) = torch.autograd.grad(gan.adversarial_term(play, frozen, made, real), made)
    assert not torch.allclose(whole, short, rtol=1e-2)


def test_packing_puts_neighbours_beside_each_other_as_channels():
    images = torch.arange(8.0).reshape(4, 2, 1, 1)
    assert packed(images, 2).flatten(1).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert torch.equal(packed(images, 1), images)


def test_mode_regularisation_is_the_distance_back_and_what_the_critic_makes_of_it():
    """Che 2017: 0.2 ||x - G(E(x))||^2 (mean over pixels) + 0.4 times -log D(G(E(x)))."""
    play = game(lambda_reconstruction=0.2, lambda_mode=0.4, lr=0.0)
    real, _ = both(play)
    gan.iteration(play, iter([Batch(real, None)]))
    terms = play.observed()
    again = play.generator(play.encoder(real))
    assert terms["generator/reconstruction"] == pytest.approx(
        0.2 * (again - real).square().mean().item(), rel=1e-5
    )
    wanted = -0.4 * torch.sigmoid(play.critic(again)).log().mean()
    assert terms["generator/mode"] == pytest.approx(wanted.item(), rel=1e-5)


def test_the_encoder_learns_with_the_generator():
    play = game(lambda_reconstruction=0.2, lambda_mode=0.4)
    before = play.encoder.two.weight.clone()
    gan.iteration(play, iter([Batch(both(play)[0], None)]))
    assert not torch.equal(play.encoder.two.weight, before)


def test_without_its_weight_there_is_no_mode_regularisation():
    play = game()
    gan.iteration(play, iter([Batch(both(play)[0], None)]))
    assert not {"generator/reconstruction", "generator/mode"} & set(play.observed())


def test_an_encoder_is_like_the_critic_but_sees_one_image():
    packs = {"size": 28, "channels": 2, "classes": 0, "width": 8, "kernels": 5, "norm": "batch"}
    found = encoder_of({"name": "dcgan", "arguments": packs}, noise_dim=7, channels=1)
    from models.networks import CRITICS, build

    assert build(CRITICS, **found)(torch.zeros(3, 1, 28, 28)).shape == (3, 7)


@pytest.mark.parametrize("channels", [1, 3])
def test_augmentation_lets_gradients_through_and_draws_each_image_anew(channels):
    torch.manual_seed(0)
    augment = DifferentiableAugmentation("color,translation,cutout", channels)
    images = torch.rand(1, channels, 16, 16).expand(6, -1, -1, -1).clone().requires_grad_()
    seen = augment(images)
    assert seen.shape == images.shape
    assert not torch.allclose(seen[0], seen[1])
    seen.sum().backward()
    assert images.grad.abs().sum() > 0


def test_an_unknown_augmentation_is_named():
    with pytest.raises(ValueError, match="color, translation, cutout, found 'blur'"):
        DifferentiableAugmentation("color,blur", 1)
