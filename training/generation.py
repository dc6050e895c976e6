"""What `training.gan` and `training.cgan` share beside the algorithm: data, networks, samples, "
"export."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

import models
from models.exported import check_config, load_network, read_config
from models.networks import CRITICS, GENERATORS, build
from training import checkpoints, loop
from training.data.datasets import LabelledImages
from training.data.sources import find_source
from training.data.transforms import augmentation
from training.export import export_sampler, sampler_config
from training.game import Game, Iteration
from training.metrics.diversity import diversity
from training.objectives import OBJECTIVES
from training.options import plain
from training.runs import Run

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


def initial_networks(
    init_from: str | None, generator: dict, critic: dict
) -> tuple[dict[str, nn.Module], bool]:
    """The networks, from --init-from where it is given, and whether the critic still has to be
    warmed up.

    Raises:
        ValueError: the exported model's networks are not those of the options.
    """
    made = {"generator": build(GENERATORS, **generator), "critic": build(CRITICS, **critic)}
    if init_from is None:
        return made, False
    folder = models.find(init_from)
    config = read_config(folder)
    if config["network"] != generator:
        raise ValueError(
            f"Expected in {init_from} the network of these options, {generator}, found "
            f"{config['network']}."
        )
    made["generator"].load_state_dict(load_network(folder, config).state_dict())
    has_critic = (folder / "critic.safetensors").is_file() and config.get("critic") == critic
    if has_critic:
        made["critic"].load_state_dict(load_network(folder, config, critic=True).state_dict())
    return made, not has_critic


def train(
    options, accelerator: Accelerator, play: Iteration, dataset: LabelledImages, script: str
) -> None:
    """Set the game up and play it.

    Args:
        play: the iteration.
        dataset: with labels for the class-conditional game, without for the other.
        script: as in `python -m`.
    """
    run = Run(options.runs / (options.name or f"{script.split('.')[-1]}-{dataset.name}"))
    run.status.script, run.status.data = script, dataset.name
    set_seed(options.seed)
    generator, critic = describe_networks(options, dataset, len(dataset.class_names))
    resumes = options.resume and bool(checkpoints.complete(run.checkpoints))
    networks, cold = initial_networks(None if resumes else options.init_from, generator, critic)
    game = Game(
        accelerator,
        options,
        OBJECTIVES[options.gan_mode],
        networks,
        betas=(options.beta1, options.beta2),
        warm_up=options.warm_up if cold else 0,
    )
    # the processes began with the same weights and draw different noise
    set_seed(options.seed, device_specific=True)
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
    training = {
        "images_seen": game.progress.images_seen,
        "minutes": round(game.progress.minutes, 1),
        "hardware": hardware(game),
        "options": chosen,
        "before": before(game.options.init_from),
    }
    return sampler_config(name, script, generator, critic, data, training)


def hardware(game: Game) -> str:
    """What a run trains on, in words."""
    return (
        f"{game.accelerator.num_processes} process(es) on {game.accelerator.device.type}, "
        f"{torch.get_num_threads()} threads each"
    )


def before(init_from: str | None) -> dict | None:
    """What the model that a run started from had seen, as long as that model is there."""
    try:
        config = read_config(models.find(init_from)) if init_from else None
    except (ValueError, OSError):
        return None
    keys = ("images_seen", "minutes", "options", "before")
    return config and {"name": config["name"], **{k: config["training"].get(k) for k in keys}}


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
