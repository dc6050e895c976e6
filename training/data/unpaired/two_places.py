"""One domain in each of two places, `--data A B`: a folder, a zip, a single picture, or a bundled
or public name, which gives the domain of its place: A as the first, B as the second."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from models.locations import bundled_data
from models.walk import is_picture
from training.data.errors import DataError
from training.data.folders import (
    OWN_DATA,
    images_in,
    left_out,
    passed_over,
    split_folder,
    unwrapped,
)
from training.data.glyphs.glyph_pairs import NOTICE
from training.data.places import find_place, folder_of
from training.data.sides import find_sides

PAINTINGS = "example-paintings"  # bundled, each known by its name


@dataclass(frozen=True)
class Side:
    """One domain.

    Attributes:
        data: what its data is called.
        files: its pictures; none of a test split that there is not.
        place: the folder or file of it and of nothing else.
        domain: what it is called, empty where its place in the order says that.
        licence: of the data, for the model card.
        warnings: what was left out, in words.
    """

    data: str
    files: list[Path]
    place: Path
    domain: str = ""
    licence: str = OWN_DATA
    warnings: list[str] = field(default_factory=list)


def find_two(data: list[str], split: str) -> tuple[Side, Side]:
    """The domains in two places.

    Raises:
        DataError: nothing there, a file that is no picture, one place inside the other, or no test
            split in either.
    """
    a, b = (find_side(one, index, split) for index, one in enumerate(data))
    if split == "train":
        check_apart(a.place, b.place)
    elif not (a.files or b.files):
        raise DataError(
            f"Expected a folder test/ or val/ in {a.place} or {b.place} to measure on, found none."
        )
    return a, b


def find_side(data: str, index: int, split: str) -> Side:
    """A split of the domain A (0) or B (1) in one place; what lies there under that name goes
    before what is bundled."""
    path = Path(data).expanduser()
    if bundled := None if path.exists() else bundled_side(data, split):
        return bundled
    if path.is_file() and path.suffix.lower() != ".zip":
        if not is_picture(path):
            raise DataError(f"Expected a folder, a zip or a picture as data, found {path}.")
        return one_picture(path, split)
    return folder_side(path, split) if path.exists() else named_side(data, index, split)


def bundled_side(name: str, split: str) -> Side | None:
    """The bundled domain of that name, if there is one: a folder of pictures, or one of the
    paintings in `PAINTINGS`. All are there to be trained on."""
    paintings = bundled_pictures(PAINTINGS)
    if painting := next((path for path in paintings if path.stem == name), None):
        return one_picture(painting, split, licence_of(painting.parent))
    if not (files := bundled_pictures(name)):
        return None
    folder = files[0].parent
    return Side(name, files if split == "train" else [], folder, name, licence_of(folder))


def bundled_pictures(name: str) -> list[Path]:
    """The pictures that lie in the bundled folder of that name."""
    folder = bundled_data() / name
    there = folder.parent == bundled_data() and folder.is_dir()
    return list(filter(is_picture, sorted(folder.iterdir()))) if there else []


def licence_of(folder: Path) -> str:
    """The licence that the notice of a bundled folder tells."""
    return json.loads((folder / NOTICE).read_text(encoding="utf-8"))["licence"]


def one_picture(path: Path, split: str, licence: str = OWN_DATA) -> Side:
    """A domain of one picture, which is there to be trained on."""
    return Side(path.stem, [path] if split == "train" else [], path, path.stem, licence)


def folder_side(path: Path, split: str) -> Side:
    """A domain in a folder or zip."""
    folder = folder_of(str(path))
    try:
        inside = split_folder(folder, split)
    except DataError:  # no test split, which one of both may lack
        return Side(folder.name, [], folder)
    files = images_in(inside)
    warnings = [*left_out(inside, files), *passed_over(folder)]
    return Side(folder.name, files, folder, warnings=warnings)


def named_side(name: str, index: int, split: str) -> Side:
    """A domain of bundled or public data for translation.

    Raises:
        DataError: there is none of that name.
    """
    place = find_place(name)
    folder = unwrapped(place.folders[0])
    sides = find_sides(folder, split)
    inside = (sides.a, sides.b)[index] if sides else None
    files = images_in(inside) if inside else []
    return Side(name, files, inside or folder, place.domains[index], place.licence)


def check_apart(a: Path, b: Path) -> None:
    """Raise a DataError where one place is the other, or inside it."""
    first, second = a.resolve(), b.resolve()
    if first == second or first in second.parents or second in first.parents:
        raise DataError(f"Expected two folders apart from each other, found {a} and {b}.")
