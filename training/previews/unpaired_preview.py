"""The preview of a translation without pairs: input, output and the way back."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from models.config import DIRECTIONS
from models.model_folder import part
from models.passes import pad_to
from models.values.tensors import to_shown
from training.data.unpaired.unpaired_images import UnpairedImages
from training.engine.game import Game
from training.engine.setup import Architecture
from training.metrics.pixels import luminance_correlation
from training.metrics.texture import SAME_LOOK, look_features, texture_distance
from training.previews.translation_preview import SHOWN, SIDES, TranslationPreview, in_turn
from training.runs.folder import Run

INVERTED = -0.3  # correlation of luminance below which colours count as inverted
ALIKE = 0.1  # share of the inputs' diversity below which outputs count as all alike


class UnpairedPreview(TranslationPreview):
    """Input, output and the way back of the same images each time, and how far the outputs have
    the other domain's look; of one direction alone, an image of that domain in place of the way
    back."""

    columns = 2 * SIDES  # A beside B

    def __init__(
        self,
        game: Game,
        run: Run,
        architecture: Architecture,
        data: UnpairedImages,
        held_out: UnpairedImages,
    ):
        super().__init__(game, run, architecture, data)
        self.images, self.held_out = data, held_out
        self.shown = data.plain(slice(SHOWN))
        self.looks: list[Tensor] = []
        self.untouched: list[float] = []

    def draw(self) -> Tensor:
        """(N, 3, H, W): input, output and the way back of each image in turn, A beside B."""
        rows = []
        for index, way in enumerate(self.ways):
            given = self.shown[index]
            output = self.translate(given, way)
            other = (self.shown[1], self.data.values[1])
            if len(self.ways) == 2:
                back = self.translate(output, self.ways[1 - index])
                other = (back, self.data.values[index])
            sides = (given, self.data.values[index]), (output, self.data.values[1 - index])
            rows.append(in_turn(*sides, other).unflatten(0, (-1, SIDES)))
        return torch.stack(rows, dim=1).flatten(0, 2)

    def measure(self) -> dict[str, float]:
        """The texture distance to the other domain as a share of the untouched images', for each
        direction and as their mean, and signs of failure; 0 is the other domain's own look."""
        if not self.looks:
            of_b = self.held_out if self.game.options.hold_out else self.images
            looks = (self.images.whole(0), of_b.whole(1))
            self.looks = [self.features(images, side) for side, images in enumerate(looks)]
            self.untouched = [
                texture_distance(self.features(given, side), self.looks[1 - side])
                for side, given in enumerate(map(self.held_out.whole, (0, 1)))
            ]
        figures = {}
        for side, way in enumerate(self.ways):
            given = self.held_out.whole(side)
            outputs = [self.translate_whole(image, way) for image in given]
            found = texture_distance(self.features(outputs, 1 - side), self.looks[1 - side])
            figures[f"texture_{way}"] = found / max(self.untouched[side], SAME_LOOK)
            pairs = zip(given, outputs, strict=True)
            figures[f"luminance_{way}"] = sum(luminance_correlation(*p) for p in pairs) / len(given)
            figures[f"diversity_{way}"] = spread_of(outputs) / max(spread_of(given), 1e-6)
        textures = [figures[f"texture_{way}"] for way in self.ways]
        return {**figures, "texture": sum(textures) / len(textures)}

    def features(self, images: list[Tensor], side: int) -> Tensor:
        """The texture features of images (1, C, H, W) of A (0) or B (1), as a person sees them."""
        values = self.data.values[side]
        return torch.cat(look_features([to_shown(image, values)[0] for image in images]))

    def translate_whole(self, image: Tensor, way: str) -> Tensor:
        """One uncut image (1, C, H, W) through a direction, at its own size."""
        generator: Any = self.averaged()[way]
        padded = pad_to(image, generator.multiple, generator.smallest)
        return self.translate(padded, way)[:, :, : image.shape[2], : image.shape[3]]

    def warnings(self, figures: dict[str, float]) -> list[str]:
        """Signs of failure in the figures of `measure`, in words."""
        return signs_of_failure(figures, self.data.domains)


def signs_of_failure(figures: dict[str, float], domains: tuple[str, str]) -> list[str]:
    """Inverted light and collapse in the figures of `measure`, in words."""
    found = []
    for way, name in zip(map(part, DIRECTIONS), (domains, domains[::-1]), strict=True):
        words = f"from {name[0]} to {name[1]}"
        if figures.get(f"luminance_{way}", 1.0) < INVERTED:
            found.append(
                f"The translation {words} turns light into dark: start again with another "
                "--seed or a larger --lambda-identity."
            )
        if figures.get(f"diversity_{way}", 1.0) < ALIKE:
            found.append(
                f"The translations {words} are nearly all alike, whatever is given: the "
                "generator is collapsing. Try a lower --lr, or go on from an earlier export "
                "with --init-from."
            )
    return found


def spread_of(images: list[Tensor], size: int = 32) -> float:
    """The mean distance in a channel between images of any size and their mean image."""
    small = [F.interpolate(image, (size, size), mode="area") for image in images]
    return (torch.cat(small) - torch.cat(small).mean(0)).abs().mean().item()
