"""The preview of a generator: samples from fixed noise, and their diversity."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.config import check_config
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.mixtures import PointSet
from training.data.labelled.worded_images import WordedImages
from training.engine.game import Game
from training.engine.setup import Architecture
from training.export.export_model import export_sampler
from training.metrics.diversity import diversity
from training.previews.scatter import scatter
from training.runs.folder import Run
from training.tasks.generators import noise_like, renewed, run_config

SAMPLES = 100  # in a grid
POINTS = 2_000  # in a picture of points
REAL_OF_A_CLASS = 20  # real images of a class that diversity is compared with


class GeneratorPreview:
    """A preview of images or of points: its export, and nothing that is held out."""

    columns = 10
    measure_every = 0
    best_by = ""

    def __init__(
        self,
        game: Game,
        run: Run,
        architecture: Architecture,
        data: LabelledImages | PointSet,
    ):
        """
        Raises:
            ValueError: a config.json that could not be exported; rather now than later.
        """
        self.game, self.run, self.architecture, self.data = game, run, architecture, data
        self.renewed_at: int | None = None
        check_config(self.config(), Path("the options"))

    def config(self) -> dict[str, Any]:
        """config.json as the run stands now."""
        return run_config(self.game, self.run, self.architecture, self.data)

    def draw(self) -> Tensor:
        """(N, C, H, W) in [-1, 1]; of each kind of preview."""
        raise NotImplementedError

    def measure(self) -> dict[str, float]:
        """Nothing is held out of what has no inputs."""
        return {}

    def warnings(self, figures: dict[str, float]) -> list[str]:
        """None but of diversity, which the loop gives."""
        return []

    def export(self, folder: Path) -> None:
        """The averaged generator with its card, samples and critic."""
        critic = None
        if self.architecture.critic:
            critic = self.game.critic
        words = self.data.captions.table if isinstance(self.data, WordedImages) else None
        export_sampler(folder, self.config(), self.averaged(), self.draw(), critic, words)

    def averaged(self) -> nn.Module:
        """The averaged generator in evaluation mode, with batch norm's statistics renewed once a
        step: it takes seconds."""
        if self.renewed_at != self.game.progress.step:
            self.renewed_at = self.game.progress.step
            return renewed(self.game)
        return self.game.averages["generator"].module.eval()


class SamplePreview(GeneratorPreview):
    """Samples from fixed noise, and their diversity beside the real images'.

    Of many classes, the first fifty are shown, two samples each, so that diversity within a class
    can be told; of pictures with words, a hundred whole captions from all over the data.
    """

    def __init__(self, game: Game, run: Run, architecture: Architecture, data: LabelledImages):
        super().__init__(game, run, architecture, data)
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = noise_like(game.options, SAMPLES, stream)
        shown = min(len(data.class_names), SAMPLES // 2)
        self.labels = torch.arange(SAMPLES).remainder(shown) if shown else None
        self.told = self.labels
        if isinstance(data, WordedImages):
            self.told = data.told(np.linspace(0, len(data) - 1, SAMPLES).astype(int))
        self.real_diversity = diversity(*self.some_real(data, shown))
        self.drawn: tuple[int, Tensor] | None = None

    def some_real(self, data: LabelledImages, shown: int) -> tuple[Tensor, Tensor | None]:
        """Real images of the classes shown, the first few of each."""
        if not shown:
            chosen = np.arange(min(len(data), SAMPLES))
        else:
            places = [np.flatnonzero(data.labels == label) for label in range(shown)]
            chosen = np.concatenate([place[:REAL_OF_A_CLASS] for place in places])
        batch = data.plain(chosen)
        return batch.images, batch.labels if shown else None

    def draw(self) -> Tensor:
        """(100, C, H, W) in [-1, 1] from the averaged generator; drawn once a step."""
        step = self.game.progress.step
        if self.drawn is None or self.drawn[0] != step:
            device = self.game.accelerator.device
            labels = None if self.told is None else self.told.to(device)
            with torch.no_grad():
                images = self.averaged()(self.noise.to(device), labels).float().cpu()
            self.drawn = step, images
        return self.drawn[1]

    def diversity(self) -> float:
        """Diversity of the samples as a share of the real images'; 1 where those have none."""
        if not self.real_diversity:
            return 1.0
        return diversity(self.draw(), self.labels) / self.real_diversity


class PointPreview(GeneratorPreview):
    """Generated points, as a picture over the real ones."""

    def __init__(self, game: Game, run: Run, architecture: Architecture, data: PointSet):
        super().__init__(game, run, architecture, data)
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = noise_like(game.options, POINTS, stream)
        self.real = data.plain(np.arange(min(len(data), POINTS))).images.flatten(1)

    def points(self) -> Tensor:
        """(POINTS, D) from the averaged generator."""
        with torch.no_grad():
            noise = self.noise.to(self.game.accelerator.device)
            return self.averaged()(noise).float().cpu().flatten(1)

    def draw(self) -> Tensor:
        """The picture as a batch of one, (1, 3, H, W) in [-1, 1]."""
        return scatter(self.real, self.points())[None]

    def diversity(self) -> float:
        """Mean distance of two points as a share of the real ones'."""
        return diversity(self.points()) / diversity(self.real)


def preview_of(
    game: Game, run: Run, architecture: Architecture, data: LabelledImages | PointSet
) -> SamplePreview | PointPreview:
    """The preview that suits the data."""
    if isinstance(data, PointSet):
        return PointPreview(game, run, architecture, data)
    return SamplePreview(game, run, architecture, data)
