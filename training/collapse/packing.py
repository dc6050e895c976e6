"""Packing: a critic that judges several images together (PacGAN, Lin et al. 2018)."""

from torch import Tensor


def packed(images: Tensor, count: int) -> Tensor:
    """`count` images beside each other as channels of one, for a critic that judges them together
    (PacGAN, Lin 2018, section 3): (N, C, H, W) -> (N / count, count C, H, W)."""
    return images.unflatten(0, (-1, count)).flatten(1, 2)
