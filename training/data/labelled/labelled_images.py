"""Images in memory, the order they are drawn in, and batches.

Every random draw of an epoch follows from (run seed, images drawn so far), so neither the number of
workers nor prefetching changes a run, and a resumed run draws what the interrupted one would have
drawn.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps
from torch.utils.data import Dataset

from models.images import read_image
from models.networks.layers import nearest_size
from training.data.errors import DataError
from training.data.labelled.layouts import Source
from training.data.reading import LOOK, colour, is_grey, read_all, readable

SMALLEST, LARGEST = 28, 128
MAX_BYTES = 8 * 2**30


class Batch(NamedTuple):
    """Images (N, C, H, W), float32 in [-1, 1], and labels (N,), int64, or None."""

    images: torch.Tensor
    labels: torch.Tensor | None


class LabelledImages(Dataset):
    """All images of a source as uint8 in memory, one size, with labels where there are classes.

    Attributes:
        pixels: uint8 (N, H, W, C).
        labels: int64 (N,) or None.
        warnings: what was skipped or enlarged, in words.
    """

    def __init__(
        self, source: Source, size: int | None = None, channels: int | None = None, augment=None
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
        self.warnings = list(source.warnings)
        in_memory = isinstance(source.images, np.ndarray)
        spread = source.images[:: max(1, len(source) // LOOK)]  # over all classes
        some = spread if in_memory else readable(spread)
        self.size = size or chosen_size(some)
        self.channels = channels or (1 if all(is_grey(image) for image in some) else 3)
        needed = len(source) * self.size**2 * self.channels
        if needed > MAX_BYTES:
            raise DataError(
                f"Expected at most {MAX_BYTES // 2**30} GB of pixels in memory, found "
                f"{needed / 2**30:.1f} GB: "
                f"{len(source):,} images at {self.size} pixels; take a smaller --size or fewer "
                "images."
            )
        if in_memory:
            self.pixels, kept = fit_array(source.images, self.size, self.channels), slice(None)
        else:
            self.pixels, kept = self.decode(source.images)
        self.labels = None if source.labels is None else source.labels[kept]
        if len(self.pixels) < 2:
            raise DataError(
                f"Expected at least two images in {source.name}, found {len(self.pixels)}."
            )
        self.check_classes()

    def decode(self, files: list) -> tuple[np.ndarray, np.ndarray]:
        """Decode all files once; broken ones are left out and named."""

        def read(path: Path, small: list[str]) -> np.ndarray:
            image = read_image(path)
            if min(image.size) < self.size:
                small.append(path.name)
            return fit_image(image, self.size, self.channels)

        decoded, warnings = read_all(files, read, self.size, "images")
        self.warnings += warnings
        kept = np.array(
            [index for index, image in enumerate(decoded) if not isinstance(image, str)], int
        )
        shape = (len(kept), self.size, self.size, self.channels)
        return np.array([decoded[index] for index in kept], np.uint8).reshape(shape), kept

    def check_classes(self) -> None:
        """A class that lost all its images would leave a hole in the labels."""
        if self.labels is None:
            return
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        if empty := [self.class_names[index] for index in np.flatnonzero(counts == 0)]:
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
        images = torch.from_numpy(self.pixels[indices]).permute(0, 3, 1, 2).float()
        labels = None if self.labels is None else torch.from_numpy(self.labels[indices])
        return Batch(images.div(127.5).sub(1), labels)

    def __getitems__(self, draws: list[tuple[int, int]]) -> Batch:
        """A whole batch from (index, seed) pairs; the seed is the image's own augmentation seed."""
        indices = np.array([index for index, _ in draws])
        pixels = self.pixels[indices]
        if self.augment is not None:
            pixels = np.stack(
                [self.augmented(p, seed) for p, (_, seed) in zip(pixels, draws, strict=True)]
            )
        images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(127.5).sub(1)
        return Batch(
            images, None if self.labels is None else torch.from_numpy(self.labels[indices])
        )

    def augmented(self, pixels: np.ndarray, seed: int) -> np.ndarray:
        """One image (H, W, C), augmented as its seed says."""
        self.augment.set_random_seed(seed)
        return self.augment(image=pixels)["image"].reshape(pixels.shape)


def chosen_size(some: list[Image.Image] | np.ndarray) -> int:
    """A size for the data: the middle of the short sides, from 28 to 128, downwards to one that
    networks make."""
    if not len(some):
        return SMALLEST
    shorts = [
        min(image.shape[:2]) if isinstance(image, np.ndarray) else min(image.size) for image in some
    ]
    return nearest_size(min(LARGEST, max(SMALLEST, int(np.median(shorts)))), step=-1)


def fit_image(image: Image.Image, size: int, channels: int) -> np.ndarray:
    """Scale the short side to `size` and cut the middle out: uint8 (size, size, channels)."""
    image = image.convert("L" if channels == 1 else "RGB")
    if image.size != (size, size):
        image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    return np.asarray(image).reshape(size, size, channels)


def fit_array(pixels: np.ndarray, size: int, channels: int) -> np.ndarray:
    """uint8 images (N, H, W) or (N, H, W, C) to (N, size, size, channels)."""
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    if pixels.shape[1:] == (size, size, channels):
        return pixels
    images = (Image.fromarray(one[:, :, 0] if one.shape[2] == 1 else one) for one in pixels)
    return np.stack([fit_image(image, size, channels) for image in images])
