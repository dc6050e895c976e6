"""Pairs of images to train on: in memory where they fit, augmented alike on both sides."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset

from models.images import UnreadableImage
from models.values.raster import Picture
from training.data.augmentation import PairAugmentation
from training.data.errors import DataError
from training.data.paired.captions import Captions
from training.data.paired.pairs import Pair, Pairs
from training.data.reading import (
    MEMORY_LIMIT,
    bytes_of,
    chosen_channels,
    colour,
    evenly_spaced,
    in_words,
    read_all,
)
from training.data.resizing import middle_cut, middle_square, scale_short_side, to_batch

SMALLEST, LARGEST = 64, 512  # of the sizes that are chosen


class PairBatch(NamedTuple):
    """Inputs (N, C, H, W), with hints where they are given, and targets (N, C', H, W), float32 in
    [-1, 1]; words as vectors (N, dim) where they are told, and manners (N, K), one-hot, where there
    are several."""

    input: torch.Tensor
    target: torch.Tensor
    words: torch.Tensor | None = None
    manner: torch.Tensor | None = None


class PairedImages(Dataset):
    """Pairs of images whose short side is `load_size`, cut to `size` when they are drawn: uint8, of
    another range of values than the ordinary one what `ValueRange.picture` gives.

    Attributes:
        in_channels, channels: of input and target.
        values: the ranges of the numbers of input and target.
        size: height and width of what is drawn.
        domains: what input and target are called.
        scale: the target's height and width over the input's. Where it is not 1, the smaller side
            is enlarged and nothing is scaled down, so that a crop holds as much detail as in use.
        captions: words of the pictures, None where nothing is said.
        manners: in which targets are done, where there are several.
        source: the folder of a font that inputs are drawn from, if there is one.
        warnings: what was skipped or enlarged, in words.
    """

    captions: Captions | None = None

    def __init__(
        self,
        pairs: Pairs,
        size: int,
        load_size: int | None = None,
        direction: str = "AtoB",
        augment: PairAugmentation | None = None,
        channels: tuple[int | None, int | None] = (None, None),
    ):
        """
        Args:
            size: height and width.
            load_size: the short side before cropping; `size` where it is not given.
            direction: "AtoB", or "BtoA" to learn the way back.
            channels: of input and target; chosen from the data where they are None.

        Raises:
            DataError: too many broken images, fewer than two left, or a pair of two sizes.
        """
        self.name, self.licence = pairs.name, pairs.licence
        self.warnings = [*pairs.notes, *pairs.warnings]
        self.turned, self.manners = direction == "BtoA", pairs.manners
        self.source = None if self.turned else pairs.source
        self.domains = pairs.domains[::-1] if self.turned else pairs.domains
        self.scale = 1 / pairs.ratio if self.turned else pairs.ratio
        self.values = pairs.values[::-1] if self.turned else pairs.values
        self.warnings += in_words(self.domains, self.values)
        self.masks = (self.values[0].mask, self.values[1].mask)
        self.augment = augment
        probed = readable_pairs(pairs)
        self.size = size
        self.load_size = max(self.size, load_size or 0)
        order = (1, 0) if self.turned else (0, 1)
        self.in_channels, self.channels = (
            chosen_channels([pair[side] for pair in probed], values, given, self.name)
            for side, values, given in zip(order, self.values, channels, strict=True)
        )
        self.files = pairs.pairs
        sides = zip((self.in_channels, self.channels), self.values, strict=True)
        needed = len(pairs) * self.load_size**2 * sum(bytes_of(*side) for side in sides)
        self.loaded = self.load(pairs.pairs) if needed <= MEMORY_LIMIT else None
        if len(self) < 2:
            raise DataError(f"Expected at least two pairs in {self.name}, found {len(self)}.")

    def load(self, pairs: list[Pair]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Decode all pairs once; those with a broken image are left out and named."""
        found, warnings = read_all(pairs, self.fit, self.load_size, "pairs")
        self.warnings += warnings
        there = list(zip(pairs, found, strict=True))
        self.files = [pair for pair, read in there if not isinstance(read, str)]
        return [read for _, read in there if not isinstance(read, str)]

    def fit(self, pair: Pair, small: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """A pair as arrays (H, W) or (H, W, C), in the order of the direction."""
        sides = pair.read()
        short = self.load_size if self.scale == 1 else max(self.size, min(sides[0].size))
        if min(sides[0].size) < short:
            small.append(pair.b.name)
        given, wanted = sides[::-1] if self.turned else sides
        try:
            return (
                scale_short_side(given, short, self.in_channels),
                scale_short_side(wanted, short, self.channels),
            )
        except UnreadableImage as error:
            raise UnreadableImage(f"{pair.a.name} and {pair.b.name}: {error}") from None

    def __len__(self) -> int:
        return len(self.files) if self.loaded is None else len(self.loaded)

    @property
    def image_count(self) -> int:
        """Pairs."""
        return len(self)

    @property
    def look(self) -> str:
        """Size, domains and colour in words."""
        sides = zip(self.domains, (self.in_channels, self.channels), strict=True)
        words = " to ".join(f"{domain} ({colour(channels)})" for domain, channels in sides)
        return f"{self.size}x{self.size}, {words}"

    def read(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The pair at an index, before it is cut to size."""
        return self.loaded[index] if self.loaded is not None else self.fit(self.files[index], [])

    def __getitems__(self, draws: list[tuple[int, int]]) -> PairBatch:
        """A batch from (index, seed) pairs; the seed is the pair's own augmentation seed."""
        pairs = [self.read(index) for index, _ in draws]
        manner = self.manner_of([index for index, _ in draws])
        if self.augment is None:
            return self.batch([self.middle(*pair) for pair in pairs], manner)
        seeds = (seed for _, seed in draws)
        return self.batch(
            [
                self.augment(*pair, self.size, seed, self.masks)
                for pair, seed in zip(pairs, seeds, strict=True)
            ],
            manner,
        )

    def plain(self, indices: np.ndarray | slice = slice(None), told: bool = False) -> PairBatch:
        """Pairs without augmentation, the middle cut out; all of them, in order, unless chosen.

        Args:
            told: with their words, where there are some.
        """
        chosen = np.arange(len(self))[indices]
        pairs = [self.middle(*self.read(int(index))) for index in chosen]
        return self.batch(pairs, self.manner_of(chosen.tolist()))

    def manner_of(self, indices: list[int]) -> torch.Tensor | None:
        """The manners of pairs, one-hot (N, K); None where there is only one."""
        if not self.manners:
            return None
        there = [self.manners.index(str(self.files[index].manner)) for index in indices]
        return torch.eye(len(self.manners))[there]

    def middle(self, *sides: np.ndarray) -> list[np.ndarray]:
        """The middle square of each side, scaled to `size`, or cut out where the sides differ."""
        if self.scale != 1:
            return [middle_cut(side, self.size) for side in sides]
        return [
            middle_square(side, self.size, values)
            for side, values in zip(sides, self.values, strict=True)
        ]

    def batch(
        self, pairs: Sequence[Sequence[np.ndarray]], manner: torch.Tensor | None = None
    ) -> PairBatch:
        """Pairs of arrays as a batch, with their manners where there are several."""
        given, wanted = zip(*pairs, strict=True)
        return PairBatch(
            to_batch(given, self.in_channels, self.values[0]),
            to_batch(wanted, self.channels, self.values[1]),
            manner=manner,
        )


def readable_pairs(pairs: Pairs) -> list[tuple[Picture, Picture]]:
    """Some pairs from all over the data, those that open."""
    found = []
    for pair in evenly_spaced(pairs.pairs):
        try:
            found.append(pair.read())
        except UnreadableImage:
            continue
    return found


def chosen_size(pairs: Pairs) -> int:
    """A size for the data: the power of two at or below the middle of the short sides, 64 to 512;
    256 where nothing opens."""
    if not (probed := readable_pairs(pairs)):
        return 256
    middle = int(np.median([min(a.size) for a, _ in probed]))
    return min(LARGEST, max(SMALLEST, 2 ** (middle.bit_length() - 1)))
