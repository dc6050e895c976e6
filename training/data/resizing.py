"""Pictures scaled and cut to the size that a network trains at."""

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor

from models.images import pixels_to_images
from models.values.raster import Picture, Raster, resized
from models.values.tensors import to_tensor
from models.values.value_range import ORDINARY, ValueRange, eight_bits, with_channels

LOAD_RATIO = 286 / 256  # the reference's load size to its crop size


def middle_square(image: np.ndarray, size: int, values: ValueRange = ORDINARY) -> np.ndarray:
    """The middle square of an image, scaled to `size`: uint8 (H, W[, 3]) of the ordinary range,
    else what `ValueRange.picture` gives."""
    if not values.ordinary:
        height, width = image.shape[:2]
        side = min(height, width)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        return resized(image, (size, size), Image.Resampling.BOX, box)
    return np.asarray(ImageOps.fit(Image.fromarray(image), (size, size), Image.Resampling.BOX))


def middle_cut(image: np.ndarray, size: int) -> np.ndarray:
    """The square of `size` pixels in the middle of an image (H, W[, C])."""
    top, left = ((side - size) // 2 for side in image.shape[:2])
    return image[top : top + size, left : left + size]


def scale_short_side(image: Picture, short: int, channels: int) -> np.ndarray:
    """Scale the short side to `short` pixels: uint8 (H, W) or (H, W, 3), of another range than the
    ordinary one (H, W, C)."""
    if isinstance(image, Image.Image):
        image = image.convert("L" if channels == 1 else "RGB")
    if min(image.size) != short:
        factor = short / min(image.size)
        width, height = (max(short, round(side * factor)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    if isinstance(image, Image.Image):
        return np.asarray(image)
    is_mask = image.values.dtype == np.uint8
    return image.values if is_mask else with_channels(image.values, channels)


def fit_image(image: Image.Image, size: int, channels: int) -> np.ndarray:
    """Scale the short side to `size` and cut the middle out: uint8 (size, size, channels)."""
    image = image.convert("L" if channels == 1 else "RGB")
    if image.size != (size, size):
        image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    return np.asarray(image).reshape(size, size, channels)


def fit_picture(picture: Picture, size: int, channels: int, values: ValueRange) -> np.ndarray:
    """A picture of any range in 8 bits, as `fit_image`; a mask is scaled by nearest neighbour."""
    if values.mask and isinstance(picture, Raster) and picture.size != (size, size):
        picture = Raster(middle_square(picture.values, size, values))
    return fit_image(eight_bits(picture, values), size, channels)


def fit_array(pixels: np.ndarray, size: int, channels: int) -> np.ndarray:
    """uint8 images (N, H, W) or (N, H, W, C) to (N, size, size, channels)."""
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    if pixels.shape[1:] == (size, size, channels):
        return pixels
    return np.stack([fit_image(image, size, channels) for image in pixels_to_images(pixels)])


def to_batch(
    arrays: tuple[np.ndarray, ...], channels: int, values: ValueRange = ORDINARY
) -> Tensor:
    """Arrays (H, W) or (H, W, C) of one range of values to (N, C, H, W), float32 in [-1, 1]."""
    last = 1 if values.mask else channels
    stacked = np.stack(arrays).reshape(len(arrays), *arrays[0].shape[:2], last)
    images = to_tensor(stacked, values)
    return images if images.shape[1] == channels else images.repeat(1, channels, 1, 1)
