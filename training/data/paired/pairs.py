"""From a bundled name, a folder, a zip or two folders to pairs of images for `training.pix2pix`.

Layouts, tried in this order: two folders; `A/` and `B/` (or `trainA/` and `trainB/`), matched by
stem; one flat folder of side-by-side images, each twice as wide as high; with `make_input`, any
folder of pictures. `train/` and `test/` (or `val/`) inside are taken as splits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from models.images import read_image
from training.data.errors import DataError
from training.data.folders import OWN_DATA, SPLITS, data_name, images_in, split_folder
from training.data.paired.made_inputs import MADE_INPUTS
from training.data.places import find_place, hold_out

NAMED = 5  # images without a partner, in a message


@dataclass(frozen=True)
class Pair:
    """Where a pair comes from: two files, or one that holds both.

    Attributes:
        a, b: the files; the same where the images stand side by side or A is made from B.
        made: how A is made from B, or None.
    """

    a: Path
    b: Path
    made: str | None = None

    def read(self) -> tuple[Image.Image, Image.Image]:
        """Both images, upright, of mode L or RGB.

        Raises:
            UnreadableImage: a file does not open as an image.
            DataError: the images differ in size.
        """
        if self.made:
            picture = read_image(self.b)
            return MADE_INPUTS[self.made](picture), picture
        if self.a == self.b:
            return halves(read_image(self.a), self.a)
        a, b = read_image(self.a), read_image(self.b)
        if a.size != b.size:
            raise DataError(
                f"Expected the two images of a pair to have one size, found {a.width}x{a.height} "
                f"in {self.a} and {b.width}x{b.height} in {self.b}."
            )
        return a, b


@dataclass(frozen=True)
class Pairs:
    """Pairs of images, A and B.

    Attributes:
        name: what the data is called.
        domains: what A and B are called.
        licence: of the data, for the model card.
        warnings: what was left out, in words.
    """

    name: str
    pairs: list[Pair]
    domains: tuple[str, str] = ("A", "B")
    licence: str = OWN_DATA
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pairs)

    def held_out(self) -> tuple["Pairs", "Pairs"]:
        """The pairs to train on, and a tenth (2 to 64) to validate on, the same ones each time."""
        kept, held = hold_out(self.pairs)
        return replace(self, pairs=kept), replace(self, pairs=held, warnings=[])


def find_pairs(data: str | list[str], split: str = "train", made: str | None = None) -> Pairs:
    """The pairs of a split of `data`: a bundled name, a folder, a zip, or two folders.

    Args:
        made: make A from B by this entry of MADE_INPUTS; `data` is then one folder of pictures.

    Raises:
        DataError: nothing there, or files that do not pair; the message names them.
    """
    place = find_place(data)
    if len(place.folders) == 2:
        a, b = (split_folder(folder, split) for folder in place.folders)
        return matched(a, b, place.name or data_name(b))
    found = pairs_in_folder(place.folders[0], split, made)
    if place.name is None:
        return found
    domains = place.domains if made is None else found.domains
    return replace(found, name=place.name, licence=place.licence, domains=domains)


def pairs_in_folder(folder: Path, split: str, made: str | None) -> Pairs:
    """The pairs in one folder, in whichever layout it has."""
    children = {child.name.lower(): child for child in folder.iterdir() if child.is_dir()}
    prefixed = {name: f"{name}a" in children and f"{name}b" in children for name in SPLITS[split]}
    if made is None and (name := next((n for n, there in prefixed.items() if there), None)):
        return matched(children[f"{name}a"], children[f"{name}b"], folder.name)
    inside = split_folder(folder, split)
    name = data_name(inside)
    sides = {child.name.lower(): child for child in inside.iterdir() if child.is_dir()}
    if made:
        return made_pairs(sides.get("b", inside), made, name)
    if "a" in sides and "b" in sides:
        return matched(sides["a"], sides["b"], name)
    return glued(inside, name)


def made_pairs(folder: Path, made: str, name: str) -> Pairs:
    """Pairs whose A is made from the pictures of a folder."""
    if not (files := images_in(folder)):
        raise DataError(f"Expected images in {folder}, found none.")
    return Pairs(name, [Pair(path, path, made) for path in files], (made, "picture"))


def matched(a: Path, b: Path, name: str) -> Pairs:
    """Two folders matched by stem (the path inside, without ending).

    Raises:
        DataError: an image of one side has no partner; the message names some.
    """
    sides = []
    for folder in (a, b):
        files = images_in(folder)
        by_stem = {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}
        if len(by_stem) < len(files):
            raise DataError(f"Expected each name once in {folder}, found one with two endings.")
        if not files:
            raise DataError(f"Expected images in {folder}, found none.")
        sides.append(by_stem)
    of_a, of_b = sides
    for has, lacks, where in ((of_a, of_b, b), (of_b, of_a, a)):
        if alone := [stem for stem in has if stem not in lacks]:
            raise DataError(
                f"Expected a partner in {where} for every image, found none for {len(alone)}: "
                f"{', '.join(alone[:NAMED])}{', ...' if len(alone) > NAMED else ''}. Images pair "
                "by their names without the endings."
            )
    return Pairs(name, [Pair(path, of_b[stem]) for stem, path in of_a.items()])


def glued(folder: Path, name: str) -> Pairs:
    """Images that hold A and B side by side."""
    files = images_in(folder)
    if not files:
        raise DataError(
            f"Expected pairs in {folder}: A/ and B/ with images of the same names, or images with "
            "both sides next to each other; found no images."
        )
    for path, image in first_readable(files):
        halves(image, path)
    return Pairs(name, [Pair(path, path) for path in files])


def first_readable(files: list[Path]) -> Iterator[tuple[Path, Image.Image]]:
    """The first image that opens, if any does."""
    for path in files:
        try:
            yield path, read_image(path)
        except ValueError:
            continue
        return


def halves(image: Image.Image, path: Path) -> tuple[Image.Image, Image.Image]:
    """The left and the right half of a side-by-side image.

    Raises:
        DataError: it is not twice as wide as high.
    """
    if image.width != 2 * image.height:
        raise DataError(
            "Expected A and B side by side in an image twice as wide as high, found "
            f"{image.width}x{image.height} in {path}. Other layouts: A/ and B/ with images of the "
            "same names; or --make-input, for pictures alone."
        )
    middle = image.width // 2
    return (
        image.crop((0, 0, middle, image.height)),
        image.crop((middle, 0, image.width, image.height)),
    )
