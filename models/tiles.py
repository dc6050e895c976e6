"""Pictures too large to translate at once: in tiles, with the statistics of the whole.

A tile is read with a margin as wide as the network's reach, the pixels around it on which its
output depends, so that tiles fit together exactly. Instance norm would see another mean in every
tile; it takes those of one pass over the picture made smaller.
"""

import copy
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks import ImageToImage
from models.networks.layers import InstanceNorm, channel_statistics, constant

Network = TypeVar("Network", bound=nn.Module)

INNER = 768  # pixels along a tile without its margin, or the next multiple of the network's
LOOK = 1024  # pixels along the longer side of the pass that finds the statistics
WHOLE = 1_500_000  # pixels up to which a picture is translated at once


class FrozenNorm(nn.Module):
    """`InstanceNorm` with given statistics: (x - mean) / sqrt(variance + eps), or 0.

    Args:
        variance, mean: (N, C, 1, 1).
    """

    def __init__(self, variance: Tensor, mean: Tensor, eps: float):
        super().__init__()
        scale = torch.rsqrt(variance + eps)
        self.scale, self.mean = scale.masked_fill(constant(variance, mean), 0), mean

    def forward(self, x: Tensor) -> Tensor:
        return ((x.float() - self.mean) * self.scale).to(x.dtype)  # as instance norm computes


def with_statistics_of(
    images: Tensor, network: Network, condition: Tensor | None = None
) -> Network:
    """A copy of a network, with its weights, whose instance norms have the statistics that they
    find in these images, or what they make of them; the network itself where it has none."""
    norms = {name: m for name, m in network.named_modules() if isinstance(m, InstanceNorm)}
    if not norms:
        return network
    frozen = copy.deepcopy(network, {id(weight): weight for weight in network.parameters()})
    found: dict[str, tuple[Tensor, Tensor]] = {}

    def noting(name: str) -> Callable[[nn.Module, tuple[Tensor]], None]:
        def note(_module: nn.Module, given: tuple[Tensor]) -> None:
            found[name] = channel_statistics(given[0])

        return note

    for name in norms:
        frozen.get_submodule(name).register_forward_pre_hook(noting(name))
    frozen(images, condition)
    for name, norm in norms.items():
        frozen.set_submodule(name, FrozenNorm(*norm.settled(found[name]), norm.eps))
    return frozen


def translated(
    network: ImageToImage, images: Tensor, condition: Tensor | None = None, inner: int = INNER
) -> Tensor:
    """Images (N, C, H, W), whose sides are multiples of the network's, and the condition of one
    that takes some, through it in tiles: float32 (N, C', H, W)."""
    rows, columns = (
        list(spans(side, network.reach, network.multiple, inner)) for side in images.shape[2:]
    )
    output: Tensor | None = None
    for above, top, bottom, below in rows:
        for left_of, left, right, right_of in columns:
            tile = network(images[:, :, above:below, left_of:right_of], condition)
            if output is None:
                output = tile.new_empty((*tile.shape[:2], *images.shape[2:]), dtype=torch.float32)
            kept = tile[:, :, top - above : bottom - above, left - left_of : right - left_of]
            output[:, :, top:bottom, left:right] = kept
    assert output is not None
    return output


def spans(side: int, reach: int, multiple: int, inner: int) -> Iterator[tuple[int, int, int, int]]:
    """(start with margin, start, end, end with margin) of the tiles along a side."""
    margin, inner = (-(-pixels // multiple) * multiple for pixels in (reach, inner))
    for start in range(0, side, inner):
        end = min(side, start + inner)
        yield max(0, start - margin), start, end, min(side, end + margin)


def large(images: Tensor) -> bool:
    """Whether images are too large to be translated at once."""
    return images.shape[2] * images.shape[3] > WHOLE


def looked_at(images: Tensor, multiple: int, smallest: int) -> Tensor:
    """Images made smaller for the pass that finds the statistics, to multiples of `multiple` of at
    least `smallest`."""
    factor = min(1.0, LOOK / max(images.shape[2:]))
    rounded = [round(side * factor / multiple) * multiple for side in images.shape[2:]]
    size = [max(smallest, side) for side in rounded]
    return F.interpolate(images, size, mode="area")
