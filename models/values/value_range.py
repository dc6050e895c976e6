"""The meaning of a picture's numbers: which of them are a network's -1 and 1.

One range holds for all pictures of a data set, and goes with the model that learned from them.
"""

import colorsys
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from models.values.numbers import MAX_BANDS, Numbers, UnreadableImage
from models.values.raster import Picture, Raster

BITS = (8, 10, 12, 14, 16)  # of a camera or a scanner, in 16
LUMA = (0.299, 0.587, 0.114)  # Rec. 601, as Pillow makes grey of RGB
HUE_STEP = 0.381966  # of a turn: neighbouring classes differ most (the golden angle)
MOST_CLASSES = 256
ROUNDING = 1 / 512  # of a range, half a step of 8 bits: as far beyond it is no other range yet


class ValuesCut(UserWarning):
    """Numbers of a picture lie outside the range that a model was trained on."""


@dataclass(frozen=True)
class ValueRange:
    """The range of the numbers of all pictures of a data set or a domain.

    Attributes:
        low, high: the numbers that become -1 and 1; what is beyond counts as the nearer one.
        dtype: the type that results are written in.
        classes: of a mask the numbers that are there; empty where the numbers are a quantity.
        colours: of a mask with a palette its colours as "#rrggbb".
        one_hot: a mask goes into a network as one channel for each class.
        bands: channels of the files where those are neither grey nor RGB, else 0.
    """

    low: float = 0.0
    high: float = 255.0
    dtype: str = "uint8"
    classes: tuple[int, ...] = ()
    colours: tuple[str, ...] = ()
    one_hot: bool = False
    bands: int = 0

    @property
    def ordinary(self) -> bool:
        """Whether it is that of pictures of 8 bits."""
        return self == ORDINARY

    @property
    def mask(self) -> bool:
        """Whether the numbers are classes, between which there is nothing."""
        return bool(self.classes or self.colours)

    @property
    def count(self) -> int:
        """How many classes a mask has."""
        return len(self.colours or self.classes)

    @property
    def channels(self) -> int | None:
        """How many channels a mask has in a network; None where the pictures say."""
        if self.one_hot:
            return self.count
        if self.colours:
            table = self.table
            return 1 if (table == table[:, :1]).all() else 3
        return 1 if self.classes else self.bands or None

    @property
    def table(self) -> np.ndarray:
        """The colour of each class, uint8 (classes, 3): the palette's, or colours that differ."""
        if self.colours:
            return np.array([list(bytes.fromhex(one[1:])) for one in self.colours], np.uint8)
        hues = (colorsys.hsv_to_rgb(i * HUE_STEP % 1, 0.75, 0.95) for i in range(self.count - 1))
        rest = np.array(list(hues)).reshape(-1, 3) * 255
        return np.concatenate([np.zeros((1, 3)), rest]).round().astype(np.uint8)

    @property
    def words(self) -> str:
        """Both ends, or the classes, as a person reads them."""
        if self.colours:
            return f"a mask of {self.count} colours"
        if self.classes:
            first, last = min(self.classes), max(self.classes)
            return f"a mask of {self.count} classes, numbered {first} to {last}"
        bits = next((bits for bits in BITS if (self.low, self.high) == (0, 2**bits - 1)), None)
        held = f"{bits} bits in {self.dtype}" if bits and self.dtype != "uint8" else self.dtype
        bands = f", {self.bands} channels" if self.bands else ""
        return f"{self.low:,.9g} to {self.high:,.9g} ({held}{bands})"

    def is_sound(self) -> bool:
        """Whether its parts fit together; a colour that is none is a ValueError."""
        finite = np.isfinite([self.low, self.high]).all() and self.low < self.high
        known = np.dtype(self.dtype).kind in "uif" and 0 <= self.bands <= MAX_BANDS
        in_order = list(self.classes) == sorted(set(self.classes))
        counted = 2 <= len(self.table) <= MOST_CLASSES if self.mask else not self.one_hot
        return bool(finite and known and in_order and counted)

    def as_json(self) -> dict[str, Any]:
        """As it stands in config.json: what differs from pictures of 8 bits."""
        found = {"low": self.low, "high": self.high, "dtype": self.dtype}
        more = {key: list(value) for key, value in asdict(self).items() if isinstance(value, tuple)}
        found |= {key: value for key, value in more.items() if value}
        rest = {"one_hot": self.one_hot, "bands": self.bands}
        return found | {key: value for key, value in rest.items() if value}

    def picture(self, numbers: Numbers, of_any_kind: bool = False) -> Raster:
        """The numbers as a network's picture before it is scaled: float32 in [0, 1], or of a mask
        the index of each pixel's class.

        A file of another kind than the data set's (8 bits, more, floats), as a photograph of 8 bits
        beside those of 12, is taken by the range that it has by itself.

        Args:
            of_any_kind: take it by this range all the same.

        Raises:
            UnreadableImage: of a mask a class that is unknown, or no mask; the message lacks the
                file's name.
        """
        if self.mask:
            return Raster(self.indices(numbers))
        taken = self if of_any_kind or self.holds(numbers) else range_of(numbers)
        return Raster(taken.unit(numbers.values))

    def with_ends(self, ends: tuple[float, float], name: str) -> "ValueRange":
        """The range of a model's input with other ends.

        Args:
            name: the model's.
        """
        if self.mask:
            raise ValueError(
                f"Expected no range of values for {name}, which takes {self.words}; leave "
                "--value-range out."
            )
        changed = replace(self, low=float(ends[0]), high=float(ends[1]))
        if not changed.is_sound():
            raise ValueError(
                f"Expected a range of values, low below high, found {ends[0]} and {ends[1]}."
            )
        return changed

    def holds(self, numbers: Numbers) -> bool:
        """Whether a file is of the data set's kind, so that it is taken by its range."""
        return alike(numbers.dtype, self.dtype)

    def cut(self, numbers: Numbers) -> str:
        """A sentence on how many of a picture's numbers lie outside the range by more than
        `ROUNDING`, so that they count as its ends; empty where none does."""
        if self.mask or not self.holds(numbers):
            return ""
        margin = ROUNDING * (self.high - self.low)
        beyond = (numbers.values < self.low - margin) | (numbers.values > self.high + margin)
        if not (share := beyond.mean()):
            return ""
        own = range_of(numbers)
        return (
            f"{max(share, 0.001):.1%} of its numbers lie outside {self.words}, which the model was "
            f"trained on, and count as the ends of that; --value-range {own.low:g} {own.high:g} of "
            "`python -m models translate` takes them all."
        )

    def unit(self, values: np.ndarray) -> np.ndarray:
        """(v - low) / (high - low) within [0, 1], float32; what is no number counts as low."""
        found = np.nan_to_num(values.astype(np.float64), nan=self.low, posinf=self.high)
        found = (found.clip(self.low, self.high) - self.low) / (self.high - self.low)
        return found.astype(np.float32)

    def stored(self, unit: np.ndarray) -> np.ndarray:
        """Values in [0, 1] as the numbers of files: low + u (high - low), of integers the
        nearest."""
        values = self.low + unit.astype(np.float64).clip(0, 1) * (self.high - self.low)
        exact = np.dtype(self.dtype).kind == "f"
        return (values if exact else values.round()).astype(self.dtype)

    def numbers(self, picture: Raster) -> Numbers:
        """The numbers of files that a picture of this range stands for; of a mask its classes, or
        the indices of its colours with their palette."""
        if self.colours:
            return Numbers(picture.values, self.colours)
        if self.classes:
            return Numbers(np.array(self.classes, self.dtype)[picture.values])
        return Numbers(self.stored(picture.values))

    def indices(self, numbers: Numbers) -> np.ndarray:
        """The index of the class of each pixel of a mask, uint8 (H, W, 1)."""
        if self.colours:
            return nearest_colours(colours_of(numbers), self.table)
        if numbers.values.shape[2] != 1 or numbers.colours:
            raise UnreadableImage(
                "Expected a mask of one channel whose numbers are classes, found colours."
            )
        known = np.array(self.classes)
        found = np.searchsorted(known, numbers.values).clip(0, len(known) - 1)
        if (strange := numbers.values[known[found] != numbers.values]).size:
            raise UnreadableImage(
                f"Expected the classes {in_words(self.classes)}, found {strange[0]}."
            )
        return found.astype(np.uint8)


