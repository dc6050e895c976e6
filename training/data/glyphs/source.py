"""The font to draw from, cut to its commoner characters: it goes with a model, which writes from
it."""

from datetime import datetime
from pathlib import Path

from models.calligraphy.setting import VERTICAL
from models.calligraphy.source_font import FONT_FILE, LICENCE_FILE, copy_source
from models.locations import bundled_data
from training.data.glyphs.characters import SETS
from training.data.glyphs.fonts import COPYRIGHT, LICENCE, Font, opened

MARKS = "　·–—‘’“”…、。〈〉《》「」『』【】〔〕！（），：；？［］｛｝～〇々"
NOTICES = (COPYRIGHT, 7, LICENCE, 14)  # of the name table: trademark and the licence's address too
LONG_TEXTS = {"Arphic": bundled_data() / "brush" / "ARPHICPL.TXT"}  # that have to go with a font
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "JSTF", "vhea", "vmtx", "VORG", "gasp", "DSIG", "FFTM"]


def common_characters() -> frozenset[str]:
    """Those of all sets but that of whole Unicode, and the marks between them."""
    named = (make() for name, make in SETS.items() if name != "han")
    plain = map(chr, range(0x20, 0x7F))
    return frozenset("".join([*named, MARKS, *VERTICAL.values(), *plain]))


def write_source(font: Font, folder: Path) -> bool:
    """Write a font's commoner characters, and the words of its licence, into a folder; whether it
    could be done: the slices of a web font stay where they are."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    paths = set(font.files.values())
    if len(paths) != 1:
        return False
    (path,) = paths
    if path.name == FONT_FILE and path.with_name(LICENCE_FILE).is_file():  # it was cut before
        copy_source(path.parent, folder)
        return True
    with opened(path)[0] as whole:
        said = [whole["name"].getDebugName(number) for number in NOTICES]
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=False, glyph_names=False, font_number=0
    )
    options.drop_tables += DROPPED
    cut: TTFont = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    kept = common_characters() & font.characters
    subsetter.populate(unicodes=map(ord, kept))
    subsetter.subset(cut)
    cut.flavor = "woff2"
    partial = folder / f"{FONT_FILE}.tmp"
    cut.save(partial)
    cut.close()
    notices = "\n\n".join(filter(None, said))
    text = (
        f"{FONT_FILE} is {path.name} ({font.name}) with {len(kept):,} of its characters, without "
        f"hinting and layout tables; it was cut and packed on {datetime.now():%Y-%m-%d}. Outlines "
        f"are unchanged. The font says:\n\n{notices or 'nothing of its licence.'}\n"
    )
    longer = [file for word, file in LONG_TEXTS.items() if word in notices and file.is_file()]
    text += "".join(f"\n\n{file.read_text(encoding='utf-8')}" for file in longer)
    (folder / LICENCE_FILE).write_text(text, encoding="utf-8")
    partial.replace(folder / FONT_FILE)
    return True
