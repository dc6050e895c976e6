"""Ink traced to smooth outlines, which have no pixels: for print, and for SVG.

vtracer traces it: MIT like this program, where Potrace and its port potracer are under the GPL, and
compiled, some milliseconds a character.
"""

import re
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

FINE = 4  # times as fine as the picture that is traced, so that its greys place the edge
HALF = 128  # of the ink is where the edge is
STEPS = 6  # straight lines along a curve, when it is filled
BITS = 6  # of a pixel's place between pixels
NUMBER = re.compile(r"-?\d+\.?\d*")


@dataclass(frozen=True)
class Outline:
    """Closed curves, even-odd filled, of cubic Béziers: each (1 + 3 n, 2), in the unit square."""

    curves: list[np.ndarray]

    def path(self, x: float, y: float, side: float) -> str:
        """The data of an SVG path, the unit square moved to x, y and made `side` large."""
        return "".join(
            "M{} {}".format(*pair(curve[0], x, y, side))
            + "".join(
                "C" + " ".join("{} {}".format(*pair(point, x, y, side)) for point in three)
                for three in curve[1:].reshape(-1, 3, 2)
            )
            + "Z"
            for curve in self.curves
        )

    def fill(self, layer: np.ndarray, x: float, y: float, side: float) -> None:
        """Fill it in a layer of uint8, with smooth edges, the unit square moved to x, y."""
        shapes = [flat(curve) * side + (x, y) - 0.5 for curve in self.curves]
        fixed = [np.round(shape * 2**BITS).astype(np.int32) for shape in shapes]
        if fixed:
            cv2.fillPoly(layer, fixed, 255, cv2.LINE_AA, BITS)


def pair(point: np.ndarray, x: float, y: float, side: float) -> tuple[str, str]:
    """A point as SVG writes it."""
    return f"{x + side * point[0]:.1f}", f"{y + side * point[1]:.1f}"


def flat(curve: np.ndarray) -> np.ndarray:
    """A curve's points along its Béziers, (N, 2)."""
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    starts = curve[:-1:3]
    four = np.stack([starts, curve[1::3], curve[2::3], curve[3::3]], 1)
    return (weights @ four).reshape(-1, 2)


def traced(ink: Image.Image) -> Outline:
    """The outline of ink, mode L, 255 where there is ink."""
    import vtracer

    side = FINE * ink.width
    fine = ink.resize((side, side), Image.Resampling.BICUBIC)
    file = BytesIO()
    fine.point(lambda value: 0 if value >= HALF else 255).convert("RGB").save(
        file, "PNG", compress_level=1
    )
    drawing = vtracer.convert_raw_image_to_svg(
        file.getvalue(),
        img_format="png",
        colormode="binary",
        mode="spline",
        filter_speckle=FINE,
        corner_threshold=60,
        length_threshold=4.0,
        splice_threshold=45,
        path_precision=2,
    )
    return Outline(list(curves_of(drawing, side)))


def curves_of(drawing: str, side: int) -> list[np.ndarray]:
    """The closed curves in an SVG of paths of M, C and L with a translation, over its side."""
    found = []
    for data, moved in re.findall(r'<path d="([^"]*)"[^>]*translate\(([^)]*)\)', drawing):
        offset = np.array([float(one) for one in NUMBER.findall(moved)])
        for part in data.split("M")[1:]:
            points = np.empty((0, 2))
            for letter, numbers in re.findall(r"([CL]?)([^CLZ]+)", part):
                some = np.array([float(one) for one in NUMBER.findall(numbers)]).reshape(-1, 2)
                if letter == "L":
                    ends = [points[-1] + (some[0] - points[-1]) * k / 3 for k in (1, 2, 3)]
                    some = np.array(ends)
                points = np.vstack([points, some])
            if len(points) > 3:
                found.append((points + offset) / side)
    return found
