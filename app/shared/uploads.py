"""Files from strangers: decoded with care, and named without harm."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image

from models.images import UnreadableImage, palette_numbers, read_image, read_numbers
from models.values.numbers import Numbers, holds_numbers

MAX_BYTES = 64 * 2**20  # of an uploaded picture
MAX_NAME = 80
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)  # no file names on Windows


@dataclass(frozen=True)
class Upload:
    """A decoded picture of a stranger's, and what its file was called.

    Attributes:
        picture: as it is shown, in 8 bits.
        numbers: those of its file, where they are others: more bits or bands, or a palette's.
    """

    picture: Image.Image
    name: str
    numbers: Numbers | None = None


@dataclass(frozen=True)
class File:
    """A file of a stranger's, and what it was called."""

    path: Path
    name: str


def read_upload(path: str | Path | None, name: str | None = None) -> Upload:
    """A file from a stranger, decoded.

    Args:
        name: what its sender calls it; the path's where it is not given.

    Raises:
        ValueError: no file, one of more than `MAX_BYTES`, or not an image that we take.
    """
    if path is None:
        raise ValueError("Expected a picture, found none; upload one.")
    name = harmless(name or Path(path).name)
    if not Path(path).is_file():  # uploads are deleted after some hours, a page may stay open
        raise UnreadableImage(f"Expected a picture in {name}, found no such file; upload it again.")
    size = Path(path).stat().st_size
    if size > MAX_BYTES:
        raise UnreadableImage(
            f"Expected at most {MAX_BYTES // 2**20} MB in {name}, found {size / 2**20:.0f} MB; "
            "make it smaller first."
        )
    numbers = read_numbers(path, name) if holds_numbers(path) else palette_numbers(path)
    return Upload(read_image(path, name), name, numbers)


def harmless(name: str) -> str:
    """The last part of a file's name in harmless characters, so that it can stand in a message, in
    a page and in a zip."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w .+()-]", "_", last)[-MAX_NAME:].strip(" .") or "picture"


def harmless_stem(name: str) -> str:
    """A file's name without its ending, as a name that every system takes."""
    stem = PurePosixPath(harmless(name)).stem.strip(" .") or "picture"
    return f"{stem}_" if RESERVED.fullmatch(stem) else stem
