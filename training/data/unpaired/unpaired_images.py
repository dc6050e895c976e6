"""Images of two domains to train on: in memory where they fit, drawn apart from each other."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from models.images import UnreadableImage, read_picture
from models.values.raster import Picture
from models.values.value_range import ValueRange
from training.data.augmentation import CropAugmentation
from training.data.errors import DataError
from training.data.reading import (
    MEMORY_LIMIT,
    bytes_of,
    chosen_channels,
    colour,
    evenly_spaced,
    in_words,
    read_all,
    readable_pictures,
)
from training.data.resizing import LOAD_RATIO, middle_square, scale_short_side, to_batch
from training.data.unpaired.domains import Domains


class UnpairedBatch(NamedTuple):
    """Images of A and of B, each (N, C, H, W), float32 in [-1, 1]; they have nothing to do with
    each other."""

    a: torch.Tensor
    b: torch.Tensor


class UnpairedImages(Dataset):
    """Two lists of images whose short side is at most `load_size`, cut to `size` when they are
    drawn: uint8, of another range of values than the ordinary one what `ValueRange.picture` gives.

    An epoch is as long as the longer domain; of the shorter one a random image is drawn beside
    each.

    Attributes:
        channels: of both domains.
        values: the ranges of the numbers of both.
        size: height and width of what is drawn.
        domains: what A and B are called.
        scale: of a translation's height and width, 1.
        warnings: what was skipped or enlarged, in words.
    """

    scale = 1.0

    def __init__(
        self,
        domains: Domains,
        size: int,
        load_size: int,
        augment: CropAugmentation | None = None,
        channels: int | None = None,
        augment_a: CropAugmentation | None = None,
    ):
        """
        Args:
            size: height and width.
            load_size: the short side before cropping; what is smaller stays as it is, as long as it
                leaves some choice of where to crop.
            channels: chosen from the data where it is None.
            augment_a: of A, where it differs.

        Raises:
            DataError: too many broken images, or a domain of one that is not larger than `size`.
        """
        self.name, self.licence, self.domains = domains.name, domains.licence, domains.domains
        self.warnings = [*domains.notes, *domains.warnings]
        self.size, self.load_size = size, max(size, load_size)
        self.augments = (augment_a or augment, augment)
        self.least = min(self.load_size, round(size * LOAD_RATIO))
        self.sources = files = (domains.a, domains.b)
        self.values = domains.values
        self.warnings += in_words(self.domains, self.values)
        self.channels = self.choose_channels(domains, channels)
        needed = self.load_size**2 * sum(
            len(side) * bytes_of(self.channels, values)
            for side, values in zip(files, self.values, strict=True)
        )
        self.sides: list[list[np.ndarray] | list[Path]] = (
            [self.load(side) for side in (0, 1)] if needed <= MEMORY_LIMIT else list(files)
        )
        for side, paths in enumerate(files):
            if len(paths) == 1:
                self.require_crops(side, paths[0])

    def require_crops(self, side: int, path: Path) -> None:
        """Raise a DataError where the only picture of a domain has no two crops."""
        width, height = read_picture(path, self.values[side]).size
        if min(width, height) <= self.size:
            raise DataError(
                f"Expected the only picture of {self.domains[side]} to be larger than {self.size} "
                f"pixels, found {path.name} of {width}x{height}; give a larger one or several, or "
                "a smaller --size."
            )

    def choose_channels(self, domains: Domains, given: int | None) -> int:
        """The channels of both domains, which one network takes and the other gives.

        Raises:
            DataError: they differ, and not as grey from RGB.
        """
        found = [
            chosen_channels(probed(files, values), values, given, self.name)
            for files, values in zip((domains.a, domains.b), self.values, strict=True)
        ]
        if found[0] != found[1] and set(found) != {1, 3}:
            raise DataError(
                f"Expected as many channels in both domains of {self.name}, found {found[0]} in "
                f"{self.domains[0]} and {found[1]} in {self.domains[1]}."
            )
        return max(found)

    def load(self, side: int) -> list[np.ndarray]:
        """Decode all files of a domain once; broken ones are left out and named."""
        files = self.sources[side]
        found, warnings = read_all(files, partial(self.fit, side), self.size, "images")
        self.warnings += warnings
        return [image for image in found if not isinstance(image, str)]

    def fit(self, side: int, path: Path, small: list[str]) -> np.ndarray:
        """An image of A (0) or B (1) as an array (H, W) or (H, W, C)."""
        image = read_picture(path, self.values[side])
        if min(image.size) < self.size:
            small.append(path.name)
        short = max(min(*image.size, self.load_size), self.least)
        try:
            return scale_short_side(image, short, self.channels)
        except UnreadableImage as error:
            raise UnreadableImage(f"{path.name}: {error}") from None

    def __len__(self) -> int:
        return max(map(len, self.sides))

    @property
    def look(self) -> str:
        """Size, domains and colour in words."""
        counts = (f"{len(s)} {d}" for s, d in zip(self.sides, self.domains, strict=True))
        return f"{self.size}x{self.size}, {' and '.join(counts)} ({colour(self.channels)})"

    def read(self, side: int, index: int) -> np.ndarray:
        """An image of A (0) or B (1) before it is cut to size."""
        found = self.sides[side][index]
        return self.fit(side, found, []) if isinstance(found, Path) else found

    def __getitems__(self, draws: list[tuple[int, int]]) -> UnpairedBatch:
        """A batch from (index, seed) pairs; the seed picks the partner and both augmentations, and
        without augmentation squares from the middle."""
        sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        longer = 0 if len(self.sides[0]) >= len(self.sides[1]) else 1
        for index, seed in draws:
            random = np.random.default_rng(seed)
            for side, images in enumerate(self.sides):
                chosen = index if side == longer else int(random.integers(len(images)))
                image = self.read(side, chosen)
                augment, values = self.augments[side], self.values[side]
                cut = (
                    augment(image, self.size, seed + side, values.mask)
                    if augment
                    else middle_square(image, self.size, values)
                )
                sides[side].append(cut)
        return UnpairedBatch(*map(self.batch, (0, 1), sides))

    def batch(self, side: int, cuts: Sequence[np.ndarray]) -> torch.Tensor:
        """Arrays of A (0) or B (1) as (N, C, H, W), float32 in [-1, 1]."""
        return to_batch(tuple(cuts), self.channels, self.values[side])

    def plain(self, indices: slice = slice(None)) -> UnpairedBatch:
        """The middle squares of the first images of both domains, scaled to `size`; that of a
        domain of one beside each."""
        several = [len(images) for images in self.sides if len(images) > 1]
        chosen = range(min(several, default=1))[indices]
        cuts = [
            [
                middle_square(self.read(side, i % len(images)), self.size, self.values[side])
                for i in chosen
            ]
            for side, images in enumerate(self.sides)
        ]
        return UnpairedBatch(*map(self.batch, (0, 1), cuts))

    def whole(self, side: int, most: int = 64) -> list[torch.Tensor]:
        """Images of A (0) or B (1) uncut, (1, C, H, W) in [-1, 1] each: all, or `most` from all
        over them."""
        count = len(self.sides[side])
        chosen = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
        found = (self.read(side, int(index)) for index in chosen)
        return [self.batch(side, [image]) for image in found]

    @property
    def image_count(self) -> int:
        """Images of both domains."""
        return sum(map(len, self.sides))


def probed(files: list[Path], values: ValueRange) -> list[Picture]:
    """Some images from all over a domain, those that open."""
    return readable_pictures(evenly_spaced(files), values)
