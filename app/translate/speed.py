"""The time that a model takes on this machine, measured once."""

import time
from functools import lru_cache

from models.scaling import STRIP
from models.translator import Translator

MEASURED = 256  # pixels along the side of the picture that speed is told from


def seconds(model: Translator, size: int) -> float:
    """How long a square picture of that size takes, from what a small one took."""
    return seconds_of_a_pixel(model) * size**2


def expected(
    model: Translator, size: tuple[int, int], stroke_size: str | None = None, long_side: int = 0
) -> float:
    """How long a picture of that width and height takes at a stroke size, or at most at a long
    side, 0 for its own."""
    shorter, longer = sorted(size)
    if stroke_size:
        side = model.checked_working_size(stroke_size, None)
        return seconds(model, side) * min(longer / shorter, STRIP)
    factor = min(1.0, long_side / longer) if long_side else 1.0
    return seconds_of_a_pixel(model) * shorter * longer * factor**2


@lru_cache(maxsize=32)
def seconds_of_a_pixel(model: Translator) -> float:
    """Measured once for a model, with two small pictures, of which the first warms up."""
    picture = model.example(MEASURED)
    for _ in range(2):
        began = time.perf_counter()
        model.translate(picture, long_side=MEASURED)  # which stays as it is
        spent = time.perf_counter() - began
    return spent / MEASURED**2


def in_words(seconds: float) -> str:
    """Seconds in words."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} seconds"
