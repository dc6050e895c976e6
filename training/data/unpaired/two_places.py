"""One domain in each of two places, `--data A B`: a folder, a zip, a single picture, or a bundled
or public name, which gives the domain of its place: A as the first, B as the second."""

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
    if painting := None if path.exists() else example_painting(data):
        return one_picture(painting, split, "public domain")
    if path.is_file() and path.suffix.lower() != ".zip":
        if not is_picture(path):
            raise DataError(f"Expected a folder, a zip or a picture as data, found {path}.")
        return one_picture(path, split)
    return folder_side(path, split) if path.exists() else named_side(data, index, split)


def example_painting(name: str) -> Path | None:
    """The bundled painting of that name, if there is one."""
    found = (path for path in (bundled_data() / PAINTINGS).iterdir() if is_picture(path))
    return next((path for path in found if path.stem == name), None)


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
