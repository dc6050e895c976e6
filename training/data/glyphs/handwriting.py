"""One's own writing as a source of characters: scans or photographs named by what they show."""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models.calligraphy.glyphs import cut_out, without_specks
from models.images import UnreadableImage, read_image
from models.walk import named, walk
from training.data.errors import DataError
from training.data.folders import OWN_DATA, count
from training.data.glyphs.characters import character_of, is_drawn

WORKING_SIZE = 512  # pixels along the longer side of a picture that is looked at
PAPER = 0.25  # of a picture's side over which paper is lit evenly
LEAST_CONTRAST = 32  # grey levels between ink and paper
GRAIN = 0.2  # of the way from paper to ink: what differs less is of its own kind
DUST = 1 / 400  # of all the ink: a smaller spot is none


@dataclass(frozen=True)
class Handwriting:
    """A folder of pictures, one a character.

    Attributes:
        name: the folder's.
        files: the picture of each character.
        notes: what was left out, in words.
    """

    name: str
    files: dict[str, Path]
    licence: str = OWN_DATA
    notes: list[str] = field(default_factory=list)

    @property
    def characters(self) -> frozenset[str]:
        return frozenset(self.files)

    def ink(self, character: str) -> Image.Image | None:
        """A character's ink, mode L, cut to where there is any; None of an empty sheet.

        Raises:
            DataError: the picture does not open.
        """
        try:
            picture = read_image(self.files[character])
        except UnreadableImage as error:
            raise DataError(str(error)) from None
        return cut_out(ink_of(picture))


def open_handwriting(folder: Path) -> Handwriting:
    """The characters that the pictures in a folder are named by.

    Raises:
        DataError: none is named by a character.
    """
    files: dict[str, Path] = {}
    others: list[Path] = []
    for path in walk(folder).pictures:
        character = character_of(path.stem)
        if character and is_drawn(character) and character not in files:
            files[character] = path
        else:
            others.append(path)
    if not files:
        raise DataError(
            f"Expected fonts in {folder}, or pictures named by the character that they show "
            "(永.png or U+6C38.png), found none."
        )
    notes = []
    if others:
        names = named(others)
        notes.append(f"Left out: {count(others)} not named by a character of its own: {names}.")
    return Handwriting(folder.name, files, notes=notes)


def ink_of(picture: Image.Image) -> Image.Image:
    """Where a scan or a photograph has ink, mode L, 255 for ink: paper is evened out by what is
    lightest around, what is darkest is ink, and dust is none.

    Light writing on a dark ground is turned round first.
    """
    grey = picture.convert("L")
    grey.thumbnail((WORKING_SIZE, WORKING_SIZE), Image.Resampling.LANCZOS)
    pixels = np.array(grey)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if np.median(border) < (int(pixels.min()) + int(pixels.max())) / 2:
        pixels = 255 - pixels
    dark = darker_than_paper(pixels)
    _, mask = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inked, bare = dark[mask > 0], dark[mask == 0]
    if not inked.size or not bare.size or inked.mean() - bare.mean() < LEAST_CONTRAST:
        return Image.new("L", grey.size, 0)
    low, high = np.median(bare), np.median(inked)
    share = (dark.astype(np.float32) - low) / (high - low)
    even = np.clip((share - GRAIN) / (1 - 2 * GRAIN), 0, 1)
    return Image.fromarray((255 * without_specks(even, DUST)).astype(np.uint8))


def darker_than_paper(pixels: np.ndarray) -> np.ndarray:
    """How much less light each pixel gives back than the paper around it, uint8 (H, W), 255 for
    none at all."""
    height, width = (max(1, side // 4) for side in pixels.shape)
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    side = max(3, round(PAPER * max(small.shape))) | 1
    around = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.resize(around, pixels.shape[::-1]).astype(np.float32)
    given_back = pixels / np.maximum(paper, 1)
    return (255 * np.clip(1 - given_back, 0, 1)).astype(np.uint8)
