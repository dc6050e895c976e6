"""Augmentation with albumentations, drawn anew for each image from a seed of its own."""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from albumentations import BasicTransform, Compose, OneOf

# albumentations asks the network for a newer release otherwise
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

REFLECT = 4  # OpenCV's number of the border that mirrors without repeating the edge
NEAREST, LINEAR = 0, 1  # and of interpolations


def augmentation(flip: bool, affine: float) -> "Compose | None":
    """A Compose for uint8 images (H, W) or (H, W, C), or None where nothing is asked for.

    Args:
        flip: mirror left and right, half the time.
        affine: random shift and scale up to this share, and rotation up to 90 times it in degrees:
            0.1 is 10 % and 9 degrees.

    Raises:
        ValueError: `affine` is not from 0 to 0.5.
    """
    if not 0 <= affine <= 0.5:
        raise ValueError(f"Expected --affine from 0 to 0.5, found {affine}.")
    if not flip and not affine:
        return None
    import albumentations as A

    steps = [A.HorizontalFlip(p=0.5)] if flip else []
    if affine:
        steps.append(
            A.Affine(
                scale=(1 - affine, 1 + affine),
                translate_percent=(-affine, affine),
                rotate=(-90 * affine, 90 * affine),
                border_mode=1,  # repeat the edge: plausible for plain grounds and for photographs
                p=1.0,
            )
        )
    return A.Compose(steps)


@dataclass(frozen=True)
class PairAugmentation:
    """Augmentation that keeps the two sides of a pair aligned, seeded for each pair.

    Attributes:
        flip: mirror left and right, half the time.
        zoom: random scale up to this share up or down, before the crop.
        rotate: rotation up to this many degrees either way.
        hand_drawn: share of inputs whose lines are made thicker, thinner, wavy, broken or shifted,
            so that lines drawn by hand work too; black on white is expected.
        noise: standard deviation of noise on the input, as a share of the value range.
    """

    flip: bool = True
    zoom: float = 0.0
    rotate: float = 0.0
    hand_drawn: float = 0.0
    noise: float = 0.0

    def __call__(
        self,
        given: np.ndarray,
        wanted: np.ndarray,
        size: int,
        seed: int,
        masks: tuple[bool, bool] = (False, False),
    ) -> tuple[np.ndarray, np.ndarray]:
        """One pair of images, cut to `size`: uint8 (H, W[, 3]), or float32 (H, W, C) in [0, 1].

        Args:
            masks: which side holds the indices of classes, uint8 (H, W, 1), which nothing mixes.
        """
        both, first = pair_steps(self, size, masks)
        both.set_random_seed(seed)
        if masks[0]:  # the picture goes first, for a mask has to go with one
            found = both(image=wanted, target=given)
            return found["target"], found["image"]
        found = both(image=given, target=wanted)
        if first is None:
            return found["image"], found["target"]
        first.set_random_seed(seed)
        return first(image=found["image"])["image"], found["target"]


@dataclass(frozen=True)
class CropAugmentation:
    """A random square cut out of an image at a random scale, seeded for each image.

    Attributes:
        flip: mirror left and right, half the time.
        zoom: random scale down by up to this share, as far as the image is large enough.
        rotate: rotation up to this many degrees either way.
        light: how far gamma, contrast and a cast of colour may go, so that night, fog and water are
            met; 1 is as far as photographs do.
    """

    flip: bool = True
    zoom: float = 0.0
    rotate: float = 0.0
    light: float = 0.0

    def __call__(self, image: np.ndarray, size: int, seed: int, mask: bool = False) -> np.ndarray:
        """A square of one image whose sides are at least `size`, of `size`: uint8 (H, W[, 3]), or
        float32 (H, W, C) in [0, 1].

        Args:
            mask: it holds the indices of classes, uint8 (H, W, 1), which nothing mixes.
        """
        largest = min(*image.shape[:2], round(size / (1 - self.zoom)))
        cut = crop_steps(self, size, largest, mask)
        cut.set_random_seed(seed)
        return cut(image=image)["image"]


@lru_cache(maxsize=64)
def crop_steps(options: CropAugmentation, size: int, largest: int, mask: bool = False) -> "Compose":
    """The Compose that cuts squares of `size` to `largest` pixels and scales them to `size`."""
    import albumentations as A

    steps = [A.HorizontalFlip(p=0.5)] if options.flip else []
    how = NEAREST if mask else LINEAR
    if options.rotate:
        turn = (-options.rotate, options.rotate)
        steps.append(A.Rotate(turn, interpolation=how, border_mode=REFLECT, p=0.9))
    steps.append(
        A.RandomSizedCrop(
            (size, largest),
            (size, size),
            interpolation=how,
            area_for_downscale=None if mask else "image",
            p=1.0,
        )
    )
    if options.light:
        steps += other_light(options.light)
    return A.Compose(steps)


def other_light(light: float) -> "list[BasicTransform]":
    """The same scene by another light: gamma, contrast and brightness, a cast of colour."""
    import albumentations as A

    gamma = (round(100 * 0.45**light), round(100 * 2.2**light))
    cast = 30 * light
    return [
        A.RandomGamma(gamma_limit=gamma, p=0.5),
        A.RandomBrightnessContrast(0.15 * light, min(0.9, 0.35 * light), p=0.5),
        A.RGBShift(*[(-cast, cast)] * 3, p=0.3),
    ]


@lru_cache(maxsize=8)
def pair_steps(
    options: PairAugmentation, size: int, masks: tuple[bool, bool] = (False, False)
) -> "tuple[Compose, Compose | None]":
    """The Compose for both sides, and the one for the input alone, or None."""
    import albumentations as A

    steps = [A.HorizontalFlip(p=0.5)] if options.flip else []
    if options.zoom or options.rotate:
        steps.append(
            A.Affine(
                scale=(1 - options.zoom, 1 + options.zoom),
                rotate=(-options.rotate, options.rotate),
                translate_percent=(-options.zoom / 4, options.zoom / 4),
                interpolation=NEAREST if all(masks) else LINEAR,
                border_mode=1,
                p=0.9,
            )
        )
    steps.append(A.RandomCrop(size, size))
    both = A.Compose(steps, additional_targets={"target": "mask" if any(masks) else "image"})
    more = [drawn_by_hand(options.hand_drawn)] if options.hand_drawn else []
    if options.noise:
        more.append(A.GaussNoise(std_range=(0, options.noise), per_channel=True, p=0.5))
    return both, A.Compose(more) if more else None


def drawn_by_hand(share: float) -> "OneOf":
    """One of the ways in which lines drawn by hand differ from printed ones; lines are dark."""
    import albumentations as A

    ways = [
        A.Morphological(scale=(2, 5), operation="erosion", p=1.0),  # of the light ground: thicker
        A.Morphological(scale=(2, 3), operation="dilation", p=0.5),
        wavy(),
        A.CoarseDropout(
            num_holes_range=(2, 8),
            hole_height_range=(4, 12),
            hole_width_range=(4, 12),
            fill=255,
            p=0.5,
        ),
        A.Affine(translate_px=(-3, 3), fill=255, p=0.5),
    ]
    return A.OneOf(ways, p=share)


def wavy() -> "BasicTransform":
    """Make lines wavy by a few pixels."""
    import albumentations as A

    return A.ElasticTransform(alpha=60, sigma=8, fill=255, p=1.0)
