"""Folders and zips of images: where they are, what is in them, in natural order."""

import hashlib
import re
from pathlib import Path

from filelock import FileLock

from models import locations
from models.archives import UnsafeArchive, extract
from models.images import EXTENSIONS
from training.data.errors import DataError

SPLITS = {"train": ("train", "training"), "test": ("test", "val", "valid", "validation", "testing")}
OWN_DATA = "the owner of the data; not known to this program"


def unpack(archive: Path) -> Path:
    """Unpack a zip among the data sets once, under a name that follows from its content."""
    if archive.suffix.lower() != ".zip":
        raise DataError(f"Expected a folder or a zip as data, found the file {archive}.")
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    folder = locations.datasets() / f"{archive.stem}-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):  # of two runs at once, one unpacks
        if not folder.is_dir():
            try:
                extract(archive, folder, (*EXTENSIONS, ".csv", "ubyte", "ubyte.gz"))
            except UnsafeArchive as error:
                raise DataError(str(error)) from None
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def split_folder(folder: Path, split: str) -> Path:
    """The sub-folder of a split; the folder itself for train where it is not split at all."""
    children = {child.name.lower(): child for child in folder.iterdir() if child.is_dir()}
    for name in SPLITS[split]:
        if name in children:
            return children[name]
    if split == "train":
        return folder
    raise DataError(f"Expected a folder test/ or val/ in {folder} to measure on, found none.")


def relative(path: Path, folder: Path) -> str:
    """The path inside a folder, with slashes on every system."""
    return path.relative_to(folder).as_posix()


def data_name(folder: Path) -> str:
    """The name of the data in a folder: train/ and the like take their parent's."""
    folder = folder.resolve()
    return (
        folder.parent.name
        if folder.name.lower() in SPLITS["train"] + SPLITS["test"]
        else folder.name
    )


def images_in(folder: Path) -> list[Path]:
    """All image files below a folder by their ending, hidden ones left out, sorted naturally."""
    files = (
        path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS and path.is_file()
    )
    visible = (
        path for path in files if not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )
    return sorted(visible, key=lambda path: natural(relative(path, folder)))


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key in which img2 stands before img10."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", text)
    ]
