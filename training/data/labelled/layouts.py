"""Layouts of a folder of images, with a class for each where there are classes.

The layouts, in the order in which they are tried, are those of `training.runs.data_rules`:
IDX files; a table of labels beside or above the images; class folders, sorted naturally; a flat
folder.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import numpy as np

from models.images import EXTENSIONS
from models.values.value_range import ORDINARY, ValueRange
from models.walk import named, natural
from training.data.errors import DataError, OtherClasses
from training.data.folders import (
    OWN_DATA,
    data_name,
    folders_in,
    images_in,
    is_split,
    left_out,
    relative,
    several_frames,
    split_folder,
    unwrapped,
)
from training.data.labelled.idx import find_idx, read_idx
from training.data.labelled.tables import LabelTable, find_table


@dataclass(frozen=True)
class Source:
    """Where images come from.

    Attributes:
        name: what the data is called.
        images: uint8 pixels (N, H, W) or (N, H, W, 3), or one path for each image.
        labels: class indices (N,) int64, or None.
        class_names: one for each class, empty where there are none.
        licence: of the data, for the model card.
        missing: classes without images in a split that is not train.
        warnings: what was left out, in words.
        values: the range of the numbers of the pictures in files.
    """

    name: str
    images: np.ndarray | list[Path]
    labels: np.ndarray | None = None
    class_names: list[str] = field(default_factory=list)
    licence: str = OWN_DATA
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    values: ValueRange = ORDINARY

    def __len__(self) -> int:
        return len(self.images)


def find_in_folder(folder: Path, split: str) -> Source:
    """The images of a split of a folder, in the first of the layouts that it has.

    Classes have the numbers of the train split in every split.

    Raises:
        DataError: no images, or a layout that cannot be read.
    """
    found = find_split(folder, split)
    if split == "train":
        return found
    try:
        train = find_split(folder, "train")
    except DataError:  # there is none to be numbered as
        return found
    return numbered_as(train, found) if train.class_names else found


def find_split(folder: Path, split: str) -> Source:
    """The images of a split, its classes numbered by themselves."""
    if source := from_idx(folder, split):  # its files name their split themselves
        return source
    folder = unwrapped(folder)
    behind = splits_inside(folder)  # cats/train, cats/test
    inside = folder if behind else split_folder(folder, split)
    table, passed = find_table(inside, folder, split)
    if table:
        source = from_table(inside, folder, table, passed)
    else:
        classes = {one.name: one for one in folders_in(inside) if not is_split(one.name)}
        if behind:
            classes = {name: part for name, one in classes.items() if (part := part_of(one, split))}
        source = from_classes(inside, classes, passed) or from_flat(inside, passed)
    frames = several_frames(source.images if isinstance(source.images, list) else [])
    return replace(source, warnings=[*source.warnings, *passed.values(), *frames])


def numbered_as(train: Source, found: Source) -> Source:
    """A split with the classes of the train split; what has a class that it does not know is left
    out, and a class that is missing is named.

    Raises:
        OtherClasses: it has none of them.
    """
    if found.labels is None or not set(train.class_names) & set(found.class_names):
        raise OtherClasses(
            f"Expected in the test split the classes {named(train.class_names)}, found "
            f"{named(found.class_names) or 'none'}."
        )
    numbers = {name: index for index, name in enumerate(train.class_names)}
    known = np.array([name in numbers for name in found.class_names], bool)
    kept = np.flatnonzero(known[found.labels])
    warnings = list(found.warnings)
    if unknown := [name for name in found.class_names if name not in numbers]:
        missed = len(found) - len(kept)
        warnings.append(
            f"Left out: {missed:,} images of classes that the train split does not have: "
            f"{named(unknown)}."
        )
    missing = [name for name in train.class_names if name not in found.class_names]
    if missing:
        warnings.append(f"The test split has no images of {named(missing)}.")
    images = (
        found.images[kept]
        if isinstance(found.images, np.ndarray)
        else [found.images[index] for index in kept]
    )
    new = np.array([numbers.get(name, -1) for name in found.class_names], np.int64)
    return replace(
        found,
        images=images,
        labels=new[found.labels[kept]],
        class_names=train.class_names,
        missing=missing,
        warnings=warnings,
    )


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


def from_table(folder: Path, above: Path, table: LabelTable, passed: Collection[Path]) -> Source:
    """The images that a table names, with its labels; those that it does not name are left out.

    Args:
        passed: other tables, which are named elsewhere.
    """
    images = images_in(folder)
    by_name = {path.name: path for path in images}
    by_name |= {relative(path, place): path for path in images for place in (folder, above)}
    by_stem = {without_ending(name): path for name, path in by_name.items()}

    def image_of(cell: str) -> Path | None:
        """The image of a row, whatever ending it has now."""
        cell = cell.replace("\\", "/").removeprefix("./")
        return by_name.get(cell) or by_stem.get(cell) or by_stem.get(without_ending(cell))

    pairs = [(image_of(name), label) for name, label in table.rows]
    found = [(path, label) for path, label in pairs if path is not None]
    if not found:
        raise DataError(
            f"Expected the images that {table.path} names in {folder}, found none of them."
        )
    missing = [name for (name, _), (path, _) in zip(table.rows, pairs, strict=True) if path is None]
    lines = f"{len(missing):,} rows of {table.path.name}"
    warnings = [f"{lines} name no image that is there: {named(missing)}."] if missing else []
    names = sorted({label for _, label in found}, key=natural)
    numbers = {name: index for index, name in enumerate(names)}
    paths = [path for path, _ in found]
    seen = [*paths, table.path, *passed]
    warnings += left_out(folder, seen, f"that {table.path.name} does not name")
    labels = np.array([numbers[label] for _, label in found], np.int64)
    return Source(data_name(above), paths, labels, names, warnings=warnings)


def without_ending(name: str) -> str:
    """A file's name, or its path in a folder, without what follows the last dot."""
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.name else name


