"""Sizes of pictures in pairs, from their headers, and the ratio of B's to A's."""

from collections import Counter
from pathlib import Path

from PIL import ExifTags

from models.decoding import opened
from models.images import read_numbers
from models.values.numbers import ARRAYS, holds_numbers
from training.data.reading import MAX_BROKEN

NUMBERS = (".tif", ".tiff", *ARRAYS)  # endings of what Pillow may not know
LARGEST = 16  # of ratios


def ratio_of(pairs: list[tuple[Path, Path]]) -> float:
    """B's height and width over A's where nearly all pairs have one ratio; 1 else."""
    sizes = [(size_of_file(a), size_of_file(b)) for a, b in pairs]
    known = [(a, b) for a, b in sizes if a and b]
    ratios = Counter(max(b) / max(a) for a, b in known)
    for ratio, _ in ratios.most_common(1):
        fitting = sum(in_ratio(a, b, ratio) for a, b in known)
        within = 1 / LARGEST <= ratio <= LARGEST
        if within and fitting >= (1 - MAX_BROKEN) * len(known):
            return ratio
    return 1.0


def in_ratio(a: tuple[int, int], b: tuple[int, int], ratio: float) -> bool:
    """Whether B's width and height are so many times A's, to the pixel."""
    return all(round(of_a * ratio) == of_b for of_a, of_b in zip(a, b, strict=True))


def size_of_file(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture that is upright, from its header where Pillow knows it; None
    where it does not open."""
    try:
        if path.suffix.lower() in NUMBERS and holds_numbers(path):
            return read_numbers(path).size
        with opened(path) as image:
            turned = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
            return image.size[::-1] if turned else image.size
    except Exception:  # Pillow raises many kinds
        return None
