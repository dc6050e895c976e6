"""Images in memory, with a class for each where there are classes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from models.images import pixels_to_tensor, read_picture
from models.networks.layers import nearest_size
from models.values.value_range import eight_bits
from training.data.errors import DataError
from training.data.labelled.layouts import Source
from training.data.labelled.sources import find_source
from training.data.reading import (
    colour,
    evenly_spaced,
    in_words,
    is_grey,
    read_all,
    readable_pictures,
)
from training.data.resizing import fit_array, fit_picture

if TYPE_CHECKING:
    from albumentations import Compose

    from models.sampler import Sampler

SMALLEST, LARGEST = 28, 128  # of the sizes that are chosen
MAX_BYTES = 8 * 2**30


class Batch(NamedTuple):
    """Images (N, C, H, W), float32 in [-1, 1], and labels (N,), int64, or None."""

    images: Tensor
    labels: Tensor | None


class LabelledBatch(NamedTuple):
    """Images (N, C, H, W), float32 in [-1, 1], and labels (N,), int64."""

    images: Tensor
    labels: Tensor


class LabelledImages(Dataset):
    """All images of a source as uint8 in memory, one size, with labels where there are classes.

    Attributes:
        pixels: uint8 (N, H, W, C), of more bits scaled to 8 by the range of the data set.
        values: that range.
        labels: int64 (N,) or None.
        files: from which the images were read; none of arrays.
        warnings: what was skipped or enlarged, in words.
    """

    def __init__(
        self,
        source: Source,
        size: int | None = None,
        channels: int | None = None,
        augment: "Compose | None" = None,
    ):
        """
        Args:
            size: height and width; chosen from the data where it is not given.
            channels: 1 or 3; chosen from the data where it is not given.
            augment: an albumentations Compose, or None.

        Raises:
            DataError: too many broken images, fewer than two left, or too much for the memory.
        """
        self.name, self.class_names, self.licence = source.name, source.class_names, source.licence
        self.augment = augment
        self.values = source.values
        self.warnings = [*source.warnings, *in_words([source.name], [source.values])]
        probed = probe(source)
        self.size = size or chosen_size(probed)
        self.channels = channels or (1 if all(is_grey(image) for image in probed) else 3)
        needed = len(source) * self.size**2 * self.channels
        if needed > MAX_BYTES:
            raise DataError(
                f"Expected at most {MAX_BYTES // 2**30} GB of pixels in memory, found "
                f"{needed / 2**30:.1f} GB: "
                f"{len(source):,} images at {self.size} pixels; take a smaller --size or fewer "
                "images."
            )
        self.labels = source.labels
        self.files: list[Path] = []
        if isinstance(source.images, np.ndarray):
            self.pixels = fit_array(source.images, self.size, self.channels)
        else:
            self.pixels, kept = self.decode(source, source.images)
            self.labels = None if source.labels is None else source.labels[kept]
            self.files = [source.images[index] for index in kept]
        if len(self.pixels) < 2:
            raise DataError(
                f"Expected at least two images in {source.name}, found {len(self.pixels)}."
            )
        self.check_classes(source.missing)

    def decode(self, source: Source, files: list[Path]) -> tuple[np.ndarray, np.ndarray]:
        """Decode all files once; broken ones are left out and named."""

        def read(path: Path, small: list[str]) -> np.ndarray:
            picture = read_picture(path, source.values)
            if min(picture.size) < self.size:
                small.append(path.name)
            return fit_picture(picture, self.size, self.channels, source.values)

        decoded, warnings = read_all(files, read, self.size, "images")
        self.warnings += warnings
        kept = np.array(
            [index for index, image in enumerate(decoded) if not isinstance(image, str)], int
        )
        shape = (len(kept), self.size, self.size, self.channels)
        return np.array([decoded[index] for index in kept], np.uint8).reshape(shape), kept

    def check_classes(self, missing: list[str]) -> None:
        """A class that lost all its images would leave a hole in the labels; those that a test
        split does not have are known."""
        if self.labels is None:
            return
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        empty = [self.class_names[index] for index in np.flatnonzero(counts == 0)]
        if empty := [name for name in empty if name not in missing]:
            raise DataError(
                f"Expected images of every class in {self.name}, found none of {', '.join(empty)}."
            )

    @property
    def look(self) -> str:
        """Size, colour and classes in words."""
        classes = f"{len(self.class_names)} classes" if self.class_names else "no classes"
        return f"{self.size}x{self.size}, {colour(self.channels)}, {classes}"

    def __len__(self) -> int:
        return len(self.pixels)

    def plain(self, indices: np.ndarray | slice = slice(None)) -> Batch:
        """Images as they are, without augmentation; all of them, in order, unless told."""
        images = pixels_to_tensor(self.pixels[indices])
        labels = None if self.labels is None else torch.from_numpy(self.labels[indices])
        return Batch(images, labels)

    def labelled(self, indices: np.ndarray | slice = slice(None)) -> LabelledBatch:
        """Images and labels of data with classes, as `plain` gives them.

        Raises:
            DataError: there are no classes.
        """
        images, labels = self.plain(indices)
        if labels is None:
            raise DataError(f"Expected classes in {self.name}, found none.")
        return LabelledBatch(images, labels)

    def __getitems__(self, draws: list[tuple[int, int]]) -> Batch:
        """A whole batch from (index, seed) pairs; the seed is the image's own augmentation seed."""
        indices = np.array([index for index, _ in draws])
        pixels = self.pixels[indices]
        if self.augment is not None:
            pixels = np.stack(
                [self.augmented(p, seed) for p, (_, seed) in zip(pixels, draws, strict=True)]
            )
        images = pixels_to_tensor(pixels)
        return Batch(
            images, None if self.labels is None else torch.from_numpy(self.labels[indices])
        )

    def augmented(self, pixels: np.ndarray, seed: int) -> np.ndarray:
        """One image (H, W, C), augmented as its seed says."""
        assert self.augment is not None
        self.augment.set_random_seed(seed)
        return self.augment(image=pixels)["image"].reshape(pixels.shape)


def images_for(sampler: "Sampler", data: str, split: str = "train") -> LabelledImages:
    """The images of a split as a generator's training saw them: its size, channels and range."""
    source = find_source(data, split, sampler.values)
    return LabelledImages(source, sampler.size, sampler.channels)


def probe(source: Source) -> list[Image.Image]:
    """Some images from all over a source, and so of all its classes; those that open."""
    if isinstance(source.images, np.ndarray):
        chosen = evenly_spaced(list(source.images))
        return [Image.fromarray(pixels.squeeze()) for pixels in chosen]
    found = readable_pictures(evenly_spaced(source.images), source.values)
    return [eight_bits(picture, source.values) for picture in found]


def chosen_size(probed: list[Image.Image]) -> int:
    """A size for the data: the middle of the short sides, from 28 to 128, downwards to one that
    networks make."""
    if not probed:
        return SMALLEST
    shorts = [min(image.size) for image in probed]
    return nearest_size(min(LARGEST, max(SMALLEST, int(np.median(shorts)))), step=-1)
