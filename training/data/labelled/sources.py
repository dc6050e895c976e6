"""From a bundled name, a folder or a zip to a list of images, with a class for each where there are
classes."""

from dataclasses import replace
from pathlib import Path

from models.values.value_range import ORDINARY, ValueRange
from training.data.errors import DataError
from training.data.folders import passed_over, unpack
from training.data.labelled import named
from training.data.labelled.layouts import Source, find_in_folder
from training.runs.data_rules import CLASSES, ways


def find_source(data: str, split: str = "train", values: ValueRange = ORDINARY) -> Source:
    """The images of a split of `data`: a name of `named.NAMES`, a folder, or a zip of a folder.

    Args:
        values: the range of their numbers, which a model was trained with.

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
    if path.is_dir():
        return replace(find_in_folder(path, split), values=values)
    folder = unpack(path)
    found = find_in_folder(folder, split)
    warnings = [*found.warnings, *passed_over(folder)]
    return replace(found, warnings=warnings, values=values)


def require_classes(class_names: list[str], data: str) -> None:
    """Raise a DataError where there are no two classes to tell apart."""
    if len(class_names) < 2:
        raise DataError(
            f"Expected at least two classes in {data}, found {len(class_names) or 'none'}; they "
            f"may lie as {ways(CLASSES)}; training.gan trains without classes."
        )
