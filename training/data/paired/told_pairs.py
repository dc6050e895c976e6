"""Pairs, and what a person may tell of them: dabs of the target's colours, and words."""

from typing import Any

import numpy as np
import torch

from models.conditions.hints import no_hints
from training.data.errors import DataError
from training.data.paired.captions import Captions
from training.data.paired.dabs import random_hints
from training.data.paired.paired_images import PairBatch, PairedImages


class ToldPairs(PairedImages):
    """Pairs with hints beside the input, as `models.conditions.hints` has them, and words as a
    condition, each drawn anew whenever a pair is, and often none.

    Attributes:
        hints: whether there are hints.
        captions: the words, or None.
    """

    def __init__(self, *pairs: Any, hints: bool, captions: Captions | None, **options: Any):
        """
        Args:
            pairs, options: as `PairedImages` takes them.

        Raises:
            DataError: as there, words for no pair, or hints where sizes differ.
        """
        super().__init__(*pairs, **options)
        self.hints, self.captions = hints, captions
        if hints and self.scale != 1:
            raise DataError(
                f"Expected inputs and targets of one size with --hints, found targets "
                f"{self.scale:g} times as large in {self.name}; leave --hints out."
            )
        if captions is not None:
            self.warnings += captions.warning([pair.b for pair in self.files])

    def __getitems__(self, draws: list[tuple[int, int]]) -> PairBatch:
        """A batch from (index, seed) pairs, from which seeds dabs and words follow as well."""
        batch = super().__getitems__(draws)
        given, words = batch.input, None
        if self.hints:
            seeds = [seed for _, seed in draws]
            sides = zip(given.split(1), batch.target.split(1), seeds, strict=True)
            given = torch.cat([given, torch.cat([random_hints(*one) for one in sides])], 1)
        if self.captions is not None:
            words = torch.cat([self.captions.drawn(self.files[i].b, seed) for i, seed in draws])
        return batch._replace(input=given, words=words)

    def plain(self, indices: np.ndarray | slice = slice(None), told: bool = False) -> PairBatch:
        """Pairs without augmentation and without hints; all of them, in order, unless chosen.

        Args:
            told: with their captions.
        """
        batch = super().plain(indices)
        given, words = batch.input, None
        if self.hints:
            given = torch.cat(
                [given, no_hints(len(given), self.channels, (self.size, self.size))], 1
            )
        if self.captions is not None:
            chosen = np.arange(len(self))[indices]
            words = self.captions.vectors([self.files[i].b for i in chosen])
            words = words if told else torch.zeros_like(words)
        return batch._replace(input=given, words=words)
