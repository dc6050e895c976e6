"""Residual networks without normalisation, after R3GAN (Huang et al. 2024).

Leaky ReLU, bilinear resampling, and a last convolution that starts at zero in each block (Fixup,
Zhang 2019) in place of normalisation layers. The generator's blocks take the style, a mapping of
noise and class, as a gain per channel.
"""

from itertools import pairwise
from typing import cast

import torch
from torch import nn
from torch.nn import functional as F

from models.networks.heads import Conditioned
from models.networks.layers import (
    ClassInput,
    OpenTanh,
    base_and_doublings,
    before_tanh,
    modulations,
    with_spectral_norm,
)

SLOPE = 0.2


def widths_by_resolution(size: int, width: int, max_width: int) -> tuple[int, list[int]]:
    """Base size, and the channels at each resolution from the base upwards; the largest has
    `width`."""
    base, doublings = base_and_doublings(size)
    return base, [min(max_width, width * 2 ** (doublings - i)) for i in range(doublings + 1)]


def convolution(before: int, after: int, kernel: int = 3) -> nn.Conv2d:
    """A convolution that keeps the size, with weights of variance 2 / fan-in (He 2015)."""
    layer = nn.Conv2d(before, after, kernel, padding=kernel // 2)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


class Block(nn.Module):
    """x + conv(act(gain(style) * conv(act(x)))), the last convolution zero at the start; or, where
    the style carries more than a class, x + conv(act(B(conv(act(A(x)))))) with two affines of it, A
    and B (Tao et al. 2022, DF-GAN, section 3.4).

    Shapes: x (N, width, H, W), style (N, style_dim) or None -> (N, width, H, W).
    """

    def __init__(self, width: int, style_dim: int = 0, affine: bool = False):
        super().__init__()
        self.first = convolution(width, width)
        self.second = convolution(width, width)
        self.gain = nn.Linear(style_dim, width) if style_dim and not affine else None
        self.affines = modulations([width, width] if affine else [], style_dim)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: torch.Tensor, style: torch.Tensor | None = None) -> torch.Tensor:
        if self.affines:
            h = self.first(F.leaky_relu(self.affines[0](x, style), SLOPE))
            return x + self.second(F.leaky_relu(self.affines[1](h, style), SLOPE))
        h = self.first(F.leaky_relu(x, SLOPE))
        if self.gain is not None:
            h = h * (1 + self.gain(style))[:, :, None, None]
        return x + self.second(F.leaky_relu(h, SLOPE))


def resized(images: torch.Tensor, side: int) -> torch.Tensor:
    """Square images at another size: means of what lies in a pixel, or bilinear where they grow."""
    if side > images.shape[-1]:
        return F.interpolate(images, side, mode="bilinear", align_corners=False)
    return F.adaptive_avg_pool2d(images, side)


