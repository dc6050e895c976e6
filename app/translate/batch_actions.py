"""Many files from a stranger, translated one after the other into a zip."""

import shutil
import tempfile
import time
import zipfile
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.shared.library import Library
from app.shared.uploads import File, harmless, harmless_stem, read_upload
from app.translate.actions import Manner, made, remarks, translated
from models.images import UnreadableImage, save_png

MAX_FILES = 200
MAX_TOTAL_BYTES = 2**30  # of all uploaded files
MAX_ZIP_BYTES = 2 * 2**30
TIME_LIMIT = 30 * 60  # seconds
KEPT = 4  # zips; the page has its own copies by then
ZIP = "translated.zip"
recent: deque[Path] = deque()


@dataclass(frozen=True)
class BatchProgress:
    """How far it is.

    Attributes:
        done: files that were looked at, of `total`.
        now: the file whose turn it is.
        left_out: a sentence for each file that is not in the zip.
        remarks: on how a file was read, a sentence each.
        archive: the zip, once it is finished and not empty.
        finished: whether nothing more follows.
    """

    done: int
    total: int
    now: str = ""
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    archive: Path | None = None
    finished: bool = False


def translate_files(
    library: Library, name: str, manner: Manner, files: Sequence[File] | None
) -> Iterator[BatchProgress]:
    """Translate every file that can be read, and tell of each step.

    An iterator that is closed early leaves nothing behind.

    Raises:
        ValueError: no files, too many or too large ones, or something that the model does not have.
    """
    files = checked(files)
    model = library.translator(name)
    model.checked_direction(manner.direction)
    folder = Path(tempfile.mkdtemp(dir=made.name))
    complete = False
    try:
        left_out: list[str] = []
        said_of_all: list[str] = []
        archive = folder / ZIP
        with zipfile.ZipFile(archive, "w") as out:  # stored: PNG is packed already
            began = time.monotonic()
            for index, file in enumerate(files):
                said = (tuple(left_out), tuple(said_of_all))
                yield BatchProgress(index, len(files), harmless(file.name), *said)
                if reason := no_more(time.monotonic() - began, archive.stat().st_size):
                    left_out += [f"{harmless(rest.name)}: {reason}" for rest in files[index:]]
                    break
                try:
                    given = read_upload(file.path, file.name)
                except UnreadableImage as error:
                    left_out.append(str(error))
                    continue
                try:
                    result, parameters, _ = translated(
                        library, name, manner, given.picture, given.numbers
                    )
                except UnreadableImage as error:  # it opens, and does not fit the model
                    left_out.append(f"{harmless(file.name)}: {error}")
                    continue
                said_of_it = remarks(model, manner.direction, given.picture, given.numbers)
                said_of_all += [f"{harmless(file.name)}: {words}" for words in said_of_it]
                with out.open(entry_name(file.name, out.namelist()), "w") as entry:
                    save_png(result, entry, parameters)
            filled = bool(out.namelist())
        complete = filled
        finished = archive if filled else None
        said = (tuple(left_out), tuple(said_of_all))
        yield BatchProgress(len(files), len(files), "", *said, finished, finished=True)
    finally:
        if complete:
            keep(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def checked(files: Sequence[File] | None) -> Sequence[File]:
    """The files, if they are not too many and not too large."""
    if not files:
        raise ValueError("Expected pictures, found no file; choose some first.")
    if len(files) > MAX_FILES:
        raise ValueError(
            f"Expected at most {MAX_FILES} files at once, found {len(files):,}; take fewer, or use "
            "`python -m models translate` for a whole folder."
        )
    total = sum(file.path.stat().st_size for file in files if file.path.exists())
    if total > MAX_TOTAL_BYTES:
        raise ValueError(
            f"Expected files of at most {MAX_TOTAL_BYTES // 2**20:,} MB together, found "
            f"{total / 2**20:,.0f} MB; take fewer."
        )
    return files


def no_more(seconds: float, size: int) -> str:
    """Why no further file is translated, empty where one can be."""
    if seconds > TIME_LIMIT:
        return f"not translated, for {TIME_LIMIT // 60} minutes were over."
    if size > MAX_ZIP_BYTES:
        return f"not translated, for the zip had reached {MAX_ZIP_BYTES // 2**30} GB."
    return ""


def entry_name(name: str, taken: Collection[str]) -> str:
    """A name in the zip for the translation of a file: its stem, and a number where another has
    that name, in whatever case of letters."""
    stem, number = harmless_stem(name), 1
    lowered = {one.lower() for one in taken}
    chosen = f"{stem}.png"
    while chosen.lower() in lowered:
        number += 1
        chosen = f"{stem}-{number}.png"
    return chosen


def keep(folder: Path) -> None:
    """Remember a finished zip, and delete those of some time ago."""
    recent.append(folder)
    while len(recent) > KEPT:
        shutil.rmtree(recent.popleft(), ignore_errors=True)
