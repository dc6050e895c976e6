"""From what --data says to folders: a bundled or public name, a folder, a zip, the two folders A
and B, or fonts."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.calligraphy.source_font import has_source
from models.locations import bundled_data
from training.data import public
from training.data.errors import DataError
from training.data.folders import OWN_DATA, unpack
from training.data.glyphs.glyph_pairs import NOTICE, GlyphOptions, are_glyphs, glyph_folder

HELD_OUT, LEAST_HELD_OUT, MOST_HELD_OUT = 0.1, 2, 64  # a distance of sets needs two

Item = TypeVar("Item")


@dataclass(frozen=True)
class Place:
    """Where data for translation is.

    Attributes:
        folders: one that holds both sides, or those of A and of B.
        name: what the data is called, None where its folder says that best.
        domains: what A and B are called.
        licence: of the data, for the model card.
        notes: how the data was made, in words.
        source: the folder of a font that A is drawn from, if there is one.
    """

    folders: list[Path]
    name: str | None = None
    domains: tuple[str, str] = ("A", "B")
    licence: str = OWN_DATA
    notes: list[str] = field(default_factory=list)
    source: Path | None = None


def find_place(data: str | list[str], glyphs: GlyphOptions | None = None) -> Place:
    """Where `data` is, unpacked where it is a zip, written where it is made of fonts.

    Args:
        glyphs: how pairs are made of fonts; as by default where it is not given.

    Raises:
        DataError: nothing there, or neither one place nor two.
    """
    given = [data] if isinstance(data, str) else list(data)
    if are_glyphs(given):
        folder = glyph_folder(given, glyphs or GlyphOptions())
        return noticed(folder, folder.name.rpartition("-")[0])
    if glyphs:
        raise DataError(
            f"Expected fonts, or a font and a folder of characters, with --characters and "
            f"--manners, found {' '.join(given)}; leave them out."
        )
    if len(given) == 2:
        folders = [folder_of(one) for one in given]
        return Place(folders, f"{folders[0].name}-{folders[1].name}")
    if len(given) != 1:
        raise DataError(
            f"Expected one folder, zip or name, the two folders A and B, or fonts, found "
            f"{len(given)}."
        )
    if given[0] in public.NAMES:
        return Place([public.fetch(given[0])], given[0], public.NAMES[given[0]].domains)
    notice = bundled_data() / given[0] / NOTICE
    if notice.parent.parent != bundled_data() or not notice.is_file():
        return noticed(folder_of(given[0]))
    said = json.loads(notice.read_text(encoding="utf-8"))
    archive = notice.with_name(f"{given[0]}.zip")
    if not archive.is_file() or "domains" not in said:
        raise DataError(f"Expected data for translation, found {given[0]}, which holds none.")
    a, b = said["domains"]
    source = notice.parent if has_source(notice.parent) else None
    return Place([unpack(archive)], given[0], (a, b), said["licence"], source=source)


def noticed(folder: Path, name: str | None = None) -> Place:
    """A folder with what a notice in it says, as `write_glyphs` leaves one there."""
    try:
        said = json.loads((folder / NOTICE).read_text(encoding="utf-8"))
        a, b = map(str, said["domains"])
        notes = list(map(str, said["notes"]))
        source = folder if has_source(folder) else None
        licence = str(said["licence"])
        return Place([folder], name or folder.name, (a, b), licence, notes, source)
    except (OSError, ValueError, LookupError, TypeError):  # none, or not one of ours
        return Place([folder], name)


def folder_of(data: str) -> Path:
    """A folder that is there, unpacked where it is a zip."""
    path = Path(data).expanduser()
    if not path.exists():
        notices = sorted(bundled_data().glob(f"*/{NOTICE}"))
        bundled = [one.parent.name for one in notices if "domains" in json.loads(one.read_text())]
        names = ", ".join([*bundled, *public.NAMES])
        raise DataError(
            f"Expected a folder, a zip or one of the names {names} as data, found no {data!r}."
        )
    return unpack(path) if path.is_file() else path


def hold_out(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Items to train on, and a tenth (2 to 64) to validate on, the same ones each time; of fewer
    than ten, none are held out."""
    tenth = int(HELD_OUT * len(items))
    count = min(MOST_HELD_OUT, max(LEAST_HELD_OUT, tenth)) if tenth else 0
    chosen = set(np.random.default_rng(0).permutation(len(items))[:count].tolist())
    kept = [item for index, item in enumerate(items) if index not in chosen]
    return kept, [item for index, item in enumerate(items) if index in chosen]
