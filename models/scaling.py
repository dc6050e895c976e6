"""Pictures scaled to the size at which a model works."""

from typing import TypeVar

from PIL import Image

from models.tiles import WHOLE
from models.values.raster import Raster

AnyPicture = TypeVar("AnyPicture", Image.Image, Raster)
STRIP = 4  # times as long as wide, beyond which it is not the short side that counts


def scaled_to(image: AnyPicture, short_side: int) -> AnyPicture:
    """The image, scaled up or down to a short side; a strip to less, so that it is at most `STRIP`
    times that long and needs no tiles."""
    shorter, longer = sorted(image.size)
    whole = (WHOLE / (shorter * longer)) ** 0.5
    return resized(image, min(short_side / shorter, STRIP * short_side / longer, whole))


def shrunk(image: AnyPicture, limit: int) -> AnyPicture:
    """The image, scaled down where its long side is above `limit` (0 for no limit)."""
    if not limit or max(image.size) <= limit:
        return image
    return resized(image, limit / max(image.size))


def enlarged(image: AnyPicture, short_side: int, limit: int) -> AnyPicture:
    """The image, scaled up to a short side, as long as its long side stays within `limit` (0 for no
    limit) and, for a strip, within `STRIP` times that short side."""
    most = min(limit or STRIP * short_side, STRIP * short_side)
    factor = min(short_side / min(image.size), most / max(image.size))
    return resized(image, factor) if factor > 1 else image


def resized(image: AnyPicture, factor: float) -> AnyPicture:
    """The image, so many times as wide and high."""
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
