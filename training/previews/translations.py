"""What a run of translation shows of itself: a grid of samples, and figures on held-out data."""

from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn

from models import flat_art
from models.config import DIRECTIONS
from models.model_folder import part
from models.networks.bidirectional import Bidirectional
from models.noise import expected_noise, noisy
from models.translator import drawing_from, pad_to
from training.data.paired.paired_images import PairedImages
from training.data.unpaired.unpaired_images import UnpairedImages
from training.engine.game import Game
from training.metrics.pixels import luminance_correlation, pixel_figures
from training.metrics.texture import SAME_LOOK, texture_distance, texture_features

SHOWN = 8  # pairs in a grid of samples, or images of each domain
RENEWAL = 256  # images that renew batch norm's statistics
BATCH = 8
INVERTED = -0.3  # correlation of luminance below which colours count as inverted
ALIKE = 0.1  # share of the inputs' diversity below which outputs count as all alike


class Gallery:
    """The averaged generators of a game, and what they make of some images.

    What is computed for a step is kept until the next one, for samples, validation and export often
    fall together.

    Attributes:
        ways: the directions that the game learns, as `models.model_folder.part` names them.
    """

    SIDES: ClassVar[int] = 3  # images in a row that belong together
    COLUMNS: ClassVar[int] = SIDES

    def __init__(self, game: Game):
        self.game = game
        both = isinstance(game.averages["generator"].module, Bidirectional)
        self.ways = [part(direction) for direction in (DIRECTIONS if both else DIRECTIONS[:1])]
        self.renewed_at: int | None = None

    def averaged(self) -> nn.ModuleDict:
        """The averaged generators by direction, in evaluation mode, with batch norm's statistics
        renewed."""
        found = self.game.averages["generator"].module
        generators = (
            found if isinstance(found, Bidirectional) else nn.ModuleDict({self.ways[0]: found})
        )
        if self.renewed_at != self.game.progress.step:
            for way, generator in generators.items():
                with torch.no_grad(), self.game.accelerator.autocast(), torch.random.fork_rng():
                    torch.manual_seed(0)  # of dropout; the run's own draws stay as they are
                    update_bn(self.inputs(way), generator)
            self.renewed_at = self.game.progress.step
        return generators.eval()

    def inputs(self, way: str) -> Iterable[Tensor]:
        """The same augmented inputs each time, that renew batch norm's statistics."""
        count = min(RENEWAL, len(self.dataset))
        for start in range(0, count, BATCH):
            draws = [(index, index) for index in range(start, min(start + BATCH, count))]
            yield self.side(self.dataset.__getitems__(draws), way).to(self.game.accelerator.device)

    def side(self, batch: tuple[Tensor, Tensor], way: str) -> Tensor:
        """The inputs of a direction in a batch."""
        return batch[self.ways.index(way)]

    def translate(self, given: Tensor, way: str = "a_to_b") -> Tensor:
        """Outputs (N, C, H, W) of a direction's averaged generator, on the CPU."""
        generator, device = self.averaged()[way], self.game.accelerator.device
        noise = expected_noise(generator)
        with torch.no_grad(), self.game.accelerator.autocast(), drawing_from(0):
            batches = (noisy(some, noise).to(device) for some in given.split(BATCH))
            parts = [flat_art.translated(generator, batch).float().cpu() for batch in batches]
        return torch.cat(parts)


class PairedGallery(Gallery):
    """Input, output and truth of the same pairs each time, held-out ones where there are any, and
    how the output measures up."""

    def __init__(self, game: Game, dataset: PairedImages, held_out: PairedImages | None):
        super().__init__(game)
        self.dataset, self.held_out = dataset, held_out
        self.shown = (held_out or dataset).plain(slice(SHOWN))
        self.truth: Tensor | None = None

    def draw(self) -> Tensor:
        """(3 * SHOWN, 3, H, W): input, output and truth of each pair in turn."""
        return in_turn(self.shown.input, self.translate(self.shown.input), self.shown.target)

    def validate(self) -> dict[str, float]:
        """L1, PSNR, SSIM and texture distance on the held-out pairs."""
        outputs, targets = [], []
        for start in range(0, len(self.held_out), BATCH):
            batch = self.held_out.plain(slice(start, start + BATCH))
            outputs.append(self.translate(batch.input))
            targets.append(batch.target)
        output, target = torch.cat(outputs), torch.cat(targets)
        if self.truth is None:
            self.truth = texture_features(target)
        texture = texture_distance(texture_features(output), self.truth)
        return {**pixel_figures(output, target), "texture": texture}


