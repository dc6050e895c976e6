"""The figures of a model that learned without pairs: how far its pictures go towards the other
domain's look, how much of their content stays, and what grain is laid over them."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from tqdm import tqdm

from models.config import DIRECTIONS
from models.precision import processor_in_words
from models.translator import Translator
from training.data.errors import DataError
from training.data.folders import images_in
from training.data.reading import readable_images
from training.data.unpaired.domains import LEAST, Domains, find_domains
from training.metrics.figure import Figure
from training.metrics.pixels import luminance_correlation, tensors
from training.metrics.texture import SAME_LOOK, look_features, texture_distance
from training.metrics.unpaired import moving
from training.metrics.unpaired.content import edge_ssim, grain, moved_share, own_grain
from training.metrics.unpaired.pictures import (
    Pictures,
    darkest_third,
    mosaic,
    recoloured,
    scaled,
)

if TYPE_CHECKING:
    from training.evaluate import Options

HALF = 0.5


@dataclass(frozen=True)
class Case:
    """Pictures to translate at one size.

    Attributes:
        suffix, words: of a figure's key and of its name.
        inputs: to translate.
        look: pictures of the other domain.
        dark: the indices of the darkest third of the inputs; none where they are one.
        real: other pictures of that domain, whose share of the way is what real ones reach.
    """

    suffix: str
    words: str
    inputs: Pictures
    look: Pictures
    dark: list[int]
    real: Pictures


@dataclass(frozen=True)
class Way:
    """A direction of a translator, and how its figures are named."""

    translator: Translator
    direction: str

    @property
    def words(self) -> str:
        """Both domains."""
        start, end = self.translator.domains[:: 1 if self.direction == DIRECTIONS[0] else -1]
        return f"{start} to {end}"

    def figure(
        self, key: str, case: Case, said: str, value: float, text: str, n: int | None = None
    ) -> Figure:
        """A figure of this direction, of all the case's inputs where no other number is given."""
        key = f"{key}_{self.direction.lower().replace(' ', '_')}{case.suffix}"
        n = len(case.inputs) if n is None else n
        return Figure(key, f"{self.words}: {said}{case.words}", value, text, n)


def measure(
    translator: Translator, data: str | list[str], options: "Options"
) -> tuple[list[Figure], dict]:
    """The figures of every direction, and what untouched and recoloured pictures get.

    Args:
        options: of `training.evaluate`.
    """
    figures: list[Figure] = []
    details: dict[str, dict] = {}
    for direction, (inputs, look) in sides(translator.config["training"], data, options).items():
        if direction not in translator.directions:
            continue
        pictures = readable_images(inputs[: options.samples])
        first = direction == DIRECTIONS[0]
        real = pictures_of(options.real, "--real") if options.real and first else []
        for case in cases(pictures, readable_images(look), readable_images(real), options.mosaic):
            found, others = compared(Way(translator, direction), case)
            figures += found
            for name, values in others.items():
                details.setdefault(name, {}).update(values)
        if options.clips:
            chosen = pictures[: options.clips]
            way = Way(translator, direction)
            target = torch.cat(looks_of(readable_images(look)))
            clips = moving.compared(translator, direction, chosen, target)
            case = Case("", "", chosen, [], [], [])
            for key, told in moving.in_words(clips).items():
                figures.append(way.figure(key, case, *told))
            details |= {f"clips, {name}, {way.words}": values for name, values in clips.items()}
    return figures, details


def sides(
    trained: dict[str, Any], data: str | list[str], options: "Options"
) -> dict[str, tuple[list[Path], list[Path]]]:
    """The pictures to translate in each direction and those of the other domain to compare with.
    Where the split has none of a domain, those that the other direction is compared with are
    translated.

    Args:
        trained: what config.json says of the training.
    """
    split, train = find_domains(data, options.split), find_domains(data, "train")
    if trained.get("options", {}).get("direction") == "BtoA":
        split, train = split.turned(), train.turned()
    of_a, of_b = train.a, paintings(train, trained, options)
    return dict(zip(DIRECTIONS, [(split.a or of_a, of_b), (split.b or of_b, of_a)], strict=True))


def paintings(train: Domains, trained: dict[str, Any], options: "Options") -> list[Path]:
    """The pictures of B to compare with: those in --paintings, those that training held out of this
    very data, or all that there are to train on.

    Args:
        trained: what config.json says of the training.
    """
    if options.paintings:
        return pictures_of(options.paintings, "--paintings")
    held_out = trained.get("options", {}).get("hold_out", 0)
    return train.held_out(held_out)[1].b if held_out and train.name == trained["data"] else train.b


def pictures_of(folder: str, option: str) -> list[Path]:
    """The pictures in a folder that an option names.

    Raises:
        DataError: no folder, or too few in it.
    """
    place = Path(folder).expanduser()
    found = images_in(place) if place.is_dir() else []
    if len(found) < LEAST:
        raise DataError(
            f"Expected {option} to be a folder with at least {LEAST} images, found {len(found)} in "
            f"{place}."
        )
    return found


