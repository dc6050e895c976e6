"""Adversarial objectives as pure functions of logits, in one table of names.

x is real, x^ = G(z), D gives logits of shape (N,). Every function returns named terms that are
summed and minimised. `critic(real, fake)` is the critic's step, `generator(fake, real)` the
generator's; only the relativistic objective looks at `real` there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from training.losses.divergences import DIVERGENCES, Divergence

Terms = dict[str, Tensor]


@dataclass(frozen=True)
class Objective:
    """One row of the table.

    Attributes:
        critic: (real, fake) -> terms.
        generator: (fake, real) -> terms.
        relativistic: whether the generator's step needs the logits of real images.
        probability: logits to P(real) where D estimates one, else None.
        boundary: the logit above which D takes an image for real.
    """

    critic: Callable[[Tensor, Tensor], Terms]
    generator: Callable[[Tensor, Tensor | None], Terms]
    relativistic: bool = False
    probability: Callable[[Tensor], Tensor] | None = None
    boundary: float = 0.0

    def accuracy(self, real: Tensor, fake: Tensor) -> Tensor:
        """The share of logits on the right side: of pairs in the right order where the objective
        is relativistic, of the boundary otherwise."""
        if self.relativistic:
            return (real > fake).float().mean()
        right = torch.cat([(real > self.boundary).flatten(), (fake <= self.boundary).flatten()])
        return right.float().mean()

    def scores(self, real: Tensor, fake: Tensor) -> Terms:
        """Mean D(x) and D(G(z)), as probabilities where they are, to see whether the game is in
        balance."""
        read = self.probability or (lambda logits: logits)
        return {"D(x)": read(real.detach()).mean(), "D(G(z))": read(fake.detach()).mean()}


def nonsaturating_critic(real: Tensor, fake: Tensor) -> Terms:
    """-E log D(x) - E log(1 - D(x^)) with D = sigmoid(logits) (Goodfellow 2014, equation 1)."""
    return {"real": F.softplus(-real).mean(), "fake": F.softplus(fake).mean()}


def nonsaturating_generator(fake: Tensor, real: Tensor | None = None) -> Terms:
    """-E log D(x^) (Goodfellow 2014, section 3): strong gradients where the critic is sure."""
    return {"adversarial": F.softplus(-fake).mean()}


def minimax_generator(fake: Tensor, real: Tensor | None = None) -> Terms:
    """E log(1 - D(x^)) (Goodfellow 2014, equation 1): flat where the critic is sure, for its
    derivative by the logit is -D(x^)."""
    return {"adversarial": -F.softplus(fake).mean()}


def lsgan_critic(real: Tensor, fake: Tensor) -> Terms:
    """1/2 E (D(x) - 1)^2 + 1/2 E D(x^)^2 (Mao 2017, equation 9)."""
    return {"real": 0.5 * (real - 1).square().mean(), "fake": 0.5 * fake.square().mean()}


def lsgan_generator(fake: Tensor, real: Tensor | None = None) -> Terms:
    """1/2 E (D(x^) - 1)^2 (Mao 2017, equation 9)."""
    return {"adversarial": 0.5 * (fake - 1).square().mean()}


def hinge_critic(real: Tensor, fake: Tensor) -> Terms:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(x^)) (Lim and Ye 2017)."""
    return {"real": F.relu(1 - real).mean(), "fake": F.relu(1 + fake).mean()}


def hinge_generator(fake: Tensor, real: Tensor | None = None) -> Terms:
    """-E D(x^) (Lim and Ye 2017)."""
    return {"adversarial": -fake.mean()}


def rpgan_critic(real: Tensor, fake: Tensor) -> Terms:
    """E softplus(-(D(x) - D(x^))), pair by pair (R3GAN, Huang 2024, equation 2)."""
    return {"pair": F.softplus(fake - real).mean()}


def rpgan_generator(fake: Tensor, real: Tensor | None = None) -> Terms:
    """E softplus(D(x) - D(x^)), pair by pair (R3GAN, Huang 2024, equation 2).

    Raises:
        ValueError: the logits of real images are missing.
    """
    if real is None:
        raise ValueError("Expected the logits of real images beside the fake ones, found none.")
    return {"adversarial": F.softplus(real - fake).mean()}


def wasserstein_critic(real: Tensor, fake: Tensor) -> Terms:
    """-E D(x) + E D(x^), for a critic that a penalty or clipping keeps Lipschitz (Arjovsky 2017,
    equation 3)."""
    return {"real": -real.mean(), "fake": fake.mean()}


def objective_of(divergence: Divergence) -> Objective:
    """The variational game of an f-divergence (Nowozin 2016, equations 5 and 6), T = g_f(logits).

    The critic maximises E T(x) - E f*(T(x^)). The generator maximises E T(x^) in place of
    minimising -E f*(T(x^)), which learns faster and has the same fixed points (their section 3.2).
    """

    def critic(real: Tensor, fake: Tensor) -> Terms:
        return {
            "real": -divergence.activation(real).mean(),
            "fake": divergence.conjugate_of_activation(fake).mean(),
        }

    def generator(fake: Tensor, real: Tensor | None = None) -> Terms:
        return {"adversarial": -divergence.activation(fake).mean()}

    return Objective(critic, generator, boundary=divergence.boundary)


OBJECTIVES = {
    "minimax": Objective(
        nonsaturating_critic,
        minimax_generator,
        probability=torch.sigmoid,
    ),
    "nonsaturating": Objective(
        nonsaturating_critic,
        nonsaturating_generator,
        probability=torch.sigmoid,
    ),
    "lsgan": Objective(lsgan_critic, lsgan_generator, boundary=0.5),
    "hinge": Objective(hinge_critic, hinge_generator),
    "rpgan": Objective(rpgan_critic, rpgan_generator, relativistic=True),
    # E D(x^) is what both push, so the generator's step is the hinge's
    "wasserstein": Objective(wasserstein_critic, hinge_generator),
    **{f"f-{name}": objective_of(divergence) for name, divergence in DIVERGENCES.items()},
}
