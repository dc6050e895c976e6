"""The colours of flat art, counted."""

from collections import Counter

import numpy as np
import torch
from torch import Tensor

from models.images import UnreadableImage
from models.networks.palette import Palette
from models.values.value_range import shown
from training.data.paired.paired_images import PairedImages
from training.data.paired.pairs import Pair
from training.data.reading import evenly_spaced

LOOKED_AT, PARTS = 400, 50  # pictures, and how many parts of them are counted at a time
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


def painted_with(palette: Palette, given: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """The index of each pixel's colour in targets (N, H, W), and whether the input has another one
    there, so that it was chosen.

    Args:
        given, wanted: inputs and targets (N, C, H, W) in [-1, 1].
    """
    colours = palette.nearest(wanted)
    if given.shape[1] != wanted.shape[1]:
        given = given.mean(1, keepdim=True).expand(-1, wanted.shape[1], -1, -1)
    return colours, (colours != palette.nearest(given)) & (colours >= 0)


def colour_shares(palette: Palette, data: PairedImages) -> Tensor:
    """The share (K,) of each colour of a palette among the pixels of targets for which it was
    chosen. Paper that stays white is not chosen, and as the commonest by far it would make all
    colours equally rare."""
    counts = torch.zeros(len(palette.table))
    for part in np.array_split(evenly_spaced(list(range(len(data))), LOOKED_AT), PARTS):
        if len(part):
            batch = data.plain(part)
            given = batch.input[:, : data.in_channels]
            colours, chosen = painted_with(palette, given, batch.target)
            counts += colours[chosen].bincount(minlength=len(counts))
    return (counts + 1) / (counts + 1).sum()
