"""The two sides of a translation in one folder: which folder is A, and which is B."""

from pathlib import Path
from typing import NamedTuple

from training.data.folders import SPLITS, folders_in, images_in, is_split, split_folder, unwrapped

GIVEN = (  # what A is called by others, and B
    *("a", "input", "inputs", "in", "source", "sources", "src", "image", "images", "img"),
    *("imgs", "x", "low", "lr", "small", "noisy", "blur", "blurred", "blurry", "before"),
    *("line", "lines", "lineart", "drawing", "drawings", "grey", "gray", "uncoloured"),
    *("condition", "conditions", "edge", "edges", "sketch", "sketches", "outline", "outlines"),
)
WANTED = (
    *("b", "target", "targets", "output", "outputs", "out", "gt", "truth", "label", "labels"),
    *("mask", "masks", "annotation", "annotations", "y", "high", "hr", "large", "clean"),
    *("sharp", "after", "photo", "photos", "picture", "pictures", "tgt", "dst", "result"),
    *("results", "colour", "color", "colours", "colors", "coloured", "colored", "painted"),
)


class Sides(NamedTuple):
    """The folders of A and of B in a split.

    Attributes:
        a, b: None for one that is missing.
        names: what they are called; A and B where they are called so.
        known: whether their names tell which is which.
    """

    a: Path | None
    b: Path | None
    names: tuple[str, str] = ("A", "B")
    known: bool = True

    @property
    def note(self) -> str:
        """How they were taken, in words; empty where they are called A and B."""
        if self.names == ("A", "B") or self.a is None or self.b is None:
            return ""
        why = "" if self.known else ", in the order of their names"
        return f"{self.names[0]}/ is taken as A and {self.names[1]}/ as B{why}."


def find_sides(folder: Path, split: str) -> Sides | None:
    """The two sides of a split in a folder, or None where it has no two folders for them.

    Splits may stand in front (`train/A`), behind (`A/train`) or in the name (`trainA`, `train_A`).
    Of a test split, A or B may be missing.
    """
    folder = unwrapped(folder)
    for name in SPLITS[split]:
        if sides := chosen(by_side(folder, name), split):
            return sides
    splits = [name for names in SPLITS.values() for name in names]
    of_splits = {path for name in splits for path in by_side(folder, name).values()}
    plain = [one for one in folders_in(folder) if not is_split(one.name) and one not in of_splits]
    behind = {child.name: child for child in plain}
    if (sides := chosen(behind, "train")) and any(map(splits_in, (sides.a, sides.b))):
        a, b = (split_folder(side, split) for side in (sides.a, sides.b) if side)
        return sides._replace(a=a, b=b)
    inside = unwrapped(split_folder(folder, split))
    if inside == folder:
        return chosen(behind, split)
    return chosen({c.name: c for c in folders_in(inside) if not is_split(c.name)}, split)


def by_side(folder: Path, split: str) -> dict[str, Path]:
    """Folders whose names hold a split and a side, by the side: trainA, train_input, A-train."""
    found = {}
    for child in folders_in(folder):
        name = child.name.lower()
        rest = name.removeprefix(split) if name.startswith(split) else name.removesuffix(split)
        side = rest.strip("_- .")
        if side and rest != name and (side != rest or side in ("a", "b")):
            found[side] = child
    return found


def splits_in(folder: Path | None) -> bool:
    """Whether a folder holds splits."""
    return folder is not None and any(is_split(child.name) for child in folders_in(folder))


def chosen(folders: dict[str, Path], split: str) -> Sides | None:
    """The sides among some folders: those called A and B, two whose names tell, or the only two
    with pictures."""
    lowered = {name.lower(): path for name, path in folders.items()}
    if "a" in lowered and "b" in lowered:
        return Sides(lowered["a"], lowered["b"])
    given = [name for name in folders if name.lower() in GIVEN]
    wanted = [name for name in folders if name.lower() in WANTED]
    if len(given) == len(wanted) == 1:
        return Sides(folders[given[0]], folders[wanted[0]], (given[0], wanted[0]))
    if split == "test" and {"a", "b"} & set(lowered):
        return Sides(lowered.get("a"), lowered.get("b"))
    full = [name for name, path in folders.items() if len(folders) < 5 and images_in(path)]
    if len(full) != 2:
        return None
    return Sides(folders[full[0]], folders[full[1]], (full[0], full[1]), known=False)
