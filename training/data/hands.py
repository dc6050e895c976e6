"""Things drawn by several hands, with words: emoji of npm packages, as pictures of one size.

    npm pack emojibase-data && tar xzf emojibase-data-*.tgz
    npm pack @iconify-json/openmoji @iconify-json/noto @iconify-json/twemoji
    npm pack @iconify-json/fluent-emoji-flat
    pip install resvg-py
    python -m training.data hands emoji-words --emojibase package --hands iconify-json-*.tgz

A folder for each hand, in which a thing has the same name in all of them:

    train/HAND/CODE.webp, test/HAND/CODE.webp     CODE as in Unicode, such as 1F34E
    words.csv                                     names and tags, English and Chinese, of every CODE
    NOTICE.json                                   licence, author and source of each hand

A thing is an emoji of one code point, without flags and parts. Of the things one in twenty is in
the test split of every hand, of the other pairs of thing and hand one in ten: whether from words
alone, or as another hand draws it, what was never seen can then be told.
"""

import csv
import hashlib
import importlib
import json
import shutil
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from tqdm import tqdm

from models.images import read_image
from training.data.errors import DataError
from training.data.words.build_table import entries

RASTERISER = "resvg_py"
PARTS, FLAGS = 2, 9  # groups of emojibase that are no things
THINGS_APART, PAIRS_APART = 0.05, 0.1
PRESENTATION = "-FE0F"  # asks for colours, and is no part of a thing's name
SIZES = (16, 1024)


@dataclass(frozen=True)
class Thing:
    """An emoji, and what is said of it in each language, its name first."""

    code: str
    said: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Hand:
    """The drawings of one set, by their code, and what its package says of itself."""

    name: str
    drawings: dict[str, str]
    notice: dict[str, str]


def write_hands(
    folder: Path, emojibase: Path, packages: Sequence[Path], size: int = 64, seed: int = 0
) -> int:
    """Write the data set to a new folder.

    Args:
        emojibase: the unpacked npm package emojibase-data.
        packages: npm packages of iconify, as `npm pack` fetches them or unpacked; each is a hand.
        seed: from which the held-out things and pairs follow.

    Returns:
        The number of pictures.

    Raises:
        DataError: the folder is there already, a package is not, or nothing rasterises.
    """
    if folder.exists():
        raise DataError(f"Expected a new folder, found {folder} there already.")
    if not SIZES[0] <= size <= SIZES[1]:
        raise DataError(f"Expected --size from {SIZES[0]} to {SIZES[1]}, found {size}.")
    rasterise = rasteriser()
    found, hands = things(emojibase), [read_hand(package) for package in packages]
    partial = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    count, drawn = 0, set()
    for hand in hands:
        known = [thing for thing in found if thing.code in hand.drawings]
        for thing in tqdm(known, hand.name):
            split = "test" if is_held_out(thing.code, hand.name, seed) else "train"
            path = partial / split / hand.name / f"{thing.code}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            png = rasterise(svg_string=hand.drawings[thing.code], width=size, height=size)
            read_image(png, path.name).convert("RGB").save(path, lossless=True)  # on white
            drawn.add(thing.code)
        count += len(known)
    if not count:
        raise DataError(f"Expected drawings of emoji in {packages}, found none.")
    words = words_of([thing for thing in found if thing.code in drawn])
    (partial / "words.csv").write_text(words, encoding="utf-8")
    notice = {hand.name: hand.notice for hand in hands}
    (partial / "NOTICE.json").write_text(json.dumps(notice, indent=1) + "\n")
    partial.replace(folder)
    return count


def rasteriser() -> Any:
    """The function of resvg-py, a tool of this command alone.

    Raises:
        DataError: it is not installed.
    """
    try:
        return importlib.import_module(RASTERISER).svg_to_bytes
    except ImportError:
        raise DataError(
            "Expected resvg-py to draw SVG, found no such package; `pip install resvg-py` installs "
            "it."
        ) from None


def things(emojibase: Path) -> list[Thing]:
    """The emoji of one code point, without flags and parts, and their words."""
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in ("en", "zh"):
        for entry in entries(emojibase, language):
            code = entry["hexcode"].removesuffix(PRESENTATION)
            if "-" not in code and entry.get("group", PARTS) not in (PARTS, FLAGS):
                said.setdefault(code, {})[language] = (entry["label"], *entry.get("tags", []))
    return [Thing(code, words) for code, words in sorted(said.items())]


def read_hand(package: Path) -> Hand:
    """The drawings of a package of iconify.

    Raises:
        DataError: it is another package.
    """
    try:
        about, icons, codes, info = (
            json.loads(content(package, f"{name}.json"))
            for name in ("package", "icons", "chars", "info")
        )
        drawings = {}
        for code, name in codes.items():
            icon = icons["icons"].get(name)
            if icon is not None:  # else another name of one, turned or mirrored
                drawings[code.upper().removesuffix(PRESENTATION)] = as_svg(icon, icons)
        notice = {
            "name": info["name"],
            "licence": info["license"]["title"],
            "author": info["author"]["name"],
            "source": info["author"]["url"],
            "package": f"{about['name']} {about['version']}",
        }
    except (OSError, KeyError, ValueError, AttributeError, TypeError, tarfile.TarError) as error:
        raise DataError(
            f"Expected a package @iconify-json/... of emoji in {package}, found none ({error}); "
            "`npm pack` fetches it."
        ) from None
    return Hand(PurePosixPath(about["name"]).name, drawings, notice)


def content(package: Path, name: str) -> bytes:
    """A file of an npm package, packed or unpacked; a KeyError or OSError where it has none."""
    if package.is_dir():
        return (package / name).read_bytes()
    with tarfile.open(package) as archive:
        file = archive.extractfile(f"package/{name}")
        assert file is not None
        return file.read()


def as_svg(icon: dict[str, Any], icons: dict[str, Any]) -> str:
    """An icon's body as a whole drawing."""
    left, top = icon.get("left", 0), icon.get("top", 0)
    width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}">{icon["body"]}</svg>'
    )


def is_held_out(code: str, hand: str, seed: int) -> bool:
    """Whether a thing, or this hand's drawing of it, is kept for the test split."""
    return share(f"{seed}:{code}") < THINGS_APART or share(f"{seed}:{code}:{hand}") < PAIRS_APART


def share(text: str) -> float:
    """A number in [0, 1) that follows from a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def words_of(found: list[Thing]) -> str:
    """A CSV as `training.data.paired.captions` reads it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "caption", "tags", "chinese"])
    for thing in found:
        name, *tags = thing.said.get("en", ("",))
        writer.writerow([thing.code, name, ", ".join(tags), ", ".join(thing.said.get("zh", ()))])
    return out.getvalue()
