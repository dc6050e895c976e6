"""The range of values of a data set, found once, by one rule for all of its pictures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.images import UnreadableImage, read_numbers
from models.values.numbers import holds_numbers
from models.values.value_range import MOST_CLASSES, ORDINARY, ValueRange, colours_of, range_between
from training.data.errors import DataError
from training.data.labelled.layouts import Source
from training.data.paired.pairs import Pairs
from training.data.reading import evenly_spaced
from training.data.unpaired.domains import Domains

EIGHT_BITS = (".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".ppm")  # is what these endings have
FEW_CLASSES = 64  # of a palette; one of more is a picture's
FLAT = 0.8  # share of neighbours that are equal, above which numbers are classes
SMALL_NUMBER, GAPS = 32, 4  # classes are below the one, or below as many times their count
IGNORED = 255  # the number of what has no class in many public sets of masks

Sides = TypeVar("Sides", Pairs, Domains)


@dataclass(frozen=True)
class Summary:
    """The numbers of one picture in short.

    Attributes:
        low, high: of those that are finite.
        dtype, bands: their type, and how many channels.
        strange: whether some are not finite.
        classes: the numbers that are there, where they may be classes.
        colours: the colours that are there, where it has a palette and may be a mask.
    """

    low: float
    high: float
    dtype: str
    bands: int
    strange: bool
    classes: frozenset[int] | None
    colours: frozenset[str] | None


def find_range(
    files: Sequence[Path], given: Sequence[float] | None = None, one_hot: bool = False
) -> tuple[ValueRange, list[str]]:
    """The range of the pictures of a data set or a domain, and warnings.

    Pictures of 8 bits have the ordinary one, and only some of them are looked at; where others are
    among them, all of those are read.

    Args:
        given: low and high, in place of what is found.
        one_hot: give each class of a mask a channel of its own.

    Raises:
        DataError: `one_hot` for pictures that are no masks.
    """
    unsure = [path for path in files if path.suffix.lower() not in EIGHT_BITS]
    numbered = [path for path in unsure if holds_numbers(path)]
    if given is None and (mask := find_mask(files)):
        return replace(mask, one_hot=one_hot), warnings_of_mask(mask, one_hot)
    if one_hot:
        raise DataError("Expected masks of few classes with --one-hot, found pictures.")
    if not numbered:
        return (replace(ORDINARY, low=given[0], high=given[1]) if given else ORDINARY), []
    found = summaries(numbered)
    if not found:
        return ORDINARY, []
    dtype = np.result_type(*{one.dtype for one in found}).name
    if given:
        values = ValueRange(given[0], given[1], dtype)
    else:
        values = range_between(min(one.low for one in found), max(one.high for one in found), dtype)
    bands = Counter(one.bands for one in found).most_common(1)[0][0]
    values = replace(values, bands=0 if bands in (1, 3) else bands)
    return values, warnings_of(found, len(files) - len(numbered), values)


def find_mask(files: Sequence[Path]) -> ValueRange | None:
    """The classes or colours of pictures that are all masks, None where they are not; most
    pictures show at the first one that they are none."""
    some = []
    for path in evenly_spaced(list(files)):
        if summary := summary_of(path):
            if not (summary.classes or summary.colours):
                return None
            some.append(summary)
    return mask_of(summaries(files)) if mask_of(some) else None


def mask_of(found: list[Summary]) -> ValueRange | None:
    """The classes or colours that all of these have."""
    if not found:
        return None
    if all(one.colours for one in found):
        colours = sorted(set().union(*(one.colours or () for one in found)))
        return ValueRange(colours=tuple(colours)) if 2 <= len(colours) <= FEW_CLASSES else None
    classes = set().union(*(one.classes or () for one in found))
    if not all(one.classes for one in found) or not are_numbered(classes):
        return None
    dtype = np.result_type(*{one.dtype for one in found}).name
    return ValueRange(0.0, float(max(classes)), dtype, tuple(sorted(classes)))


def are_numbered(numbers: Iterable[int]) -> bool:
    """Whether numbers are those of classes: 2 to 256 of them, counted from about 0 with few gaps;
    255 may stand for none of them. Black and white are no classes."""
    counted = [one for one in numbers if one != IGNORED]
    if len(counted) < 2 or not min(counted) >= 0:
        return False
    return max(counted) < max(SMALL_NUMBER, GAPS * len(counted)) and len(counted) < MOST_CLASSES


def summaries(files: Sequence[Path]) -> list[Summary]:
    """Summaries of those that open."""
    with ThreadPoolExecutor() as pool:
        return [one for one in pool.map(summary_of, files) if one]


def summary_of(path: Path) -> Summary | None:
    """The summary of one picture, None where it does not open."""
    try:
        numbers = read_numbers(path)
    except UnreadableImage:
        return None
    values = numbers.values
    finite = values if values.dtype.kind != "f" else values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    classes = colours = None
    if numbers.colours and is_flat(values):
        pixels = colours_of(numbers).reshape(-1, 3)
        there = np.unique(pixels.astype(np.int64) @ np.array([65536, 256, 1]))
        colours = frozenset(f"#{one:06x}" for one in there) if len(there) <= FEW_CLASSES else None
    elif values.dtype.kind in "ui" and values.shape[2] == 1 and low >= 0 and high < MOST_CLASSES:
        counts = np.bincount(values.ravel())
        found = frozenset(np.flatnonzero(counts).tolist())
        # a picture of one class alone says nothing against it
        one_class = len(found - {IGNORED}) < 2 and max(found - {IGNORED}, default=0) < SMALL_NUMBER
        fits = one_class or are_numbered(found)
        classes = found if fits and is_flat(values) else None
    return Summary(
        low, high, numbers.dtype, values.shape[2], finite.size < values.size, classes, colours
    )


def is_flat(values: np.ndarray) -> bool:
    """Whether most pixels equal their neighbour, as in a mask and in no photograph."""
    if values.shape[1] < 2:
        return False
    return float((values[:, 1:] == values[:, :-1]).mean()) >= FLAT


def warnings_of_mask(mask: ValueRange, one_hot: bool) -> list[str]:
    """A sentence on how a mask is taken."""
    words = f"{mask.words[0].upper()}{mask.words[1:]}"
    if one_hot:
        return [f"{words}: each class has a channel of its own, scaled by nearest neighbour."]
    how = "its colours are kept" if mask.colours else "its classes are spread over the range"
    quantity = "" if mask.colours else ", and --value-range LOW HIGH takes them as a quantity"
    return [
        f"{words}, scaled by nearest neighbour: {how}; --one-hot gives each class of an input a "
        f"channel of its own{quantity}."
    ]


def warnings_of(found: list[Summary], others: int, values: ValueRange) -> list[str]:
    """Sentences on what is odd among pictures with numbers."""
    said = []
    if strange := sum(one.strange for one in found):
        said.append(
            f"{strange} of {len(found)} pictures hold values that are no numbers or infinite; they "
            f"count as {values.low:,.9g}, or as the nearer end."
        )
    if others:
        said.append(
            f"{others} pictures have 8 bits beside {len(found)} of {values.dtype}; they are taken "
            "from 0 to 255."
        )
    beyond = sum(one.low < values.low or one.high > values.high for one in found)
    if beyond:
        said.append(
            f"{beyond} of {len(found)} pictures go beyond {values.low:,.9g} to {values.high:,.9g}, "
            "and are cut there."
        )
    dtypes = Counter(one.dtype for one in found)
    if len(dtypes) > 1:
        words = ", ".join(f"{count} of {dtype}" for dtype, count in dtypes.most_common())
        said.append(f"The pictures are of several types, {words}; {values.dtype} is taken for all.")
    return said


def valued_pairs(
    pairs: Pairs, given: Sequence[float] | None = None, one_hot: str | None = None
) -> Pairs:
    """Pairs with the ranges of both sides, and notes where there is something to say.

    Args:
        given: LOW HIGH, or those of A and those of B.
        one_hot: "A" or "B", the input, whose classes get channels of their own.
    """
    of_a, of_b = given_sides(given)
    b = [pair.b for pair in pairs.pairs]
    found: list[tuple[ValueRange, list[str]]]
    if pairs.pairs and pairs.pairs[0].made:
        found = [(ORDINARY, []), find_range(b, of_b)]
    elif all(pair.a == pair.b for pair in pairs.pairs):  # side by side in one file
        values, said = find_range(b, of_b, one_hot is not None)
        found = [(replace(values, one_hot=one_hot == side), said) for side in "AB"]
    else:
        a = [pair.a for pair in pairs.pairs]
        found = [find_range(a, of_a, one_hot == "A"), find_range(b, of_b, one_hot == "B")]
    return with_notes(pairs.with_values((found[0][0], found[1][0])), found)


def valued_source(source: Source, given: Sequence[float] | None = None) -> Source:
    """Pictures to generate from with their range, and warnings where there is something to say."""
    if given is not None and len(given) != 2:
        raise ValueError(f"Expected --value-range LOW HIGH, found {len(given)} numbers.")
    if isinstance(source.images, np.ndarray):
        return source
    values, said = find_range(source.images, given_sides(given)[0])
    if values.ordinary:
        return source
    if values.bands:
        said.append(f"Of {values.bands} channels the first three, or the first, are taken.")
    return replace(source, values=values, warnings=[*source.warnings, *said])


def valued_domains(domains: Domains, given: Sequence[float] | None = None) -> Domains:
    """Domains with the range of each, and notes where there is something to say."""
    sides = zip((domains.a, domains.b), given_sides(given), strict=True)
    found = [find_range(files, wanted) for files, wanted in sides]
    return with_notes(replace(domains, values=(found[0][0], found[1][0])), found)


def with_notes(sides: Sides, found: list[tuple[ValueRange, list[str]]]) -> Sides:
    """What is odd about the values of each side, among the notes."""
    said: list[str] = []
    for name, (_, warnings) in zip(sides.domains, found, strict=True):
        said += [f"{name}: {text}" for text in warnings]
    return replace(sides, notes=[*sides.notes, *said])


def given_sides(given: Sequence[float] | None) -> tuple[Sequence[float] | None, ...]:
    """LOW HIGH for both sides, or LOW HIGH of A and LOW HIGH of B, as two ranges.

    Raises:
        ValueError: neither two numbers nor four, or a low that is not below its high.
    """
    if given is None:
        return None, None
    numbers = list(given)
    if len(numbers) not in (2, 4):
        raise ValueError(
            "Expected --value-range LOW HIGH, or LOW HIGH of A and LOW HIGH of B, found "
            f"{len(numbers)} numbers."
        )
    sides = (numbers[:2], numbers[-2:])
    for low, high in sides:
        if not (np.isfinite([low, high]).all() and low < high):
            raise ValueError(f"Expected --value-range with LOW below HIGH, found {low} and {high}.")
    return sides
