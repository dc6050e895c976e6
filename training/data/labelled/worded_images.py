"""Images that are told by words, and by the hand that drew them where there are several: a folder
for each hand, in which the same thing has the same name."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from models.images import pixels_to_tensor
from training.data.errors import DataError
from training.data.labelled.labelled_images import Batch, LabelledImages
from training.data.labelled.layouts import Source
from training.data.paired.captions import Captions

SILENT = 0.1  # share of pictures of which nothing is said, so that a hand alone can be drawn


class WordedImages(LabelledImages):
    """Images whose labels are vectors (N, dim + K), float32: those of some of a picture's words,
    with noise, drawn anew whenever it is, and the hand as a one-hot vector.

    Attributes:
        captions: the words.
        manners: the hands, by the folders of a source with classes.
    """

    def __init__(self, source: Source, *options: Any, captions: Captions):
        """
        Args:
            options: as `LabelledImages` takes them.

        Raises:
            DataError: as there, or words for no picture, or pictures without names.
        """
        if isinstance(source.images, np.ndarray):
            raise DataError(
                f"Expected pictures with names of their own with --words, found {source.name}, "
                "whose pictures are numbered; take a folder."
            )
        super().__init__(source, *options)
        self.captions, self.manners = captions, self.class_names
        hands = torch.zeros(len(self), 0)
        if self.labels is not None:
            hands = F.one_hot(torch.from_numpy(self.labels), len(self.manners)).float()
        self.hands = hands
        self.class_names, self.labels = [], None
        self.warnings += captions.warning(self.files)

    def __getitems__(self, draws: list[tuple[int, int]]) -> Batch:
        """A batch from (index, seed) pairs, from which seeds the words follow as well."""
        images = super().__getitems__(draws).images
        words = [self.captions.drawn(self.files[i], seed, SILENT) for i, seed in draws]
        return Batch(images, torch.cat([torch.cat(words), self.hands[[i for i, _ in draws]]], 1))

    def told(self, indices: np.ndarray) -> Tensor:
        """The vectors (N, dim + K) of whole captions."""
        words = self.captions.vectors([self.files[i] for i in indices])
        return torch.cat([words, self.hands[indices]], 1)

    def plain(self, indices: np.ndarray | slice = slice(None)) -> Batch:
        """Images as they are, without augmentation, and the vectors of their captions."""
        chosen = np.arange(len(self))[indices]
        return Batch(pixels_to_tensor(self.pixels[chosen]), self.told(chosen))

    @property
    def parts(self) -> dict[str, int]:
        """What the vectors are made of, as it stands in config.json."""
        hands = {"manner": len(self.manners)} if self.manners else {}
        return {"words": self.captions.table.dim, **hands}


def of_hands(source: Source) -> Source:
    """A source of one class is a folder of one hand, which is not told."""
    return replace(source, labels=None, class_names=[]) if len(source.class_names) < 2 else source
