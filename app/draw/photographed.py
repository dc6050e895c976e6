"""A photograph to an outline as a model takes it: a drawing on paper to its lines alone, a thing to
its edges. The photograph itself never gets to a model."""

from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from app.draw.outlines import SIDE
from models.images import upright

DRAWING, THING = "A drawing", "A thing"
KINDS = (DRAWING, THING)
MOST_DETAIL = 100
DETAIL = 50  # of MOST_DETAIL, how faint a line counts
THICKNESS = 7  # of lines on SIDE pixels, as those of emoji are
FILLED = 0.84  # of SIDE, the longer side of what is drawn
WORK = 1024  # pixels along the longer side of what is looked at
FINE = 3  # lines are drawn so many times larger, and made smaller at the end
LEAST_PAPER = 0.2  # of a photograph, below which four corners are not those of the paper
PAPER_LIKE = 0.75  # of a picture's pixels that are as light as what is around them, for a drawing
COLOURLESS = 28  # the largest chroma, in Lab, of nearly all pixels of a drawing on paper
FAINTEST, DARKEST = 0.06, 0.42  # of the paper's brightness that a line is darker, by detail
TILT = 12  # degrees that ruled lines may be away from level
RULES = 5  # as many long level lines are those of ruled paper


class Lines(NamedTuple):
    """An outline, black on white in mode L with `SIDE` pixels, and what the picture was taken
    for."""

    outline: Image.Image
    kind: str


def lines_of(picture: Image.Image, kind: str | None = None, detail: float = DETAIL) -> Lines:
    """The lines of a photographed drawing, or the edges of a thing.

    Args:
        kind: one of `KINDS`; guessed where it is not given.
        detail: 0 to 100; more takes fainter lines.

    Raises:
        ValueError: another kind, a detail out of range, or no lines to be found.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"Expected {' or '.join(KINDS)}, found {kind!r}.")
    if not 0 <= detail <= MOST_DETAIL:
        raise ValueError(f"Expected a detail from 0 to {MOST_DETAIL}, found {detail:g}.")
    small = upright(picture).convert("RGB")
    small.thumbnail((WORK, WORK))
    pixels = np.asarray(small)
    sheet = flattened(pixels)
    kind = kind or guessed_kind(sheet)
    share = 1 - detail / MOST_DETAIL
    ink = ink_of(sheet, share) if kind == DRAWING else edges_of(pixels, share)
    ink = without_specks(ink)
    if not ink.any():
        raise ValueError(
            "Expected lines in the picture, found none; move the slider to take fainter ones, or "
            "choose another picture."
        )
    return Lines(redrawn(ink), kind)


def guessed_kind(pixels: np.ndarray) -> str:
    """Whether a picture (H, W, 3) shows lines on paper: nearly everything is as light as what is
    around it, and has little colour."""
    light = whitened(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) > 0.8
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(float)
    chroma = np.hypot(*np.moveaxis(lab[..., 1:] - np.median(lab[..., 1:], (0, 1)), -1, 0))
    plain = np.percentile(chroma, 97) < COLOURLESS
    return DRAWING if plain and light.mean() >= PAPER_LIKE else THING


# lines on paper


def ink_of(pixels: np.ndarray, share: float) -> np.ndarray:
    """Where there are lines on the paper in a photograph (H, W, 3): 1, elsewhere 0.

    Args:
        share: from 0, every faint line, to 1, only dark ones.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    paper = whitened(cv2.GaussianBlur(grey, (0, 0), 1.2))
    least = FAINTEST + share * (DARKEST - FAINTEST)
    level = (255 * paper).astype(np.uint8)
    block = max(grey.shape) // 16 | 1
    found: np.ndarray = cv2.adaptiveThreshold(
        level, 1, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, block, 255 * least / 2
    )
    found = (found & (paper < 1 - least)) | (paper < 1 - DARKEST)  # what is dark all over as well
    return without_rules(found.astype(np.uint8))


def whitened(grey: np.ndarray) -> np.ndarray:
    """Brightness (H, W) over that of the paper around, at most 1: neither lamp nor shadow is left.

    The paper is what is brightest within a line's reach, without the noise that is in it."""
    reach = max(grey.shape) // 24 | 1
    square = np.ones((reach, reach), np.uint8)
    around = cv2.medianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, square), min(reach, 255))
    smooth = cv2.GaussianBlur(around.astype(np.float32), (0, 0), reach / 4)
    return np.minimum(grey / np.maximum(smooth, 1), 1)


def flattened(pixels: np.ndarray) -> np.ndarray:
    """Of a picture (H, W, 3) the sheet of paper alone and seen from above, where its four corners
    are found; else the picture as it is."""
    height, width = pixels.shape[:2]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    plain = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))  # without lines
    edges = cv2.Canny(cv2.GaussianBlur(plain, (0, 0), 2), 20, 60)
    edges = cv2.dilate(edges, np.ones((5, 5), np.uint8))
    contours, _ = cv2.findContours(edges, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:3]:
        hull = cv2.convexHull(contour)
        corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
        if cv2.contourArea(hull) < LEAST_PAPER * height * width:
            break
        if len(corners) == 4 and cv2.isContourConvex(corners):
            return seen_from_above(pixels, corners.reshape(4, 2).astype(np.float32))
    return pixels


