"""The font that an exported model writes from: the characters that it was trained to translate, and
as many more of the same hand."""

from functools import lru_cache
from pathlib import Path
from shutil import copyfile

from models.calligraphy.glyphs import Glyph, at_size, glyph
from models.config import InvalidModel

FONT_FILE = "source.woff2"
LICENCE_FILE = "source-licence.txt"
MAX_BYTES = 16 * 2**20
KEPT = 4096  # characters whose ink is kept


class SourceFont:
    """A font file that a model carries.

    Attributes:
        name: as the font tells it.
        characters: those that it has, empty ones among them.
    """

    def __init__(self, path: Path):
        """
        Raises:
            InvalidModel: missing, too large, or no font.
        """
        from fontTools.ttLib import TTFont

        if not path.is_file():
            raise InvalidModel(f"Expected the font {path}, found no such file.")
        if path.stat().st_size > MAX_BYTES:
            raise InvalidModel(
                f"Expected a font of at most {MAX_BYTES // 2**20} MB in {path}, found a larger one."
            )
        try:
            with TTFont(path, lazy=True) as font:
                self.characters = frozenset(map(chr, font.getBestCmap() or {}))
            self.rendered = at_size(path)
        except Exception as error:  # fontTools raises many kinds for damaged files
            raise InvalidModel(
                f"Expected a font in {path}, found a file that does not open as one ({error})."
            ) from None
        self.path, self.name = path, self.rendered.getname()[0] or path.stem
        self.glyph = lru_cache(KEPT)(self.drawn)

    def drawn(self, character: str) -> Glyph | None:
        """A character's ink; None of one that the font lacks or has without an outline.

        Raises:
            InvalidModel: its outline cannot be rendered.
        """
        if character not in self.characters:
            return None
        try:
            return glyph(self.rendered, character)
        except (OSError, ValueError, MemoryError) as error:
            raise InvalidModel(
                f"Expected an outline of {character} in {self.path}, found one that cannot be "
                f"drawn ({error})."
            ) from None


def has_source(folder: Path) -> bool:
    """Whether a folder, of data or of a model, has a font to write from."""
    return (folder / FONT_FILE).is_file()


def copy_source(folder: Path, target: Path) -> None:
    """Copy a folder's font to write from, and its licence, to another folder."""
    for file in (FONT_FILE, LICENCE_FILE):
        if (folder / file).is_file() and folder != target:
            copyfile(folder / file, target / file)
