"""f-divergences and what a game for each needs (Nowozin, Cseke and Tomioka 2016, tables 1 and 2).

D_f(P || Q) = integral of q f(p / q). Its variational bound is sup over T of E_P T - E_Q f*(T), with
f*(t) = sup_u (u t - f(u)), and it is tight at T = f'(p / q). A critic's logits v become T = g_f(v),
whose range is the domain of f*.

Every g_f here grows with v, as the paper's section 2.3 asks, so that a large logit always means
"real"; in its table, those of reverse KL and of Hellinger fall.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

LOG2 = math.log(2)
Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Divergence:
    """A row of the table.

    Attributes:
        f: the generator function, convex with f(1) = 0.
        activation: g_f, logits to the domain of f*.
        conjugate: f*.
        conjugate_of_activation: f*(g_f(v)) in one formula, which does not overflow where its parts
            would.
        boundary: the logit at which T = f'(1), above which an image is more likely real.
    """

    f: Function
    activation: Function
    conjugate: Function
    conjugate_of_activation: Function
    boundary: float = 0.0


DIVERGENCES = {
    "kl": Divergence(
        f=lambda u: torch.xlogy(u, u),
        activation=lambda v: v,
        conjugate=lambda t: torch.exp(t - 1),
        conjugate_of_activation=lambda v: torch.exp(v - 1),
        boundary=1.0,
    ),
    "reverse-kl": Divergence(
        f=lambda u: -torch.log(u),
        activation=lambda v: -torch.exp(-v),
        conjugate=lambda t: -1 - torch.log(-t),
        conjugate_of_activation=lambda v: v - 1,
    ),
    "js": Divergence(
        f=lambda u: torch.xlogy(u, u) - (u + 1) * torch.log((1 + u) / 2),
        activation=lambda v: LOG2 - F.softplus(-v),
        conjugate=lambda t: -torch.log(2 - torch.exp(t)),
        conjugate_of_activation=lambda v: F.softplus(v) - LOG2,
    ),
    "pearson": Divergence(
        f=lambda u: (u - 1).square(),
        activation=lambda v: v,
        conjugate=lambda t: t.square() / 4 + t,
        conjugate_of_activation=lambda v: v.square() / 4 + v,
    ),
    "hellinger": Divergence(
        f=lambda u: (u.sqrt() - 1).square(),
        activation=lambda v: 1 - torch.exp(-v),
        conjugate=lambda t: t / (1 - t),
        conjugate_of_activation=lambda v: torch.exp(v) - 1,
    ),
    "total-variation": Divergence(
        f=lambda u: (u - 1).abs() / 2,
        activation=lambda v: torch.tanh(v) / 2,
        conjugate=lambda t: t,
        conjugate_of_activation=lambda v: torch.tanh(v) / 2,
    ),
}