class UnpairedGallery(Gallery):
    """Input, output and the way back of the same images each time, and how far the outputs have
    the other domain's look; of one direction alone, an image of that domain in place of the way
    back."""

    COLUMNS = 2 * Gallery.SIDES  # A beside B

    def __init__(self, game: Game, dataset: UnpairedImages, held_out: UnpairedImages):
        super().__init__(game)
        self.dataset, self.held_out = dataset, held_out
        self.shown = dataset.plain(slice(SHOWN))
        self.looks: list[Tensor] = []
        self.untouched: list[float] = []

    def draw(self) -> Tensor:
        """(N, 3, H, W): input, output and the way back of each image in turn, A beside B."""
        rows = []
        for index, way in enumerate(self.ways):
            given = self.shown[index]
            output = self.translate(given, way)
            other = self.shown[1]
            if len(self.ways) == 2:
                other = self.translate(output, self.ways[1 - index])
            rows.append(in_turn(given, output, other).unflatten(0, (-1, self.SIDES)))
        return torch.stack(rows, dim=1).flatten(0, 2)

    def validate(self) -> dict[str, float]:
        """The texture distance to the other domain as a share of the untouched images', for each
        direction and as their mean, and signs of failure; 0 is the other domain's own look."""
        if not self.looks:
            self.looks = [texture_features(squeezed(self.dataset.whole(side))) for side in (0, 1)]
            self.untouched = [
                texture_distance(texture_features(squeezed(given)), self.looks[1 - side])
                for side, given in enumerate(map(self.held_out.whole, (0, 1)))
            ]
        figures = {}
        for side, way in enumerate(self.ways):
            given = self.held_out.whole(side)
            outputs = [self.translate_whole(image, way) for image in given]
            found = texture_distance(texture_features(squeezed(outputs)), self.looks[1 - side])
            figures[f"texture_{way}"] = found / max(self.untouched[side], SAME_LOOK)
            pairs = zip(given, outputs, strict=True)
            figures[f"luminance_{way}"] = sum(luminance_correlation(*p) for p in pairs) / len(given)
            figures[f"diversity_{way}"] = spread_of(outputs) / max(spread_of(given), 1e-6)
        textures = [figures[f"texture_{way}"] for way in self.ways]
        return {**figures, "texture": sum(textures) / len(textures)}

    def translate_whole(self, image: Tensor, way: str) -> Tensor:
        """One uncut image (1, C, H, W) through a direction, at its own size."""
        generator = self.averaged()[way]
        padded = pad_to(image, generator.multiple, generator.smallest)
        return self.translate(padded, way)[:, :, : image.shape[2], : image.shape[3]]


def warnings(figures: dict[str, float], domains: tuple[str, str]) -> list[str]:
    """What a person should know of the figures of an `UnpairedGallery`, in words."""
    found = []
    for way, name in zip(map(part, DIRECTIONS), (domains, domains[::-1]), strict=True):
        words = f"from {name[0]} to {name[1]}"
        if figures.get(f"luminance_{way}", 1.0) < INVERTED:
            found.append(
                f"The translation {words} turns light into dark: start again with another --seed "
                "or a larger --lambda-identity."
            )
        if figures.get(f"diversity_{way}", 1.0) < ALIKE:
            found.append(
                f"The translations {words} are nearly all alike, whatever is given: the generator "
                "is collapsing. Try a lower --lr, or go on from an earlier export with --init-from."
            )
    return found


def in_turn(*sides: Tensor) -> Tensor:
    """Images (N, C, H, W) of each side in turn, as RGB: (N * sides, 3, H, W)."""
    return torch.stack([side.expand(-1, 3, -1, -1) for side in sides], dim=1).flatten(0, 1)


def squeezed(images: list[Tensor]) -> list[Tensor]:
    """Images (1, C, H, W) as (C, H, W)."""
    return [image[0] for image in images]


def spread_of(images: list[Tensor], size: int = 32) -> float:
    """The mean distance in a channel between images of any size and their mean image."""
    small = [F.interpolate(image, (size, size), mode="area") for image in images]
    return (torch.cat(small) - torch.cat(small).mean(0)).abs().mean().item()
