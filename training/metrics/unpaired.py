"""The figures of a model that learned without pairs: how far its pictures go towards the other
domain's look, and how much of their content stays."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from models.config import DIRECTIONS
from models.images import pixels_to_tensor, tensor_to_images
from models.translator import Translator, resized
from training.data.reading import readable_images
from training.data.unpaired.domains import find_domains
from training.metrics.figure import Figure
from training.metrics.pixels import luminance, luminance_correlation, tensors
from training.metrics.texture import SAME_LOOK, texture_distance, texture_features

if TYPE_CHECKING:
    from training.evaluate import Options

FLAT = 0.01  # deviation in Lab of a channel without contrast
SCALES = {"": 1.0, "_half": 0.5}  # of a figure's name, and of the pictures
WORDS = {"": "", "_half": ", at half size"}

Pictures = list[Image.Image]


def measure(
    translator: Translator, data: str | list[str], options: "Options"
) -> tuple[list[Figure], dict]:
    """The figures of every direction that the split has images for, and what untouched and
    recoloured pictures get.

    Args:
        options: of `training.evaluate`.
    """
    split, train = find_domains(data, options.split), find_domains(data, "train")
    turned = translator.config["training"].get("options", {}).get("direction") == "BtoA"
    given, looks = ([one.a, one.b][:: -1 if turned else 1] for one in (split, train))
    figures: list[Figure] = []
    details: dict[str, dict] = {}
    for direction, inputs, look in zip(DIRECTIONS, given, looks[::-1], strict=True):
        if direction not in translator.directions or not inputs:
            continue
        pictures = readable_images(inputs[: options.samples])
        found, others = way(translator, direction, pictures, readable_images(look))
        figures += found
        details |= others
    return figures, details


def way(
    translator: Translator, direction: str, pictures: Pictures, look: Pictures
) -> tuple[list[Figure], dict[str, dict]]:
    """The figures of one direction.

    Args:
        pictures: to translate.
        look: pictures of the other domain.
    """
    start, end = translator.domains if direction == "A to B" else translator.domains[::-1]
    words, key, count = f"{start} to {end}", direction.lower().replace(" ", "_"), len(pictures)
    figures: list[Figure] = []
    rows: dict[str, dict] = {"untouched": {}, "colour transfer": {}, "translated": {}}
    for suffix, scale in SCALES.items():
        inputs, outputs = scaled(pictures, scale), []
        for picture in tqdm(inputs, f"Translating{WORDS[suffix]}", unit="img", leave=False):
            outputs.append(translator.translate(picture, direction, long_side=0))
        target = texture_features(tensors(scaled(look, scale)))
        compared = {
            "untouched": inputs,
            "colour transfer": recoloured(inputs, look),
            "translated": outputs,
        }
        for name, images in compared.items():
            distance = texture_distance(texture_features(tensors(images)), target)
            rows[name][f"texture{suffix}"] = distance
        distance, start = (rows[name][f"texture{suffix}"] for name in ("translated", "untouched"))
        share = 1 - distance / max(start, SAME_LOOK)
        name = f"{words}: share of the way by texture{WORDS[suffix]}"
        figures.append(Figure(f"way_{key}{suffix}", name, share, f"{share:.1%}", count))
        if not suffix:
            figures += content(translator, direction, inputs, outputs, words, key)
    return figures, {f"{name}, {words}": row for name, row in rows.items()}


def content(
    translator: Translator,
    direction: str,
    inputs: Pictures,
    outputs: Pictures,
    words: str,
    key: str,
) -> list[Figure]:
    """How much of the content stays: edges, light and dark, and what the way back makes of it."""
    pairs = list(zip(tensors(inputs), tensors(outputs), strict=True))
    found = {
        "edges": ("SSIM of luminance edges", mean(edge_ssim(*pair) for pair in pairs)),
        "luminance": (
            "correlation of luminance",
            mean(luminance_correlation(x[None], y[None]) for x, y in pairs),
        ),
    }
    if len(translator.directions) == 2:
        back = next(other for other in DIRECTIONS if other != direction)
        returned = tensors(translator.translate(output, back, long_side=0) for output in outputs)
        errors = (
            (there - x).abs().mean().item() / 2
            for there, (x, _) in zip(returned, pairs, strict=True)
        )
        found["cycle"] = ("cycle L1 (0 to 1)", mean(errors))
    return [
        Figure(f"{name}_{key}", f"{words}: {said}", value, f"{value:.3f}", len(inputs))
        for name, (said, value) in found.items()
    ]


def mean(values: Iterable[float]) -> float:
    """The mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)


def edge_ssim(one: Tensor, other: Tensor) -> float:
    """SSIM (Wang 2004) of the Sobel gradient magnitudes of the luminance of two images (C, H, W) in
    [-1, 1]: 1 where all edges stay, whatever the colours become."""
    from kornia.filters import sobel
    from kornia.metrics import ssim

    x, y = (sobel(luminance(image[None].add(1).div(2))).clamp(0, 1) for image in (one, other))
    return ssim(x, y, window_size=11).mean().item()


def recoloured(pictures: Pictures, look: Pictures) -> Pictures:
    """Pictures with the mean and the deviation in Lab of other ones: a plain colour transfer
    (Reinhard 2001)."""
    from kornia.color import lab_to_rgb, rgb_to_lab

    def lab(picture: Image.Image) -> Tensor:
        return rgb_to_lab(pixels_to_tensor(picture.convert("RGB")).add(1).div(2))

    pixels = torch.cat([lab(picture).flatten(2) for picture in look], dim=2)
    mean_of_look, deviation = pixels.mean(2)[..., None, None], pixels.std(2)[..., None, None]
    found = []
    for picture in pictures:
        own = lab(picture)
        deviation_here = own.std((2, 3), keepdim=True).clamp(min=FLAT)
        moved = (own - own.mean((2, 3), keepdim=True)) / deviation_here
        rgb = lab_to_rgb(moved * deviation + mean_of_look).clamp(0, 1)
        found += tensor_to_images(rgb.mul(2).sub(1))
    return found


def scaled(pictures: Pictures, scale: float) -> Pictures:
    """Pictures made smaller."""
    if scale == 1:
        return pictures
    return [resized(picture, scale) for picture in pictures]
