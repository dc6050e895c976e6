"""From a bundled name, a folder or a zip to a list of images, with a class for each where there are
classes.

Layouts of a folder, tried in this order: IDX files; a labels CSV beside or above the images; class
folders, sorted naturally; a flat folder. `train/` and `test/` (or `val/`) inside it are taken as
its splits.
"""

from pathlib import Path

from training.data.errors import DataError
from training.data.folders import (
    split_folder,
    unpack,
)
from training.data.labelled import named
from training.data.labelled.layouts import Source, from_classes, from_csv, from_flat, from_idx


def find_source(data: str, split: str = "train") -> Source:
    """The images of a split of `data`: a name of `named.NAMES`, a folder, or a zip of a folder.

    Raises:
        DataError: nothing there, no images, or a layout that cannot be read.
    """
    if data in named.NAMES:
        return named.load(data, split)
    path = Path(data).expanduser()
    if not path.exists():
        names = ", ".join(named.NAMES)
        raise DataError(
            f"Expected a folder, a zip or one of the names {names} as data, found no {data!r}."
        )
    if path.is_file():
        path = unpack(path)
    if source := from_idx(path, split):  # its files name their split themselves
        return source
    folder = split_folder(path, split)
    return from_csv(folder, path, split) or from_classes(folder) or from_flat(folder)


def require_classes(class_names: list[str], data: str) -> None:
    """Raise a DataError where there are no two classes to tell apart."""
    if len(class_names) < 2:
        raise DataError(
            f"Expected at least two classes (a folder for each, or a labels CSV) in {data}, found "
            f"{len(class_names) or 'none'}; training.gan trains without classes."
        )
