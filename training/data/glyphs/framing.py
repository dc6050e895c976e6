"""Ink, centred and scaled alike whatever hand it comes from."""

import numpy as np
from PIL import Image

INK = 0.82  # of the picture's side that the longer side of a character takes


def framed(ink: Image.Image, size: int, levels: int = 256) -> Image.Image:
    """Black ink on a white square, in its middle, the longer side of what is inked `INK` of it.

    Args:
        ink: mode L, 255 where there is ink, cut to where there is any.
        size: height and width.
        levels: of grey; few make small files.
    """
    factor = INK * size / max(ink.size)
    width, height = (max(1, round(side * factor)) for side in ink.size)
    scaled = ink.resize((width, height), Image.Resampling.LANCZOS)
    square = Image.new("L", (size, size), 0)
    square.paste(scaled, ((size - width) // 2, (size - height) // 2))
    light = 1 - np.asarray(square) / 255
    return Image.fromarray((np.round(light * (levels - 1)) * 255 / (levels - 1)).astype(np.uint8))


def cut_out(ink: Image.Image) -> Image.Image | None:
    """Ink without the empty margins; None where there is none."""
    box = ink.getbbox()
    return ink.crop(box) if box else None
