"""The figures of drawn characters: ink that falls together, what a reader of characters reads, and
both by how many strokes a character has."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from training.data.glyphs.characters import character_of, stem
from training.data.paired.pairs import Pair
from training.metrics.figure import Figure
from training.metrics.pixels import luminance, pixel_figures, tensors
from training.metrics.texture import texture_distance, texture_features

if TYPE_CHECKING:
    from rapidocr import RapidOCR

SHIFT = 4  # pixels, at most, by which a character may stand elsewhere
MARGIN = 16  # pixels of white around a character for the reader
GROUPS = {"few": range(11), "many": range(11, 20), "most": range(20, 100)}
GROUP_NAMES = {"few": "up to 10 strokes", "many": "11 to 19", "most": "20 and more"}
NAMES = {"l1": "L1", "ssim": "SSIM", "ink": "ink IoU"}


def characters(pairs: Sequence[Pair]) -> list[str]:
    """The characters that pairs show, whose files are named by them as `training.data glyphs` names
    files; none where one is not."""
    found = {pair: character_of(pair.b.stem) for pair in pairs}
    named = [one for pair, one in found.items() if one and stem(one) == pair.b.stem]
    return named if len(named) == len(pairs) else []


def ink_overlap(output: Tensor, target: Tensor) -> float:
    """The intersection over the union of what is darker than the middle, in images (C, H, W) in
    [-1, 1]; 1 where neither has ink."""
    one, other = (luminance(image[None]) < 0 for image in (output, target))
    union = (one | other).sum().item()
    return (one & other).sum().item() / union if union else 1.0


def shifted(output: Tensor, target: Tensor, most: int = SHIFT) -> Tensor:
    """The image (C, H, W) moved by up to `most` pixels to where its L1 to the target is least;
    what comes in is white."""
    height, width = output.shape[-2:]
    wide = torch.nn.functional.pad(output, (most,) * 4, value=1.0)
    moved = [
        wide[:, top : top + height, left : left + width]
        for top, left in product(range(2 * most + 1), repeat=2)
    ]
    return min(moved, key=lambda one: (one - target).abs().mean().item())


def measure(
    shown: list[str],
    outputs: list[Image.Image],
    targets: list[Image.Image],
    inputs: list[Image.Image],
    others: list[Image.Image],
) -> list[Figure]:
    """The rows of drawn characters, each beside those of the untouched input, or of real ones.

    Args:
        shown: the character of each image.
        others: real characters of the same manner that are not among the targets.
    """
    wanted = tensors(targets)
    found, untouched = ([*map(figures_of, tensors(one), wanted)] for one in (outputs, inputs))
    figures = [
        row(key, [one[key] for one in found], [one[key] for one in untouched], "input")
        for key in found[0]
    ]
    looks = texture_features(wanted)
    apart = texture_distance(texture_features(tensors(others)), looks)
    figures.append(
        Figure("texture_real", "texture distance of other real ones", apart, f"{apart:.3f}", 1)
    )
    rates: dict[str, list[float]] = {}
    if find_spec("rapidocr"):
        rates = {"read": read(outputs, shown), "real": read(targets, shown)}
        figures.append(row("read", rates["read"], rates["real"], "real"))
    if find_spec("strokes"):
        figures += by_strokes(shown, found, rates)
    return figures


def figures_of(output: Tensor, target: Tensor) -> dict[str, float]:
    """L1, SSIM and ink IoU of a character, after the best shift, and ink IoU where it stands."""
    near = shifted(output, target)
    pixels = pixel_figures(near[None], target[None])
    return {
        "ink": ink_overlap(output, target),
        "l1_shifted": pixels["l1"],
        "ssim_shifted": pixels["ssim"],
        "ink_shifted": ink_overlap(near, target),
    }


def row(key: str, values: list[float], beside: list[float], what: str) -> Figure:
    """A mean beside another."""
    name, _, ending = key.partition("_")
    words = "read by OCR" if name == "read" else NAMES[name]
    words += ", after the best shift of up to 4 pixels" if ending else ""
    text = f"{fmean(values):.3f} ({what}: {fmean(beside):.3f})"
    return Figure(key, words, fmean(values), text, len(values))


def by_strokes(
    shown: list[str], found: list[dict[str, float]], rates: dict[str, list[float]]
) -> list[Figure]:
    """Ink IoU, and the reader's rate, of the characters of each group of stroke counts."""
    from strokes import strokes

    counts = [strokes(one) for one in shown]
    figures = []
    for group, range_ in GROUPS.items():
        chosen = [at for at, count in enumerate(counts) if count in range_]
        if not chosen:
            continue
        overlap = fmean(found[at]["ink_shifted"] for at in chosen)
        text = f"{overlap:.3f}"
        if rates:
            read_, real = (fmean(rates[key][at] for at in chosen) for key in ("read", "real"))
            text += f", read {read_:.3f} (real: {real:.3f})"
        name = f"ink IoU after the shift, {GROUP_NAMES[group]}"
        figures.append(Figure(f"ink_{group}", name, overlap, text, len(chosen)))
    return figures


def read(images: list[Image.Image], shown: list[str]) -> list[float]:
    """1 for each character that the reader reads as what it is, else 0."""
    found = []
    for image, character in zip(tqdm(images, "Reading", leave=False), shown, strict=True):
        side = image.width + 2 * MARGIN, image.height + 2 * MARGIN
        paper = Image.new("RGB", side, "white")
        paper.paste(image.convert("RGB"), (MARGIN, MARGIN))
        found.append(float(words(paper) == character))
    return found


def words(line: Image.Image) -> str:
    """What the reader (PP-OCR, by rapidocr) reads in a picture of one line, from left to right."""
    answer = reader()(np.asarray(line.convert("RGB")), use_det=False, use_cls=False, use_rec=True)
    (found,) = getattr(answer, "txts", None) or ("",)  # of the class that reading alone gives
    return found.strip()


@cache
def reader() -> "RapidOCR":
    """The reader, which takes a second to begin."""
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})
