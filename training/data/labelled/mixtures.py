"""Mixtures of Gaussians in one and two dimensions, whose modes can be counted and whose density is
known, and sets of points drawn from them.

Places and deviations of `ring` and `grid` are those of PacGAN (Lin 2018, and its published code),
which took the two from VEEGAN (Srivastava 2017): values lie within a few units, so a generator's
output is linear, not squashed into [-1, 1].
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal
from torch.utils.data import Dataset

from training.data.labelled.labelled_images import Batch

COUNT = 100_000  # points to train on (PacGAN)


@dataclass(frozen=True, eq=False)
class Mixture:
    """K equally likely Gaussians of one deviation: p(x) = 1/K sum_k N(x; m_k, s^2 I).

    Attributes:
        name: what it is called as data.
        means: (K, D), float32.
        std: s.
    """

    name: str
    means: Tensor
    std: float

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Points (count, D), float32, that follow from the random generator's state."""
        modes, dimensions = self.means.shape
        chosen = torch.randint(modes, (count,), generator=generator)
        noise = torch.randn(count, dimensions, generator=generator)
        return self.means[chosen] + self.std * noise

    def log_density(self, x: Tensor) -> Tensor:
        """log p(x) in nats, (N,), of points (N, D)."""
        each = Independent(Normal(self.means, self.std), 1)
        return MixtureSameFamily(Categorical(torch.ones(len(self.means))), each).log_prob(x)


def circle(count: int) -> Tensor:
    """(cos(2 pi k / count), sin(2 pi k / count)), (count, 2)."""
    angles = [2 * math.pi * k / count for k in range(count)]
    return torch.tensor([[math.cos(angle), math.sin(angle)] for angle in angles])


def lattice(values: range) -> Tensor:
    """All pairs of values, (len(values)^2, 2)."""
    return torch.tensor(list(product(values, values)), dtype=torch.float32)


MIXTURES = {
    mixture.name: mixture
    for mixture in (
        Mixture("ring", circle(8), std=0.01),  # variance 10^-4
        Mixture("grid", lattice(range(-4, 5, 2)), std=0.05),  # variance 0.0025
        Mixture("bumps", torch.tensor([[-1.0], [1.0]]), std=0.3),  # 1-D, to be seen whole
    )
}


class PointSet(Dataset):
    """Points drawn once from a mixture, given out as images of D channels and one pixel.

    It stands where `labelled_images.LabelledImages` does; the values are the mixture's own,
    not in [-1, 1].

    Attributes:
        mixture: what the points were drawn from.
        points: (N, D, 1, 1), float32.
        channels: D.
        size: 1.
        labels: None, for there are no classes.
    """

    def __init__(self, mixture: Mixture, count: int = COUNT, seed: int = 0):
        """
        Args:
            count: points to draw.
            seed: that they follow from.
        """
        stream = torch.Generator().manual_seed(seed)
        self.mixture, self.name, self.licence = mixture, mixture.name, "CC0 1.0"
        self.points = mixture.sample(count, stream)[:, :, None, None]
        self.channels, self.size = self.points.shape[1], 1
        self.labels: None = None
        self.class_names: list[str] = []
        self.warnings: list[str] = []

    @property
    def look(self) -> str:
        """Dimensions and modes in words."""
        return f"points in {self.channels}-D, {len(self.mixture.means)} modes"

    def __len__(self) -> int:
        return len(self.points)

    def plain(self, indices: np.ndarray | slice = slice(None)) -> Batch:
        """Points (n, D, 1, 1), all of them, in order, unless told."""
        return Batch(self.points[indices], None)

    def __getitems__(self, draws: list[tuple[int, int]]) -> Batch:
        """A whole batch from (index, seed) pairs; nothing is augmented, so the seeds are unused."""
        return self.plain(np.array([index for index, _ in draws]))
