"""How far a recipe has come, by the judge that `training.evaluate` has, on what training held
out."""

from pathlib import Path

import torch

from models.config import DIRECTIONS
from models.translator import Translator
from training.data.errors import DataError
from training.data.folders import images_in
from training.data.reading import readable_images
from training.data.unpaired.domains import find_domains
from training.metrics.texture import SAME_LOOK, texture_distance
from training.metrics.unpaired.pictures import darkest_third, recoloured, scaled
from training.metrics.unpaired.protocol import HALF, looks_of

FIGURES = {
    "way": "share of the way",
    "way_half": "at half size",
    "dark": "darkest third",
}


class Judge:
    """Held-out pictures, and what they should look like, at their natural pixels whatever a recipe
    trains at.

    The test split stays for `training.evaluate` alone.

    Attributes:
        real: the shares of the way that the recipes' own pictures of the target domain reach: with
            few held out, of another size or manner, real ones may be far from them.
        colours_alone: the shares of the held-out pictures in those pictures' mean colours (Reinhard
            2001), which is a look without strokes.
    """

    def __init__(self, data: str | list[str], hold_out: int, paintings: Path | None = None):
        """
        Args:
            hold_out: as of the training scripts.
            paintings: a folder of others of the target domain, to be judged by in place of those
                held out.

        Raises:
            DataError: no picture in the folder that opens.
        """
        kept, held = find_domains(data).held_out(hold_out)
        pictures = readable_images(held.a)
        look = readable_images(images_in(paintings) if paintings else held.b)
        if not look:
            raise DataError(f"Expected pictures in {paintings}, found none that opens.")
        every, dark = list(range(len(pictures))), darkest_third(pictures)
        half = scaled(pictures, HALF)
        looks = [torch.cat(looks_of(images)) for images in (look, scaled(look, HALF))]
        self.parts = {  # pictures, which of them, and what they should look like
            "way": (pictures, every, looks[0]),
            "way_half": (half, every, looks[1]),
            "dark": (pictures, dark, looks[0]),
        }
        self.untouched = {
            key: texture_distance(torch.cat(looks_of([images[index] for index in chosen])), look)
            for key, (images, chosen, look) in self.parts.items()
        }
        known = readable_images(kept.b)
        seen = {"way": looks_of(known), "way_half": looks_of(scaled(known, HALF))}
        self.real = {key: self.share(key, torch.cat(rows)) for key, rows in seen.items()}
        coloured = recoloured(pictures, known)
        seen = {"way": looks_of(coloured), "way_half": looks_of(scaled(coloured, HALF))}
        self.colours_alone = {key: self.share(key, torch.cat(rows)) for key, rows in seen.items()}

    def share(self, key: str, rows: torch.Tensor) -> float:
        """1 - d(translated, target) / d(untouched, target).

        Args:
            key: of `FIGURES`.
            rows: the looks of all crops of the translated.
        """
        distance = texture_distance(rows, self.parts[key][2])
        return 1 - distance / max(self.untouched[key], SAME_LOOK)

    def __call__(self, folder: Path) -> dict[str, float]:
        """The share of the way of an exported model's first direction: of the pictures as they are,
        at half their size, and of the darkest third as they are."""
        translator = Translator(folder)
        seen: dict[int, list[torch.Tensor]] = {}
        found = {}
        for key, (images, chosen, _) in self.parts.items():
            if id(images) not in seen:
                outputs = [translator.translate(image, DIRECTIONS[0]) for image in images]
                seen[id(images)] = looks_of(outputs)
            found[key] = self.share(key, torch.cat([seen[id(images)][index] for index in chosen]))
        return found
