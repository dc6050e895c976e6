"""Between a picture and its translation: how much of it, and whose colours."""

import numpy as np
from PIL import Image

from models.images import pixels_to_unit, unit_to_pixels

ROWS = 256  # blended at a time, for a large picture in float32 fills the memory


def blend(
    given: Image.Image, translated: Image.Image, strength: float = 1.0, keep_colours: bool = False
) -> Image.Image:
    """(1 - strength) given + strength translated, in CIELAB, where halfway looks halfway.

    Args:
        given, translated: of one size, in mode L or RGB.
        strength: 0 (the picture itself) to 1 (its translation).
        keep_colours: take only the lightness of the translation, and a and b of the picture.

    Returns:
        mode RGB; L where both are.

    Raises:
        ValueError: a strength out of range.
    """
    check_strength(strength)
    if strength == 1 and not keep_colours:
        return translated
    from kornia.color import lab_to_rgb, rgb_to_lab  # takes a second to import

    mode = "L" if given.mode == translated.mode == "L" else "RGB"
    one, other = (np.array(picture.convert("RGB")) for picture in (given, translated))
    result = np.empty_like(one)
    for top in range(0, len(one), ROWS):
        rows = slice(top, top + ROWS)
        start, end = (rgb_to_lab(pixels_to_unit(picture[rows].copy())) for picture in (one, other))
        if keep_colours:
            end[:, 1:] = start[:, 1:]
        rgb = lab_to_rgb(start.lerp(end, strength)).clamp(0, 1)
        result[rows] = unit_to_pixels(rgb)[0]
    return Image.fromarray(result).convert(mode)


def check_strength(strength: float) -> None:
    """Raise a ValueError for a strength that is not from 0 to 1."""
    number = isinstance(strength, (int, float)) and not isinstance(strength, bool)
    if not number or not 0 <= strength <= 1:
        raise ValueError(f"Expected a strength from 0 to 1, found {strength!r}.")
