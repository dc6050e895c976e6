"""The way back from an image to the noise, and the class, that a generator draws it from."""

from itertools import pairwise

import torch
from torch import nn

from models.networks.layers import SMALLEST_BASE, base_and_doublings


class Encoder(nn.Module):
    """Q(x): a guess of z, and of the class, for a generator that stays as it is (Goodfellow et al.
    2014, section 7: "an auxiliary network to predict z given x").

    Convolutions with stride 2 down to 4 pixels or fewer, a hidden layer, and two linear heads.

    Shapes: images (N, channels, size, size) in [-1, 1] -> z (N, noise_dim) and logits (N, classes),
    which has no columns where there are no classes.

    Args:
        size, channels, classes, noise_dim: those of the generator.
        width: channels of the first layer; they double with every halving, up to `max_width`.
        hidden: units between the convolutions and the heads.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        noise_dim: int = 64,
        width: int = 48,
        max_width: int = 192,
        hidden: int = 384,
    ):
        super().__init__()
        base, doublings = base_and_doublings(size)
        halvings = doublings + (base > SMALLEST_BASE)
        widths = [channels, *(min(max_width, width * 2**i) for i in range(halvings))]
        convolutions = [
            nn.Sequential(
                nn.Conv2d(before, after, 4, 2, 1, bias=False),
                nn.BatchNorm2d(after),
                nn.LeakyReLU(0.2),
            )
            for before, after in pairwise(widths)
        ]
        self.features = nn.Sequential(
            *convolutions,
            nn.Flatten(),
            nn.Linear(widths[-1] * (size // 2**halvings) ** 2, hidden, bias=False),
            nn.BatchNorm1d(hidden),
            nn.LeakyReLU(0.2),
        )
        self.noise_dim = noise_dim
        self.heads = nn.Linear(hidden, noise_dim + classes)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.heads(self.features(images))
        return found[:, : self.noise_dim], found[:, self.noise_dim :]


ENCODERS: dict[str, type[nn.Module]] = {"convolutional": Encoder}
