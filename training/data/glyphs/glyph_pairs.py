"""Two fonts and more as pairs of images: the characters that they have in common, written as
folders that `training.data.paired.pairs` reads.

    OUT/train/A/永.png       the first font
    OUT/train/B/永.png       the other, or B/MANNER/永.png where there are several
    OUT/test/...             one character in ten, of all fonts the same ones
    OUT/NOTICE.json          licences, and what was made of what
    OUT/source.woff2         the commoner characters of the first font, for a model to write from
"""

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock
from PIL import Image, ImageChops, ImageStat
from tqdm import tqdm

from models import locations
from models.calligraphy.glyphs import framed
from models.calligraphy.source_font import has_source
from models.walk import walk
from training.data.errors import DataError
from training.data.folders import is_split, unpack
from training.data.glyphs.characters import is_held_out, order, read_characters, stem
from training.data.glyphs.fonts import Font, fonts_in, is_font, open_font
from training.data.glyphs.handwriting import Handwriting, open_handwriting
from training.data.glyphs.source import write_source
from training.data.reading import skipped

NOTICE = "NOTICE.json"
SAME = 0.015  # mean difference; of two hands it is ten times that
VERSION = 1  # of how characters are rendered; folders of another one are made anew

Hand = Font | Handwriting


@dataclass(frozen=True)
class GlyphOptions:
    """How pairs are made of fonts.

    Attributes:
        characters: a set by its name or a text file that has those to take; None for all.
        manners: names of the targets; those of their files where it is empty.
        seed: the held-out characters follow from it.
        size: height and width.
        levels: of grey.
        ending: png or webp, which is smaller.
        most: so many characters to train and to test on at most, of those that all fonts have;
            None for all that the first has in common with any.
    """

    characters: str | None = None
    manners: tuple[str, ...] = ()
    seed: int = 0
    size: int = 128
    levels: int = 256
    ending: str = "png"
    most: tuple[int, int] | None = None


@dataclass
class Written:
    """What was written of each manner, and what was left out.

    Attributes:
        counts: characters by manner and split.
        empty: characters by manner that one of the fonts has without ink.
        alike: characters by manner that are drawn as in one before it: fonts of one maker lend each
            other what a hand lacks.
        broken: a sentence for each character that cannot be drawn, True for one that can.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    alike: Counter[str] = field(default_factory=Counter)
    broken: list[str | bool] = field(default_factory=list)


def are_glyphs(data: Sequence[str]) -> bool:
    """Whether data is fonts, or fonts and one's own writing."""
    return any(map(holds_font, map(whole_path, data)))


def holds_font(path: Path) -> bool:
    """Whether a path is a font, or a folder of fonts."""
    return is_font(path) or (path.is_dir() and bool(fonts_in(path)) and not walk(path).pictures)


def glyph_folder(data: Sequence[str], options: GlyphOptions) -> Path:
    """The folder of the pairs that are made of fonts, written among the data sets the first time.

    Raises:
        DataError: as `write_glyphs`.
    """
    name = "-".join(whole_path(one).stem for one in data)[:80]
    folder = locations.datasets() / f"{name}-{digest(data, options)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):  # of two runs at once, one writes
        if not folder.is_dir():
            write_glyphs(data, folder, options)
        elif not has_source(folder):  # as versions before wrote them
            add_source(open_hand(data[0]), folder)
    return folder


def digest(data: Sequence[str], options: GlyphOptions) -> str:
    """A name for what the fonts hold and how they are taken."""
    found = hashlib.sha256(json.dumps([VERSION, asdict(options)]).encode())
    listed = whole_path(options.characters) if options.characters else None
    for path in [*map(whole_path, data), *([listed] if listed and listed.is_file() else [])]:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(file.relative_to(path.parent).as_posix().encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:12]


def write_glyphs(data: Sequence[str], folder: Path, options: GlyphOptions) -> dict:
    """Write the pairs that are made of fonts to a new folder, whole or not at all.

    Returns:
        what stands in its NOTICE.json.

    Raises:
        DataError: fewer than two fonts, one that does not open, or no characters in common; names
            of manners that do not fit; more than a tenth of the characters cannot be drawn.
    """
    if len(data) < 2:
        raise DataError(
            f"Expected a font to draw from and at least one to draw like, found {len(data)}."
        )
    source, *targets = map(open_hand, data)
    hands = dict(zip(manners_of(targets, options.manners), targets, strict=True))
    wanted = common_characters(source, hands, options)
    partial = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        written = Written()
        for character, split in chosen(wanted, options, written):
            write_character(partial / split, character, source, hands, options, written)
        notice = told(source, hands, written, options)
        text = json.dumps(notice, indent=1, ensure_ascii=False)
        (partial / NOTICE).write_text(f"{text}\n", encoding="utf-8")
        add_source(source, partial)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return notice


def add_source(source: Hand, folder: Path) -> None:
    """Put the font to draw from, where it is one, beside the pairs."""
    if isinstance(source, Font):
        write_source(source, folder)


def open_hand(given: str) -> Hand:
    """A font, or a folder or zip of one's own writing.

    Raises:
        DataError: nothing there, or neither.
    """
    path = whole_path(given)
    if path.is_file() and path.suffix.lower() == ".zip":
        path = unpack(path)
    if path.is_dir():
        return open_font(path) if fonts_in(path) else open_handwriting(path)
    if not path.exists():
        raise DataError(f"Expected a font or a folder of characters, found no {given!r}.")
    return open_font(path)


