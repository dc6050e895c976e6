"""Characters as a model writes them, in each of its manners, as one picture to be looked at.

    python -m training.benchmark.character_sheet held-out.webp
    python -m training.benchmark.character_sheet others.webp --characters gb2312 --lacking [a.ttf]
    python -m training.benchmark.character_sheet lines.png --lines [山水有清音,这是简体字书写]

Without --characters they are held out: a row has the character of the font that is written from and
what becomes of it, below it is the calligrapher's own. Prints how many characters each font lacks,
and with --read how many can be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from models.calligraphy.glyphs import framed
from models.file_jobs import ENDINGS, write
from models.images import read_image
from models.translator import Translator
from training.benchmark.side_by_side import load_translator
from training.command_line import parse_simple, run_main
from training.data.glyphs.characters import order, read_characters
from training.data.glyphs.fonts import open_font
from training.data.paired.pairs import find_pairs
from training.metrics.glyphs import characters, read

TILE, GAP = 64, 10
LEVELS = 12  # of grey, for a small file
ACROSS = 10  # characters at most
LINE, CUT = 96, 38  # pixels of a character of lines, and of what is cut off their margins
Block = list[list[Image.Image | None]]


@dataclass
class Options:
    """Options of `training.benchmark.character_sheet`.

    Args:
        out: the picture to write.
        model: that writes, by name or folder.
        data: whose held-out characters are shown.
        characters: a set or a text file in their place; then there is no calligrapher's own.
        lacking: fonts; those characters alone that none of them draws.
        count: characters, chosen evenly of the held-out ones, else by `seed`.
        seed: of the choice.
        lines: of text, written in rows and in each manner below the other, in place of a sheet.
        read: print how many of the characters OCR reads as what they are.
    """

    out: Path
    model: str = "brush"
    data: str = "brush"
    characters: str | None = None
    lacking: list[Path] = field(default_factory=list)
    count: int = 100
    seed: int = 0
    lines: list[str] = field(default_factory=list)
    read: bool = False

    def __post_init__(self) -> None:
        if self.out.suffix.lower() not in ENDINGS:
            raise ValueError(
                f"Expected a picture that ends in {', '.join(ENDINGS)}, found {self.out.name}."
            )
        if self.count < 1:
            raise ValueError(f"Expected --count of at least 1, found {self.count}.")
        if self.lacking and not self.characters:
            raise ValueError(
                "Expected --characters with --lacking, found none; name a set, such as gb2312."
            )
        if self.lines and (self.characters or self.read):
            raise ValueError(
                "Expected --lines without --characters and --read, found both; choose one."
            )
        if self.read and not find_spec("rapidocr"):
            raise ValueError(
                "Expected rapidocr to read characters with, found none; `pip install "
                "atelier[reading]`, or leave --read out."
            )


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    model = load_translator(options.model)
    if options.lines:
        write(written_lines(model, options.lines), options.out, {"lines": options.lines})
        print(f"Written: {options.out}, of {len(options.lines)} lines")
        return
    own = {} if options.characters else held_out(options.data)
    every = [one for one in own or lacked(options) if model.source_font.glyph(one)]
    apart = max(1, len(every) // options.count) if own else 1
    if not (chosen := every[::apart][: options.count]):
        raise ValueError(
            f"Expected characters to show that {options.model} has in its font, found none."
        )
    shown = [*blocks(model, chosen, own)]
    write(sheet(shown), options.out, {"characters": "".join(chosen)})
    print(f"Written: {options.out}, of {len(chosen)} characters")
    if options.read:
        print_reading(shown, chosen, manners_of(model))


def manners_of(model: Translator) -> list[str | None]:
    """The manners of a model; None alone of one that has a single one."""
    return [*model.manners] or [None]


def written_lines(model: Translator, lines: list[str]) -> Image.Image:
    """Lines of text in rows, in every manner, one below the other."""
    text = "\n".join(lines)
    parts = [
        ImageOps.crop(model.write(text, manner, columns=False, size=LINE).convert("L"), CUT)
        for manner in manners_of(model)
    ]
    width, height = parts[0].size
    page = Image.new("L", (width, height * len(parts)), "white")
    for number, part in enumerate(parts):
        page.paste(part, (0, number * height))
    return page


def held_out(data: str) -> dict[str, dict[str | None, Image.Image]]:
    """The held-out characters of data, in Unicode's order, and the calligrapher's own by manner.

    Raises:
        ValueError: its files are not named by characters.
    """
    pairs = find_pairs(data, "test").pairs
    if not (names := characters(pairs)):
        raise ValueError(
            f"Expected pictures named by the character that they show in {data}, found others; "
            "choose --characters instead."
        )
    found: dict[str, dict[str | None, Image.Image]] = {one: {} for one in sorted(names)}
    for pair, name in zip(pairs, names, strict=True):
        found[name][pair.manner] = read_image(pair.b).convert("L")
    return found


def lacked(options: Options) -> list[str]:
    """Characters of a set that none of the fonts draws, in an order by seed; how many each lacks is
    printed."""
    every = sorted(
        read_characters(str(options.characters)), key=lambda one: order(one, options.seed)
    )
    left = every
    for font in map(open_font, options.lacking):
        drawn = {one for one in every if one in font.files and font.ink(one)}
        print(f"{font.name} lacks {len(every) - len(drawn):,} of {len(every):,}")
        left = [one for one in left if one not in drawn]
    if options.lacking:
        print(f"{len(left):,} that none of them has")
    return left


def blocks(
    model: Translator, chosen: list[str], own: dict[str, dict[str | None, Image.Image]]
) -> Iterator[Block]:
    """Rows of pictures for each character: as it is given and written, and as it should be."""
    manners = manners_of(model)
    written = [model.inscribe("".join(chosen), manner).marks for manner in manners]
    for index, character in enumerate(chosen):
        glyph = model.source_font.glyph(character)
        assert glyph  # it was chosen so
        made = [ImageChops.invert(marks[index].ink) for marks in written]
        rows: Block = [[framed(glyph.ink, model.size), *made]]
        if own:
            rows.append([None, *(own[character].get(manner) for manner in manners)])
        yield rows


def print_reading(shown: list[Block], chosen: list[str], manners: list[str | None]) -> None:
    """Print how many characters OCR reads in each manner, of the calligrapher's own too."""
    for right, manner in enumerate(manners, 1):
        for down, whose in enumerate(("written", "the calligrapher's own")[: len(shown[0])]):
            found = {
                one: picture
                for one, rows in zip(chosen, shown, strict=True)
                if (picture := rows[down][right])
            }
            count = sum(read([*found.values()], [*found]))
            words = ", ".join(filter(None, (manner, whose)))
            print(f"Read by OCR, {words}: {count:.0f} of {len(found)}")


def sheet(shown: list[Block]) -> Image.Image:
    """Blocks of pictures beside and below each other, each with its own paper around."""
    tall, wide = len(shown[0]), len(shown[0][0])
    lines = -(-len(shown) // ACROSS)
    across = -(-len(shown) // lines)
    width, height = wide * TILE + GAP, tall * TILE + GAP
    page = Image.new("L", (across * width, lines * height), "white")
    for number, rows in enumerate(shown):
        row, column = divmod(number, across)
        for down, pictures in enumerate(rows):
            for right, picture in enumerate(pictures):
                if picture:
                    tile = picture.resize((TILE, TILE), Image.Resampling.LANCZOS)
                    page.paste(tile, (column * width + right * TILE, row * height + down * TILE))
    steps = LEVELS - 1
    return page.point([round(grey / 255 * steps) * 255 // steps for grey in range(256)])


if __name__ == "__main__":
    run_main(main)
