"""Text written by a translator of characters: each drawn by the font that the model carries, and
translated into the manner of its training."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageOps
from torch import Tensor

from models.calligraphy.glyphs import EM, INK, Glyph, cut_out, factor_of, framed, without_specks
from models.calligraphy.setting import (
    LONGEST,
    MARGIN,
    SPACE,
    Place,
    Setting,
    set_text,
)
from models.calligraphy.sheet import Mark, Seal, Sheet
from models.calligraphy.source_font import FONT_FILE, SourceFont, has_source
from models.conditions.listener import Listener
from models.conditions.manners import Manner
from models.images import pixels_to_tensor, tensor_to_pixels
from models.precision import computing_in
from models.sampler import check_seed

MOST = 2000  # characters at once
AT_ONCE = 64  # that go through the network together
KEPT = 2048  # written characters that are remembered
MIDDLE = -0.38  # of a character's square above the baseline, in ems: 0.88 above it, 0.12 below
ENLARGED = 1.3  # times at most, so that a comma is written with the brush of the text
WRITTEN = 0.88  # of an em that a drawn character takes
NAME = 4  # characters on a seal
TURN, STRETCH, SHIFT = 2.0, 0.04, 0.02  # degrees, shares and ems by which writing varies
FAINTEST, DARKEST = 0.08, 0.92  # of the output: what is beyond is paper, or ink
SPECK = 1 / 200  # of a character's ink: what is smaller floats; dots have twice as much
SURE = 0.25  # of the ink: what is fainter holds no parts together


class Writer(Listener):
    """An exported model that writes, where it was trained on characters and carries their font."""

    run: Any  # of the translator
    size: int
    directions: list[str]
    channels: Any

    @property
    def writes(self) -> bool:
        """Whether it carries a font to write from."""
        return has_source(self.folder)

    @cached_property
    def inks(self) -> dict[tuple[bytes, str, bytes], Image.Image]:
        """What was written last, by what the network was given: so a line can grow while one
        types."""
        return {}

    @cached_property
    def source_font(self) -> SourceFont:
        """The font that it writes from.

        Raises:
            ValueError: it carries none.
            InvalidModel: a damaged one.
        """
        if not self.writes:
            raise ValueError(
                f"Expected a model of characters with the font that it writes from, found no "
                f"{FONT_FILE} in {self.folder}; train one with `python -m training.pix2pix --data "
                "FROM.ttf TO.ttf --recipe glyphs`."
            )
        return SourceFont(self.folder / FONT_FILE)

    def write(
        self,
        text: str,
        manner: Manner | None = None,
        columns: bool = True,
        seed: int | None = None,
        size: int = 128,
        ink: str = "black",
        paper: str = "white",
        **more: Any,
    ) -> Image.Image:
        """Write a text.

        Args:
            text: line breaks and punctuation are kept.
            manner: one of `manners`, or weights by name; the first where it is not given.
            columns: from right to left; else in rows.
            seed: 0 to 2^32 - 1, by which each character varies a little as in writing by hand; the
                same seed writes the same. None writes a character alike each time.
            size: pixels of a character's square.
            ink, paper: as `Sheet.image` has them.
            more: further arguments of `inscribe`: a seal, other manners for some characters,
                drawings in the place of some.

        Returns:
            a PIL image, mode RGB, or RGBA on transparent paper. A box stands for a character that
            the font lacks; `inscribe` tells which.

        Raises:
            ValueError: as `inscribe` and `Sheet.image`.
        """
        return self.inscribe(text, manner, columns, seed, **more).image(size, ink, paper)

    def inscribe(
        self,
        text: str,
        manner: Manner | None = None,
        columns: bool = True,
        seed: int | None = None,
        seal: str = "",
        each: Mapping[int, Manner] | None = None,
        drawn: Mapping[int, Image.Image] | None = None,
        longest: int = LONGEST,
        precision: str = "auto",
    ) -> Sheet:
        """Write a text to a sheet that can be looked at in any size, ink and paper.

        Args:
            text, manner, columns, seed: those of `write`.
            seal: a name of up to four characters, for a red seal at the end.
            each: other manners, by the index of a character in the text.
            drawn: pictures of dark lines on white in the place of what the font draws, by index.
            longest: characters in a line before it is broken.

        Raises:
            ValueError: no text or too much, a manner that there is not, a seed out of range, or no
                font to write from.
        """
        text = checked_text(text)
        if len(seal := seal.strip()) > NAME:
            raise ValueError(
                f"Expected a seal of at most {NAME} characters, found {len(seal)} in {seal!r}."
            )
        if seed is not None:
            check_seed(seed)
        if longest < 1:
            raise ValueError(f"Expected lines of at least 1 character, found {longest}.")
        font, drawn = self.source_font, drawn or {}
        setting = set_text(text, columns, font.characters.__contains__, self.advance, longest)
        strokes, lacking = [], []
        for place in setting.places:
            found = self.source(place, drawn.get(place.index))
            if found is None:
                lacking.append(Mark(box_of(self.size), place.x, place.y, 1.0, place.index))
            else:
                strokes.append(varied(found, seed))
        named, sealing, setting = self.sealed(seal, setting, columns)
        told = [(each or {}).get(mark.index, manner) for mark in strokes] + [manner] * len(named)
        marks = self.written([*strokes, *named], told, seed, precision)
        name = marks[len(strokes) :]
        stamp = Seal(name, sealing) if name and sealing else None
        return Sheet(text, marks[: len(strokes)], lacking, setting.width, setting.height, stamp)

    def advance(self, character: str) -> float:
        """The length that a character takes in a row, in ems."""
        found = self.source_font.glyph(character)
        return max(0.2, found.advance / EM) if found else 1.0

    def source(self, place: Place, drawing: Image.Image | None = None) -> Mark | None:
        """What the network is given for a character, where it is to stand: black on white yet; None
        of one that the font lacks."""
        if drawing is not None:
            grey = ImageOps.invert(drawing.convert("L"))
            own = cut_out(grey.point(lambda value: value if value > 32 else 0))
            if own is not None:
                return Mark(framed(own, self.size), place.x, place.y, WRITTEN / INK, place.index)
        found = self.source_font.glyph(place.character)
        if found is None:
            return None
        picture = framed(found.ink, self.size, most=ENLARGED)
        side = self.size / factor_of(found.ink, self.size, ENLARGED) / EM
        right, down = off_middle(found)
        if place.turned:
            picture = picture.transpose(Image.Transpose.ROTATE_270)
            right, down = -down, right
        if place.corner:
            right, down = -right, -down
        return Mark(picture, place.x + right, place.y + down, side, place.index)

    def sealed(
        self, name: str, setting: Setting, columns: bool
    ) -> tuple[list[Mark], tuple[float, float, float, float] | None, Setting]:
        """The characters of a seal after a text's end, its box, and the setting with room for
        it."""
        characters = [one for one in name if self.source_font.glyph(one)]
        if not characters:
            return [], None, setting
        rows = min(2, len(characters))
        across = 2 if len(characters) > 2 else 1
        cell = 0.72 if len(characters) == 1 else 0.5
        width, height = across * cell + 0.12, rows * cell + 0.12
        x, y = setting.end
        if columns:
            left, top = x - width / 2, y + SPACE
            needed = top + height + MARGIN
            setting = replace(setting, height=max(setting.height, needed))
        else:
            left, top = x + SPACE, y - height / 2 + 0.06
            needed = left + width + MARGIN
            setting = replace(setting, width=max(setting.width, needed))
        marks = []
        for index, character in enumerate(characters):
            column, row = divmod(index, 2)
            at_x = left + width - 0.06 - (column + 0.5) * cell
            at_y = top + 0.06 + (row + 0.5) * cell
            found = self.source_font.glyph(character)
            picture = framed(found.ink, self.size) if found else box_of(self.size)
            marks.append(Mark(picture, at_x, at_y, 1.05 * cell, index))
        return marks, (left, top, width, height), setting

    def written(
        self, marks: list[Mark], manners: list[Manner | None], seed: int | None, precision: str
    ) -> list[Mark]:
        """Marks through the network, their ink as it writes them."""
        seeds = [None if seed is None else (seed + k) % 2**32 for k in range(len(marks))]
        conditions = [
            self.conditioned("", one, manner) for one, manner in zip(seeds, manners, strict=True)
        ]
        keys = [
            (mark.ink.tobytes(), precision, b"" if told is None else told.numpy().tobytes())
            for mark, told in zip(marks, conditions, strict=True)
        ]
        asked = dict(zip(keys, zip(marks, conditions, strict=True), strict=True))
        found = {key: self.inks[key] for key in asked if key in self.inks}
        new = [key for key in asked if key not in found]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            pictures = [asked[key][0].ink for key in some]
            told = [one for key in some if (one := asked[key][1]) is not None]
            condition = torch.cat(told) if told else None
            found |= dict(zip(some, self.inked(pictures, condition, precision), strict=True))
        if len(self.inks) + len(new) > KEPT:
            self.inks.clear()
        self.inks.update({key: found[key] for key in new})
        return [replace(mark, ink=found[key]) for mark, key in zip(marks, keys, strict=True)]

    def inked(
        self, pictures: list[Image.Image], condition: Tensor | None, precision: str
    ) -> list[Image.Image]:
        """Pictures of characters through the network together, each its ink."""
        direction = self.directions[0]
        mode = "L" if self.channels(direction)[0] == 1 else "RGB"
        given = [
            self.with_hints(pixels_to_tensor(picture.convert(mode)), None) for picture in pictures
        ]
        with torch.inference_mode(), computing_in(precision):
            output = self.run(torch.cat(given), direction, condition=condition)
        return [
            ink_of(pixels, picture)
            for pixels, picture in zip(tensor_to_pixels(output), pictures, strict=True)
        ]


def checked_text(text: str) -> str:
    """A text that can be written, with line breaks of one kind.

    Raises:
        ValueError: none, or too much.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError("Expected text to write, found none.")
    text = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    if len(text) > MOST:
        raise ValueError(f"Expected at most {MOST:,} characters, found {len(text):,}.")
    return text


