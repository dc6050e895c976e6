"""Written text on a sheet: as pixels of any size, and as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import sqrt

import cv2
import numpy as np
from PIL import Image

from models.calligraphy.outlines import Outline, traced

INKS = {
    "black": (24, 20, 18),
    "light": (104, 100, 96),
    "brown": (84, 52, 30),
    "blue": (30, 48, 92),
    "cinnabar": (178, 42, 32),
}
PAPERS = {"white": (255, 255, 255), "rice": (246, 240, 226), "transparent": None}
SEAL, LACKING = (176, 36, 28), (150, 150, 150)
TRACED_FROM = 1.25  # times the written size; below, pixels are as good
MAX_PIXELS = 40_000_000
SMALLEST, LARGEST = 16, 1024  # pixels of a character's square
FIBRES = 7  # the seed of rice paper
Box = tuple[float, float, float, float]


@dataclass(eq=False)
class Mark:
    """Ink on a sheet, lengths in ems.

    Attributes:
        ink: square, mode L, 255 where there is ink.
        x, y: where its middle stands.
        side: of its square.
        index: of its character in the text; in the seal's name for one of the seal.
    """

    ink: Image.Image
    x: float
    y: float
    side: float
    index: int

    @cached_property
    def outline(self) -> Outline:
        return traced(self.ink)

    @property
    def corner(self) -> tuple[float, float]:
        """Its upper left corner."""
        return self.x - self.side / 2, self.y - self.side / 2

    def put(self, layer: np.ndarray, size: int) -> None:
        """Add it to a layer (H, W) of uint8 whose em has `size` pixels."""
        side = self.side * size
        if side > TRACED_FROM * self.ink.width:
            left, top = self.corner
            self.outline.fill(layer, left * size, top * size, side)
            return
        pixels = max(1, round(side))
        small = np.asarray(self.ink.resize((pixels, pixels), Image.Resampling.LANCZOS))
        left, top = (round(one * size) for one in self.corner)
        height, width = layer.shape
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + pixels), min(height, top + pixels)
        if x0 < x1 and y0 < y1:
            part = layer[y0:y1, x0:x1]
            np.maximum(part, small[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


@dataclass(frozen=True)
class Seal:
    """A red seal with a name cut out of it.

    Attributes:
        marks: of the name.
        box: left, top, width and height.
    """

    marks: list[Mark]
    box: Box


@dataclass(frozen=True)
class Sheet:
    """A text as it was written, lengths in ems.

    Attributes:
        text: what was written.
        marks: its ink, in the order of the text.
        lacking: boxes that stand for characters that the font does not have.
        width, height: of the sheet.
        seal: or None.
    """

    text: str
    marks: list[Mark]
    lacking: list[Mark]
    width: float
    height: float
    seal: Seal | None = None

    @property
    def missing(self) -> str:
        """The characters that the font does not have."""
        return "".join(dict.fromkeys(self.text[mark.index] for mark in self.lacking))

    @property
    def message(self) -> str:
        """A sentence on what could not be written, empty where all was."""
        if not self.missing:
            return ""
        return f"The font that it writes from has no {' '.join(self.missing)}: boxes stand there."

    def pixels(self, size: int) -> tuple[int, int]:
        """Width and height where an em has `size` pixels.

        Raises:
            ValueError: a size out of range, or a larger sheet than `MAX_PIXELS`.
        """
        if isinstance(size, bool) or not isinstance(size, int) or not SMALLEST <= size <= LARGEST:
            raise ValueError(
                f"Expected a size of {SMALLEST} to {LARGEST} pixels for a character, found "
                f"{size!r}."
            )
        width, height = round(self.width * size), round(self.height * size)
        if width * height > MAX_PIXELS:
            raise ValueError(
                f"Expected a sheet of at most {MAX_PIXELS // 10**6} megapixels, found {width} x "
                f"{height}; choose a smaller size or write less."
            )
        return width, height

    def size_for(self, long_side: int) -> int:
        """The size of a character that makes the sheet's longer side about so many pixels, within
        what `pixels` allows."""
        most = sqrt(MAX_PIXELS / (self.width * self.height))
        wanted = min(long_side / max(self.width, self.height), most - 1, LARGEST)
        return max(SMALLEST, int(wanted))

    def layer(self, marks: Iterable[Mark], size: int) -> np.ndarray:
        """Where marks have ink, uint8 (H, W)."""
        width, height = self.pixels(size)
        layer = np.zeros((height, width), np.uint8)
        for mark in marks:
            mark.put(layer, size)
        return layer

    def image(self, size: int = 128, ink: str = "black", paper: str = "white") -> Image.Image:
        """The sheet as pixels, mode RGB, of transparent paper RGBA.

        Args:
            size: pixels of a character's square; characters are traced to outlines where they get
                larger than the network writes them.
            ink: one of `INKS`, or a colour as #rrggbb.
            paper: one of `PAPERS`.

        Raises:
            ValueError: an ink, a paper or a size that there is not.
        """
        return self.composed(self.layer(self.marks, size), size, ink, paper, self.seal)

    def composed(
        self, written: np.ndarray, size: int, ink: str, paper: str, seal: Seal | None
    ) -> Image.Image:
        """Ink, boxes and a seal on paper."""
        colour, sheet = ink_colour(ink), paper_image(paper, self.pixels(size)).copy()
        layers = [(colour, written), (LACKING, self.layer(self.lacking, size))]
        if seal:
            layers.append((SEAL, self.sealed(seal, size)))
        for one, layer in layers:
            if layer.any():
                sheet.alpha_composite(with_alpha(one, layer))
        return sheet if paper == "transparent" else sheet.convert("RGB")

    def sealed(self, seal: Seal, size: int) -> np.ndarray:
        """Where a seal is red, uint8 (H, W)."""
        width, height = self.pixels(size)
        layer = np.zeros((height, width), np.uint8)
        shape = np.round(rounded(seal.box) * size * 64).astype(np.int32)
        cv2.fillPoly(layer, [shape], 255, cv2.LINE_AA, 6)
        return np.minimum(layer, 255 - self.layer(seal.marks, size))

    def svg(self, size: int = 128, ink: str = "black", paper: str = "white") -> str:
        """The sheet as SVG, of outlines; the arguments are those of `image`."""
        width, height = self.pixels(size)
        background = PAPERS[checked_paper(paper)]
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}">'
        ]
        if background:
            lines.append(f'<rect width="100%" height="100%" fill="{hexed(background)}"/>')
        for colour, marks in ((ink_colour(ink), self.marks), (LACKING, self.lacking)):
            lines.append(f'<g fill="{hexed(colour)}" fill-rule="evenodd">')
            lines += [f'<path d="{path_of(mark, size)}"/>' for mark in marks]
            lines.append("</g>")
        if self.seal:
            ends = " ".join(f"{x:.1f} {y:.1f}" for x, y in rounded(self.seal.box) * size)
            cut = "".join(path_of(mark, size) for mark in self.seal.marks)
            path = f'<path fill="{hexed(SEAL)}" fill-rule="evenodd" d="M{ends}Z{cut}"/>'
            lines.append(path)
        return "\n".join([*(line for line in lines if 'd=""' not in line), "</svg>\n"])


def path_of(mark: Mark, size: int) -> str:
    """A mark's outline as the data of an SVG path."""
    left, top = mark.corner
    return mark.outline.path(left * size, top * size, mark.side * size)


