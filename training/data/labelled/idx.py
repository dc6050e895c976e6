"""IDX files, the format of MNIST and its relatives (LeCun's description), plain or gzipped."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from training.data.errors import DataError

MAX_BYTES = 8 * 2**30


def read_idx(path: Path) -> np.ndarray:
    """An IDX file of unsigned bytes as an array of its shape.

    Raises:
        DataError: the file is no IDX file, is damaged, or is shorter than its header says.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as file:
            magic = file.read(4)
            if len(magic) < 4 or magic[:3] != b"\0\0\x08" or not 1 <= magic[3] <= 4:
                raise DataError(
                    f"Expected an IDX file of unsigned bytes in {path}, found {magic!r} at its "
                    "start."
                )
            shape = tuple(int.from_bytes(file.read(4), "big") for _ in range(magic[3]))
            size = math.prod(shape)
            if size > MAX_BYTES:
                raise DataError(
                    f"Expected at most {MAX_BYTES // 2**30} GB in {path}, its header says {shape}."
                )
            data = file.read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"Expected a complete IDX file in {path}, found a damaged one ({error})."
        ) from None
    if len(data) != size:
        raise DataError(f"Expected {size:,} bytes after the header of {path}, found {len(data):,}.")
    return np.frombuffer(data, np.uint8).reshape(shape).copy()  # writable, as torch wants it


def find_idx(folder: Path, split: str) -> tuple[Path, Path] | None:
    """The images and labels of a split (train, or test, whose files are called test or t10k), or
    None."""
    words = ("train",) if split == "train" else ("t10k", "test")
    files = sorted(path for path in folder.rglob("*") if "ubyte" in path.name and path.is_file())
    for images in files:
        if "images-idx" in images.name and any(word in images.name for word in words):
            stem = images.name.removesuffix(".gz").replace("images-idx3", "labels-idx1")
            for labels in (images.with_name(stem), images.with_name(stem + ".gz")):
                if labels.is_file():
                    return images, labels
            raise DataError(f"Expected the labels {stem} beside {images}, found none.")
    return None