def off_middle(glyph: Glyph) -> tuple[float, float]:
    """How far the middle of a character's ink lies from that of its square, in ems."""
    x, y = glyph.middle
    return (x - glyph.advance / 2) / EM, y / EM - MIDDLE


def varied(mark: Mark, seed: int | None) -> Mark:
    """A mark a little turned, stretched and moved, by seed and its place in the text."""
    if seed is None:
        return mark
    stream = np.random.default_rng([seed, mark.index])
    angle, wide, high, right, down = stream.uniform(-1, 1, 5)
    middle = mark.ink.width / 2
    turn = np.deg2rad(TURN * angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix / [[1 + STRETCH * wide], [1 + STRETCH * high]]
    a, b, c, d = matrix.ravel().tolist()
    moved = (a, b, middle - (a + b) * middle, c, d, middle - (c + d) * middle)
    picture = mark.ink.transform(
        mark.ink.size, Image.Transform.AFFINE, moved, Image.Resampling.BICUBIC, fillcolor=255
    )
    return replace(mark, ink=picture, x=mark.x + SHIFT * right, y=mark.y + SHIFT * down)


def ink_of(pixels: np.ndarray, given: Image.Image) -> Image.Image:
    """Where an output, uint8 (H, W, C), has ink, mode L; what floats beside strokes, or is far from
    those of the character that was given, is none."""
    ink = 1 - pixels.mean(2) / 255
    sure = ((ink - FAINTEST) / (DARKEST - FAINTEST)).clip(0, 1)
    drawn = np.asarray(given.convert("L")) < 128
    whole = without_specks(sure, SPECK, SURE, drawn)
    return Image.fromarray(np.round(255 * whole).astype(np.uint8))


def box_of(size: int) -> Image.Image:
    """An empty box, which stands for a character that is not there."""
    picture = Image.new("L", (size, size), 0)
    edge = round(0.14 * size)
    ends = (edge, edge, size - edge, size - edge)
    ImageDraw.Draw(picture).rectangle(ends, outline=255, width=max(1, size // 32))
    return picture
