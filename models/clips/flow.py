"""How pixels move between two frames: optical flow, images moved along it, and where it holds.

A flow (H, W, 2) from one frame to another says where each pixel of the one, x, is found in the
other: at x + f(x), first the column's part and then the row's.
"""

import numpy as np

SMALLEST = 32  # pixels along the shorter side, below which nothing is said to move
SIMILAR = 50.0  # alpha of exp(-alpha |I - J|^2), Lai et al. 2018, equation 3


def flow(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The flow from one frame to another (Kroeger et al. 2016, DIS): float32 (H, W, 2).

    Args:
        one, other: grey, uint8 (H, W).
    """
    import cv2

    if min(one.shape) < SMALLEST:
        return np.zeros((*one.shape, 2), np.float32)
    preset = cv2.DISOPTICAL_FLOW_PRESET_FAST
    return cv2.DISOpticalFlow.create(preset).calc(one, other, None)  # type: ignore[call-overload]


def warped(image: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """An image as it looks from the other frame: J(x) = I(x + f(x)), float32 (H, W, C).

    Sampled by Lanczos, for what is moved again and again would become blurred; the edge is
    repeated.

    Args:
        image: I, float32 (H, W, C).
        moved: f, the flow to I's frame.
    """
    import cv2

    height, width = moved.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype="f4"))
    found = cv2.remap(
        image,
        columns + moved[:, :, 0],
        rows + moved[:, :, 1],
        cv2.INTER_LANCZOS4,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return found.reshape(*moved.shape[:2], -1).clip(image.min(), image.max())


def consistent(there: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Where a flow and the one back agree, and stay within the frame (Sundaram et al. 2010,
    equation 5): bool (H, W).

    |f(x) + b(x + f(x))|^2 < 0.01 (|f(x)|^2 + |b(x + f(x))|^2) + 0.5
    """
    height, width = there.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    columns, rows = columns + there[:, :, 0], rows + there[:, :, 1]
    inside = (columns >= 0) & (columns <= width - 1) & (rows >= 0) & (rows <= height - 1)
    returned = warped(back, there)
    apart = np.square(there + returned).sum(2)
    lengths = np.square(there).sum(2) + np.square(returned).sum(2)
    return inside & (apart < 0.01 * lengths + 0.5)


def similar(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """exp(-alpha |I - J|^2) of images in [0, 1], near 1 where they look alike: float32 (H, W)."""
    return np.exp(-SIMILAR * np.square(one - other).sum(2))
