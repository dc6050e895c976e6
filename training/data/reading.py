"""Many image files read at once; what does not open is named."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from tqdm import tqdm

from models.images import UnreadableImage, read_image
from training.data.errors import DataError

MAX_BROKEN = 0.1  # share of the files
MEMORY_LIMIT = 4 * 2**30  # bytes of pixels that are kept decoded; beyond, files are read each time
PROBED = 64  # images by which size and channels are chosen

Entry = TypeVar("Entry")
Read = TypeVar("Read")


def read_all(
    entries: Sequence[Entry], read: Callable[[Entry, list[str]], Read], size: int, what: str
) -> tuple[list[Read | str], list[str]]:
    """Each entry as `read` returns it, a message in the place of one that does not open; and
    warnings.

    Args:
        read: an entry and a list, to which it adds the name of what is smaller than `size`.
        what: the entries are, in the plural.

    Raises:
        DataError: more than a tenth of them do not open.
    """

    def one(entry: Entry) -> tuple[Read | str, list[str]]:
        small: list[str] = []
        try:
            return read(entry, small), small
        except UnreadableImage as error:
            return str(error), small

    with ThreadPoolExecutor() as pool:
        name = what.rstrip("s")
        bar = tqdm(pool.map(one, entries), f"Reading {what}", len(entries), unit=name, leave=False)
        found = list(bar)
    images = [image for image, _ in found]
    small = [name for _, names in found for name in names]
    return images, [*skipped(images, what), *enlarged(small, size, what)]


def skipped(read: Sequence[object], what: str) -> list[str]:
    """A warning for each entry that is a message in place of what was to be read.

    Raises:
        DataError: more than a tenth of them are.
    """
    broken = [entry for entry in read if isinstance(entry, str)]
    if len(broken) > MAX_BROKEN * len(read):
        raise DataError(
            f"{len(broken)} of {len(read)} {what} cannot be read, the first: {broken[0]}"
        )
    return [f"Skipped: {message}" for message in broken]


def enlarged(small: list[str], size: int, what: str) -> list[str]:
    """One warning that counts what was smaller than `size`, or none."""
    if not small:
        return []
    return [
        f"{len(small)} {what} are smaller than {size} pixels and were enlarged, {small[0]} the "
        "first."
    ]


def readable_images(files: Iterable[Path]) -> list[Image.Image]:
    """The images of these files that open."""
    images = []
    for path in files:
        try:
            images.append(read_image(path))
        except UnreadableImage:
            continue
    return images


def evenly_spaced(items: list[Entry], count: int = PROBED) -> list[Entry]:
    """About `count` items from all over a list, all of a shorter one."""
    return items[:: max(1, len(items) // count)]


def colour(channels: int) -> str:
    """1 or 3 channels in words."""
    return "grey" if channels == 1 else "RGB"


def is_grey(image: Image.Image | np.ndarray) -> bool:
    """Whether an image has no colour: one channel, or three that are equal."""
    array = np.asarray(image)
    return array.ndim == 2 or array.shape[2] == 1 or bool((array == array[:, :, :1]).all())
