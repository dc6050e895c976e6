"""samples.png of an exported model: its samples in rows, or what it translates in threes."""

from pathlib import Path

import torch
from PIL import Image

from models.images import grid, tensor_to_images

COLUMNS, GAP = 10, 2  # images in a row, and pixels between them
TRIPLE = 3  # input, output, and the truth or the way back


def sample_sheet(samples: torch.Tensor, columns: int = COLUMNS) -> Image.Image:
    """Samples (N, C, H, W) in [-1, 1] in rows, small ones enlarged twice."""
    images = tensor_to_images(samples)
    return grid(images, columns, sheet_scale(images[0].width), GAP)


def sheet_scale(size: int) -> int:
    """How many times the images in a sheet are enlarged."""
    return 2 if size < 64 else 1


def sheet_inputs(path: Path, size: int) -> list[Image.Image]:
    """The inputs in a translator's sheet of samples, the first of each three images."""
    step = size * sheet_scale(size) + GAP
    with Image.open(path) as sheet:
        rows, columns = sheet.height // step, sheet.width // step
        corners = [
            (GAP + column * step, GAP + row * step)
            for row in range(rows)
            for column in range(0, columns, TRIPLE)
        ]
        side = step - GAP
        return [sheet.crop((x, y, x + side, y + side)) for x, y in corners]
