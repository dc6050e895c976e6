"""Writing that appears: character after character, in each stroke after stroke, from the left and
the top."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models.calligraphy.sheet import Sheet

ENDINGS = (".webp", ".gif")
EACH, MOST = 7, 120  # frames of a character, and of all together
MILLISECONDS, HELD = 60, 2500  # a frame, and the last one
SOFT = 0.12  # of a character's time in which a place fills with ink


def frames(
    sheet: Sheet, size: int = 96, ink: str = "black", paper: str = "white"
) -> list[Image.Image]:
    """The sheet's pictures one after another, the first one empty, the last one whole with its
    seal; the arguments are those of `Sheet.image`."""
    width, height = sheet.pixels(size)
    when = np.full((height, width), np.inf, np.float32)
    whole = np.zeros((height, width), np.uint8)
    for number, mark in enumerate(sheet.marks):
        layer = sheet.layer([mark], size)
        x, y, wide, high = cv2.boundingRect(layer)
        part = slice(y, y + high), slice(x, x + wide)
        new = layer[part] > whole[part]
        when[part][new] = number + order(layer[part])[new]
        np.maximum(whole, layer, out=whole)
    count = min(MOST, EACH * len(sheet.marks))
    last = len(sheet.marks) + SOFT
    found = []
    for moment in np.linspace(0, last, count + 1)[:-1]:
        there = ((moment - when) / SOFT).clip(0, 1)
        written = (whole * there).astype(np.uint8)
        found.append(sheet.composed(written, size, ink, paper, None))
    return [*found, sheet.image(size, ink, paper)]


def order(ink: np.ndarray) -> np.ndarray:
    """When each place of a character, uint8 (H, W), gets its ink, (H, W) in [0, 1]: its parts that
    hang together one after another, for as long as they are large, each from upper left to lower
    right."""
    count, parts, about, _ = cv2.connectedComponentsWithStats((ink > 64).astype(np.uint8))
    first = about[:, cv2.CC_STAT_TOP] + about[:, cv2.CC_STAT_LEFT]
    turns = sorted(range(1, count), key=lambda part: first[part])
    length = np.sqrt(about[:, cv2.CC_STAT_AREA])
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    found = ((x + y) / max(1, sum(ink.shape))).astype(np.float32)
    total, before = length[1:].sum() or 1, 0.0
    for part in turns:
        inside = parts == part
        across = (x + y)[inside]
        share = (across - across.min()) / max(1, np.ptp(across))
        found[inside] = (before + share * length[part]) / total
        before += length[part]
    return found


def save_animation(
    sheet: Sheet, path: Path, size: int = 96, ink: str = "black", paper: str = "white"
) -> None:
    """Write the frames of a sheet as an animation, WebP or GIF.

    Raises:
        ValueError: another ending; as `Sheet.image`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(
            f"Expected an animation as {' or '.join(ENDINGS)}, found {path.name}; name another."
        )
    first, *rest = frames(sheet, size, ink, paper)
    durations = [MILLISECONDS] * len(rest) + [HELD]
    options = {"save_all": True, "append_images": rest, "duration": durations, "loop": 0}
    if path.suffix.lower() == ".gif":
        first.save(path, "GIF", disposal=2, optimize=False, **options)
    else:
        first.save(path, "WEBP", quality=80, method=0, **options)