def splits_inside(folder: Path) -> bool:
    """Whether the folders in a folder hold splits, and it has none itself."""
    inside = folders_in(folder)
    return not any(is_split(one.name) for one in inside) and any(
        is_split(part.name) for one in inside for part in folders_in(one)
    )


def from_classes(folder: Path, classes: dict[str, Path], passed: Collection[Path]) -> Source | None:
    """One folder for each class, if there are folders with images.

    Args:
        classes: the folder of each class in a split.
        passed: tables of something else, which are named elsewhere.
    """
    found = {name: images_in(one) for name, one in classes.items()}
    full = {name: files for name, files in found.items() if files}
    if not full:
        return None
    paths = [path for files in full.values() for path in files]
    labels = np.repeat(np.arange(len(full)), [len(files) for files in full.values()])
    whole = all(one.parent == folder for one in classes.values())
    warnings = []
    for place in [folder] if whole else classes.values():
        warnings += left_out(place, [*paths, *passed], "that are in no folder of a class")
    if empty := [name for name in found if name not in full]:
        warnings.append(f"No class, for no picture is in there: {named(empty)}.")
    return Source(data_name(folder), paths, labels, list(full), warnings=warnings)


def part_of(folder: Path, split: str) -> Path | None:
    """A split inside a class's folder, or None."""
    try:
        return split_folder(folder, split)
    except DataError:
        return None


def from_flat(folder: Path, passed: Collection[Path]) -> Source:
    """The images of a folder, without classes."""
    files = images_in(folder)
    warnings = left_out(folder, [*files, *passed])
    if not files:
        beside = f"; {warnings[0]}" if warnings else "."
        raise DataError(
            f"Expected images ({', '.join(EXTENSIONS)}) in {folder}, found none{beside}"
        )
    return Source(data_name(folder), files, warnings=warnings)
