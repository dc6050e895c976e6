"""The colours of flat art, counted."""

from collections import Counter

import numpy as np

from models.images import UnreadableImage
from models.values.value_range import shown
from training.data.paired.pairs import Pair
from training.data.reading import evenly_spaced

LOOKED_AT = 400  # pictures
SHADE = 16  # levels of a channel within which two colours are shades of one


def commonest_colours(pairs: list[Pair], count: int, of_a: bool = False) -> list[str]:
    """The commonest colours of B, or of A, that are not shades of each other, as "#rrggbb"."""
    seen: Counter[int] = Counter()
    for pair in evenly_spaced(pairs, LOOKED_AT):
        try:
            side = 0 if of_a else 1
            picture = shown(pair.read()[side], pair.values[side])
        except UnreadableImage:
            continue
        pixels = np.asarray(picture.convert("RGB"), np.int32)
        numbers = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
        found, counts = np.unique(numbers, return_counts=True)
        seen.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
    chosen: list[tuple[int, int, int]] = []
    for packed, _ in seen.most_common():
        colour = (packed >> 16, packed >> 8 & 255, packed & 255)
        if all(max(abs(a - b) for a, b in zip(colour, c, strict=True)) > SHADE for c in chosen):
            chosen.append(colour)
        if len(chosen) == count:
            break
    return ["#{:02x}{:02x}{:02x}".format(*colour) for colour in chosen]