def with_alpha(colour: tuple[int, int, int], layer: np.ndarray) -> Image.Image:
    """A colour where a layer says."""
    image = Image.new("RGBA", layer.shape[::-1], colour)
    image.putalpha(Image.fromarray(layer))
    return image


def ink_colour(ink: str) -> tuple[int, int, int]:
    """The colour of an ink by its name, or as #rrggbb.

    Raises:
        ValueError: neither.
    """
    if ink in INKS:
        return INKS[ink]
    digits = ink[1:] if isinstance(ink, str) and ink[:1] == "#" and len(ink) == 7 else ""
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise ValueError(
            f"Expected an ink, {', '.join(INKS)}, or a colour as #rrggbb, found {ink!r}."
        ) from None
    return red, green, blue


def checked_paper(paper: str) -> str:
    """A paper that there is."""
    if paper not in PAPERS:
        raise ValueError(f"Expected a paper, {', '.join(PAPERS)}, found {paper!r}.")
    return paper


@lru_cache(maxsize=1)  # of an animation all frames have one
def paper_image(paper: str, size: tuple[int, int]) -> Image.Image:
    """Empty paper, mode RGBA, the same each time."""
    colour = PAPERS[checked_paper(paper)]
    if colour is None:
        return Image.new("RGBA", size, (255, 255, 255, 0))
    if paper == "white":
        return Image.new("RGBA", size, colour)
    width, height = size
    stream = np.random.default_rng(FIBRES)
    clouds = stream.normal(size=(height // 24 + 2, width // 24 + 2)).astype(np.float32)
    fibres = stream.normal(size=(height // 2 + 1, width // 10 + 1)).astype(np.float32)
    shade = 2.2 * cv2.resize(clouds, size, interpolation=cv2.INTER_CUBIC)
    shade += 1.6 * cv2.resize(fibres, size, interpolation=cv2.INTER_LINEAR)
    pixels = np.array(colour, np.float32) + shade[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).convert("RGBA")


def rounded(box: Box) -> np.ndarray:
    """A box with its corners off, (8, 2)."""
    left, top, width, height = box
    off = 0.06
    right, bottom = left + width, top + height
    return np.array(
        [
            (left + off, top),
            (right - off, top),
            (right, top + off),
            (right, bottom - off),
            (right - off, bottom),
            (left + off, bottom),
            (left, bottom - off),
            (left, top + off),
        ]
    )


def hexed(colour: tuple[int, int, int]) -> str:
    """A colour as #rrggbb."""
    return f"#{bytes(colour).hex()}"