def manner_names(given: str | None) -> tuple[str, ...]:
    """The names in a list with commas between."""
    return tuple(name.strip() for name in given.split(",")) if given else ()


def manners_of(targets: list[Hand], given: tuple[str, ...]) -> list[str]:
    """The names of the manners.

    Raises:
        DataError: not one for each, twice the same, or one that is no name of a folder.
    """
    names = list(given) or [re.sub(r"[^\w .+-]", "-", hand.name) for hand in targets]
    if len(names) != len(targets):
        raise DataError(
            f"Expected a name for each of the {len(targets)} manners, found {len(names)}: "
            f"{', '.join(names)}."
        )
    for name in names:
        if not re.fullmatch(r"\w[\w .+-]{0,60}", name) or is_split(name):
            raise DataError(
                f"Expected letters and numbers as the name of a manner, found {name!r}; choose "
                "another with --manners."
            )
        if names.count(name) > 1:
            raise DataError(
                f"Expected another name for each manner, found {name} twice; choose them with "
                "--manners."
            )
    return names


def common_characters(
    source: Hand, hands: dict[str, Hand], options: GlyphOptions
) -> frozenset[str]:
    """The characters to draw: those of the source that a manner has, or that all have where only
    some are to be taken.

    Raises:
        DataError: none for one of the manners.
    """
    listed = read_characters(options.characters) if options.characters else source.characters
    there = source.characters & listed
    for name, hand in hands.items():
        if not there & hand.characters:
            among = f" among those of {options.characters}" if options.characters else ""
            raise DataError(
                f"Expected characters that {source.name} and {name} ({hand.name}) have in "
                f"common{among}, found none; take another font."
            )
    each = [hand.characters for hand in hands.values()]
    found = there & frozenset.intersection(*each) if options.most else there
    return found & frozenset.union(*each)


def chosen(
    wanted: frozenset[str], options: GlyphOptions, written: Written
) -> Iterator[tuple[str, str]]:
    """Characters and their splits, as long as there are too few of the split."""
    most = dict(zip(("train", "test"), options.most, strict=True)) if options.most else {}
    ordered = sorted(wanted, key=lambda character: order(character, options.seed))
    for character in tqdm(ordered, "Drawing characters", unit="character", leave=False):
        split = "test" if is_held_out(character, options.seed) else "train"
        there = max((n for (_, one), n in written.counts.items() if one == split), default=0)
        if there < most.get(split, there + 1):
            yield character, split


def write_character(
    folder: Path,
    character: str,
    source: Hand,
    hands: dict[str, Hand],
    options: GlyphOptions,
    written: Written,
) -> None:
    """Write a character by the source, and in every manner that has it; in all or none where only
    those that all have are to be taken."""
    pictures: dict[str, Image.Image] = {}
    try:
        given = source.ink(character)
        for name, hand in hands.items():
            ink = hand.ink(character) if character in hand.characters else None
            picture = framed(ink, options.size, options.levels) if given and ink else None
            if picture and not any(alike(picture, other) for other in pictures.values()):
                pictures[name] = picture
            elif character in hand.characters:
                (written.alike if picture else written.empty)[name] += 1
    except DataError as error:
        written.broken.append(str(error))
        return
    written.broken.append(True)
    if not given or not pictures or (options.most and len(pictures) < len(hands)):
        return
    file = f"{stem(character)}.{options.ending}"
    save(framed(given, options.size, options.levels), folder / "A" / file)
    for name, picture in pictures.items():
        save(picture, folder / "B" / (name if len(hands) > 1 else "") / file)
        written.counts[name, folder.name] += 1


def alike(picture: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures of a character are of one outline, but for its edges."""
    return ImageStat.Stat(ImageChops.difference(picture, other)).mean[0] < 255 * SAME


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".webp":
        picture.save(path, "WEBP", lossless=True, quality=100, method=4)
    else:
        picture.save(path, "PNG")


def told(source: Hand, hands: dict[str, Hand], written: Written, options: GlyphOptions) -> dict:
    """What there is to say of the pairs: licences, what A and B are called, what was left out.

    Raises:
        DataError: nothing was drawn of a manner, or too much could not be.
    """
    broken = skipped(written.broken, "characters")
    notes = list(source.notes)
    for name, hand in hands.items():
        train, test = (written.counts[name, split] for split in ("train", "test"))
        if not train:
            raise DataError(
                f"Expected characters to train on that {source.name} and {name} ({hand.name}) both "
                f"draw, found {test} to test on and none to train on; take another font."
            )
        notes += hand.notes
        notes.append(f"{name}: {train:,} characters to train on, {test:,} held out to test on.")
        if written.empty[name]:
            notes.append(
                f"Left out: {written.empty[name]:,} characters of {name} that are empty there or "
                f"in {source.name}."
            )
        if written.alike[name]:
            notes.append(
                f"Left out: {written.alike[name]:,} characters of {name} that are drawn as in "
                "another manner."
            )
    licences = dict.fromkeys(f"{one.name}: {one.licence}" for one in (source, *hands.values()))
    return {
        "licence": "; ".join(licences),
        "domains": [source.name, ", ".join(hands)],
        "manners": list(hands) if len(hands) > 1 else [],
        "seed": options.seed,
        "notes": [*notes, *broken],
    }


def whole_path(given: str) -> Path:
    """A path with the home folder of a person's in it."""
    return Path(given).expanduser()
