"""Pictures scaled and cut to the size that a network trains at."""

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor

from models.images import pixels_to_images, pixels_to_tensor

LOAD_RATIO = 286 / 256  # the reference's load size to its crop size


def middle_square(image: np.ndarray, size: int) -> np.ndarray:
    """The middle square of a uint8 image (H, W[, 3]), scaled to `size`."""
    return np.asarray(ImageOps.fit(Image.fromarray(image), (size, size), Image.Resampling.BOX))


def middle_cut(image: np.ndarray, size: int) -> np.ndarray:
    """The square of `size` pixels in the middle of an image (H, W[, 3])."""
    top, left = ((side - size) // 2 for side in image.shape[:2])
    return image[top : top + size, left : left + size]


def scale_short_side(image: Image.Image, short: int, channels: int) -> np.ndarray:
    """Scale the short side to `short` pixels: uint8 (H, W) or (H, W, 3)."""
    image = image.convert("L" if channels == 1 else "RGB")
    if min(image.size) != short:
        factor = short / min(image.size)
        width, height = (max(short, round(side * factor)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image)


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
    return np.stack([fit_image(image, size, channels) for image in pixels_to_images(pixels)])


def to_batch(arrays: tuple[np.ndarray, ...], channels: int) -> Tensor:
    """uint8 arrays (H, W) or (H, W, C) to (N, C, H, W), float32 in [-1, 1]."""
    stacked = np.stack(arrays).reshape(len(arrays), *arrays[0].shape[:2], channels)
    return pixels_to_tensor(stacked)
