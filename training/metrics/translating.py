"""The figures of a model that translates: how near its pictures are to the true ones, and how much
they look like them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image
from torch import Tensor
from tqdm import tqdm

from models.conditions.words import WORDS_FILE
from models.images import UnreadableImage
from models.translator import Translator
from models.values.raster import Picture
from models.values.value_range import shown
from training.data.errors import DataError
from training.data.paired.captions import read_captions
from training.data.paired.dabs import dab_layer
from training.data.paired.degraded import DEGRADED, ImagePair
from training.data.paired.pairs import Pair, Pairs, find_pairs
from training.metrics import glyphs
from training.metrics.colouring import colouring
from training.metrics.fidelity import kernel_distance
from training.metrics.figure import Figure
from training.metrics.pixels import pixel_figures, tensors
from training.metrics.texture import texture_distance, texture_features, whole_features

if TYPE_CHECKING:
    from training.evaluate import Options

NAMES = {"l1": "L1 (0 to 1)", "psnr": "PSNR, dB", "ssim": "SSIM", "texture": "texture distance"}
TOLD = {"words": "told its words", "dabs": "three dabs"}
DABS = 3
SAMPLES = 10_000  # at most
DIGITS = {"l1": 4, "psnr": 2, "ssim": 3, "texture": 3}


def measure(
    translator: Translator, data: str | list[str], options: "Options"
) -> tuple[list[Figure], dict]:
    """The figures, each beside that of the untouched input, and details by degradation.

    Args:
        options: of `training.evaluate`.
    """
    made = made_input(translator)
    found_pairs = in_manner(find_pairs(data, options.split, made), translator)
    turned = translator.config["training"].get("options", {}).get("direction") == "BtoA"
    require_scale(translator, 1 / found_pairs.ratio if turned else found_pairs.ratio, options)
    values = translator.values[::-1] if turned else translator.values
    files, read = read_pairs(found_pairs.with_values(values).pairs, options)
    read = [(b, a) for a, b in read] if turned else read
    before, after = translator.values
    targets = [shown(wanted, after) for _, wanted in read]
    looks = texture_features(tensors(targets))
    given = [picture for picture, _ in read]
    found, outputs = compare(translator, given, targets, "Translating", looks)
    pairs = [(shown(one, before), wanted) for one, wanted in zip(given, targets, strict=True)]
    identity = figures_of([one.resize(wanted.size) for one, wanted in pairs], targets, looks)
    figures = [
        row(key, NAMES[key], found[key], f"(input: {identity[key]:.{DIGITS[key]}f})", len(pairs))
        for key in NAMES
    ]
    share = found["texture"] / identity["texture"]
    figures.append(
        Figure("texture_share", "texture distance / the input's", share, f"{share:.1%}", len(pairs))
    )
    figures.append(kernel_figure(translator, data, targets, outputs))
    details = {"identity": identity}
    palette = flat_colours(translator)
    if palette:
        figures += coloured(pairs, outputs, palette)
    if drawn := glyphs.characters(files):
        inputs = [one for one, _ in pairs]
        others = real_ones(translator, data, len(targets))
        figures += glyphs.measure(drawn, outputs, targets, inputs, others)
    for way, asked in told(translator, files, pairs, options).items():
        details[way], outputs = compare(translator, given, targets, f"Told {way}", looks, asked)
        for key in NAMES:
            value = details[way][key]
            figures.append(row(f"{key}_{way}", f"{NAMES[key]}, {TOLD[way]}", value, "", len(pairs)))
        if palette:
            figures += coloured(pairs, outputs, palette, way)
    for name in DEGRADED if options.degrade else ():
        rough = [DEGRADED[name](*pair, seed) for seed, pair in enumerate(pairs)]
        moved = [wanted for _, wanted in rough]
        same = all(one is other for one, other in zip(moved, targets, strict=True))
        rough_looks = looks if same else texture_features(tensors(moved))
        lines = [drawn for drawn, _ in rough]
        details[name], _ = compare(translator, lines, moved, name, rough_looks)
        figures += [
            row(f"{key}_{name}", f"{NAMES[key]}, lines {name}", details[name][key], "", len(rough))
            for key in NAMES
        ]
    return figures, details


def require_scale(translator: Translator, scale: float, options: "Options") -> None:
    """Raise a DataError where the sizes of the pairs are not those that a model was trained for."""
    if abs(scale - translator.scale) > 1e-6:
        raise DataError(
            f"Expected targets {translator.scale:g} times as wide and high as their inputs for "
            f"{translator.name}, found {scale:g} times."
        )
    if options.degrade and scale != 1:
        raise DataError(f"Expected no --degrade for {translator.name}, which changes sizes.")


def made_input(translator: Translator) -> str | None:
    """How the input side is made from the pictures, where it is."""
    return translator.config["training"].get("options", {}).get("make_input")


def in_manner(pairs: Pairs, translator: Translator) -> Pairs:
    """The pairs whose targets are in the manner of a translator; all where there is only one.

    Raises:
        DataError: none are.
    """
    if not translator.manners or not pairs.manners:
        return pairs
    kept = [pair for pair in pairs.pairs if pair.manner == translator.manner]
    if not kept:
        raise DataError(
            f"Expected pairs of the manner {translator.manner} in {pairs.name}, found "
            f"{', '.join(pairs.manners)}."
        )
    return replace(pairs, pairs=kept)


def read_pairs(
    pairs: list[Pair], options: "Options"
) -> tuple[list[Pair], list[tuple[Picture, Picture]]]:
    """The pairs and their images, at most --samples of them; broken ones are passed over."""
    files, found = [], []
    for pair in pairs[: options.samples]:
        try:
            found.append(pair.read(enlarge=False))
        except UnreadableImage:
            continue
        files.append(pair)
    return files, found


def flat_colours(translator: Translator) -> list[str]:
    """The palette of a model that colours pictures of their own size; none of another one."""
    return translator.config["network"]["arguments"].get("palette", []) * (translator.scale == 1)


def coloured(
    pairs: list[ImagePair], outputs: list[Image.Image], palette: list[str], way: str = ""
) -> list[Figure]:
    """The figures of flat art."""
    outlines, targets = zip(*pairs, strict=True)
    real = colouring(outlines, targets, targets, palette)
    found = colouring(outlines, outputs, targets, palette)
    ending, words = (f"_{way}", f", {TOLD[way]}") if way else ("", "")
    return found.figures(real, len(pairs), ending, words)


def told(
    translator: Translator, files: list[Pair], pairs: list[ImagePair], options: "Options"
) -> dict[str, list[dict[str, Any]]]:
    """What else than the picture a translator is asked with, for each pair, by what it takes: the
    captions of --words, and three dabs of the target's colours, by seed."""
    found: dict[str, list[dict[str, Any]]] = {}
    if options.words:
        captions = read_captions(options.words, translator.folder / WORDS_FILE)
        found["words"] = [{"words": captions.of(pair.b).text} for pair in files]
    if translator.takes_hints:
        found["dabs"] = [
            {"hints": dab_layer(*pair, DABS, options.seed + index)}
            for index, pair in enumerate(pairs)
        ]
    return found


