"""Layouts of a folder of images, with a class for each where there are classes.

Tried in this order: IDX files; a labels CSV beside or above the images; class folders, sorted
naturally; a flat folder. `train/` and `test/` (or `val/`) inside it are taken as its splits.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from models.images import EXTENSIONS
from training.data.errors import DataError
from training.data.folders import (
    OWN_DATA,
    SPLITS,
    data_name,
    images_in,
    natural,
    relative,
    split_folder,
)
from training.data.labelled.idx import find_idx, read_idx


@dataclass(frozen=True)
class Source:
    """Where images come from.

    Attributes:
        name: what the data is called.
        images: uint8 pixels (N, H, W) or (N, H, W, 3), or one path for each image.
        labels: class indices (N,) int64, or None.
        class_names: one for each class, empty where there are none.
        licence: of the data, for the model card.
        warnings: what was left out, in words.
    """

    name: str
    images: np.ndarray | list[Path]
    labels: np.ndarray | None = None
    class_names: list[str] = field(default_factory=list)
    licence: str = OWN_DATA
    warnings: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.images)


def find_in_folder(folder: Path, split: str) -> Source:
    """The images of a split of a folder, in the first of the layouts that it has.

    Raises:
        DataError: no images, or a layout that cannot be read.
    """
    if source := from_idx(folder, split):  # its files name their split themselves
        return source
    inside = split_folder(folder, split)
    return from_csv(inside, folder, split) or from_classes(inside) or from_flat(inside)


def from_idx(folder: Path, split: str) -> Source | None:
    """IDX images and labels, if the folder holds any."""
    if (files := find_idx(folder, split)) is None:
        return None
    images, labels = (read_idx(path) for path in files)
    if images.ndim not in (3, 4) or len(images) != len(labels):
        raise DataError(
            f"Expected as many labels as images in {folder}, found {labels.shape} labels for "
            f"{images.shape} images."
        )
    values = np.unique(labels)  # EMNIST's letters count from 1
    names = [str(value) for value in values]
    return Source(folder.name, images, np.searchsorted(values, labels).astype(np.int64), names)


def from_csv(folder: Path, above: Path, split: str) -> Source | None:
    """Files and labels of a CSV: a column file, filename, image, path or name, and a column label
    or class."""
    if (table := labels_table(folder, above, split)) is None:
        return None
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except UnicodeDecodeError:
        raise DataError(f"Expected a CSV in UTF-8 in {table}, found another encoding.") from None
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    files = column(header, ("file", "filename", "file_name", "image", "path", "name"))
    labels = column(header, ("label", "class", "category", "target"))
    if files is None or labels is None:
        raise DataError(
            f"Expected a column 'file' and a column 'label' in {table}, found {', '.join(header)}."
        )
    images = images_in(folder)
    by_name = {path.name: path for path in images}
    by_name |= {relative(path, place): path for path in images for place in (folder, above)}
    by_stem = {without_ending(name): path for name, path in by_name.items()}
    complete = [row for row in rows[1:] if len(row) > max(files, labels)]

    def named(cell: str) -> Path | None:
        """The image of a row, whatever ending it has now."""
        return by_name.get(cell) or by_stem.get(cell) or by_stem.get(without_ending(cell))

    pairs = [(named(row[files].strip()), row[labels].strip()) for row in complete]
    found = [(path, label) for path, label in pairs if path is not None]
    if not found:
        raise DataError(f"Expected the images that {table} names in {folder}, found none of them.")
    missing = len(rows) - 1 - len(found)
    warnings = [f"{missing} rows of {table.name} name no image that is there."] if missing else []
    names = sorted({label for _, label in found}, key=natural)
    indices = np.array([names.index(label) for _, label in found], np.int64)
    paths = [path for path, _ in found]
    return Source(above.name, paths, indices, names, warnings=warnings)


def labels_table(folder: Path, above: Path, split: str) -> Path | None:
    """The CSV of a split: one that is called like it before any other, none that is another's."""
    tables = sorted({*folder.glob("*.csv"), *above.glob("*.csv")})
    other = SPLITS["test" if split == "train" else "train"]
    own = [table for table in tables if table.stem.lower() not in other]
    return min(own, key=lambda table: table.stem.lower() not in SPLITS[split], default=None)


def column(header: list[str], names: tuple[str, ...]) -> int | None:
    """The position of the first column with one of these names."""
    return next((header.index(name) for name in names if name in header), None)


def without_ending(name: str) -> str:
    """A file's name, or its path in a folder, without what follows the last dot."""
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.name else name


def from_classes(folder: Path) -> Source | None:
    """One folder for each class, if there are folders with images."""
    folders = sorted(
        (child for child in folder.iterdir() if child.is_dir()), key=lambda c: natural(c.name)
    )
    classes = [(child.name, files) for child in folders if (files := images_in(child))]
    if not classes:
        return None
    labels = np.repeat(np.arange(len(classes)), [len(files) for _, files in classes])
    return Source(
        data_name(folder),
        [path for _, files in classes for path in files],
        labels,
        [name for name, _ in classes],
    )


def from_flat(folder: Path) -> Source:
    """The images of a folder, without classes."""
    files = images_in(folder)
    if not files:
        raise DataError(f"Expected images ({', '.join(EXTENSIONS)}) in {folder}, found none.")
    return Source(data_name(folder), files)
