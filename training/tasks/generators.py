"""What `training.gan` and `training.cgan` share beside the algorithm: data, networks, samples,
export."""

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from models.config import check_config
from models.networks import CRITICS, build
from training.collapse.differentiable_augmentation import DifferentiableAugmentation
from training.collapse.mode_regularisation import encoder_of
from training.data.augmentation import augmentation
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.mixtures import MIXTURES, PointSet
from training.data.labelled.sources import find_source
from training.engine import loop
from training.engine.game import Game, Iteration
from training.engine.optimisers import optimiser_of
from training.engine.setup import start_game, trained
from training.export.export_model import export_sampler, sampler_config
from training.metrics.diversity import diversity
from training.options import plain
from training.previews.scatter import scatter

SAMPLES = 100  # in a grid
POINTS = 2_000  # in a picture of points
SOME = 10_000  # images that a mean is taken of
UNIFORM_BOUND = 3**0.5  # of variance 1 (Goodfellow 2014)
OF_2014 = ("goodfellow2014", "mirza2014")
RENEWAL = [128] * 40  # batches of noise that renew batch norm's statistics
REAL_OF_A_CLASS = 20  # real images of a class that diversity is compared with
EXPORTED_OPTIONS = (
    *("batch_size", "lr", "n_epochs", "n_epochs_decay", "seed", "ema_half_life", "precision"),
    *(
        "init_from",
        "recipe",
        "gan_mode",
        "n_critic",
        "r1",
        "r2",
        "gradient_penalty",
        "clip",
        "max_norm",
    ),
    *("spectral_norm", "pack", "unroll", "lambda_reconstruction", "lambda_mode", "diff_augment"),
    *("optimiser", "critic_lr", "beta1", "beta2", "momentum", "final_momentum", "lr_divisor"),
    *("flip", "affine", "mismatch"),
)


def load_data(options, accelerator: Accelerator, labelled: bool) -> LabelledImages | PointSet:
    """The training images, with labels only where the game takes them; or points."""
    if options.data in MIXTURES:
        if labelled:
            raise DataError(f"Expected data with classes, found {options.data}, which has none.")
        return PointSet(MIXTURES[options.data], seed=options.seed)
    with accelerator.main_process_first():  # one unpacks or downloads, the others find it done
        source = find_source(options.data)
    if options.limit is not None:
        labels = None if source.labels is None else source.labels[: options.limit]
        source = replace(source, images=source.images[: options.limit], labels=labels)
    if not labelled:
        source = replace(source, labels=None, class_names=[])
    augment = augmentation(options.flip, options.affine)
    return LabelledImages(source, options.size, options.channels, augment)


def describe_networks(options, dataset: LabelledImages | PointSet) -> tuple[dict, dict | None]:
    """Names and arguments of the two networks, as they stand in config.json; no critic where the
    objective needs none."""
    points = isinstance(dataset, PointSet)
    classes = len(dataset.class_names)
    common = {"size": dataset.size, "channels": dataset.channels, "classes": classes}
    generator = {**common, "noise_dim": options.noise_dim, "width": options.width}
    network = "mlp" if points else options.network
    if options.hidden and network == "dcgan":
        generator["hidden"] = options.hidden
    if network == "mlp":
        paper = options.recipe in OF_2014 and not points
        generator |= {"layers": options.layers, "bound": 0.05 if paper else 0.0}
        generator["output"] = "linear" if points else "sigmoid" if paper else "tanh"
    made = {"name": network, "arguments": generator}
    if options.gan_mode == "mmd":
        return made, None
    return made, describe_critic(options, common, points)


def describe_critic(options, common: dict, points: bool) -> dict:
    """Name and arguments of the critic."""
    name = "mlp" if points and options.critic != "maxout" else options.critic
    critic = {
        **common,
        "channels": common["channels"] * options.pack,
        "width": options.critic_width,
    }
    if name in ("mlp", "maxout"):
        critic["layers"] = options.layers
    if name != "maxout":
        critic["spectral"] = options.spectral_norm
    if name == "dcgan":
        critic["norm"] = options.critic_norm
    if options.kernels:
        critic["kernels"] = options.kernels
    if getattr(options, "condition", "projection") == "concat":
        critic["condition"] = "concat"
    return {"name": name, "arguments": critic}


