"""Several answers to one input: z, which tells them apart, and the network that finds it in a
target while training (cVAE-GAN: Zhu et al. 2017, Toward Multimodal Image-to-Image Translation,
section 3.2).

BicycleGAN adds a second pass of the generator, on z from the prior, and finds that z again. It is
left out here: a step would take nearly twice as long, and what it is there for, that z is not
passed over, the cross-entropy or L1 with z from the target sees to.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.engine.game import Game
from training.losses.objectives import Terms
from training.losses.translation import divergence_from_prior

if TYPE_CHECKING:
    from training.data.paired.paired_images import PairBatch

SIZE = 64
WIDTHS = (32, 64, 128, 128)
ANSWERED = 0.5  # share of pictures whose z is told; without, z = 0, the likeliest answer is learned
LARGEST = 8.0  # of log variances, either way


class Posterior(nn.Module):
    """q(z | y) = N(mean, variance) of a target y, seen at 64 pixels.

    Without norms: what z has to tell, the colours of the whole, is what they take away.

    Shapes: (N, channels, H, W) -> mean and log variance (N, z_dim).
    """

    def __init__(self, channels: int, z_dim: int):
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in pairwise((channels, *WIDTHS)):
            layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.heads = nn.Linear(WIDTHS[-1], 2 * z_dim)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        small = F.interpolate(images, (SIZE, SIZE), mode="area")
        mean, log_variance = self.heads(self.body(small).mean((2, 3))).float().chunk(2, 1)
        return mean, log_variance.clamp(-LARGEST, LARGEST)


def posteriors(game: Game) -> tuple[str, ...]:
    """The network that finds z, which steps with the generator, where there is one."""
    return ("posterior",) if "posterior" in game.networks else ()


def told(game: Game, batch: "PairBatch") -> tuple[Tensor | None, Terms]:
    """What a generator is told beside its input, words, z and the manner, (N, condition_dim), and
    the terms of z: lambda KL(q(z | y) || N(0, 1)).

    z = mean + sigma epsilon for some pictures of the batch, 0 for the others.
    """
    said, terms = [] if batch.words is None else [batch.words], {}
    if posteriors(game):
        mean, log_variance = game.posterior(batch.target)
        answered = (torch.rand_like(mean[:, :1]) < ANSWERED).to(mean)
        sampled = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        said.append(answered * sampled)
        divergence = divergence_from_prior(mean, log_variance, answered)
        terms = {"divergence": game.options.lambda_divergence * divergence}
    if batch.manner is not None:
        said.append(batch.manner)
    return (torch.cat(said, 1) if said else None), terms
