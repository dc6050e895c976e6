"""Pictures that know where they come from, so that one can ask for more like one of them, and for
the way between two."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from app.generate import actions
from app.shared.library import Library
from app.shared.validation import whole_number
from models.images import pixels_to_images
from models.inversion import variations
from models.sampler import MAX_SEED, Sampler

SIDE = 256  # pixels of a picture in the page, at least about so many
LIKE = 12  # pictures: the one that more like it are asked for, and those
NEAR = 0.25  # from the same picture (0) to any other (1); see models.inversion
MOST_STEPS = 8  # so often can one ask for more like what came of it


@dataclass(frozen=True)
class Origin:
    """Where a picture comes from.

    Attributes:
        model: its name among those on offer.
        what: its class, or its words; None where the model has neither.
        hand: in which a model of several draws the words.
        noise: (seed, row) of its z, and of each further z towards which it went `NEAR`.
        variety: the noise's standard deviation.
    """

    model: str
    what: str | None
    hand: str | None
    noise: tuple[tuple[int, int], ...]
    variety: float

    def z(self, model: Sampler) -> torch.Tensor:
        """Its noise, (1, noise_dim), before truncation."""
        first, *further = (
            model.noise(row + 1, seed)[-1:]
            for seed, row in self.noise  # which seed and row alone decide
        )
        for other in further:
            first = variations(first, other, NEAR)
        return first

    def about(self, model: Sampler) -> dict[str, Any]:
        """Its parameters, as they are written into its file."""
        kind = {"words": self.what, "hand": self.hand} if model.takes_words else {}
        if model.class_names:
            kind = {"class": self.what}
        (seed, row), *further = self.noise
        near = {"near": [list(one) for one in further]} if further else {}
        about = {"model": self.model, **kind, "seed": seed, "picture": row}
        return {**about, **near, "truncation": self.variety}


def origins(
    library: Library, name: str, which: str, count: float, seed: float, variety: float
) -> list[Origin]:
    """Those of the pictures that `actions.draw_images` lays on one sheet."""
    model = library.sampler(name)
    count = whole_number(count, "how many", 1, actions.MAX_IMAGES)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    names = model.class_names
    what = count if which == actions.ANY or not names else [which] * count
    labels = [] if model.takes_words else model.labels(what, seed).tolist()
    classes = [names[label] for label in labels] if names else [None] * count
    return [Origin(name, one, None, ((seed, row),), variety) for row, one in enumerate(classes)]


def drawn(library: Library, wanted: Sequence[Origin]) -> list[Image.Image]:
    """The pictures of one model, in its own size."""
    model = library.sampler(wanted[0].model)
    noise = torch.cat([one.z(model) for one in wanted])
    images = pixels_to_images(model.draw(noise, told(model, wanted), wanted[0].variety))
    return model.wording.coloured(images, texts(wanted)) if model.takes_words else images


def shown(
    library: Library, images: Sequence[Image.Image], wanted: Sequence[Origin]
) -> list[Image.Image]:
    """The pictures large enough to look at, with their parameters."""
    model = library.sampler(wanted[0].model)
    return [enlarged(image, one.about(model)) for image, one in zip(images, wanted, strict=True)]


def told(model: Sampler, wanted: Sequence[Origin]) -> torch.Tensor | None:
    """What tells the generator the classes or the words, None where there are neither."""
    if model.takes_words:
        return torch.cat([model.told(texts([one]), one.hand) for one in wanted])
    return model.labels([str(one.what) for one in wanted]) if model.class_names else None


def texts(wanted: Sequence[Origin]) -> list[str]:
    """The words of each picture of a model that takes some."""
    return [one.what or "" for one in wanted]


def enlarged(image: Image.Image, about: dict[str, Any]) -> Image.Image:
    """A picture at least `SIDE` large, with its parameters."""
    scale = max(1, SIDE // image.width)
    large = image.resize((scale * image.width,) * 2, Image.Resampling.LANCZOS)
    large.info["parameters"] = json.dumps(about, ensure_ascii=False)
    return large


def like(origin: Origin, seed: int) -> list[Origin]:
    """A picture's, and those of others like it, by a seed."""
    if len(origin.noise) > MOST_STEPS:
        raise ValueError("Too many steps from the first picture; draw new ones.")
    others = [replace(origin, noise=(*origin.noise, (seed, row))) for row in range(LIKE - 1)]
    return [origin, *others]


def way(library: Library, start: Origin, end: Origin) -> Path:
    """An endless animation from one picture to another of the same model, and back."""
    model = library.sampler(start.model)
    if start.model != end.model:
        raise ValueError("Expected two pictures of one model; choose two of those shown.")
    noise = torch.cat([start.z(model), end.z(model)])
    ends = texts([start, end]) if model.takes_words else []
    images = model.between(noise, told(model, [start, end]), actions.FRAMES, start.variety, ends)
    about = {"from": start.about(model), "to": end.about(model), "seed": start.noise[0][0]}
    words = f"{start.what or 'picture'}-to-{end.what or 'picture'}"
    return actions.there_and_back(model, images, words, about, start.variety)
