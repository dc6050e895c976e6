"""Many images of which a few have a label that may be looked at."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages

HELD_OUT = 10  # one image in ten of the train split, to choose options by


class FewLabelsBatch(NamedTuple):
    """As many images with a label as without one: images and labelled (N, C, H, W) in [-1, 1],
    labels (N,) of the latter."""

    images: Tensor
    labelled: Tensor
    labels: Tensor


class FewLabels(Dataset):
    """The images of a data set, a few of which show their label.

    The labelled ones are balanced by class and drawn from a seed; they are among the unlabelled
    ones too, whose labels nobody looks at (Salimans et al. 2016, section 6.1). A tenth is held
    out of both. Drawing c of a run brings the labelled image c mod `count`, so that a batch of that
    size or a multiple of it shows all of them equally often.

    Attributes:
        known: the few, with their labels.
        held_out: with labels, for validation.
    """

    def __init__(self, dataset: LabelledImages, count: int, seed: int):
        """
        Args:
            count: images that show their label, a multiple of the number of classes.

        Raises:
            DataError: no such multiple, or a class with too few images.
        """
        self.dataset, self.name, self.class_names = dataset, dataset.name, dataset.class_names
        self.size, self.channels = dataset.size, dataset.channels
        self.look, self.warnings = dataset.look, dataset.warnings
        order = np.random.default_rng([seed, 1]).permutation(len(dataset))
        out, self.kept = np.split(order, [len(dataset) // HELD_OUT])
        self.held_out = dataset.labelled(out)
        _, labels = dataset.labelled(self.kept)
        self.known = dataset.labelled(self.kept[balanced(labels.numpy(), count, self.class_names)])

    def __len__(self) -> int:
        return len(self.kept)

    def images(self, indices: np.ndarray | slice) -> Tensor:
        """Some of the images, (N, C, H, W) in [-1, 1], and not their labels."""
        return self.dataset.plain(self.kept[indices]).images

    def __getitems__(self, draws: list[tuple[int, int]]) -> FewLabelsBatch:
        """A batch from (index, seed) pairs; seeds of drawings that follow each other do so too."""
        known = torch.tensor([seed % len(self.known.images) for _, seed in draws])
        images = self.images(np.array([index for index, _ in draws]))
        return FewLabelsBatch(images, self.known.images[known], self.known.labels[known])


def balanced(labels: np.ndarray, count: int, class_names: list[str]) -> np.ndarray:
    """The first `count` places in the order of `labels` with as many of each class, by turns.

    Raises:
        DataError: the classes do not divide the count, or one of them has too few images.
    """
    classes = len(class_names)
    each, rest = divmod(count, classes)
    if rest or not each:
        raise DataError(
            f"Expected as --labels a multiple of the {classes} classes, found {count}; take "
            f"{max(1, each) * classes}."
        )
    places = [np.flatnonzero(labels == label)[:each] for label in range(classes)]
    for name, place in zip(class_names, places, strict=True):
        if len(place) < each:
            raise DataError(
                f"Expected {each} images of the class {name} to label, found {len(place)}; take "
                "fewer --labels."
            )
    return np.stack(places, axis=1).flatten()
