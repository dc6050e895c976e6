"""What the Translate tab does, as plain functions: a picture to its translation, examples to start
from, and what was made in a session.

Many files at once are in `app.translated_files`.
"""

import re
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from PIL import Image

from app import drawings, library
from app.pictures import whole_number
from models.archives import UnsafeArchive
from models.images import UnreadableImage, read_image, save_png
from models.translator import Translator, shrunk

SIZES = (256, 512, 1024)  # to choose from, beside those that a model knows itself
OWN_SIZE = 0
MAX_SIZE = 2048  # a picture as large as a photograph would take all the memory
MAX_BYTES = 64 * 2**20  # of an uploaded picture
SHOWN = 2048  # pixels along the longer side of what the page shows; a download has all of them
PREVIEW = 320
KEPT = 24  # pictures of a session
MAX_NAME = 80
# pictures of the emoji's test split, on which no model was trained
OUTLINES = ("1F431", "26EA", "1F34F", "26C5", "1F419", "E20B", "1F344-200D-1F7EB", "1F455")
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)  # no file names on Windows
UPLOAD = "Upload a picture, and its translation appears here."
EXAMPLE = "An example. Upload a picture of your own, and it appears in its place."
PARTS = ("before", "after", "preview")
made = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends


@dataclass(frozen=True)
class Upload:
    """A decoded picture of a stranger's, and what its file was called."""

    picture: Image.Image
    name: str


@dataclass(frozen=True)
class Made:
    """A picture and its translation as PNG files in a folder of their own.

    Attributes:
        before, after: as the page shows them, at most `SHOWN` pixels long.
        preview: the translation, small.
        download: the whole translation, with its parameters inside.
        words: what to say beside it.
    """

    folder: Path
    before: Path
    after: Path
    preview: Path
    download: Path
    words: str


# models


def model_names() -> list[str]:
    """Every model that translates pictures, those that have examples first."""
    names = library.names(Translator)
    return sorted(names, key=lambda name: (not drawings.takes_outline(library.get(name)), name))


def translator(name: str) -> Translator:
    """The translator of that name."""
    model = library.get(name)
    if not isinstance(model, Translator):
        raise ValueError(
            f"Expected a model that translates pictures, found {name}, which draws them from "
            "nothing; choose one from the list."
        )
    return model


def directions(name: str) -> list[tuple[str, str]]:
    """The directions of a model: what a person reads, and its name."""
    model = translator(name)
    start, end = model.domains
    words = {"A to B": f"{start} to {end}", "B to A": f"{end} to {start}"}
    return [(words[direction], direction) for direction in model.directions]


def sizes(name: str) -> list[tuple[str, int]]:
    """The sizes at which a model can work: what a person reads, and pixels along the long side."""
    model = translator(name)
    numbers = sorted({*SIZES, min(model.size, MAX_SIZE), usual_size(name)} - {OWN_SIZE})
    named = [(f"{number:,}", number) for number in numbers]
    return [("own size", OWN_SIZE), *named]


def usual_size(name: str) -> int:
    """The size at which a model works unless told otherwise."""
    return min(translator(name).long_side, MAX_SIZE)


# pictures from strangers


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
    return Upload(read_image(path, name), name)


def harmless(name: str) -> str:
    """The last part of a file's name in harmless characters, so that it can stand in a message, in
    a page and in a zip."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w .+()-]", "_", last)[-MAX_NAME:].strip(" .") or "picture"


def harmless_stem(name: str) -> str:
    """A file's name without its ending, as a name that every system takes."""
    stem = PurePosixPath(harmless(name)).stem.strip(" .") or "picture"
    return f"{stem}_" if RESERVED.fullmatch(stem) else stem


# translating


def translated(
    name: str, direction: str | None, size: float, picture: Image.Image
) -> tuple[Image.Image, dict, str]:
    """A picture -> its translation, the parameters that made it, and what to say beside it.

    Args:
        direction: "A to B" or "B to A", None for the model's first.
        size: work at most at this long side, `OWN_SIZE` for the picture's own up to `MAX_SIZE`.
    """
    model = translator(name)
    direction = model.checked_direction(direction)
    size = whole_number(size, "a working size", OWN_SIZE, MAX_SIZE)
    long_side = size or (MAX_SIZE if max(picture.size) > MAX_SIZE else OWN_SIZE)
    began = time.perf_counter()
    result = model.translate(picture, direction, long_side)
    seconds = time.perf_counter() - began
    took = f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} seconds"
    words = f"{result.width:,} × {result.height:,} pixels in {took}."
    if 0 < long_side < max(picture.size):
        words += f" The model worked at {long_side:,} pixels, and the result was enlarged."
    return result, {"model": model.name, "direction": direction, "long_side": long_side}, words


def translate(name: str, direction: str | None, size: float, given: Upload | None) -> Made:
    """A picture from a stranger -> its translation, as files; a ValueError where there is none."""
    if given is None:
        raise ValueError("Expected a picture, found none; upload one.")
    picture, parameters, words = translated(name, direction, size, given.picture)
    folder = Path(tempfile.mkdtemp(dir=made.name))
    (folder / "whole").mkdir()  # a name that comes from a stranger, apart from ours
    download = folder / "whole" / f"{harmless_stem(given.name)}-{harmless(name)}.png"
    new = Made(folder, *(folder / f"{part}.png" for part in PARTS), download, words)
    save_png(shrunk(given.picture, SHOWN), new.before)
    save_png(shrunk(picture, SHOWN), new.after)
    save_png(shrunk(picture, PREVIEW), new.preview)
    save_png(picture, new.download, parameters)
    return new


# examples


def examples(name: str) -> list[str]:
    """Files of pictures to start from, none where there are none for a model."""
    return list(outline_files()) if drawings.takes_outline(translator(name)) else []


@lru_cache(maxsize=1)
def outline_files() -> tuple[str, ...]:
    """Outlines as files, in the order of `OUTLINES`."""
    try:
        there = set(drawings.example_names())
        wanted = [name for stem in OUTLINES if (name := f"test/A/{stem}.webp") in there]
        folder = Path(tempfile.mkdtemp(dir=made.name))
        files = [(folder / Path(name).name, drawings.example(name)) for name in wanted]
    except (OSError, zipfile.BadZipFile, zlib.error, UnsafeArchive):
        return ()
    for path, data in files:
        path.write_bytes(data)
    return tuple(str(path) for path, _ in files)


def example(name: str, index: float) -> Upload:
    """A picture to start from, by its place in `examples`."""
    files = examples(name)
    if not files:
        raise ValueError(f"Expected a model with examples, found {name}; upload a picture.")
    return read_upload(files[whole_number(index, "an example", 0, len(files) - 1)])


def first(name: str, direction: str | None = None, size: float | None = None) -> Made | None:
    """The translation of the first example, None where a model has none."""
    if not examples(name):
        return None
    model = translator(name)
    size = usual_size(name) if size is None else size
    return first_of(model, name, model.checked_direction(direction), size)


@lru_cache(maxsize=64)
def first_of(_model: Translator, name: str, direction: str, size: float) -> Made:
    """Translated once as long as the model stays the same."""
    return translate(name, direction, size, example(name, 0))


# what was made in a session


def keep(session: list[Made], new: Made) -> None:
    """Put a picture first in a session; the files of the oldest go.

    The list itself is changed, for two events of one page may run at the same time.
    """
    session.insert(0, new)
    forget(session[KEPT:])
    del session[KEPT:]


def forget(session: Sequence[Made]) -> None:
    """Delete the files of pictures; the page may still have its own copies."""
    for picture in session:
        shutil.rmtree(picture.folder, ignore_errors=True)
