"""From a bundled name, a folder, a zip or two folders to pairs of images for `training.pix2pix`.

The layouts, in the order in which they are tried, are those of `training.runs.data_rules`: two
folders whose pictures match by name (`training.data.paired.names`), given or found in one folder
(`training.data.sides`), B perhaps with a folder for each manner; one folder of names that end in A
and B; one folder of side-by-side images (`training.data.paired.halves`); with `make_input`, any
folder of pictures. Fonts are written as the first of these (`training.data.glyphs.glyph_pairs`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from models.images import UnreadableImage, read_picture
from models.values.raster import Picture
from models.values.value_range import BOTH_ORDINARY, Ranges, shown
from models.walk import named
from training.data.errors import DataError
from training.data.folders import (
    OWN_DATA,
    data_name,
    folders_in,
    images_in,
    left_out,
    passed_over,
    relative,
    several_frames,
    split_folder,
    unwrapped,
)
from training.data.glyphs.glyph_pairs import GlyphOptions
from training.data.paired.halves import halves, require_glued
from training.data.paired.made_inputs import MADE_INPUTS
from training.data.paired.names import NameMatch, last, match
from training.data.paired.sizes import in_ratio, ratio_of, size_of_file
from training.data.places import find_place, hold_out
from training.data.reading import MAX_BROKEN, evenly_spaced
from training.data.sides import GIVEN, WANTED, Sides, find_sides
from training.runs.data_rules import PAIRS, ways


@dataclass(frozen=True)
class Pair:
    """Where a pair comes from: two files, or one that holds both.

    Attributes:
        a, b: the files; the same where the images stand side by side or A is made from B.
        made: how A is made from B, or None.
        ratio: B's height and width over A's, where they are to differ; the smaller is enlarged.
        manner: of several in which B may be done, or None.
        values: the ranges of the numbers of A and of B.
    """

    a: Path
    b: Path
    made: str | None = None
    ratio: float = 1.0
    manner: str | None = None
    values: Ranges = BOTH_ORDINARY

    def read(self, enlarge: bool = True) -> tuple[Picture, Picture]:
        """Both images, upright: of the ordinary range of mode L or RGB, else rasters.

        Args:
            enlarge: the smaller one to the size of the other, where they are to differ.

        Raises:
            UnreadableImage: a file does not open as an image, or the images differ in size.
        """
        if self.made:
            picture = read_picture(self.b, self.values[1])
            return MADE_INPUTS[self.made](shown(picture, self.values[1])), picture
        if self.a == self.b:
            return halves(read_picture(self.a, self.values[0]))
        a, b = map(read_picture, (self.a, self.b), self.values)
        if not in_ratio(a.size, b.size, self.ratio):
            beside = "," if self.ratio == 1 else f", one {self.ratio:g} times the other,"
            raise UnreadableImage(
                f"Expected the two images of a pair to have one size{beside} found "
                f"{a.width}x{a.height} in {self.a} and {b.width}x{b.height} in {self.b}."
            )
        if self.ratio == 1 or not enlarge:
            return a, b
        if self.ratio > 1:
            return a.resize(b.size, Image.Resampling.BICUBIC), b
        return a, b.resize(a.size, Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class Pairs:
    """Pairs of images, A and B.

    Attributes:
        name: what the data is called.
        domains: what A and B are called.
        licence: of the data, for the model card.
        notes: what was taken in a way that could be wrong, in words.
        warnings: what was left out, in words.
        ratio: B's height and width over A's.
        values: the ranges of the numbers of A and of B.
        manners: in which B is done, where there are several.
        source: the folder of a font that A is drawn from, if there is one.
    """

    name: str
    pairs: list[Pair]
    domains: tuple[str, str] = ("A", "B")
    licence: str = OWN_DATA
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ratio: float = 1.0
    values: Ranges = BOTH_ORDINARY
    manners: tuple[str, ...] = ()
    source: Path | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    def held_out(self) -> tuple["Pairs", "Pairs"]:
        """The pairs to train on, and those of a tenth of the inputs (2 to 64) to validate on, the
        same ones each time; an input is held out in all manners."""
        held = set(hold_out(list(dict.fromkeys(pair.a for pair in self.pairs)))[1])
        kept = [pair for pair in self.pairs if pair.a not in held]
        rest = [pair for pair in self.pairs if pair.a in held]
        return replace(self, pairs=kept), replace(self, pairs=rest, notes=[], warnings=[])

    def with_values(self, values: Ranges) -> "Pairs":
        """The same pairs, read with these ranges."""
        return replace(
            self, pairs=[replace(pair, values=values) for pair in self.pairs], values=values
        )


def find_pairs(
    data: str | list[str],
    split: str = "train",
    made: str | None = None,
    glyphs: GlyphOptions | None = None,
) -> Pairs:
    """The pairs of a split of `data`: a bundled name, a folder, a zip, two folders, or fonts.

    Args:
        made: make A from B by this entry of MADE_INPUTS; `data` is then one folder of pictures.
        glyphs: how pairs are made of fonts.

    Raises:
        DataError: nothing there, or files that do not pair; the message names them.
    """
    place = find_place(data, glyphs)
    if len(place.folders) == 2:
        a, b = (split_folder(folder, split) for folder in place.folders)
        return matched(Sides(a, b), place.name or data_name(b))
    folder = unwrapped(place.folders[0])
    found = made_pairs(folder, split, made) if made else pairs_in_folder(folder, split)
    warnings = [*found.warnings, *passed_over(place.folders[0])]
    found = replace(found, notes=[*place.notes, *found.notes], warnings=warnings)
    if place.name is None:
        return found
    domains = place.domains if made is None else found.domains
    about = {"name": place.name, "licence": place.licence, "source": place.source}
    return replace(found, domains=domains, **about)  # type: ignore[arg-type]


def made_pairs(folder: Path, split: str, made: str) -> Pairs:
    """Pairs whose A is made from the pictures of a folder, or of B where there are two sides."""
    sides = find_sides(folder, split)
    called = sides is not None and sides.names == ("A", "B")
    inside = sides.b if sides and called and sides.b else split_folder(folder, split)
    if not (files := images_in(inside)):
        raise DataError(f"Expected images in {inside}, found none.")
    pairs = [Pair(path, path, made) for path in files]
    warnings = [*several_frames(files), *left_out(inside, files)]
    return Pairs(data_name(folder), pairs, (made, "picture"), warnings=warnings)


def pairs_in_folder(folder: Path, split: str) -> Pairs:
    """The pairs in one folder, in whichever layout it has."""
    sides, name = find_sides(folder, split), data_name(folder)
    if sides is None or sides.a is None or sides.b is None:
        return in_one_folder(split_folder(folder, split), name)
    try:
        return matched(sides, name)
    except DataError:
        if sides.known:
            raise
        try:  # two folders of other meaning, with side-by-side images in them
            return glued(split_folder(folder, split), name)
        except DataError:
            pass
        raise


def matched(sides: Sides, name: str) -> Pairs:
    """The pairs of two folders, by the names of their pictures.

    Raises:
        DataError: no pictures, or more than a tenth without a partner; the message names some, and
            the rule that came nearest.
    """
    assert sides.a and sides.b
    files = [images_in(folder) for folder in (sides.a, sides.b)]
    for folder, there in zip((sides.a, sides.b), files, strict=True):
        if not there:
            raise DataError(f"Expected images in {folder}, found none.")
    stems = [names_of(*one) for one in zip(files, (sides.a, sides.b), strict=True)]
    found = match(list(stems[0]), list(stems[1]))
    if not found.fits:
        if of_manners := in_manners(stems[0], sides.b):
            met = {pair.manner for pair in of_manners}
            manners = tuple(one.name for one in folders_in(sides.b) if one.name in met)
            notes = [sides.note] if sides.note else []
            notes.append(f"{sides.b.name}/ has a folder for each manner: {', '.join(manners)}.")
            result = Pairs(name, of_manners, sides.names, notes=notes, manners=manners)
            return finished(result, [sides.a, sides.b])
        raise DataError(unmatched(found, sides.a, sides.b))
    pairs = [Pair(stems[0][a], stems[1][b]) for a, b in found.pairs]
    notes = [sides.note] if sides.note else []
    result = Pairs(name, pairs, sides.names, notes=[*notes, *note_on(found)])
    return finished(result, [sides.a, sides.b])


def in_manners(given: dict[str, Path], folder: Path) -> list[Pair]:
    """The pairs of A with each folder in B, where these are manners: one input has a target of the
    same name in several of them; none where they are not, or leave more than a tenth alone."""
    wanted = {one.name: names_of(images_in(one), one) for one in folders_in(folder)}
    pairs = [
        Pair(path, files[name], manner=manner)
        for name, path in given.items()
        for manner, files in wanted.items()
        if name in files
    ]
    met = {pair.a for pair in pairs}
    alone = len(given) - len(met) + len(images_in(folder)) - len(pairs)
    fits = len(met) < len(pairs) and alone <= MAX_BROKEN * (len(pairs) + alone)
    return pairs if fits else []


def names_of(files: list[Path], folder: Path) -> dict[str, Path]:
    """Files by their path in a folder without ending; with it, where two would be the same."""
    stems = Counter(path.with_suffix("") for path in files)
    return {
        relative(path if stems[path.with_suffix("")] > 1 else path.with_suffix(""), folder): path
        for path in files
    }


def note_on(found: NameMatch) -> list[str]:
    """How names were paired that are not the same, in words."""
    if not found.rule:
        return []
    a, b = found.pairs[0]
    return [f"Paired by name, {found.rule}; the first pair is {a} and {b}."]


def unmatched(found: NameMatch, a: Path, b: Path) -> str:
    """Why two folders do not pair, and what to do."""
    alone = [f"{a.name}/{name}" for name in found.alone_a]
    alone += [f"{b.name}/{name}" for name in found.alone_b]
    rule = found.rule or "by the same names"
    nearest = (
        f"The rule that comes nearest, {rule}, pairs {len(found.pairs)}"
        if found.pairs
        else "No rule pairs any"
    )
    return (
        f"Expected a partner in {b} for every image of {a}, found none for {len(alone)}: "
        f"{named(alone)}. {nearest}; give the two images of a pair one name, endings aside, and "
        "take away the rest."
    )


def in_one_folder(folder: Path, name: str) -> Pairs:
    """The pairs in one folder of pictures: names that end in A and B, or both sides in each."""
    if not (files := images_in(folder)):
        raise DataError(
            f"Expected pairs in {folder}, found no images; they may lie as {ways(PAIRS)}."
        )
    stems = names_of(files, folder)
    a, b = ([one for one in stems if side_of(one) == side] for side in "AB")
    found = match(a, b)
    rest = len(stems) - len(a) - len(b)
    if not (found.fits and rest <= MAX_BROKEN * len(stems)):
        return glued(folder, name)
    pairs = [Pair(stems[one], stems[other]) for one, other in found.pairs]
    return finished(Pairs(name, pairs, notes=note_on(found)), [folder])


def side_of(name: str) -> str | None:
    """A or B, where a picture's name begins or ends with a word for it: 7_A, input-7."""
    words = re.findall(r"[^\W\d_]+", last(name).lower())
    for word in (words[-1:] + words[:1]) if words else ():
        if word in GIVEN:
            return "A"
        if word in WANTED:
            return "B"
    return None


