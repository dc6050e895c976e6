"""The Find tab as plain functions: a digit of a person's own, made ready as those of
MNIST are, its nearest generated twin, and variations of that."""

import json
from dataclasses import dataclass

import numpy as np
from PIL import Image

from app.shared.drawings import read_drawing
from app.shared.library import Library
from app.shared.validation import whole_number
from models.images import grid, pixels_to_images
from models.inversion import Twin, variations
from models.sampler import MAX_SEED, Sampler

BOX = 20 / 28  # of the side: MNIST's digits fill a box of 20 x 20 in 28 x 28 pixels
LARGEST = 512  # pixels along the longer side that are looked at
FAINT = 24  # contrast, of 255, below which there is nothing
INK = 0.2  # share of the darkest that counts as ink
PAIR = 640  # pixels along the longer side of a digit beside its twin, about
VARIATIONS, VARIATION_SCALE = 8, 4
CLOSE, ALIKE = 0.02, 0.045  # mean error below which twins are so in words; MNIST's have 0.02
EMPTY = "Expected a digit, found an empty picture; draw one, or upload one."


@dataclass(frozen=True)
class Found:
    """A digit's twin, kept for the variations.

    Attributes:
        model: the name of the model that draws the twin.
    """

    model: str
    twin: Twin


def finds(model: Sampler) -> bool:
    """Whether a digit of one's own can be found in a model: it has an encoder, and is grey."""
    return model.can_find and model.channels == 1


def finder(library: Library, name: str) -> Sampler:
    """The model of that name, which can find digits."""
    model = library.sampler(name)
    if not finds(model):
        raise ValueError(
            f"Expected a model that leads pictures back to its noise, found {name}, which has no "
            "encoder for grey pictures; choose another."
        )
    return model


def find_drawing(library: Library, name: str, drawing: str) -> tuple[Image.Image, str, Found]:
    """A drawing as it comes from the browser (a data URL, or nothing) -> as `find`."""
    if not drawing:
        raise ValueError(EMPTY)
    return find(library, name, read_drawing(drawing))


def find(library: Library, name: str, picture: Image.Image) -> tuple[Image.Image, str, Found]:
    """A picture of a digit -> it and its twin side by side, what to say of them, and what was
    found."""
    model = finder(library, name)
    given = prepare(picture, model.size)
    found = Found(name, model.find(given))
    scale = max(1, PAIR // 2 // model.size)
    pair = grid([given, found.twin.image], 2, scale, gap=4)
    about = {"model": name, "error": round(found.twin.error, 4)}
    pair.info["parameters"] = json.dumps(about, ensure_ascii=False)
    return pair, words(model, found.twin), found


def words(model: Sampler, twin: Twin) -> str:
    """How near a twin is, as a sentence."""
    sees = "" if twin.label is None else f"The model sees {model.class_names[twin.label]}. "
    near = "It is nearly the same" if twin.error < CLOSE else "It comes close"
    if twin.error >= ALIKE:
        near = "It is only roughly alike: the model has not learned such a digit"
    return (
        f"Left your digit, right its nearest generated twin. {sees}{near}: "
        f"{twin.error:.1%} off per pixel on the way from black to white."
    )


def vary(library: Library, found: Found | None, distance: float, seed: float) -> Image.Image:
    """A row of variations of a twin.

    Args:
        distance: 0, the twin itself, to 1, other handwritings.
        seed: of the directions.
    """
    if not isinstance(found, Found):
        raise ValueError("Expected a digit that was found, found none; find one first.")
    if not isinstance(distance, (int, float)) or not 0 <= distance <= 1:
        raise ValueError(f"Expected a distance from 0 to 1, found {distance!r}.")
    model = finder(library, found.model)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    noise = variations(found.twin.noise, model.noise(VARIATIONS, seed), distance)
    label = found.twin.label
    labels = None if label is None else model.labels([label] * VARIATIONS)
    images = pixels_to_images(model.draw(noise, labels, truncation=1.0))
    row = grid(images, VARIATIONS, VARIATION_SCALE, gap=0)
    about = {"model": found.model, "distance": distance, "seed": seed}
    row.info["parameters"] = json.dumps(about, ensure_ascii=False)
    return row


def prepare(picture: Image.Image, side: int = 28) -> Image.Image:
    """A picture of one digit as MNIST has them: white on black, the longer side of its ink 20 of 28
    pixels, its centre of mass in the middle (LeCun et al. 1998).

    Ground and ink are told apart by the picture's border, so black on white is inverted.

    Args:
        picture: mode L or RGB.
        side: of the result, in pixels.

    Returns:
        mode L, side x side.

    Raises:
        ValueError: nothing stands out from the ground.
    """
    small = picture.convert("L")
    small.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    ink = stand_out(np.asarray(small, float))
    rows, columns = (np.flatnonzero((ink > INK).any(axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX * side / max(cut.shape)
    height, width = (max(1, round(length * scale)) for length in cut.shape)
    digit = Image.fromarray(cut.astype(np.float32)).resize(
        (width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    )
    pixels = np.clip(np.asarray(digit), 0, None)
    pixels = np.round(255 * np.clip(pixels / pixels.max(), 0, 1)).astype(np.uint8)
    return centred(pixels, side)


def stand_out(pixels: np.ndarray) -> np.ndarray:
    """How far each grey value lies from the ground, 0 to 1, on the side on which the ink is.

    The ground is the median of the border; noise and shadows below `INK` become 0.

    Raises:
        ValueError: nothing does.
    """
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    above = pixels - np.median(border)
    ink = above if above.max() >= -above.min() else -above
    if ink.max() < FAINT:
        raise ValueError(EMPTY)
    ink = np.clip(ink / ink.max(), 0, 1)
    return np.where(ink > INK, ink, 0)


def centred(pixels: np.ndarray, side: int) -> Image.Image:
    """Pixels in a black square, their centre of mass at pixel `side` / 2 as MNIST has it, as far as
    they fit."""
    corner = []
    for axis, length in enumerate(pixels.shape):
        weights = pixels.sum(1 - axis, dtype=float)
        middle = (weights * np.arange(length)).sum() / weights.sum()
        corner.append(int(np.clip(round(side / 2 - middle), 0, side - length)))
    sheet = Image.new("L", (side, side))
    sheet.paste(Image.fromarray(pixels), (corner[1], corner[0]))
    return sheet
