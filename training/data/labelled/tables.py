"""Tables of labels beside pictures: CSV as spreadsheets write it, and StyleGAN's dataset.json."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from training.data.errors import DataError
from training.data.folders import SPLITS

FILES = (
    *("file", "filename", "file_name", "image", "image_name", "imagename", "path", "filepath"),
    *("file_path", "image_path", "name", "image_id", "id"),
)
LABELS = ("label", "labels", "class", "class_name", "classname", "category", "target")
DELIMITERS = ",;\t"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class LabelTable:
    """Names of pictures and their labels.

    Attributes:
        path: where they stand.
        rows: a picture's name, as it is written there, and its label.
    """

    path: Path
    rows: list[tuple[str, str]]


def find_table(folder: Path, above: Path, split: str) -> tuple[LabelTable | None, dict[Path, str]]:
    """The labels of a split, and a sentence for each table that holds none.

    A table that is called like the split goes before any other, and none that is another's is
    taken.

    Raises:
        DataError: a table that cannot be read.
    """
    paths = sorted({*folder.glob("*.[ct]sv"), *above.glob("*.[ct]sv")})
    other = SPLITS["test" if split == "train" else "train"]
    own = [path for path in paths if path.stem.lower() not in other]
    own.sort(key=lambda path: path.stem.lower() not in SPLITS[split])
    passed: dict[Path, str] = {}
    for path in own:
        found = read_csv(path)
        if isinstance(found, LabelTable):
            return found, passed
        passed[path] = found
    for path in dict.fromkeys((folder / "dataset.json", above / "dataset.json")):
        if path.is_file() and (rows := read_json(path)):
            return LabelTable(path, rows), passed
    return None, passed


def read_csv(path: Path) -> LabelTable | str:
    """The labels of a CSV, or a sentence where it has no columns of files and of labels.

    Raises:
        DataError: no text in UTF-8, or UTF-16 with its mark.
    """
    rows = csv_rows(path)
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    files, labels = column(header, FILES), column(header, LABELS)
    if files is None or labels is None:
        there = ", ".join(header) or "nothing"
        return f"{path.name} is left alone, for it has no column 'file' and 'label' but {there}."
    complete = [row for row in rows[1:] if len(row) > max(files, labels)]
    return LabelTable(path, [(row[files].strip(), row[labels].strip()) for row in complete])


def csv_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV, its header first, whatever it is delimited by; empty ones are left out.

    Raises:
        DataError: no text in UTF-8, or UTF-16 with its mark.
    """
    data = path.read_bytes()
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        lines = data.decode(encoding).splitlines()
    except UnicodeDecodeError:
        raise DataError(
            f"Expected a CSV in UTF-8 in {path}, found another encoding; save it as UTF-8."
        ) from None
    if lines and lines[0].lower().startswith("sep="):  # as a spreadsheet writes it for itself
        lines = lines[1:]
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    return [row for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter) if row]


def column(header: list[str], names: tuple[str, ...]) -> int | None:
    """The position of the first column with one of these names."""
    return next((header.index(name) for name in names if name in header), None)


def read_json(path: Path) -> list[tuple[str, str]]:
    """The labels of StyleGAN's dataset.json, {"labels": [[file, class], ...]}; none where it says
    none.

    Raises:
        DataError: something else.
    """
    try:
        labels = json.loads(path.read_text(encoding="utf-8"))["labels"]
        return [(str(name), str(int(label))) for name, label in labels or []]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DataError(
            f'Expected {{"labels": [["file.png", 3], ...]}} in {path}, found something else.'
        ) from None