ORDINARY = ValueRange()
Ranges = tuple[ValueRange, ValueRange]  # of both sides of pairs, or of two domains
BOTH_ORDINARY: Ranges = (ORDINARY, ORDINARY)


def from_json(found: Any) -> ValueRange:
    """A range as it stands in config.json.

    Raises:
        ValueError: it is none.
    """
    made = None
    try:
        made = ValueRange(
            float(found.get("low", 0)),
            float(found.get("high", 255)),
            np.dtype(found.get("dtype", "uint8")).name,
            tuple(int(one) for one in found.get("classes", ())),
            tuple(str(one) for one in found.get("colours", ())),
            bool(found.get("one_hot", False)),
            int(found.get("bands", 0)),
        )
        fits = made.is_sound()
    except (TypeError, ValueError, AttributeError):
        fits = False
    if not fits or made is None:
        raise ValueError(f"Expected a range of values, low below high, found {found}.")
    return made


def alike(one: str, other: str) -> bool:
    """Whether two types hold numbers of one kind: 8 bits, more than 8, or floats."""
    return all(
        is_kind(one) == is_kind(other)
        for is_kind in (lambda kind: kind == "uint8", lambda kind: np.dtype(kind).kind == "f")
    )


def range_of(numbers: Numbers) -> ValueRange:
    """The range of one picture by itself, for a picture that no data set tells the range of."""
    finite = numbers.values[np.isfinite(numbers.values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0, 1)
    return range_between(float(low), float(high), numbers.dtype)


def range_between(low: float, high: float, dtype: str) -> ValueRange:
    """The range of numbers that lie between two: 0 to 255 of 8 bits; of 16 without negative ones
    as few bits of `BITS` as hold them; of floats 0 to 1 or -1 to 1 where they fit; else both
    ends."""
    if dtype == "uint8":
        return ORDINARY
    if np.dtype(dtype).kind == "f":
        if low >= -1 and high <= 1:
            return ValueRange(-1.0 if low < 0 else 0.0, 1.0, dtype)
    elif low >= 0 and high < 2**16:
        bits = next(bits for bits in BITS if high < 2**bits)
        return ValueRange(0.0, float(min(2**bits - 1, np.iinfo(dtype).max)), dtype)
    return ValueRange(low, high if high > low else low + 1, dtype)


def with_channels(values: np.ndarray, channels: int) -> np.ndarray:
    """(H, W, C) with so many channels: grey as three, colours as their luma, of more the first.

    Raises:
        UnreadableImage: another number that cannot be made of them.
    """
    found = values.shape[2]
    if channels == found:
        return values
    if found == 1 and channels == 3:
        return values.repeat(3, axis=2)
    if found in (3, 4) and channels == 1:
        return (values[:, :, :3] @ np.array(LUMA, values.dtype))[:, :, None]
    if found > channels:
        return values[:, :, :channels]
    raise UnreadableImage(f"Expected {channels} channels, found {found}.")


def colours_of(numbers: Numbers) -> np.ndarray:
    """The colours of a picture of 8 bits, with a palette or without, uint8 (H, W, 3)."""
    if numbers.colours:
        table = replace(ORDINARY, colours=numbers.colours).table
        return table[numbers.values[:, :, 0].clip(0, len(table) - 1)]
    if numbers.dtype != "uint8" or numbers.values.shape[2] not in (1, 3):
        raise UnreadableImage(
            "Expected a mask with colours of 8 bits, found "
            f"{numbers.values.shape[2]} channels of {numbers.dtype}."
        )
    return with_channels(numbers.values, 3)


def nearest_colours(pixels: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The index of the colour of a table that is nearest to each pixel, uint8 (H, W, 1)."""
    packed = pixels.astype(np.int64) @ np.array([65536, 256, 1])
    there, inverse = np.unique(packed, return_inverse=True)
    rgb = np.stack([there >> 16, there >> 8 & 255, there & 255], axis=1)
    apart = np.concatenate(
        [
            np.abs(part[:, None] - table.astype(np.int64)).sum(2).argmin(1)
            for part in np.array_split(rgb, -(-len(rgb) // 4096))
        ]
    )
    return apart[inverse].astype(np.uint8).reshape(*pixels.shape[:2], 1)


def in_words(numbers: tuple[int, ...], most: int = 12) -> str:
    """Some numbers, and that there are more."""
    return ", ".join(map(str, numbers[:most])) + (", ..." if len(numbers) > most else "")


def shown(picture: Picture, values: ValueRange) -> Image.Image:
    """A network's picture as a person sees it, mode L or RGB: a mask in colours, of more than
    three channels the first three."""
    if isinstance(picture, Image.Image):
        return picture
    if values.mask:
        return Image.fromarray(values.table[picture.values[:, :, 0]])
    pixels = (picture.values[:, :, :3] * 255).round().astype(np.uint8)
    return Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])


def eight_bits(picture: Picture, values: ValueRange) -> Image.Image:
    """A network's picture in 8 bits, mode L or RGB: as it is shown, and of a mask without a palette
    its classes spread over the greys."""
    if isinstance(picture, Raster) and values.classes:
        spread = picture.values[:, :, 0] * (255 / (values.count - 1))
        return Image.fromarray(spread.round().astype(np.uint8))
    return shown(picture, values)
