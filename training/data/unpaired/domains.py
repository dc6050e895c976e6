"""From a bundled name, a folder, a zip or two places to two domains of images for
`training.cyclegan` and `training.cut`.

The layouts are those of `training.runs.data_rules`: two places (`two_places`), or two folders in
one (`training.data.sides`). Nothing has to pair, and sizes and numbers may differ.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.values.value_range import BOTH_ORDINARY, Ranges
from training.data.errors import DataError
from training.data.folders import (
    OWN_DATA,
    count,
    data_name,
    folders_in,
    images_in,
    left_out,
    passed_over,
    several_frames,
    unwrapped,
)
from training.data.places import find_place, hold_out
from training.data.sides import Sides, find_sides
from training.data.unpaired.two_places import Side, find_two
from training.runs.data_rules import DOMAINS, ways

LEAST, LEAST_OF_B = (
    2,
    1,
)  # images of a domain; what is translated to may be one, cut again and again
SPARED = 20  # images of a domain from which some are held out


@dataclass(frozen=True)
class Domains:
    """Files of the domains A and B.

    Attributes:
        name: what the data is called.
        domains: what A and B are called.
        licence: of the data, for the model card.
        notes: what was taken in a way that could be wrong, in words.
        warnings: what was left out, in words.
        values: the ranges of the numbers of A and of B.
    """

    name: str
    a: list[Path]
    b: list[Path]
    domains: tuple[str, str] = ("A", "B")
    licence: str = OWN_DATA
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    values: Ranges = BOTH_ORDINARY

    def __len__(self) -> int:
        return len(self.a) + len(self.b)

    def held_out(self, last_of_b: int = 0) -> tuple["Domains", "Domains"]:
        """The files to train on, and a tenth of each domain (2 to 64) to validate on, the same ones
        each time; a domain of fewer than twenty images spares none, and is validated on all.

        Args:
            last_of_b: hold out so many of B, the last ones by name, in place of a tenth: parts of
                one picture, which are named alike, then stay together.

        Raises:
            DataError: they are too few of B, or leave too few.
        """
        (a, held_a), (b, held_b) = (
            hold_out(files) if len(files) >= SPARED else (files, files)
            for files in (self.a, self.b)
        )
        if last_of_b:
            b, held_b = self.b[:-last_of_b], self.b[-last_of_b:]
            if min(len(b), len(held_b)) < LEAST:
                raise DataError(
                    f"Expected --hold-out to keep at least {LEAST} images of {self.domains[1]} "
                    f"from training and to leave as many, found --hold-out {last_of_b} of "
                    f"{len(self.b)} images."
                )
        return replace(self, a=a, b=b), replace(self, a=held_a, b=held_b, notes=[], warnings=[])

    def turned(self) -> "Domains":
        """A as B and B as A."""
        return replace(
            self, a=self.b, b=self.a, domains=self.domains[::-1], values=self.values[::-1]
        )


def find_domains(data: str | list[str], split: str = "train") -> Domains:
    """The domains of a split of `data`: a bundled name, a folder or a zip with both, or two places
    with one each.

    Of a test split, one domain may be missing.

    Raises:
        DataError: nothing there, too few images, one place inside the other, or an image that is
            in both domains.
    """
    if isinstance(data, list) and len(data) == 2:
        found = of_two(*find_two(data, split))
    else:
        found = in_one(data, split)
    warnings = [*several_frames([*found.a, *found.b]), *found.warnings]
    if split == "train":
        check_enough(found)
    check_disjoint(found)
    return replace(found, notes=[*found.notes, *lone(found)], warnings=warnings)


def lone(found: Domains) -> list[str]:
    """A sentence for a domain of one picture."""
    if len(found.b) != 1:
        return []
    return [
        f"{found.domains[1]} is one picture, which is learned from its crops: it has to be larger "
        "than --size."
    ]


def in_one(data: str | list[str], split: str) -> Domains:
    """Both domains of a bundled name, a folder or a zip."""
    place = find_place(data)
    folder = unwrapped(place.folders[0])
    sides = require_sides(folder, split)
    of_a, of_b = (images_in(side) if side else [] for side in sides[:2])
    domains = sides.names if place.name is None else place.domains
    warnings = passed_over(place.folders[0])
    for side, files in ((sides.a, of_a), (sides.b, of_b)):
        warnings += left_out(side, files) if side else []
    notes = [sides.note] if sides.note else []
    name = place.name or data_name(folder)
    return Domains(name, of_a, of_b, domains, place.licence, notes, warnings)


def of_two(a: Side, b: Side) -> Domains:
    """Domains from two places, which are called A and B where both are folders."""
    domains = (a.domain or a.data, b.domain or b.data) if a.domain or b.domain else ("A", "B")
    licence = (
        a.licence if a.licence == b.licence else f"{a.data}: {a.licence}; {b.data}: {b.licence}"
    )
    name, warnings = f"{a.data}-{b.data}", [*a.warnings, *b.warnings]
    return Domains(name, a.files, b.files, domains, licence, warnings=warnings)


def require_sides(folder: Path, split: str) -> Sides:
    """The two domains in a folder.

    Raises:
        DataError: there are none, or one is missing where both are needed.
    """
    sides = find_sides(folder, split)
    if sides is None or (split == "train" and not (sides.a and sides.b)):
        there = ", ".join(child.name for child in folders_in(folder))
        raise DataError(
            f"Expected the domains A and B in {folder}, found {there or 'no folders'}; they may "
            f"lie as {ways(DOMAINS)}."
        )
    return sides


def check_enough(found: Domains) -> None:
    """Raise a DataError where a domain has too few images to train on."""
    for side, files, least in (("A", found.a, LEAST), ("B", found.b, LEAST_OF_B)):
        if len(files) < least:
            raise DataError(
                f"Expected at least {count(range(least), 'image')} in domain {side} of "
                f"{found.name}, found {len(files)}."
            )


def check_disjoint(found: Domains) -> None:
    """Raise a DataError where an image is in both domains."""
    of_a = {digest(path): path for path in found.a}
    for path in found.b:
        if twin := of_a.get(digest(path)):
            raise DataError(
                f"Expected no image in both domains, found {twin} and {path} to be the same."
            )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
