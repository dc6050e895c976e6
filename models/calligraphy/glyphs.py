"""Characters of a font as ink, centred and scaled alike whatever hand they come from."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK = 0.82  # of the picture's side that the longer side of a character takes
EM = 256  # pixels at which characters are rendered, so large that fitting to pixels is not seen
EDGE = 2  # pixels around what is inked, in which a soft edge lies
FAR = 0.1  # of the side: no hand moves a stroke so far
LARGEST = 8 * EM  # pixels along a character; what is larger is no character


@dataclass(frozen=True)
class Glyph:
    """A character's ink, and where it stands.

    Attributes:
        ink: mode L, 255 where there is ink, cut to where there is any.
        left, top: of the ink from where the baseline begins, in pixels of `EM`, y downwards.
        advance: from there to the next character's beginning.
    """

    ink: Image.Image
    left: float
    top: float
    advance: float

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the ink, in the same pixels."""
        return self.left + self.ink.width / 2, self.top + self.ink.height / 2


def at_size(path: Path) -> ImageFont.FreeTypeFont:
    """A font file as FreeType renders it.

    Raises:
        OSError: it does not open.
    """
    plain: Path | BytesIO = path
    try:
        return ImageFont.truetype(plain, EM, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        if path.suffix.lower() not in (".woff", ".woff2"):
            raise
    from fontTools.ttLib import TTFont  # where FreeType was built without Brotli

    plain = BytesIO()
    with TTFont(path) as font:
        font.flavor = None
        font.save(plain)
    plain.seek(0)
    return ImageFont.truetype(plain, EM, layout_engine=ImageFont.Layout.BASIC)


def glyph(font: ImageFont.FreeTypeFont, character: str) -> Glyph | None:
    """A character of a font; None of an empty outline.

    Raises:
        ValueError: far larger than its square.
        OSError: FreeType cannot draw it.
    """
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    width, height = round(right - left), round(bottom - top)
    if width <= 0 or height <= 0:
        return None
    if max(width, height) > LARGEST:
        raise ValueError("it is far larger than its square")
    ink = Image.new("L", (width + 2, height + 2), 0)
    ImageDraw.Draw(ink).text((1 - left, 1 - top), character, 255, font, anchor="ls")
    if (box := ink.getbbox()) is None:
        return None
    place = (left - 1 + box[0], top - 1 + box[1])
    return Glyph(ink.crop(box), *place, font.getlength(character))


def factor_of(ink: Image.Image, size: int, most: float = float("inf")) -> float:
    """How many times its size ink becomes in a square picture.

    Args:
        most: at most so many times `size` / `EM`: a dot stays one.
    """
    return min(INK * size / max(ink.size), most * size / EM)


def framed(
    ink: Image.Image, size: int, levels: int = 256, most: float = float("inf")
) -> Image.Image:
    """Black ink on a white square, in its middle, the longer side of what is inked `INK` of it.

    Args:
        ink: mode L, 255 where there is ink, cut to where there is any.
        size: height and width.
        levels: of grey; few make small files.
        most: as `factor_of`.
    """
    factor = factor_of(ink, size, most)
    width, height = (max(1, round(side * factor)) for side in ink.size)
    scaled = ink.resize((width, height), Image.Resampling.LANCZOS)
    square = Image.new("L", (size, size), 0)
    square.paste(scaled, ((size - width) // 2, (size - height) // 2))
    light = 1 - np.asarray(square) / 255
    return Image.fromarray((np.round(light * (levels - 1)) * 255 / (levels - 1)).astype(np.uint8))


def cut_out(ink: Image.Image) -> Image.Image | None:
    """Ink without the empty margins; None where there is none."""
    box = ink.getbbox()
    return ink.crop(box) if box else None


def without_specks(
    ink: np.ndarray, least: float, level: float = 0.0, given: np.ndarray | None = None
) -> np.ndarray:
    """Ink, (H, W) in [0, 1], without what floats: parts that hang together above a level and are
    smaller than a share `least` of all ink, and what is fainter and beside none of the others.

    Args:
        given: where there may be strokes, bool (H, W); parts that are far from all of it float too.
    """
    count, parts, about, _ = cv2.connectedComponentsWithStats((ink > level).astype(np.uint8))
    areas = about[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # what is not inked
    kept = areas >= least * areas.sum()
    if given is not None:
        kept &= np.isin(np.arange(count), parts[grown(given, round(FAR * len(ink)))])
    kept[0] = False
    strokes = kept[parts]
    return ink * (strokes | (grown(strokes, EDGE) & (parts == 0)))


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    """A mask, bool (H, W), and what is at most so many pixels away, along the axes."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8)) > 0
