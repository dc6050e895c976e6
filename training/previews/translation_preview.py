"""The preview of a translation: its averaged generators, its sample grid and its export."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from models import flat_art
from models.conditions.words import WordTable
from models.config import DIRECTIONS, check_config
from models.model_folder import part
from models.networks.bidirectional import Bidirectional
from models.noise import as_expected
from models.passes import drawing_from
from models.values.tensors import to_shown
from models.values.value_range import ValueRange
from training.data.paired.paired_images import PairedImages
from training.data.unpaired.unpaired_images import UnpairedImages
from training.engine.game import Game
from training.engine.setup import Architecture
from training.export.export_model import export_translator
from training.runs.folder import Run
from training.tasks.translators import run_config

SHOWN = 8  # pairs in a grid of samples, or images of each domain
RENEWAL = 256  # images that renew batch norm's statistics
BATCH = 8
SIDES = 3  # images in a row that belong together


class Asked(nn.Module):
    """A network that takes what it is given by name, which `update_bn` passes on as one thing."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, given: dict[str, Tensor | None]) -> Any:
        return self.network(**given)


class TranslationPreview:
    """The averaged generators of a game, and their translations of the same images each time.

    The statistics of batch norm are renewed once a step, for samples, validation and export often
    fall together.

    Attributes:
        ways: the directions that the game learns, as `models.model_folder.part` names them.
    """

    columns = SIDES
    best_by = "texture"

    def __init__(
        self,
        game: Game,
        run: Run,
        architecture: Architecture,
        data: PairedImages | UnpairedImages,
    ):
        """
        Raises:
            ValueError: a config.json that could not be exported; rather now than later.
        """
        self.game, self.run, self.architecture = game, run, architecture
        self.data: PairedImages | UnpairedImages = data
        self.measure_every = game.options.validate_every
        directions = DIRECTIONS if architecture.bidirectional else DIRECTIONS[:1]
        self.ways = [part(direction) for direction in directions]
        self.renewed_at: int | None = None
        check_config(self.config(), Path("the options"))

    def config(self) -> dict[str, Any]:
        """config.json as the run stands now."""
        return run_config(self.game, self.run, self.architecture, self.data)

    def draw(self) -> Tensor:
        """(N, 3, H, W) in [-1, 1], rows of `columns`; of each kind of preview."""
        raise NotImplementedError

    def diversity(self) -> float | None:
        """Not told of translations while they are drawn; `measure` tells it where it can."""
        return None

    def measure(self) -> dict[str, float]:
        """Figures on held-out data; of each kind of preview."""
        raise NotImplementedError

    def warnings(self, figures: dict[str, float]) -> list[str]:
        """Signs of failure in these figures, in words; none are known of pairs."""
        return []

    def export(self, folder: Path) -> None:
        """The averaged generators with their card, samples and critics."""
        critics = self.game.critic
        if not self.architecture.bidirectional:
            critics = nn.ModuleDict({self.ways[0]: critics})
        config, beside = self.config(), (self.word_table(), self.source())
        export_translator(folder, config, self.averaged(), self.draw(), critics, *beside)

    def source(self) -> Path | None:
        """The folder of the font that inputs are drawn from; pairs alone have one."""
        return None

    def word_table(self) -> WordTable | None:
        """The table of a generator that takes words; pairs alone have some."""
        return None

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
                    update_bn(self.inputs(way), Asked(generator))
            self.renewed_at = self.game.progress.step
        return generators.eval()

    def inputs(self, way: str) -> Iterable[dict[str, Tensor | None]]:
        """The same augmented inputs each time, that renew batch norm's statistics."""
        count = min(RENEWAL, len(self.data))
        for start in range(0, count, BATCH):
            draws = [(index, index) for index in range(start, min(start + BATCH, count))]
            found = self.side(self.data.__getitems__(draws), way)
            device = self.game.accelerator.device
            yield {name: None if one is None else one.to(device) for name, one in found.items()}

    def side(self, batch: Any, way: str) -> dict[str, Tensor | None]:
        """What a direction's generator takes of a batch."""
        return {"images": batch[self.ways.index(way)]}

    def translate(
        self, given: Tensor, way: str = "a_to_b", condition: Tensor | None = None
    ) -> Tensor:
        """Outputs (N, C, H, W) of a direction's averaged generator, on the CPU.

        Args:
            condition: of a generator that takes one, (N, condition_dim).
        """
        generator, device = self.averaged()[way], self.game.accelerator.device
        with torch.no_grad(), self.game.accelerator.autocast(), drawing_from(0):
            batches = (as_expected(generator, some).to(device) for some in given.split(BATCH))
            said = [None] * len(given) if condition is None else condition.to(device).split(BATCH)
            parts = [
                flat_art.translated(generator, batch, told).float().cpu()
                for batch, told in zip(batches, said, strict=False)
            ]
        return torch.cat(parts)


def in_turn(*sides: tuple[Tensor, ValueRange]) -> Tensor:
    """Images (N, C, H, W) of each side in turn, as a person sees those of its range of values, in
    RGB: (N * sides, 3, H, W)."""
    seen = [to_shown(images, values).expand(-1, 3, -1, -1) for images, values in sides]
    return torch.stack(seen, dim=1).flatten(0, 1)
