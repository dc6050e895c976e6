"""Fonts as sources of characters: one file, or the slices that a web font comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageFont

from models.calligraphy.glyphs import at_size, glyph
from models.walk import natural
from training.data.errors import DataError
from training.data.folders import OWN_DATA, count
from training.data.glyphs.characters import is_drawn

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

ENDINGS = (".ttf", ".otf", ".ttc", ".otc", ".woff2", ".woff")
OUTLINES = ("glyf", "CFF ", "CFF2")  # the tables that hold them
COPYRIGHT, FULL_NAME, LICENCE = 0, 4, 13  # numbers in the name table
LONGEST = 200  # letters of a licence that are told


@dataclass(frozen=True)
class Font:
    """A font of one or more files.

    Attributes:
        name: its file's, or its folder's.
        files: where each character comes from; the first file that has it.
        licence: as its files tell it.
        notes: what was taken in a way that could be wrong, in words.
        rendered: the files that were opened to render from.
    """

    name: str
    files: dict[str, Path]
    licence: str = OWN_DATA
    notes: list[str] = field(default_factory=list)
    rendered: dict[Path, ImageFont.FreeTypeFont] = field(default_factory=dict, repr=False)

    @property
    def characters(self) -> frozenset[str]:
        return frozenset(self.files)

    def ink(self, character: str) -> Image.Image | None:
        """A character's ink, mode L, cut to where there is any; None of an empty outline.

        Raises:
            DataError: its outline cannot be rendered.
        """
        path = self.files[character]
        try:
            if path not in self.rendered:
                self.rendered[path] = at_size(path)
            found = glyph(self.rendered[path], character)
        except (OSError, ValueError, MemoryError) as error:
            raise DataError(
                f"Expected an outline of {character} in {path.name}, found one that cannot be "
                f"drawn ({error}); is the font complete?"
            ) from None
        return found.ink if found else None


def is_font(path: Path) -> bool:
    """Whether a file is called like a font."""
    return path.suffix.lower() in ENDINGS and path.is_file()


def fonts_in(folder: Path) -> list[Path]:
    """The font files right in a folder, in natural order; of a file that is there as woff2 too,
    that alone."""
    found = sorted(filter(is_font, folder.iterdir()), key=lambda path: natural(path.name))
    packed = {path.stem for path in found if path.suffix.lower() == ".woff2"}
    return [path for path in found if path.suffix.lower() != ".woff" or path.stem not in packed]


def open_font(path: Path) -> Font:
    """The font in a file, or of all the font files in a folder.

    Raises:
        DataError: a file is no font, has no outlines, or tells no characters.
    """
    paths = [path] if path.is_file() else fonts_in(path)
    files: dict[str, Path] = {}
    told, notes = [], []
    for one in paths:
        font, faces = opened(one)
        with font:
            for character in characters_of(font, one):
                files.setdefault(character, one)
            told.append(licence_of(font))
            if faces > 1:
                face = told_name(font, FULL_NAME)
                notes.append(f"Of the {faces} faces in {one.name} the first is taken: {face}.")
    if len(paths) > 1:
        notes.append(f"{count(paths, 'file')} in {path.name}/ are taken as one font.")
    licence = next(filter(None, told), OWN_DATA)
    return Font(path.stem if path.is_file() else path.name, files, licence, notes)


def opened(path: Path) -> tuple[TTFont, int]:
    """The first face of a font file, and how many it holds.

    Raises:
        DataError: no font, or one without outlines.
    """
    from fontTools.ttLib import TTFont

    try:
        font = TTFont(path, fontNumber=0, lazy=True)
        outlines = any(table in font for table in OUTLINES)
    except Exception as error:  # fontTools raises many kinds for damaged files
        raise DataError(
            f"Expected a font in {path}, found a file that does not open as one ({error}); is it "
            "complete?"
        ) from None
    if not outlines:
        raise DataError(
            f"Expected outlines in {path}, found a font that has none, of pictures perhaps; take "
            "another."
        )
    return font, getattr(font.reader, "numFonts", 1)


def characters_of(font: TTFont, path: Path) -> Iterable[str]:
    """The characters that a font says it has.

    Raises:
        DataError: it tells none.
    """
    try:
        told = font.getBestCmap() or {}
    except Exception as error:
        raise DataError(
            f"Expected a table of characters in {path}, found a damaged one ({error}); take "
            "another font."
        ) from None
    found = [chr(code) for code, glyph in told.items() if glyph != ".notdef"]
    if not (found := list(filter(is_drawn, found))):
        raise DataError(
            f"Expected a font with Unicode characters in {path}, found one without any; take "
            "another."
        )
    return found


def licence_of(font: TTFont) -> str:
    """A font's licence, else its copyright, in one line; empty where it tells neither."""
    line = told_name(font, LICENCE) or told_name(font, COPYRIGHT)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def told_name(font: TTFont, number: int) -> str:
    """An entry of a font's name table in one line; empty where there is none."""
    try:
        return " ".join((font["name"].getDebugName(number) or "").split())
    except Exception:  # of a damaged table
        return ""