class Generator(nn.Module):
    """Noise, and a class where there are classes, to images; or noise and a vector, such as that
    of words.

    Shapes: noise (N, noise_dim), labels (N,) int64, or (N, condition_dim) -> (N, channels, size,
    size) in [-1, 1].

    Args:
        size: height and width in pixels, 4 to 7 times a power of two.
        channels: 1 for grey, 3 for RGB.
        classes: number of classes, 0 for none.
        noise_dim: length of z.
        width: channels at full resolution; they double with each halving, up to `max_width`.
        blocks: residual blocks at each resolution.
        style_dim: length of the style that sets the gains.
        embedding_dim: length of the class embedding beside z.
        condition_dim: length of a vector in place of the class, 0 for none.
        memories: vectors near which it remembers something of its own, 0 for none.
        key_dim: how many of the condition's first numbers tell which of them are near.
        thumbnails: pixels wide of the picture of each by each hand that it keeps as well, 0 for
            none; hands are the rest of the condition, one-hot. It then gives tanh(f(x) +
            artanh(0.98 t)), t the one that is followed, as `resnet` does with its `global_skip`.

    Raises:
        ValueError: thumbnails larger than the images; see `ClassInput` for the others.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        noise_dim: int = 64,
        width: int = 24,
        max_width: int = 256,
        blocks: int = 1,
        style_dim: int = 128,
        embedding_dim: int = 64,
        condition_dim: int = 0,
        memories: int = 0,
        key_dim: int = 0,
        thumbnails: int = 0,
    ):
        super().__init__()
        base, widths = widths_by_resolution(size, width, max_width)
        if not 0 <= thumbnails <= size:
            raise ValueError(f"Expected thumbnails of 1 to {size} pixels, found {thumbnails}.")
        self.side = thumbnails
        small = (channels, thumbnails, thumbnails) if thumbnails else ()
        self.input = ClassInput(
            noise_dim, classes, embedding_dim, condition_dim, memories, key_dim, small
        )
        self.style = nn.Sequential(nn.Linear(self.input.features, style_dim), nn.LeakyReLU(SLOPE))
        self.project = nn.Sequential(
            nn.Linear(self.input.features, widths[0] * base**2),
            nn.Unflatten(1, (widths[0], base, base)),
        )
        self.stages = nn.ModuleList(
            nn.ModuleList(Block(width, style_dim, bool(condition_dim)) for _ in range(blocks))
            for width in widths
        )
        self.widen = nn.ModuleList(
            convolution(before, after, 1) for before, after in pairwise(widths)
        )
        planes = (1 + condition_dim - key_dim) * (channels + 1)
        self.from_thumbnails = nn.ModuleList()
        for index, width in enumerate(widths):  # up to the first that shows all of them
            if thumbnails and base * 2**index < 2 * thumbnails:
                self.from_thumbnails.append(convolution(planes, width, 1))
        self.to_image = convolution(widths[-1], channels)
        with torch.no_grad():
            self.to_image.weight.mul_(0.1)  # tanh starts where it has a gradient

    def remember(
        self,
        vectors: torch.Tensor,
        pictures: torch.Tensor | None = None,
        there: torch.Tensor | None = None,
    ) -> None:
        """Let the keys of the memory be these vectors (memories, key_dim), and the thumbnails these
        pictures in [-1, 1], (memories, hands, channels, thumbnails, thumbnails), of which some are
        not there (memories, hands)."""
        memory = self.input.memory
        assert memory is not None
        with torch.no_grad():
            memory.keys.copy_(F.normalize(vectors, dim=1))
        if memory.thumbnails is not None and pictures is not None and there is not None:
            memory.thumbnails.keep(pictures, there)

    def forward(self, noise: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.decode(self.input(noise, labels))

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        """Images from what `input` makes of noise and class; between two of those lies a morph."""
        latent, shown = latent.tensor_split([self.input.features], 1)
        if self.side:
            shown = shown.unflatten(1, (-1, self.side, self.side))
        style = self.style(latent)
        x = self.project(latent)
        for index, stage in enumerate(self.stages):
            if index:
                x = self.widen[index - 1](x)
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            if index < len(self.from_thumbnails):
                x = x + self.from_thumbnails[index](resized(shown, x.shape[-1]))
            for block in stage.children():
                x = block(x, style)
        x = self.to_image(F.leaky_relu(x, SLOPE))
        if self.side:
            x = x + before_tanh(resized(shown[:, : x.shape[1]], x.shape[-1]))
            return cast(torch.Tensor, OpenTanh.apply(x)) if self.training else torch.tanh(x)
        return torch.tanh(x)


class Critic(Conditioned):
    """Images to one logit each: residual blocks, halved by averaging, a linear layer, the class
    projection.

    Shapes: images (N, channels, size, size) in [-1, 1], labels (N,) -> logits (N,). Every layer is
    per sample, as gradient penalties need, unless `kernels` is above 0.

    Args:
        outputs: more than one make it an encoder.
        kernels: of minibatch discrimination (Salimans 2016), 0 for none.
        condition: how it sees the class, "projection" or "concat".
        condition_dim: length of a vector in place of the class, 0 for none.
    """

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        classes: int = 0,
        width: int = 24,
        max_width: int = 256,
        blocks: int = 1,
        features: int = 256,
        spectral: bool = False,
        outputs: int = 1,
        kernels: int = 0,
        condition: str = "projection",
        condition_dim: int = 0,
    ):
        super().__init__(classes, condition, condition_dim)
        base, widths = widths_by_resolution(size, width, max_width)
        widths = widths[::-1]
        self.from_image = convolution(channels + self.planes, widths[0])
        self.stages = nn.ModuleList(
            nn.ModuleList(Block(width) for _ in range(blocks)) for width in widths
        )
        self.widen = nn.ModuleList(
            convolution(before, after, 1) for before, after in pairwise(widths)
        )
        self.last = nn.Linear(widths[-1] * base**2, features)
        self.finish(features, outputs, kernels)
        if spectral:
            for block in (part for part in self.stages.modules() if isinstance(part, Block)):
                nn.init.kaiming_normal_(block.second.weight, a=SLOPE)  # W / sigma(W) needs W != 0
            with_spectral_norm(self)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """(N, channels + planes, size, size) -> (N, features)."""
        x = self.from_image(images)
        for index, stage in enumerate(self.stages):
            if index:
                x = self.widen[index - 1](F.avg_pool2d(x, 2))
            for block in stage.children():
                x = block(x)
        return F.leaky_relu(self.last(F.leaky_relu(x, SLOPE).flatten(1)), SLOPE)
