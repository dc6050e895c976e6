"""What `training.gan` and `training.cgan` share beside the algorithm: data, networks, samples, "
"export."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from models.exported import check_config
from training import loop
from training.data.datasets import LabelledImages
from training.data.sources import find_source
from training.data.transforms import augmentation
from training.export import export_sampler, sampler_config
from training.game import Game, Iteration
from training.metrics.diversity import diversity
from training.options import plain
from training.start import start_game, trained

SAMPLES = 100  # in a grid
RENEWAL = [128] * 40  # batches of noise that renew batch norm's statistics
REAL_OF_A_CLASS = 20  # real images of a class that diversity is compared with
EXPORTED_OPTIONS = (
    *("batch_size", "lr", "n_epochs", "n_epochs_decay", "seed", "ema_half_life", "precision"),
    *("init_from", "gan_mode", "n_critic", "r1", "r2", "spectral_norm", "beta1", "beta2"),
    *("flip", "affine", "mismatch"),
)


def load_data(options, accelerator: Accelerator, labelled: bool) -> LabelledImages:
    """The training images, with labels only where the game takes them."""
    with accelerator.main_process_first():  # one unpacks or downloads, the others find it done
        source = find_source(options.data)
    if not labelled:
        source = replace(source, labels=None, class_names=[])
    augment = augmentation(options.flip, options.affine)
    return LabelledImages(source, options.size, options.channels, augment)


def describe_networks(options, dataset: LabelledImages, classes: int) -> tuple[dict, dict]:
    """Names and arguments of the two networks, as they stand in config.json."""
    common = {"size": dataset.size, "channels": dataset.channels, "classes": classes}
    generator = {**common, "noise_dim": options.noise_dim, "width": options.width}
    if options.hidden and options.network == "dcgan":
        generator["hidden"] = options.hidden
    critic = {**common, "width": options.critic_width, "spectral": options.spectral_norm}
    if options.critic == "dcgan":
        critic["norm"] = options.critic_norm
    return {"name": options.network, "arguments": generator}, {
        "name": options.critic,
        "arguments": critic,
    }


def train(
    options, accelerator: Accelerator, play: Iteration, dataset: LabelledImages, script: str
) -> None:
    """Set the game up and play it.

    Args:
        play: the iteration.
        dataset: with labels for the class-conditional game, without for the other.
        script: as in `python -m`.
    """
    generator, critic = describe_networks(options, dataset, len(dataset.class_names))
    run, game = start_game(options, accelerator, dataset, script, generator, critic)
    gallery = Gallery(game, dataset)

    def config() -> dict:
        return run_config(game, dataset, run.folder.name, script, generator, critic)

    def export(folder: Path) -> None:
        trained = accelerator.unwrap_model(game.critic)
        export_sampler(folder, config(), renewed(game), gallery.draw(), trained)

    check_config(config(), Path("the options"))  # rather now than at the first export
    loop.fit(game, play, dataset, run, gallery.draw, export, gallery.diversity)


def run_config(
    game: Game, dataset: LabelledImages, name: str, script: str, generator: dict, critic: dict
) -> dict:
    """config.json as the run stands now."""
    data = {
        "name": dataset.name,
        "licence": dataset.licence,
        "class_names": dataset.class_names,
        "images": len(dataset),
    }
    chosen = {k: v for k, v in plain(asdict(game.options)).items() if k in EXPORTED_OPTIONS}
    return sampler_config(name, script, generator, critic, data, trained(game, chosen))


class Gallery:
    """Samples from fixed noise, and their diversity beside the real images'.

    Of many classes, the first fifty are shown, two samples each, so that diversity within a class
    can be told.
    """

    def __init__(self, game: Game, dataset: LabelledImages):
        self.game = game
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = torch.randn(SAMPLES, game.options.noise_dim, generator=stream)
        shown = min(len(dataset.class_names), SAMPLES // 2)
        self.labels = torch.arange(SAMPLES).remainder(shown) if shown else None
        self.real_diversity = diversity(*self.some_real(dataset, shown))
        self.drawn: tuple[int, Tensor] | None = None

    def some_real(self, dataset: LabelledImages, shown: int) -> tuple[Tensor, Tensor | None]:
        """Real images of the classes shown, the first few of each."""
        if not shown:
            chosen = np.arange(min(len(dataset), SAMPLES))
        else:
            places = [np.flatnonzero(dataset.labels == label) for label in range(shown)]
            chosen = np.concatenate([place[:REAL_OF_A_CLASS] for place in places])
        batch = dataset.plain(chosen)
        return batch.images, batch.labels

    def draw(self) -> Tensor:
        """(100, C, H, W) in [-1, 1] from the averaged generator; drawn once a step."""
        step = self.game.progress.step
        if self.drawn is None or self.drawn[0] != step:
            device = self.game.accelerator.device
            labels = None if self.labels is None else self.labels.to(device)
            with torch.no_grad():
                images = renewed(self.game)(self.noise.to(device), labels).float().cpu()
            self.drawn = step, images
        return self.drawn[1]

    def diversity(self) -> float:
        """Diversity of the samples as a share of the real images'; 1 where those have none."""
        if not self.real_diversity:
            return 1.0
        return diversity(self.draw(), self.labels) / self.real_diversity


class FromCount(nn.Module):
    """A generator that draws its own noise and classes, so that `update_bn` can run it on counts.

    It has a random generator of its own: the run's are left as they were.
    """

    def __init__(self, game: Game, generator: nn.Module):
        super().__init__()
        self.generator, self.noise_dim = generator, game.options.noise_dim
        self.device = game.accelerator.device
        self.stream = torch.Generator().manual_seed(game.options.seed)

    def forward(self, count: int) -> Tensor:
        classes = self.generator.input.classes
        noise = torch.randn(count, self.noise_dim, generator=self.stream).to(self.device)
        labels = torch.randint(classes, (count,), generator=self.stream) if classes else None
        return self.generator(noise, None if labels is None else labels.to(self.device))


def renewed(game: Game) -> nn.Module:
    """The averaged generator in evaluation mode, with batch norm's statistics renewed for the
    averaged weights."""
    generator = game.averages["generator"].module
    with torch.no_grad():
        update_bn(RENEWAL, FromCount(game, generator))
    return generator.eval()
