"""Augmentation with albumentations, drawn anew for each image from a seed of its own."""

import os

os.environ.setdefault(
    "NO_ALBUMENTATIONS_UPDATE", "1"
)  # it asks the network for a newer release otherwise


def augmentation(flip: bool, affine: float):
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
