"""Images of two domains to train on: in memory where they fit, drawn apart from each other."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset

from models.images import read_image
from training.data.augmentation import CropAugmentation
from training.data.errors import DataError
from training.data.reading import (
    MEMORY_LIMIT,
    colour,
    evenly_spaced,
    is_grey,
    read_all,
    readable_images,
)
from training.data.resizing import LOAD_RATIO, middle_square, scale_short_side, to_batch
from training.data.unpaired.domains import Domains


class UnpairedBatch(NamedTuple):
    """Images of A and of B, each (N, C, H, W), float32 in [-1, 1]; they have nothing to do with
    each other."""

    a: torch.Tensor
    b: torch.Tensor


class UnpairedImages(Dataset):
    """Two lists of uint8 images whose short side is at most `load_size`, cut to `size` when they
    are drawn.

    An epoch is as long as the longer domain; of the shorter one a random image is drawn beside
    each.

    Attributes:
        channels: of both domains, 1 or 3.
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
        files = (domains.a, domains.b)
        self.channels = channels or (1 if all(map(is_grey, probed(domains))) else 3)
        needed = sum(map(len, files)) * self.load_size**2 * self.channels
        self.sides: list[list[np.ndarray] | list[Path]] = (
            [self.load(side) for side in files] if needed <= MEMORY_LIMIT else list(files)
        )
        for domain, paths in zip(self.domains, files, strict=True):
            if len(paths) == 1:
                self.require_crops(domain, paths[0])

    def require_crops(self, domain: str, path: Path) -> None:
        """Raise a DataError where the only picture of a domain has no two crops."""
        width, height = read_image(path).size
        if min(width, height) <= self.size:
            raise DataError(
                f"Expected the only picture of {domain} to be larger than {self.size} pixels, "
                f"found {path.name} of {width}x{height}; give a larger one or several, or a "
                "smaller --size."
            )

    def load(self, files: list[Path]) -> list[np.ndarray]:
        """Decode all files once; broken ones are left out and named."""
        found, warnings = read_all(files, self.fit, self.size, "images")
        self.warnings += warnings
        return [image for image in found if not isinstance(image, str)]

    def fit(self, path: Path, small: list[str]) -> np.ndarray:
        """An image as a uint8 array (H, W) or (H, W, 3)."""
        image = read_image(path)
        if min(image.size) < self.size:
            small.append(path.name)
        short = max(min(*image.size, self.load_size), self.least)
        return scale_short_side(image, short, self.channels)

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
        return self.fit(found, []) if isinstance(found, Path) else found

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
                augment = self.augments[side]
                cut = (
                    augment(image, self.size, seed + side)
                    if augment
                    else middle_square(image, self.size)
                )
                sides[side].append(cut)
        return UnpairedBatch(*(to_batch(tuple(cuts), self.channels) for cuts in sides))

    def plain(self, indices: slice = slice(None)) -> UnpairedBatch:
        """The middle squares of the first images of both domains, scaled to `size`; that of a
        domain of one beside each."""
        several = [len(images) for images in self.sides if len(images) > 1]
        chosen = range(min(several, default=1))[indices]
        cuts = [
            [middle_square(self.read(side, i % len(images)), self.size) for i in chosen]
            for side, images in enumerate(self.sides)
        ]
        return UnpairedBatch(*(to_batch(tuple(side), self.channels) for side in cuts))

    def whole(self, side: int, most: int = 64) -> list[torch.Tensor]:
        """Images of A (0) or B (1) uncut, (1, C, H, W) in [-1, 1] each: all, or `most` from all
        over them."""
        count = len(self.sides[side])
        chosen = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
        found = (self.read(side, int(index)) for index in chosen)
        return [to_batch((image,), self.channels) for image in found]

    @property
    def image_count(self) -> int:
        """Images of both domains."""
        return sum(map(len, self.sides))


def probed(domains: Domains) -> list[Image.Image]:
    """Some images from all over both domains, those that open."""
    return readable_images([*evenly_spaced(domains.a), *evenly_spaced(domains.b)])
