"""DCGAN (Radford, Metz and Chintala 2016): strided convolutions, no pooling, batch norm in the
generator."""

from itertools import pairwise

import torch
from torch import nn

from models.networks.heads import Conditioned
from models.networks.layers import (
    SMALLEST_BASE,
    ClassInput,
    base_and_doublings,
    normal_weights,
    with_spectral_norm,
)


class Generator(nn.Module):
    """Noise, and a class where there are classes, to images: project, then double with 4x4
    convolutions.

    Shapes: noise (N, noise_dim), labels (N,) int64 -> (N, channels, size, size) in [-1, 1].

    Args:
        size: height and width in pixels, 4 to 7 times a power of two.
        channels: 1 for grey, 3 for RGB.
        classes: number of classes, 0 for none.
        noise_dim: length of z.
        width: channels of the last hidden layer; they double towards the base, up to `max_width`.
        embedding_dim: length of the class embedding beside z.
        hidden: units of a layer between the noise and the projection (Chen et al. 2016, InfoGAN),
            0 for none (Radford 2016). Without a class, the first layer has to tell one kind of
            picture from another, which a linear projection cannot.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        noise_dim: int = 64,
        width: int = 64,
        max_width: int = 512,
        embedding_dim: int = 32,
        hidden: int = 0,
    ):
        super().__init__()
        base, doublings = base_and_doublings(size)
        widths = [min(max_width, width * 2 ** (doublings - 1 - i)) for i in range(doublings)]
        self.input = ClassInput(noise_dim, classes, embedding_dim)
        mapped = hidden or self.input.features
        self.project = nn.Sequential(
            *([nn.Linear(self.input.features, hidden, bias=False)] if hidden else []),
            *([nn.BatchNorm1d(hidden), nn.ReLU()] if hidden else []),
            nn.Linear(mapped, widths[0] * base**2, bias=False),
            nn.Unflatten(1, (widths[0], base, base)),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        enlarging = [
            nn.Sequential(
                nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            )
            for before, after in pairwise(widths)
        ]
        last = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1)
        self.enlarge = nn.Sequential(*enlarging, last, nn.Tanh())
        normal_weights(self)

    def forward(self, noise: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.decode(self.input(noise, labels))

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        """Images from what `input` makes of noise and class; between two of those lies a morph."""
        return self.enlarge(self.project(latent))


class Critic(Conditioned):
    """Images to one logit each: 4x4 convolutions of stride 2 down to 4 pixels or fewer, then a
    linear layer and the class projection.

    A base of 5 to 7 pixels is halved once more than in the generator: what is linear in features
    at 7 pixels sees strokes, but not digits.

    Shapes: images (N, channels, size, size) in [-1, 1], labels (N,) -> logits (N,).

    Args:
        norm: "none" (every layer per sample, as gradient penalties need) or "batch" (the paper's).
        spectral: bound every layer with spectral norm.
        outputs: more than one make it an encoder.
        kernels: of minibatch discrimination (Salimans 2016), 0 for none.
        condition: how it sees the class, "projection" or "concat".
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        width: int = 64,
        max_width: int = 512,
        norm: str = "none",
        spectral: bool = False,
        outputs: int = 1,
        kernels: int = 0,
        condition: str = "projection",
    ):
        super().__init__(classes, condition)
        base, doublings = base_and_doublings(size)
        halvings = doublings + (base > SMALLEST_BASE)
        widths = [min(max_width, width * 2**i) for i in range(halvings)]
        first = nn.Conv2d(channels + self.planes, widths[0], 4, 2, 1)
        layers = [first, nn.LeakyReLU(0.2)]
        for before, after in pairwise(widths):
            layers.append(nn.Conv2d(before, after, 4, 2, 1, bias=norm == "none"))
            layers += [nn.BatchNorm2d(after)] if norm == "batch" else []
            layers.append(nn.LeakyReLU(0.2))
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.finish(widths[-1] * (size // 2**halvings) ** 2, outputs, kernels)
        normal_weights(self)
        if spectral:
            with_spectral_norm(self)