def cases(pictures: Pictures, look: Pictures, real: Pictures, width: int) -> Iterator[Case]:
    """Pictures as they are, at half their size, and as one large picture of so many pixels in
    width; none where it is 0."""
    dark = darkest_third(pictures)
    yield Case("", "", pictures, look, dark, real)
    smaller = [scaled(some, HALF) for some in (pictures, look, real)]
    yield Case("_half", ", at half size", smaller[0], smaller[1], dark, smaller[2])
    if width:
        large = mosaic(pictures, width)
        yield Case("_large", f", at {large.width}x{large.height}", [large], look, [], [])


def compared(way: Way, case: Case) -> tuple[list[Figure], dict[str, dict]]:
    """The figures of one direction at one size, and the distances that they come from."""
    began = time.monotonic()
    bar = tqdm(case.inputs, f"Translating{case.words}", unit="img", leave=False)
    outputs = [way.translator.translate(picture, way.direction) for picture in bar]
    seconds = time.monotonic() - began
    figures, rows = shares(way, case, outputs)
    figures += content(way, case, outputs)
    if case.suffix == "_large":
        text = f"{seconds:.1f} s on {processor_in_words()}"
        figures.append(way.figure("seconds", case, "seconds", seconds, text))
    return figures, rows


def shares(way: Way, case: Case, outputs: Pictures) -> tuple[list[Figure], dict[str, dict]]:
    """The share of the way to the other domain's look, of all pictures and of the darkest."""
    target = torch.cat(looks_of(case.look))
    features = {
        "untouched": looks_of(case.inputs),
        "colour transfer": looks_of(recoloured(case.inputs, case.look)),
        "translated": looks_of(outputs),
    }
    parts = {"way": ("share of the way by texture", list(range(len(case.inputs))))}
    if sum(len(features["untouched"][index]) for index in case.dark) > 1:  # crops
        parts["dark"] = ("share of the way by texture, darkest third", case.dark)
    figures, rows = [], {f"{name}, {way.words}": dict[str, float]() for name in features}
    for key, (said, chosen) in parts.items():
        distances = {
            name: texture_distance(torch.cat([found[index] for index in chosen]), target)
            for name, found in features.items()
        }
        share = 1 - distances["translated"] / max(distances["untouched"], SAME_LOOK)
        figures.append(way.figure(key, case, said, share, f"{share:.1%}", len(chosen)))
        prefix = "texture" if key == "way" else "texture_dark"
        for name, distance in distances.items():
            rows[f"{name}, {way.words}"][f"{prefix}{case.suffix}"] = distance
    if case.real:
        distance = texture_distance(torch.cat(looks_of(case.real)), target)
        untouched = rows[f"untouched, {way.words}"][f"texture{case.suffix}"]
        share = 1 - distance / max(untouched, SAME_LOOK)
        said = f"share of the way by texture, of other real {way.words.split(' to ')[1]}"
        figures.append(way.figure("real", case, said, share, f"{share:.1%}", len(case.real)))
    return figures, rows


def looks_of(pictures: Pictures) -> list[Tensor]:
    """The texture features of each picture."""
    return look_features(list(tensors(pictures)))


def content(way: Way, case: Case, outputs: Pictures) -> list[Figure]:
    """How much of the content stays: edges, light and dark, what is flat, and, of pictures as they
    are, what the way back makes of it."""
    pairs = list(zip(tensors(case.inputs), tensors(outputs), strict=True))
    correlation = mean(luminance_correlation(x[None], y[None]) for x, y in pairs)
    found = {
        "edges": ("SSIM of luminance edges", mean(edge_ssim(*pair) for pair in pairs)),
        "luminance": ("correlation of luminance", correlation),
    }
    if len(way.translator.directions) == 2 and not case.suffix:
        found["cycle"] = ("cycle L1 (0 to 1)", cycle_error(way, pairs, outputs))
    figures = [
        way.figure(key, case, said, value, f"{value:.3f}") for key, (said, value) in found.items()
    ]
    moved = mean(moved_share(*pair) for pair in pairs)
    said = "pixels whose luminance moved by over 40 %"
    figures.append(way.figure("moved", case, said, moved, f"{moved:.2%}"))
    laid_over, own = grain(pairs), own_grain(tensors(case.look))
    if laid_over is not None and own is not None:
        text = f"{laid_over:.2f} (the other domain's own: {own:.2f})"
        said = "grain where the input is flat, of 255"
        figures.append(way.figure("grain", case, said, laid_over, text))
    return figures


def cycle_error(way: Way, pairs: list[tuple[Tensor, Tensor]], outputs: Pictures) -> float:
    """L1 on the scale from 0 to 1 between inputs and what comes back of their translations."""
    back = next(other for other in DIRECTIONS if other != way.direction)
    returned = tensors(way.translator.translate(output, back) for output in outputs)
    return mean(
        (there - x).abs().mean().item() / 2 for there, (x, _) in zip(returned, pairs, strict=True)
    )


def mean(values: Iterable[float]) -> float:
    """The mean of some numbers."""
    found = list(values)
    return sum(found) / len(found)
