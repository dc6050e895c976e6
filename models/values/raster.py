"""Pictures that Pillow has no mode for."""

from typing import Any, TypeAlias

import numpy as np
from PIL import Image

Box = tuple[float, float, float, float]


class Raster:
    """A picture with the few methods of Pillow's that data need.

    Attributes:
        values: float32 (H, W, C) in [0, 1]; or of a mask uint8 (H, W, 1), the index of each pixel's
            class, which is scaled by nearest neighbour.
    """

    def __init__(self, values: np.ndarray):
        self.values = values
        self.height, self.width = values.shape[:2]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.values, dtype, copy=copy)

    def crop(self, box: tuple[int, int, int, int]) -> "Raster":
        """The part between left, top, right and bottom."""
        left, top, right, bottom = box
        return Raster(self.values[top:bottom, left:right])

    def resize(
        self,
        size: tuple[int, int],
        resample: int = Image.Resampling.LANCZOS,
        box: Box | None = None,
    ) -> "Raster":
        """Scaled to width and height, a mask by nearest neighbour."""
        if size == self.size and box is None:
            return self
        return Raster(resized(self.values, size, resample, box))


Picture: TypeAlias = Image.Image | Raster


def resized(
    values: np.ndarray, size: tuple[int, int], resample: int, box: Box | None = None
) -> np.ndarray:
    """An array (H, W, C) scaled to width and height, band by band; uint8 by nearest neighbour, and
    floats kept within [0, 1], beyond which Lanczos goes."""
    if values.dtype == np.uint8:
        resample = Image.Resampling.NEAREST
    bands = [Image.fromarray(np.ascontiguousarray(band)) for band in np.moveaxis(values, -1, 0)]
    found = [np.asarray(band.resize(size, resample, box)) for band in bands]
    scaled = np.stack(found, axis=-1)
    return scaled if values.dtype == np.uint8 else scaled.clip(0, 1)
