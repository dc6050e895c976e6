"""A guess at what pictures show, by how their pixels are spread: so that nobody has to be asked who
does not want to be."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image

LINES, FLAT, MASK, MAP = "line drawing", "picture", "mask", "map"
PHOTOGRAPH = "photograph"
LOOKED_AT = 16  # pictures of each side
SIDE = 256  # pixels along the longer side that are looked at
GREY = 24  # the most by which the channels of a grey pixel differ
FEW = 32  # levels of a channel that are told apart


def guessed_kind(pictures: Sequence[Image.Image]) -> str:
    """What most of some pictures are: dark lines on white paper, something in flat colours on it, a
    mask of a few flat colours up to the edge, a map of some more, or else a photograph."""
    votes = Counter(kind_of(picture) for picture in pictures[:LOOKED_AT])
    return votes.most_common(1)[0][0] if votes else PHOTOGRAPH


def kind_of(picture: Image.Image) -> str:
    """What one picture is."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.NEAREST)  # which makes no colours between others
    pixels = np.asarray(small).reshape(-1, 3).astype(int)
    grey = np.ptp(pixels, 1) <= GREY
    light, dark = (pixels.min(1) > 200) & grey, (pixels.max(1) < 100) & grey
    if grey.mean() > 0.97 and light.mean() > 0.5 and 0.002 < dark.mean() < 0.4:
        return LINES
    codes = (pixels * FEW // 256) @ np.array([FEW * FEW, FEW, 1])
    shares = np.sort(np.bincount(codes))[::-1] / len(codes)
    flat = MASK if shares[:8].sum() > 0.98 else MAP if shares[:24].sum() > 0.8 else PHOTOGRAPH
    white = light.reshape(small.height, small.width)
    edge = np.concatenate([white[0], white[-1], white[:, 0], white[:, -1]])
    return FLAT if flat != PHOTOGRAPH and edge.mean() > 0.9 else flat
