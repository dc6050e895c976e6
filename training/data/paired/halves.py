"""Pictures that hold A and B side by side: whether they do, and the two halves."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from models.images import UnreadableImage, read_image
from models.values.raster import Picture
from training.data.errors import DataError
from training.data.reading import MAX_BROKEN, evenly_spaced
from training.runs.data_rules import PAIRS, ways

SAME_SHAPE = 0.1  # share by which width / height may differ from the middle one
SURELY = 1.9  # times as wide as high, from which a picture is two beside each other
PERHAPS = 1.2  # from which it may be two upright ones; the pictures have to show it
LOOKED_AT = 12
SEAM = 3.0  # times the usual step between columns
ALIKE = 0.35  # correlation of the halves' edges beyond that of other pictures' halves


def require_glued(sizes: dict[Path, tuple[int, int]], folder: Path) -> dict[Path, str]:
    """Why a picture cannot be split in the middle, for each that cannot.

    Args:
        sizes: width and height of the pictures that open.

    Raises:
        DataError: most are no two pictures side by side, or more than a tenth cannot be split.
    """
    shapes = {path: width / height for path, (width, height) in sizes.items()}
    usual = float(np.median(list(shapes.values())))
    if usual < PERHAPS or (
        usual < SURELY and not look_glued(evenly_spaced(list(sizes), LOOKED_AT))
    ):
        path, (width, height) = next(iter(sizes.items()))
        raise DataError(
            "Expected A and B side by side in an image, most often twice as wide as high, found "
            f"{width}x{height} in {path}. Pairs may lie as {ways(PAIRS, besides='pictures with')}."
        )
    odd = {
        path: f"Expected the shape of the others, {usual:.2f} times as wide as high, found "
        f"{sizes[path][0]}x{sizes[path][1]} in {path.name}."
        for path, shape in shapes.items()
        if abs(shape / usual - 1) > SAME_SHAPE
    }
    if len(odd) > MAX_BROKEN * len(sizes):
        raise DataError(
            f"{len(odd)} of {len(sizes)} images in {folder} have another shape than the rest, so "
            f"they are not split in the middle, the first: {next(iter(odd.values()))}"
        )
    return odd


def halves(image: Picture) -> tuple[Picture, Picture]:
    """The left and the right half; the middle column of an odd width belongs to neither."""
    half = image.width // 2
    return (
        image.crop((0, 0, half, image.height)),
        image.crop((image.width - half, 0, image.width, image.height)),
    )


def look_glued(files: Sequence[Path]) -> bool:
    """Whether most of these pictures show two: a seam in the middle, or edges at the same places
    in both halves."""
    found = []
    for path in files:
        try:
            image = read_image(path).convert("L")
        except UnreadableImage:
            continue
        found.append(tuple(np.asarray(half, np.float32) for half in halves(image)))
    if not found:
        return False
    seams = [seam(left, right) for left, right in found]
    edges = [tuple(edge_map(half) for half in pair) for pair in found]
    alike = [correlation(left, right) for left, right in edges]
    others = [correlation(edges[i - 1][0], edges[i][1]) for i in range(len(edges))]
    chance = float(np.mean(others)) if len(edges) > 1 else 0.0
    return bool(np.median(seams) > SEAM or np.median(alike) - chance > ALIKE)


def seam(left: np.ndarray, right: np.ndarray) -> float:
    """The step from the last column of the left half to the first of the right one, over the
    largest of the usual steps between columns."""
    steps = [np.abs(np.diff(half, axis=1)).mean(0) for half in (left, right)]
    usual = float(np.quantile(np.concatenate(steps), 0.9))
    return float(np.abs(right[:, 0] - left[:, -1]).mean()) / (usual + 1)


def edge_map(half: np.ndarray) -> np.ndarray:
    """The strength of edges of a grey picture (H, W), as 32 x 32 numbers."""
    small = np.asarray(Image.fromarray(half).resize((34, 34), Image.Resampling.BOX))
    return np.hypot(small[1:-1, 2:] - small[1:-1, :-2], small[2:, 1:-1] - small[:-2, 1:-1])


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation of two arrays; 0 where one of them is plain."""
    if not a.std() or not b.std():
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
