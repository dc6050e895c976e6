"""Unrolling: the generator looks some steps of its critic ahead (Metz et al. 2017)."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import functional_call

from training.engine.game import Game

CriticFunction = Callable[..., Tensor]


TINY = 1e-16  # the square root of an exact 0 has no derivative


def unrolled(game: Game, loss: Callable[[CriticFunction], Tensor], steps: int) -> CriticFunction:
    """The critic as it would be after `steps` of its own steps, as a function of the generator
    (Metz 2017, equations 5 to 9); the critic itself stays as it is.

    The steps are Adam's, from where the critic's own optimiser stands, and can be differentiated:
    the generator sees how the critic will answer, and does not crowd where it is only for now
    believed.

    Args:
        loss: a critic to what it descends, the generated images in it with their gradients.
        steps: 0 gives the critic as it is.
    """
    critic, optimiser = game.critic, game.optimisers["critic"]
    if not steps:
        return critic
    group = optimiser.param_groups[0]
    named = dict(critic.named_parameters())
    moments = {name: moments_of(optimiser.state.get(p, {}), p) for name, p in named.items()}
    weights = {name: p.detach().clone().requires_grad_() for name, p in named.items()}

    def critic_ahead(*arguments: Tensor | None) -> Tensor:
        return functional_call(critic, weights, arguments)

    for _ in range(steps):
        gradients = torch.autograd.grad(
            loss(critic_ahead), list(weights.values()), create_graph=True
        )
        moved = {}
        for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
            step, moments[name] = adam_step(gradient, *moments[name], group["betas"], group["eps"])
            moved[name] = weight - group["lr"] * step
        weights = moved
    return critic_ahead


def moments_of(state: dict, parameter: Tensor) -> tuple[Tensor, Tensor, float]:
    """Adam's mean of gradients, mean of their squares and number of steps for one parameter."""
    if not state:
        return torch.zeros_like(parameter), torch.zeros_like(parameter), 0.0
    return state["exp_avg"].clone(), state["exp_avg_sq"].clone(), float(state["step"])


def adam_step(
    gradient: Tensor,
    mean: Tensor,
    square: Tensor,
    count: float,
    betas: tuple[float, float],
    eps: float,
) -> tuple[Tensor, tuple[Tensor, Tensor, float]]:
    """The direction in which Adam moves, and its moments afterwards (Kingma and Ba 2015,
    algorithm 1)."""
    count += 1
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient.square()
    spread = (square / (1 - betas[1] ** count) + TINY).sqrt() + eps
    return mean / (1 - betas[0] ** count) / spread, (mean, square, count)
