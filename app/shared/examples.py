"""Pictures to start from, out of the bundled data, on which no model was trained where there is a
test split."""

import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.images import EXTENSIONS
from models.locations import bundled_data

BUNDLED = bundled_data()
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, KeyError)


@dataclass(frozen=True)
class Examples:
    """Pictures of one kind.

    Attributes:
        data: the name of the bundled data.
        folder: where they are in its zip.
        chosen: the names to show.
    """

    data: str
    folder: str
    chosen: tuple[str, ...]

    @property
    def archive(self) -> Path:
        return BUNDLED / self.data / f"{self.data}.zip"

    def names(self) -> list[str]:
        """All of them, as the zip names them."""
        return entries_of(self.archive, self.folder)

    def read(self, name: str) -> bytes:
        """One file of the zip."""
        with zipfile.ZipFile(self.archive) as opened:
            return opened.read(name)


OUTLINES = Examples(
    "emoji",
    "test/A/",
    (
        "1F431.webp",
        "26EA.webp",
        "1F34F.webp",
        "26C5.webp",
        "1F419.webp",
        "E20B.webp",
        "1F344-200D-1F7EB.webp",
        "1F455.webp",
    ),
)
PHOTOGRAPHS = Examples(
    "photo-vangogh",
    "testA/",
    (
        "chateaudechenonceau.jpg",
        "horse.jpg",
        "fanoewindmill.jpg",
        "kingfisher.jpg",
        "windmill3.jpg",
        "palaisdespapes.jpg",
        "louvre-2007-02-24-c.jpg",
        "goat.jpg",
    ),
)
PAINTINGS = Examples(
    "photo-vangogh",
    "trainB/",
    (
        "vincentvangoghbridge.jpg",
        "church-at-auvers.jpg",
        "cafe-terrace.jpg",
        "vincentvangogh0013.jpg",
    ),
)


@lru_cache(maxsize=8)
def entries_of(archive: Path, folder: str) -> list[str]:
    """The names of the pictures in a folder of a zip."""
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if name.startswith(folder)]
    return [name for name in names if name.lower().endswith(tuple(EXTENSIONS))]


@lru_cache(maxsize=8)
def files(examples: Examples) -> tuple[str, ...]:
    """The chosen pictures as files; none where the data are not there."""
    folder = Path(kept.name) / f"{examples.data}-{examples.folder.replace('/', '-')}"
    try:
        found = {name: examples.read(examples.folder + name) for name in examples.chosen}
    except UNREADABLE:
        return ()
    folder.mkdir(exist_ok=True)
    for name, data in found.items():
        (folder / name).write_bytes(data)
    return tuple(str(folder / name) for name in found)


kept = tempfile.TemporaryDirectory(prefix="atelier-examples-")  # gone when the app ends