def train(
    options, accelerator: Accelerator, play: Iteration, dataset: LabelledImages, script: str
) -> None:
    """Set the game up and play it.

    Args:
        play: the iteration.
        dataset: with labels for the class-conditional game, without for the other.
        script: as in `python -m`.
    """
    generator, critic = describe_networks(options, dataset)
    run, game = start_game(
        *(options, accelerator, dataset, script, generator, critic),
        helpers=partial(helpers_of, options, critic, dataset.channels),
        optimiser=optimiser_of(options),
    )
    prepare(game, dataset)
    gallery = PointGallery(game, dataset) if dataset.size == 1 else Gallery(game, dataset)

    def config() -> dict:
        return run_config(game, dataset, run.folder.name, script, generator, critic)

    def export(folder: Path) -> None:
        trained = accelerator.unwrap_model(game.critic) if critic else None
        export_sampler(folder, config(), renewed(game), gallery.draw(), trained)

    check_config(config(), Path("the options"))  # rather now than at the first export
    loop.fit(game, play, dataset, run, gallery.draw, export, gallery.diversity)


def helpers_of(options, critic: dict | None, channels: int) -> dict[str, nn.Module]:
    """The encoder of mode regularisation, where it is asked for."""
    if not options.lambda_reconstruction or critic is None:
        return {}
    described = encoder_of(critic, options.noise_dim, channels)
    return {"encoder": build(CRITICS, **described)}


def prepare(game: Game, dataset: LabelledImages | PointSet) -> None:
    """What the networks need of the options and the data before the first step."""
    options = game.options
    if options.diff_augment:
        game.augment = DifferentiableAugmentation(options.diff_augment, dataset.channels)
    if options.recipe in OF_2014 and not options.init_from and dataset.size > 1:
        some = dataset.plain(np.arange(min(len(dataset), SOME)))
        mean = some.images.mean(0).to(game.accelerator.device)
        for network in (game.generator, game.averages["generator"].module):
            game.accelerator.unwrap_model(network).begin_at(mean)


def run_config(
    game: Game,
    dataset: LabelledImages | PointSet,
    name: str,
    script: str,
    generator: dict,
    critic: dict | None,
) -> dict:
    """config.json as the run stands now."""
    data = {
        "name": dataset.name,
        "licence": dataset.licence,
        "class_names": dataset.class_names,
        "images": len(dataset),
    }
    chosen = {k: v for k, v in plain(asdict(game.options)).items() if k in EXPORTED_OPTIONS}
    told = trained(game, chosen)
    return sampler_config(name, script, generator, critic, data, told, game.options.noise)


class Gallery:
    """Samples from fixed noise, and their diversity beside the real images'.

    Of many classes, the first fifty are shown, two samples each, so that diversity within a class
    can be told.
    """

    def __init__(self, game: Game, dataset: LabelledImages):
        self.game = game
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = noise_like(game.options, SAMPLES, stream)
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


class PointGallery:
    """What a generator of points draws, as a picture over the real ones."""

    def __init__(self, game: Game, dataset: PointSet):
        self.game = game
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = noise_like(game.options, POINTS, stream)
        self.real = dataset.plain(np.arange(min(len(dataset), POINTS))).images.flatten(1)

    def points(self) -> Tensor:
        """(POINTS, D) from the averaged generator."""
        with torch.no_grad():
            noise = self.noise.to(self.game.accelerator.device)
            return renewed(self.game)(noise).float().cpu().flatten(1)

    def draw(self) -> Tensor:
        """The picture as a batch of one, (1, 3, H, W) in [-1, 1]."""
        return scatter(self.real, self.points())[None]

    def diversity(self) -> float:
        """Mean distance of two points as a share of the real ones'."""
        return diversity(self.points()) / diversity(self.real)


def noise_like(
    options, count: int, stream: torch.Generator | None = None, device: torch.device | str = "cpu"
) -> Tensor:
    """z of mean 0 and variance 1 (count, noise_dim), normal or uniform as the options say.

    Args:
        stream: a random generator of its own; the run's where it is not given.
    """
    shape = (count, options.noise_dim)
    if options.noise == "uniform":
        made = torch.empty(shape, device=device)
        return made.uniform_(-UNIFORM_BOUND, UNIFORM_BOUND, generator=stream)
    return torch.randn(shape, generator=stream, device=device)


class FromCount(nn.Module):
    """A generator that draws its own noise and classes, so that `update_bn` can run it on counts.

    It has a random generator of its own: the run's are left as they were.
    """

    def __init__(self, game: Game, generator: nn.Module):
        super().__init__()
        self.generator, self.options = generator, game.options
        self.device = game.accelerator.device
        self.stream = torch.Generator().manual_seed(game.options.seed)

    def forward(self, count: int) -> Tensor:
        classes = self.generator.input.classes
        noise = noise_like(self.options, count, self.stream).to(self.device)
        labels = torch.randint(classes, (count,), generator=self.stream) if classes else None
        return self.generator(noise, None if labels is None else labels.to(self.device))


def renewed(game: Game) -> nn.Module:
    """The averaged generator in evaluation mode, with batch norm's statistics renewed for the
    averaged weights."""
    generator = game.averages["generator"].module
    with torch.no_grad():
        update_bn(RENEWAL, FromCount(game, generator))
    return generator.eval()
