"""Zips from strangers, unpacked safely: bounded, without links, under names that we made sure
of."""

import errno
import lzma
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from models.walk import is_hidden

MAX_ENTRIES = 200_000
MAX_FILE_BYTES = 256 * 2**20
MAX_TOTAL_BYTES = 8 * 2**30
BEGINNING = 32  # bytes by which a file's kind is known
MAX_WORDS = 200  # of an error's, which may hold as much of the file
MAX_RATIO = 200  # deflate reaches 1,032 on zeros; images stay far below this


class UnsafeArchive(ValueError):
    """A zip that we do not unpack; the message is one sentence for the person who gave it."""


def extract(
    archive: str | Path,
    folder: str | Path,
    endings: Collection[str],
    known: Callable[[bytes], bool] = lambda _: False,
) -> list[str]:
    """Unpack the files with these endings into `folder`, whole or not at all.

    Folders inside the zip are kept, for they carry classes and splits; other entries are passed
    over.

    Args:
        known: whether a file of another ending is to be unpacked too, from how it begins.

    Returns:
        the names of what is passed over, without hidden files.

    Raises:
        UnsafeArchive: not a zip, encrypted, damaged, too large, or with a link or a path that leads
            outside.
    """
    archive, folder = Path(archive), Path(folder)
    partial = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = wanted(opened, archive.name, endings, known)
            if not entries:
                raise UnsafeArchive(
                    f"Expected files ending in {', '.join(endings)} in {archive.name}, found none."
                )
            for entry, path in entries:
                target = partial / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(entry) as source, target.open("xb") as out:
                    copy_bounded(source, out, entry, archive.name)
            chosen = {entry.filename for entry, _ in entries}
            files = (info.filename for info in opened.infolist() if is_file(info))
            passed = [name for name in files if name not in chosen and not hidden(Path(name))]
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(folder)
        return passed
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        zlib.error,
        lzma.LZMAError,
        UnicodeDecodeError,
        OSError,
        EOFError,
        RuntimeError,
    ) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # a disk that is full; those of damaged zips are bzip2's, and places before 0
        raise UnsafeArchive(
            f"Expected a complete zip file in {archive.name}, found one that does not open "
            f"({str(error)[:MAX_WORDS]})."
        ) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def wanted(
    opened: zipfile.ZipFile,
    name: str,
    endings: Collection[str],
    known: Callable[[bytes], bool] = lambda _: False,
) -> list[tuple[zipfile.ZipInfo, Path]]:
    """The entries to unpack and where to, after every check that needs no unpacking."""
    infos = opened.infolist()
    if len(infos) > MAX_ENTRIES:
        raise UnsafeArchive(
            f"Expected at most {MAX_ENTRIES:,} entries in {name}, found {len(infos):,}."
        )
    chosen: dict[Path, zipfile.ZipInfo] = {}
    total = 0
    for info in infos:
        path = safe_path(info.filename, name)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnsafeArchive(
                f"Expected only files and folders in {name}, found the link {info.filename!r}."
            )
        if not is_file(info) or hidden(path):
            continue
        ends = path.name.lower().endswith(tuple(endings))
        if not ends and (info.flag_bits & 0x1 or not known(beginning(opened, info))):
            continue
        if info.flag_bits & 0x1:
            raise UnsafeArchive(
                f"Expected a zip without a password, found the locked file {info.filename!r}."
            )
        if info.file_size > MAX_FILE_BYTES or info.file_size > MAX_RATIO * max(
            info.compress_size, 1024
        ):
            raise UnsafeArchive(
                f"Expected files that unpack to at most {MAX_FILE_BYTES // 2**20} MB and "
                f"{MAX_RATIO} times their "
                f"packed size, found {info.filename!r} with {info.file_size:,} bytes in {name}."
            )
        total += info.file_size
        if path in chosen:
            raise UnsafeArchive(
                f"Expected each file once in {name}, found {info.filename!r} twice."
            )
        chosen[path] = info
    if total > MAX_TOTAL_BYTES:
        raise UnsafeArchive(
            f"Expected at most {MAX_TOTAL_BYTES // 2**30} GB unpacked from {name}, found "
            f"{total / 2**30:.1f} GB."
        )
    return [(info, path) for path, info in chosen.items()]


def is_file(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file; one without a name is nothing."""
    return bool(info.filename) and not info.is_dir()


def hidden(path: PurePath) -> bool:
    """Whether a file or a folder above it is a system's or a program's own."""
    return any(map(is_hidden, path.parts))


def beginning(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The first bytes of an entry."""
    with opened.open(info) as file:
        return file.read(BEGINNING)


def safe_path(filename: str, name: str) -> Path:
    """A relative path of harmless characters; refuses what leads outside the folder."""
    path = PurePosixPath(filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", filename):
        raise UnsafeArchive(
            f"Expected paths inside the zip {name}, found {filename!r}, which leads outside."
        )
    return Path(*(re.sub(r"[^\w .+\-()&,]", "_", part)[:150] for part in path.parts))


def copy_bounded(source: IO[bytes], out: IO[bytes], entry: zipfile.ZipInfo, name: str) -> None:
    """Copy at most the declared size: a header that lies is an error, not a full disk."""
    left = entry.file_size
    while block := source.read(min(2**20, left + 1)):
        left -= len(block)
        if left < 0:
            raise UnsafeArchive(
                f"Expected {entry.file_size:,} bytes in {entry.filename!r} of {name}, found more."
            )
        out.write(block)