def seen_from_above(pixels: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A quadrilateral of a picture as a rectangle, without its rim.

    Args:
        corners: (4, 2), x and y, in any order.
    """
    around = corners - corners.mean(0)
    corners = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    corners = np.roll(corners, -int(corners.sum(1).argmin()), 0)  # from the upper left, clockwise
    lengths = np.linalg.norm(corners - np.roll(corners, -1, 0), axis=1)
    width, height = (max(8, int(max(lengths[at], lengths[at + 2]))) for at in (0, 1))
    square = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, square)
    sheet = cv2.warpPerspective(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    rim = max(4, max(width, height) // 50)
    return sheet[rim:-rim, rim:-rim]


def without_rules(ink: np.ndarray) -> np.ndarray:
    """Lines without those of ruled or squared paper: several long straight ones, level or upright.

    Where a rule crosses a line, what it took away of that is put back."""
    for turned in (False, True):
        across = np.ascontiguousarray(ink.T if turned else ink)
        angle = tilt_of_rules(across)
        if angle is not None:
            across = level_rules_removed(across, angle)
        ink = np.ascontiguousarray(across.T if turned else across)
    return ink


def tilt_of_rules(ink: np.ndarray) -> float | None:
    """Degrees by which at least `RULES` long lines are away from level, all alike; None where there
    are no such lines."""
    width = ink.shape[1]
    segments = cv2.HoughLinesP(
        ink * 255,
        1,
        np.pi / 720,
        width // 3,
        minLineLength=int(0.6 * width),
        maxLineGap=width // 20,
    )
    if segments is None:
        return None
    x, y, x2, y2 = segments.reshape(-1, 4).astype(float).T
    angles = np.degrees(np.arctan2((y2 - y) * np.sign(x2 - x), np.abs(x2 - x)))
    near = np.abs(angles) < TILT
    if not near.any():
        return None
    tilt = float(np.median(angles[near]))
    alike = near & (np.abs(angles - tilt) < 2)
    heights = np.sort((y - x * np.tan(np.radians(tilt)))[alike])
    apart = 1 + np.count_nonzero(np.diff(heights) > ink.shape[0] / 60) if len(heights) else 0
    return tilt if apart >= RULES else None


def level_rules_removed(ink: np.ndarray, angle: float) -> np.ndarray:
    """Lines without long thin ones at an angle from level."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    level = (cv2.warpAffine(ink * 255, turn, (width, height)) > 127).astype(np.uint8)
    joined = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((1, width // 20), np.uint8))
    long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, width // 3), np.uint8))
    band: np.ndarray = cv2.dilate(long, np.ones((5, 1), np.uint8))
    left = level & ~band
    # a line that goes through a band goes on above and below it
    tall: np.ndarray = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((13, 3), np.uint8))
    return left | (tall & band & level)


# edges of a thing


def edges_of(pixels: np.ndarray, share: float) -> np.ndarray:
    """Where the edges of what a photograph (H, W, 3) shows are: 1, elsewhere 0."""
    smooth = cv2.bilateralFilter(pixels, 9, 60, 9)
    scale = 384 / max(pixels.shape[:2])  # so that texture does not count
    smooth = cv2.resize(smooth, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(smooth, (0, 0), 1.4)
    high = 30 + 220 * share
    edges = np.max(
        [cv2.Canny(np.ascontiguousarray(smooth[..., c]), high / 3, high) for c in range(3)], 0
    )
    return (cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0).astype(
        np.uint8
    )


# lines as a model takes them


def without_specks(ink: np.ndarray) -> np.ndarray:
    """Lines without what is too small to be one."""
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    extent = boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1)
    kept = extent >= max(ink.shape) / 50
    kept[0] = False
    return kept[labels].astype(np.uint8)


def redrawn(ink: np.ndarray) -> Image.Image:
    """Lines in the middle of a white square, all of `THICKNESS`; what is filled stays so."""
    down, across = (np.flatnonzero(ink.any(axis)) for axis in (1, 0))
    ink = ink[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    side, pen = FINE * SIDE, FINE * THICKNESS
    scale = (FILLED * side - pen) / max(ink.shape)
    size = tuple(max(1, round(scale * length)) for length in ink.shape[::-1])
    large = cv2.resize(ink * 255, size, interpolation=cv2.INTER_CUBIC)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    sheet = np.zeros((side, side), np.uint8)
    sheet[top : top + size[1], left : left + size[0]] = large > 127
    if uneven := float(cv2.distanceTransform(sheet, cv2.DIST_L2, 5)[sheet > 0].mean()):
        smooth = cv2.GaussianBlur(255 * sheet, (0, 0), uneven)  # a quarter of a line's thickness
        sheet = (smooth > 110).astype(np.uint8)
    away = cv2.distanceTransform(np.pad(sheet, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    # the middle of a line is where it is farther to the paper than all around
    middle = (sheet > 0) & (away >= cv2.dilate(away, np.ones((3, 3), np.uint8)) - 0.5)
    drawn: np.ndarray = cv2.dilate(middle.astype(np.uint8), disc(pen))
    solid: np.ndarray = cv2.morphologyEx(sheet, cv2.MORPH_OPEN, disc(2 * pen))
    black = Image.fromarray(255 - 255 * (drawn | solid))
    return black.resize((SIDE, SIDE), Image.Resampling.BOX)


def disc(width: int) -> np.ndarray:
    """A round brush."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
