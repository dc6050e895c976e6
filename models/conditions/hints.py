"""Hints: dabs of colour on a picture, as further channels of a generator's input (Zhang et al.
2017, Real-Time User-Guided Image Colorization, section 3.1): the colour, in [-1, 1], and a mask
that is 1 where there is one; all are 0 where there is none."""

from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.images import FORMATS, pixels_to_tensor, read_image

TRANSPARENT_MODES = ("RGBA", "LA", "PA", "RGBa", "La")
COVER = 64  # of 255, the opacity from which on a dab counts


def read_hints(source: Path | bytes, name: str | None = None) -> Image.Image:
    """A file's first frame with its transparency.

    Args:
        name: what messages call it.

    Raises:
        UnreadableImage: not an image, or damaged.
    """
    read_image(source, name)  # which says in words what is wrong
    opened = BytesIO(source) if isinstance(source, bytes) else source
    with Image.open(opened, formats=FORMATS) as image:
        return image.copy()


def checked_hints(hints: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Hints as RGBA.

    Raises:
        ValueError: no transparency, or another size than that of the picture.
    """
    if hints.size != size:
        raise ValueError(
            f"Expected hints of the picture's size, {size[0]} x {size[1]}, found "
            f"{hints.width} x {hints.height}; dab on a layer of that size."
        )
    if hints.mode not in TRANSPARENT_MODES and "transparency" not in hints.info:
        raise ValueError(
            "Expected hints that are transparent where there is none, found a picture of mode "
            f"{hints.mode}; give one of mode RGBA."
        )
    return hints.convert("RGBA")


def hint_planes(hints: Image.Image, size: tuple[int, int], channels: int) -> Tensor:
    """Hints at another size as (1, channels + 1, H, W).

    Args:
        hints: of mode RGBA.
        size: width and height.
        channels: of the colour, 1 or 3.
    """
    scaled = hints.convert("RGBa").resize(size, Image.Resampling.BOX).convert("RGBA")
    mask = torch.from_numpy(np.array(scaled.getchannel("A")))[None, None] >= COVER
    colour = pixels_to_tensor(scaled.convert("RGB").convert("L" if channels == 1 else "RGB"))
    return planes(colour, mask)


def planes(colour: Tensor, mask: Tensor) -> Tensor:
    """Colours (N, C, H, W) in [-1, 1] and where they are given, (N, 1, H, W), as channels
    (N, C + 1, H, W)."""
    there = mask.to(colour)
    return torch.cat([colour * there, there], 1)


def no_hints(count: int, channels: int, size: tuple[int, int]) -> Tensor:
    """`planes` without any.

    Args:
        size: height and width.
    """
    return torch.zeros(count, channels + 1, *size)