def compare(
    translator: Translator,
    given: Sequence[Picture],
    targets: list[Image.Image],
    name: str,
    looks: Tensor,
    asked: list[dict[str, Any]] | None = None,
) -> tuple[dict, list[Image.Image]]:
    """Translate the inputs and measure the outputs, as a person sees them, against the targets.

    Args:
        looks: texture features of the targets.
        asked: further arguments of `translate` for each pair.
    """
    bar = tqdm(given, name, unit="img", leave=False)
    more = asked or [{}] * len(given)
    outputs = [translator.translate(one, **how) for one, how in zip(bar, more, strict=True)]
    return figures_of(outputs, targets, looks), outputs


def figures_of(
    outputs: list[Image.Image], targets: list[Image.Image], looks: Tensor
) -> dict[str, float]:
    """L1, PSNR and SSIM, averaged over the images, and the texture distance between the sets."""
    pairs = zip(tensors(outputs), tensors(targets), strict=True)
    each = [pixel_figures(output[None], target[None]) for output, target in pairs]
    means = {key: sum(one[key] for one in each) / len(each) for key in each[0]}
    return {**means, "texture": texture_distance(texture_features(tensors(outputs)), looks)}


def kernel_figure(
    translator: Translator,
    data: str | list[str],
    targets: list[Image.Image],
    outputs: list[Image.Image],
) -> Figure:
    """KID of the outputs, beside that of as many real images of the train split."""
    others = real_ones(translator, data, len(targets))
    real = whole_features(tensors(targets))
    distance = kernel_distance(real, whole_features(tensors(outputs)))
    floor = kernel_distance(real, whole_features(tensors(others)))
    text = f"{distance:.4f} (real: {floor:.4f})"
    return Figure(
        "kid_efficientnet_lite2", "KID (EfficientNet-Lite2)", distance, text, len(outputs)
    )


def real_ones(translator: Translator, data: str | list[str], count: int) -> list[Image.Image]:
    """Targets of the train split, at most so many, as a person sees them."""
    turned = translator.config["training"].get("options", {}).get("direction") == "BtoA"
    values = translator.values[::-1] if turned else translator.values
    pairs = in_manner(find_pairs(data, "train", made_input(translator)), translator)
    found = pairs.with_values(values)
    return [shown(pair.read()[1], pair.values[1]).convert("RGB") for pair in found.pairs[:count]]


def row(key: str, name: str, value: float, beside: str, n: int) -> Figure:
    """A figure with as many digits as mean something."""
    text = f"{value:.{DIGITS[key.split('_')[0]]}f} {beside}".strip()
    return Figure(key, name, value, text, n)
