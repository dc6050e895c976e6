"""A report on data for each training script, before it trains on them:
`python -m training.data check`.

It reads every image as the script would, so what it skips is what a run would skip.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from models.images import UnreadableImage, grid, read_image, read_picture
from models.values.value_range import ORDINARY, ValueRange, shown
from training.data import reading
from training.data.errors import DataError
from training.data.kinds import LOOKED_AT, guessed_kind
from training.data.labelled import labelled_images
from training.data.labelled.layouts import Source
from training.data.labelled.sources import find_source, require_classes
from training.data.paired import paired_images
from training.data.paired.pairs import Pair, Pairs, find_pairs
from training.data.places import hold_out
from training.data.unpaired.domains import LEAST, LEAST_OF_B, SPARED, Domains, find_domains
from training.data.value_ranges import valued_domains, valued_pairs, valued_source

FEW_TO_GENERATE, FEW_OF_A_CLASS, FEW_PAIRS, FEW_OF_A_DOMAIN = 500, 50, 50, 10
SHOWN = 12  # classes or skipped files that are named; the rest are counted
UNBALANCED = 10  # times as many images in one class as in another
THUMBNAIL, COLUMNS, ROWS = 96, 8, 10  # of the look at some images

UNNAMED = ("A", "B")
Entries = Sequence[Path] | Sequence[Pair] | Sequence[Path | Pair] | np.ndarray


@dataclass
class Report:
    """The data as a training script would find them.

    Attributes:
        script: the training script that was asked for.
        problem: why it cannot train on this data, in one sentence; empty where it can.
        name: what the data is called.
        images: pictures or pairs that a run would draw from, held out ones among them.
        held_out: of these, what it would only be validated on.
        test: pictures or pairs of the test split, which no run touches.
        size: height and width at which a run would train unless told; None where the script has a
            default of its own.
        sizes: the smallest, middle and largest of the pictures, as [width, height].
        values: the range of the numbers of each domain, or of all pictures, in words.
        kinds: what the pictures of A and of B seem to show, where the data do not say it.
        groups: classes or domains, {"name", "images"} each.
        skipped: files that a run would leave out, and why.
        advice: what else a person should know, in words.
    """

    script: str
    problem: str = ""
    name: str = ""
    images: int = 0
    held_out: int = 0
    test: int = 0
    size: int | None = None
    sizes: dict[str, list[int]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    groups: list[dict] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)

    def as_json(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Chosen:
    """The options of a script that change what it finds.

    Attributes:
        made: how A is made from B (pix2pix).
        value_range: LOW HIGH of all, or of A and of B, in place of what is found.
    """

    made: str | None = None
    value_range: Sequence[float] | None = None


def check(
    data: list[str],
    script: str,
    made: str | None = None,
    value_range: Sequence[float] | None = None,
) -> tuple[Report, Image.Image]:
    """The report on `data` for a training script, and a look at some of its pictures.

    Args:
        data: a name, folder or zip; or the two places A and B.
        made: how A is made from B (pix2pix).
        value_range: LOW HIGH, or LOW HIGH of A and LOW HIGH of B, in place of what is found.

    Raises:
        ValueError: a range that is none.
    """
    report = Report(script)
    try:
        if script not in CHECKS:
            raise DataError(f"Expected one of {', '.join(CHECKS)} as script, found {script!r}.")
        look = CHECKS[script](report, data, Chosen(made, value_range))
    except DataError as error:
        report.problem = str(error)
        look = Image.new("RGB", (COLUMNS * THUMBNAIL, THUMBNAIL), "white")
    return report, look


def check_pictures(report: Report, data: list[str], chosen: Chosen) -> Image.Image:
    """For the unconditional GAN: pictures, whatever their classes."""
    source = one_source(report, data, chosen)
    opens = read(report, source.images, "images", source.warnings)
    if report.images < FEW_TO_GENERATE:
        report.advice.append(
            f"A generator learns {report.images:,} pictures nearly by heart; some thousands give "
            "it room to invent."
        )
    return sheet([sample(source.images, opens, COLUMNS * ROWS // 2, source.values)])


def check_classes(report: Report, data: list[str], chosen: Chosen) -> Image.Image:
    """For the class-conditional GAN: pictures in at least two classes."""
    source = one_source(report, data, chosen)
    require_classes(source.class_names, source.name)
    opens = np.array(read(report, source.images, "images", source.warnings))
    rows: list[list[Image.Image]] = []
    for label, name in enumerate(source.class_names):
        members = opens & (source.labels == label)
        report.groups.append({"name": name, "images": int(members.sum())})
        if not members.any():
            raise DataError(f"Expected pictures of every class, found none that open of {name}.")
        if len(rows) < ROWS:
            rows.append(sample(source.images, members, COLUMNS, source.values))
    report.advice += advice_on_classes(report.groups)
    return sheet(rows)


def advice_on_classes(groups: list[dict]) -> list[str]:
    """Warnings of classes that are uneven or small."""
    smallest, largest = (pick(groups, key=itemgetter("images")) for pick in (min, max))
    advice = []
    if smallest["images"] * UNBALANCED < largest["images"]:
        advice.append(
            f"The classes are uneven, {smallest['images']:,} of {smallest['name']} and "
            f"{largest['images']:,} of {largest['name']}; the small ones are learned worse."
        )
    if smallest["images"] < FEW_OF_A_CLASS:
        advice.append(
            f"{smallest['images']:,} pictures of {smallest['name']} are few; some hundreds of "
            "each class are better."
        )
    return advice


def check_pairs(report: Report, data: list[str], chosen: Chosen) -> Image.Image:
    """For pix2pix: pairs."""
    found = valued_pairs(find_pairs(data, "train", chosen.made), chosen.value_range)
    opens = read(report, found.pairs, "pairs", found.warnings)
    report.name, report.size = found.name, paired_images.chosen_size(found)
    report.advice = list(found.notes)
    report.held_out = len(found.held_out()[1])
    count_test(report, lambda: find_pairs(data, "test", chosen.made))
    say_values(report, found)
    say_kinds(report, found, [found.pairs, found.pairs])
    report.groups = [{"name": name, "images": report.images} for name in found.domains]
    for manner in found.manners:
        there = sum(pair.manner == manner for pair in found.pairs)
        report.groups.append({"name": manner, "images": there})
    if report.images < FEW_PAIRS:
        report.advice.append(f"{report.images} pairs are few; some hundreds are better.")
    most = COLUMNS * ROWS // 4
    if found.notes:  # how they pair is to be looked at, and a note names the first of them
        opens[most:] = [False] * len(opens[most:])
    return sheet([sample(found.pairs, opens, most)], COLUMNS // 2)


def check_domains(report: Report, data: list[str], chosen: Chosen) -> Image.Image:
    """For CycleGAN and CUT: two domains."""
    found = valued_domains(find_domains(data), chosen.value_range)
    opens = read(report, [*found.a, *found.b], "images", found.warnings)
    report.name, report.advice = found.name, list(found.notes)
    sides = ((found.a, opens[: len(found.a)]), (found.b, opens[len(found.a) :]))
    needed = (LEAST, LEAST_OF_B)
    for name, least, (files, there) in zip(found.domains, needed, sides, strict=True):
        report.groups.append({"name": name, "images": sum(there)})
        if sum(there) < least:
            raise DataError(f"Expected {least} images of {name} that open, found {sum(there)}.")
        report.held_out += len(hold_out(files)[1]) if len(files) >= SPARED else 0
        if 1 < sum(there) < FEW_OF_A_DOMAIN:  # of one, a note says what it means
            report.advice.append(
                f"{sum(there)} pictures of {name} are few: the model will not know their variety."
            )
    count_test(report, lambda: find_domains(data, "test"))
    say_values(report, found)
    say_kinds(report, found, [found.a, found.b])
    looks = zip(sides, found.values, strict=True)
    return sheet([sample(*side, 2 * COLUMNS, values) for side, values in looks])


def say_kinds(report: Report, found: Pairs | Domains, sides: Sequence[Entries]) -> None:
    """What both sides show: as the data name them, or as it seems where they are just A and B."""
    report.kinds = list(found.domains)
    if found.domains == UNNAMED:
        looks = zip(sides, found.values, (0, 1), strict=True)
        report.kinds = [guessed_kind(list(some_of(*look))) for look in looks]


def some_of(entries: Entries, values: ValueRange, side: int) -> Iterator[Image.Image]:
    """Some pictures that open, from all over the files, as they are looked at.

    Args:
        entries: files, or pairs of which a side is wanted.
    """
    step = max(1, len(entries) // LOOKED_AT)
    for entry in entries[::step][:LOOKED_AT]:
        try:
            picture = entry.read()[side] if isinstance(entry, Pair) else read_picture(entry, values)
            yield shown(picture, values)
        except (UnreadableImage, OSError):
            continue


def say_values(report: Report, found: Pairs | Domains) -> None:
    """The ranges of both sides, in words."""
    report.values = {
        name: values.words for name, values in zip(found.domains, found.values, strict=True)
    }


CHECKS: dict[str, Callable[[Report, list[str], Chosen], Image.Image]] = {
    "training.gan": check_pictures,
    "training.cgan": check_classes,
    "training.pix2pix": check_pairs,
    "training.cyclegan": check_domains,
    "training.cut": check_domains,
}


def one_source(report: Report, data: list[str], chosen: Chosen) -> Source:
    """The one source of pictures to generate from, named in the report."""
    if len(data) != 1:
        raise DataError(f"Expected one folder, zip or name to generate from, found {len(data)}.")
    source = valued_source(find_source(data[0]), chosen.value_range)
    report.name = source.name
    report.values = {source.name: source.values.words}
    report.size = source_size(source)
    count_test(report, lambda: find_source(data[0], "test"))
    return source


def count_test(report: Report, find: Callable[[], Source | Pairs | Domains]) -> None:
    """How many there are to measure on, 0 where there is no test split, and what is odd there."""
    try:
        found = find()
    except DataError:
        return
    report.test = len(found)
    report.advice += [f"In the test split: {text}" for text in found.warnings]


def source_size(source: Source) -> int:
    """The size at which a generator would train."""
    return labelled_images.chosen_size(labelled_images.probe(source))


def read(report: Report, entries: Entries, what: str, left_out: list[str]) -> list[bool]:
    """Read every entry; which of them open. Counts and sizes go into the report.

    Args:
        left_out: what is left out besides, in words.

    Raises:
        DataError: more than a tenth do not open, or fewer than two are left.
    """
    if isinstance(entries, np.ndarray):
        height, width = entries.shape[1:3]
        found: list[tuple[int, int] | str] = [(width, height)] * len(entries)
    else:
        found, report.skipped = reading.read_all(entries, lambda one, _: size_of(one), 0, what)
    report.skipped += left_out
    sizes = [one for one in found if not isinstance(one, str)]
    if len(sizes) < 2:
        raise DataError(f"Expected at least two {what} that open, found {len(sizes)}.")
    report.images = len(sizes)
    by_area = sorted(sizes, key=lambda size: size[0] * size[1])
    chosen = {"smallest": 0, "middle": len(by_area) // 2, "largest": -1}
    report.sizes = {name: list(by_area[at]) for name, at in chosen.items()}
    return [not isinstance(one, str) for one in found]


def size_of(entry: Path | Pair) -> tuple[int, int]:
    """Width and height of a picture, or of either side of a pair."""
    return sides_of(entry)[0].size


def sides_of(entry: Path | Pair | np.ndarray, values: ValueRange = ORDINARY) -> list[Image.Image]:
    """A picture, or both of a pair, as a person sees those of a range of values."""
    if isinstance(entry, Pair):
        return [shown(*side) for side in zip(entry.read(), entry.values, strict=True)]
    if isinstance(entry, Path) and not values.ordinary:
        return [shown(read_picture(entry, values), values)]
    return [Image.fromarray(entry) if isinstance(entry, np.ndarray) else read_image(entry)]


def sample(
    entries: Entries,
    opens: Sequence[bool] | np.ndarray,
    most: int,
    values: ValueRange = ORDINARY,
) -> list[Image.Image]:
    """Thumbnails of at most so many entries from all over those that open."""
    there = np.flatnonzero(opens)
    chosen = there[np.unique(np.linspace(0, len(there) - 1, min(most, len(there))).astype(int))]
    return [thumbnail(sides_of(entries[index], values)) for index in chosen]


def thumbnail(sides: list[Image.Image]) -> Image.Image:
    """A picture as a small square, or two beside each other."""
    both = Image.new("RGB", (len(sides) * THUMBNAIL, THUMBNAIL))
    for place, side in enumerate(sides):
        square = ImageOps.fit(side.convert("RGB"), (THUMBNAIL, THUMBNAIL))
        both.paste(square, (place * THUMBNAIL, 0))
    return both


def sheet(groups: list[list[Image.Image]], columns: int = COLUMNS) -> Image.Image:
    """Thumbnails in rows; each group begins a row of its own."""
    white = Image.new("RGB", groups[0][0].size, "white")
    return grid([tile for group in groups for tile in padded(group, white, columns)], columns)


def padded(group: list[Image.Image], white: Image.Image, columns: int) -> list[Image.Image]:
    """A group with white tiles up to the end of its last row."""
    return group + [white] * (-len(group) % columns)


def in_words(report: Report) -> list[str]:
    """The report as lines for a terminal."""
    if report.problem:
        return [f"{report.script:18} no: {report.problem}"]
    lines = [f"{report.script:18} yes: {report.images:,} to train on"]
    lines[0] += f", {report.held_out} of them held out to validate" if report.held_out else ""
    lines[0] += f"; {report.test:,} to test" if report.test else "; no test split"
    spread = ", ".join(f"{name} {w}x{h}" for name, (w, h) in report.sizes.items())
    lines.append(f"{'':18} sizes: {spread}")
    if any(words != ORDINARY.words for words in report.values.values()):
        said = "; ".join(f"{name} {words}" for name, words in report.values.items())
        lines.append(f"{'':18} values: {said}")
    if report.size:
        lines.append(f"{'':18} trains at {report.size} pixels unless told otherwise")
    if report.groups:
        names = [f"{one['name']} {one['images']:,}" for one in report.groups]
        lines.append(f"{'':18} {', '.join(shortened(names))}")
    return lines + [f"{'':18} {text}" for text in [*report.advice, *shortened(report.skipped)]]


def shortened(texts: list[str]) -> list[str]:
    """The first `SHOWN` of some texts, and how many more there are."""
    more = len(texts) - SHOWN
    return [*texts[:SHOWN], f"and {more:,} more"] if more > 0 else texts
