"""Many image files read at once; what does not open is named."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from tqdm import tqdm

from models.images import UnreadableImage, read_image, read_picture
from models.values.raster import Picture
from models.values.value_range import ValueRange
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


def readable_pictures(files: Iterable[Path], values: ValueRange) -> list[Picture]:
    """The pictures of these files that open, read with their range of values."""
    if values.ordinary:
        return list(readable_images(files))
    pictures = []
    for path in files:
        try:
            pictures.append(read_picture(path, values))
        except UnreadableImage:
            continue
    return pictures


def evenly_spaced(items: list[Entry], count: int = PROBED) -> list[Entry]:
    """About `count` items from all over a list, all of a shorter one."""
    return items[:: max(1, len(items) // count)]


def colour(channels: int) -> str:
    """Channels in words."""
    return {1: "grey", 3: "RGB"}.get(channels, f"{channels} channels")


def chosen_channels(
    pictures: Sequence[Picture], values: ValueRange, given: int | None, name: str
) -> int:
    """How many channels pictures have in a network: those of the range where it says, else 1 where
    all are grey, 3 where not.

    Args:
        given: by an option, None for no wish.
        name: of the data, for the message.

    Raises:
        DataError: other channels than the pictures have.
    """
    found = values.channels or (1 if all(map(is_grey, pictures)) else 3)
    fits = given in (1, 3) if values.ordinary else given is not None and given <= found
    fits = fits or (given == 3 and found == 1 and not values.mask)
    if given is None or given == found:
        return found
    if not fits or values.mask:
        raise DataError(
            f"Expected {found} channels, those of the pictures of {name}, found {given}; leave "
            "--in-channels and --channels out."
        )
    return given


def in_words(names: Sequence[str], ranges: Sequence[ValueRange]) -> list[str]:
    """A sentence with the ranges of values of data, unless all are those of pictures of 8 bits."""
    if all(values.ordinary for values in ranges):
        return []
    sides = (f"{name} {values.words}" for name, values in zip(names, ranges, strict=True))
    return [f"Values: {'; '.join(sides)}."]


def bytes_of(channels: int, values: ValueRange) -> int:
    """Bytes of a pixel that is kept decoded."""
    return channels if values.ordinary else 1 if values.mask else 4 * channels


def is_grey(image: Picture | np.ndarray) -> bool:
    """Whether an image has no colour: one channel, or three that are equal."""
    array = np.asarray(image)
    return array.ndim == 2 or array.shape[2] == 1 or bool((array == array[:, :, :1]).all())
