"""The files of a folder: which of them are pictures, and what is left out.

A picture is known by its ending or by its content, whatever it is called; hidden files and what
systems and programs keep for themselves (`.ipynb_checkpoints`, `@eaDir`, `__MACOSX`) are neither.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from models.decoding import FORMATS, has_several_frames, opened
from models.images import EXTENSIONS

SYSTEM = {
    "__macosx",
    "__pycache__",
    "@eadir",
    "@recycle",
    "@tmp",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "lost+found",
    "system volume information",
    "thumbs.db",
    "desktop.ini",
}
NAMED = 5  # files in a sentence; the rest are counted


class FoundFiles(NamedTuple):
    """Pictures, and other files, each in natural order."""

    pictures: list[Path]
    others: list[Path]


def walk(folder: Path, without: Iterable[Path] = ()) -> FoundFiles:
    """All files below a folder, through links too, each folder once.

    Args:
        without: folders that are passed over.
    """
    seen = {Path(one).resolve() for one in without}
    found = FoundFiles([], [])
    for place, folders, files in os.walk(folder, followlinks=True):
        real = Path(place).resolve()
        if real in seen:  # a link that leads back, or a folder to be passed over
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not is_hidden(name)]
        for path in (Path(place, name) for name in files if not is_hidden(name)):
            (found.pictures if is_picture(path) else found.others).append(path)
    for paths in found:
        paths.sort(key=lambda path: natural(path.relative_to(folder).as_posix()))
    return found


def is_hidden(name: str) -> bool:
    """Whether a file or folder is a system's or a program's own."""
    return name.startswith(".") or name.casefold() in SYSTEM


def is_picture(path: Path) -> bool:
    """Whether a file is called like a picture, or begins like one."""
    if path.suffix.lower() in EXTENSIONS:
        return path.is_file()
    try:
        with opened(path):
            return True
    except Exception:  # Pillow raises many kinds for what it does not know
        return False


def begins_like_picture(head: bytes) -> bool:
    """Whether a file's first bytes are those of a picture."""
    Image.init()
    checks = (Image.OPEN[name][1] for name in FORMATS if name in Image.OPEN)
    return any(check and check(head) is True for check in checks)


def natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key in which img2 stands before img10."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in re.split(r"(\d+)", text)
    ]


def of_several_frames(pictures: Iterable[Path]) -> list[Path]:
    """The files that hold several pages or frames, of which only the first is taken."""
    single = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm")
    return [
        path for path in pictures if path.suffix.lower() not in single and has_several_frames(path)
    ]


def named(files: Iterable[Path | str]) -> str:
    """The names of the first of some files, the rest counted."""
    names = [one if isinstance(one, str) else one.name for one in files]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
