"""The results of Goodfellow et al. 2014 on the game, as pure functions.

p is the density of the data and g that of what the generator makes; a is a critic's logit, so that
D = sigmoid(a). Densities on a grid are (N,) tensors, and `cell` is the length, or the area, that a
point of the grid stands for.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

LOG_4 = math.log(4)


def optimal_critic(p: Tensor, g: Tensor) -> Tensor:
    """D*(x) = p(x) / (p(x) + g(x)) (proposition 1); 1/2 where neither has any mass.

    Least squares with the targets 1 and 0 has the same optimum (Mao 2017, equation 5).
    """
    both = p + g
    return torch.where(both > 0, p / both.clamp_min(torch.finfo(both.dtype).tiny), 0.5)


def game_value(logits: Tensor, p: Tensor, g: Tensor, cell: float) -> float:
    """V(G, D) = integral of p log D + g log(1 - D) (equation 1 over densities), at most 0.

    Args:
        logits: of the critic at the points of the grid, (N,).
    """
    return -cell * (p * F.softplus(-logits) + g * F.softplus(logits)).sum().item()


def jensen_shannon(p: Tensor, g: Tensor, cell: float) -> float:
    """JSD(p || g) = 1/2 KL(p || m) + 1/2 KL(g || m) with m = (p + g) / 2, from 0 to log 2.

    What lacks to a mass of 1 lies beyond the grid, and there it counts as met by nothing of the
    other, which gives log 2 for each part of it.
    """
    middle = ((p + g) / 2).clamp_min(torch.finfo(p.dtype).tiny)
    inside = cell * (torch.xlogy(p, p / middle) + torch.xlogy(g, g / middle)).sum().item()
    beyond = sum(max(0.0, 1 - cell * density.sum().item()) for density in (p, g))
    return (inside + beyond * math.log(2)) / 2


def best_value(p: Tensor, g: Tensor, cell: float) -> float:
    """V(G, D*) = -log 4 + 2 JSD(p || g) (theorem 1): no critic gets more."""
    return 2 * jensen_shannon(p, g, cell) - LOG_4


def minimax_slope(logits: Tensor) -> Tensor:
    """d/da log(1 - sigmoid(a)) = -sigmoid(a): it goes to 0 with D(G(z))."""
    return -torch.sigmoid(logits)


def nonsaturating_slope(logits: Tensor) -> Tensor:
    """d/da of -log sigmoid(a) = sigmoid(a) - 1: it goes to -1 where D(G(z)) goes to 0."""
    return torch.sigmoid(logits) - 1


def kernel_density(samples: Tensor, grid: Tensor, width: float) -> Tensor:
    """The density of samples on the line: the mean of N(x; sample, width^2) (Parzen 1962).

    It is that of the samples plus noise of this width, so the width has to be small beside what is
    to be seen.

    Args:
        samples: (M,).
        grid: (N,).
    """
    distances = (grid[:, None] - samples[None, :]) / width
    return distances.square().mul_(-0.5).exp_().mean(1) / (width * math.sqrt(2 * math.pi))
