"""Folders and zips of images: where they are, what is in them, in natural order."""

import hashlib
import json
from collections.abc import Iterable, Sized
from pathlib import Path

from filelock import FileLock

from models import locations
from models.archives import UnsafeArchive, extract
from models.images import EXTENSIONS
from models.walk import (
    FoundFiles,
    begins_like_picture,
    is_hidden,
    is_picture,
    named,
    natural,
    of_several_frames,
    walk,
)
from training.data.errors import DataError

SPLITS = {"train": ("train", "training"), "test": ("test", "val", "valid", "validation", "testing")}
TABLES = (".csv", ".tsv", "dataset.json")
PASSED = ".passed-over.json"  # in the folder of an unpacked zip
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
                endings = (*EXTENSIONS, *TABLES, "ubyte", "ubyte.gz")
                passed = extract(archive, folder, endings, begins_like_picture)
            except UnsafeArchive as error:
                raise DataError(str(error)) from None
            if passed:
                (folder / PASSED).write_text(json.dumps(passed), encoding="utf-8")
    inside = [path for path in folder.iterdir() if path.name != PASSED]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def passed_over(folder: Path) -> list[str]:
    """A sentence that names what was not unpacked from the zip of a folder, if there is any."""
    notes = [place / PASSED for place in (folder, folder.parent) if (place / PASSED).is_file()]
    passed = json.loads(notes[0].read_text(encoding="utf-8")) if notes else []
    return [f"Left out: {count(passed, 'other file')}: {named(passed)}."] if passed else []


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, links among them, in natural order; none of a system's own."""
    children = (child for child in folder.iterdir() if child.is_dir())
    visible = (child for child in children if not is_hidden(child.name))
    return sorted(visible, key=lambda child: natural(child.name))


def is_split(name: str) -> bool:
    """Whether a folder is called like a split."""
    return name.lower() in SPLITS["train"] + SPLITS["test"]


def unwrapped(folder: Path) -> Path:
    """The folder inside a folder that holds nothing else, as packing programs make it."""
    while len(inside := folders_in(folder)) == 1 and not is_split(inside[0].name):
        beside = any(path.is_file() and is_picture(path) for path in folder.iterdir())
        if beside or not folders_in(inside[0]):
            break
        folder = inside[0]
    return folder


def split_folder(folder: Path, split: str) -> Path:
    """The sub-folder of a split; the folder itself for train where it is not split at all."""
    children = {child.name.lower(): child for child in folders_in(folder)}
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


def files_in(folder: Path) -> FoundFiles:
    """All files below the folder of a split; a split inside it is no part of it."""
    return walk(folder, without=[child for child in folders_in(folder) if is_split(child.name)])


def images_in(folder: Path) -> list[Path]:
    """All pictures below the folder of a split, in natural order."""
    return files_in(folder).pictures


def left_out(folder: Path, used: Iterable[Path], without: str = "") -> list[str]:
    """A sentence for the pictures and one for the other files of a split's folder that are not
    used.

    Args:
        without: what a picture lacks that is left out.
    """
    taken = set(used)
    pictures, others = (
        [relative(path, folder.parent) for path in paths if path not in taken]
        for paths in files_in(folder)
    )
    words = [f"Left out: {count(pictures)} {without}: {named(pictures)}."] if pictures else []
    if others:
        words.append(f"Left out: {count(others, 'other file')}: {named(others)}.")
    return words


def count(things: Sized, what: str = "picture") -> str:
    """So many things in words."""
    return f"{len(things):,} {what}{'' if len(things) == 1 else 's'}"


def several_frames(pictures: Iterable[Path]) -> list[str]:
    """A sentence that names the files of several pages or frames, if there are any."""
    if not (several := of_several_frames(pictures)):
        return []
    return [
        f"{count(several, 'file')} of several pages or frames, of which the first is taken: "
        f"{named(several)}."
    ]