def glued(folder: Path, name: str) -> Pairs:
    """Images that hold A and B side by side, split in the middle; those of another shape are left
    out.

    Raises:
        DataError: they are no such images, or more than a tenth is of another shape.
    """
    files = images_in(folder)
    sizes = {path: size for path in files if (size := size_of_file(path))}
    odd = require_glued(sizes, folder) if sizes else {}
    kept = [path for path in files if path not in odd]
    shapes = Counter(sizes[path] for path in kept if path in sizes).most_common(3)
    words = ", ".join(f"{w}x{h} into two of {w // 2}x{h}" for (w, h), _ in shapes)
    notes = [f"Images are split in the middle, the left half is A, the right half B: {words}."]
    found = Pairs(name, [Pair(path, path) for path in kept], notes=notes)
    warnings = [f"Skipped: {reason}" for reason in odd.values()]
    return finished(replace(found, warnings=warnings), [folder], odd)


def finished(found: Pairs, folders: list[Path], named_already: Iterable[Path] = ()) -> Pairs:
    """Pairs with the ratio of their sizes, and with words on it and on what is left out."""
    used = [path for pair in found.pairs for path in dict.fromkeys((pair.a, pair.b))]
    warnings = [*found.warnings, *several_frames(used)]
    for folder in folders:
        warnings += left_out(folder, [*used, *named_already], "without a partner")
    probed = [(pair.a, pair.b) for pair in evenly_spaced(found.pairs) if pair.a != pair.b]
    ratio = ratio_of(probed)
    if ratio == 1:
        return replace(found, warnings=warnings)
    small, large = ("A", "B") if ratio > 1 else ("B", "A")
    times = max(ratio, 1 / ratio)
    note = (
        f"{large} is {times:g} times as wide and high as {small}: to train, {small} is enlarged; "
        f"the model takes A and gives B, {'larger' if ratio > 1 else 'smaller'} by that."
    )
    pairs = [replace(pair, ratio=ratio) for pair in found.pairs]
    notes = [*found.notes, note]
    return replace(found, pairs=pairs, notes=notes, warnings=warnings, ratio=ratio)
