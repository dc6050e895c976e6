"""The unconditional GAN (Goodfellow et al. 2014): a generator and a critic play against each other.

    python -m training.gan --data mnist --name my-digits
    python -m training.gan --data path/to/pictures --size 64 --network dcgan --gan-mode rpgan --r1 1
    --r2 1
    python -m training.gan --name my-digits --resume

A run's folder is user/runs/NAME; its exported model is user/runs/NAME/export/last.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import torch
from accelerate.utils import set_seed
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

import models
from models.exported import load_network, read_config
from models.networks import CRITICS, GENERATORS, build
from training import loop
from training.data.datasets import Batch, LabelledImages
from training.data.sources import find_source
from training.data.transforms import augmentation
from training.export import export_sampler, sampler_config
from training.game import Game
from training.metrics.diversity import diversity
from training.objectives import OBJECTIVES
from training.options import Options as SharedOptions
from training.options import parse, plain, run_main
from training.penalties import zero_centred
from training.runs import Run

SAMPLES = 100  # in a grid
RENEWAL = [128] * 40  # batches of noise that renew batch norm's statistics


@dataclass
class Options(SharedOptions):
    """Options of `training.gan`.

    Args:
        network: the generator's family, dcgan (batch norm) or residual (norm-free).
        critic: the critic's family.
        width: the generator's channels at its last hidden layer.
        critic_width: the critic's channels at its first layer.
        noise_dim: length of z, which is standard normal.
        gan_mode: the objective.
        n_critic: critic steps for each generator step.
        r1: weight of the gradient penalty on real images (0 leaves it out).
        r2: weight of the gradient penalty on generated images (0 leaves it out).
        spectral_norm: bound every layer of the critic.
        critic_norm: batch norm in a dcgan critic, which excludes r1 and r2.
        beta1: Adam's first momentum.
        beta2: Adam's second momentum.
        flip: augment the data by mirroring.
        affine: augment the data by shift, scale and rotation up to this share (0 to 0.5).
        channels: 1 or 3; chosen from the data where it is not given.
    """

    network: Literal["dcgan", "residual"] = "dcgan"
    critic: Literal["dcgan", "residual"] = "dcgan"
    width: int = 64
    critic_width: int = 64
    noise_dim: int = 64
    gan_mode: Literal["nonsaturating", "lsgan", "hinge", "rpgan"] = "rpgan"
    n_critic: int = 1
    r1: float = 0.1
    r2: float = 0.1
    spectral_norm: bool = False
    critic_norm: Literal["none", "batch"] = "none"
    beta1: float = 0.0
    beta2: float = 0.99
    flip: bool = False
    affine: float = 0.0
    channels: Literal[1, 3] | None = None

    def __post_init__(self):
        super().__post_init__()
        if self.critic_norm == "batch" and (self.r1 or self.r2 or self.critic == "residual"):
            raise ValueError(
                "Expected --critic-norm none with gradient penalties or a residual critic, found "
                "batch: a penalty "
                "needs every layer to be per sample. Set --r1 0 --r2 0 with --critic dcgan, or "
                "drop --critic-norm."
            )
        if self.n_critic < 1:
            raise ValueError(f"Expected --n-critic of at least 1, found {self.n_critic}.")


def iteration(game: Game, batches: Iterator[Batch]) -> None:
    """Goodfellow et al. 2014, algorithm 1: k steps of the critic, then one of the generator."""
    for k in reversed(range(game.options.n_critic)):
        real = next(batches).images
        with torch.set_grad_enabled(k == 0):  # the last pass serves the generator's step too
            fake = game.generator(noise(game, len(real)))
        critic_step(game, real, fake.detach())

    if game.critic_only:
        return
    with game.update("generator") as terms:
        terms |= generator_terms(game, real, fake)


def critic_step(game: Game, real: Tensor, fake: Tensor, labels: Tensor | None = None) -> None:
    """The adversarial terms and the gradient penalties, in one update."""
    r1, r2 = game.options.r1, game.options.r2
    with game.update("critic") as terms:
        real, fake = real.requires_grad_(r1 > 0), fake.requires_grad_(r2 > 0)
        real_logits, fake_logits = judge(game, real, fake, labels)
        terms |= game.objective.critic(real_logits, fake_logits)
        terms |= zero_centred(real_logits, real, fake_logits, fake, r1, r2)
        game.observe(**game.objective.scores(real_logits, fake_logits))


def generator_terms(
    game: Game, real: Tensor, fake: Tensor, labels: Tensor | None = None
) -> dict[str, Tensor]:
    """The generator's adversarial term; a relativistic one looks at the real images as well."""
    if not game.objective.relativistic:
        return game.objective.generator(game.critic(fake, labels), None)
    with torch.no_grad():
        real_logits = game.critic(real, labels)
    return game.objective.generator(game.critic(fake, labels), real_logits)


def judge(game: Game, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
    """D(x) and D(x^), (N,) each; in one call where every layer is per sample."""
    if game.options.critic_norm == "batch":
        return game.critic(real, labels), game.critic(fake, labels)
    both = None if labels is None else torch.cat([labels, labels])
    return game.critic(torch.cat([real, fake]), both).chunk(2)


def noise(game: Game, count: int) -> Tensor:
    """z ~ N(0, 1), (count, noise_dim)."""
    return torch.randn(count, game.options.noise_dim, device=game.accelerator.device)


def describe_networks(options: Options, dataset: LabelledImages, classes: int) -> tuple[dict, dict]:
    """Names and arguments of the two networks, as they stand in config.json."""
    common = {"size": dataset.size, "channels": dataset.channels, "classes": classes}
    generator = {**common, "noise_dim": options.noise_dim, "width": options.width}
    critic = {**common, "width": options.critic_width, "spectral": options.spectral_norm}
    if options.critic == "dcgan":
        critic["norm"] = options.critic_norm
    return {"name": options.network, "arguments": generator}, {
        "name": options.critic,
        "arguments": critic,
    }


def initial_networks(
    options: Options, generator: dict, critic: dict
) -> tuple[dict[str, nn.Module], bool]:
    """The networks, from --init-from where it is given, and whether the critic still has to be
    warmed up.

    Raises:
        ValueError: the exported model's networks are not those of the options.
    """
    made = {"generator": build(GENERATORS, **generator), "critic": build(CRITICS, **critic)}
    if options.init_from is None or options.resume:
        return made, False
    folder = models.find(options.init_from)
    config = read_config(folder)
    if config["network"] != generator:
        raise ValueError(
            f"Expected in {options.init_from} the network of these options, {generator}, found "
            f"{config['network']}."
        )
    made["generator"].load_state_dict(load_network(folder, config).state_dict())
    has_critic = (folder / "critic.safetensors").is_file() and config.get("critic") == critic
    if has_critic:
        made["critic"].load_state_dict(load_network(folder, config, critic=True).state_dict())
    return made, not has_critic


def train(options: Options, play: loop.Iteration, dataset: LabelledImages, script: str) -> None:
    """Set the game up and play it; `training.cgan` shares this.

    Args:
        play: the iteration.
        dataset: with labels for the class-conditional game, without for the other.
    """
    accelerator = loop.make_accelerator(options)
    set_seed(options.seed)
    generator, critic = describe_networks(options, dataset, len(dataset.class_names))
    networks, cold_critic = initial_networks(options, generator, critic)
    game = Game(
        accelerator,
        options,
        OBJECTIVES[options.gan_mode],
        networks,
        betas=(options.beta1, options.beta2),
        warm_up=options.warm_up if cold_critic else 0,
    )
    set_seed(
        options.seed, device_specific=True
    )  # the processes began alike and draw different noise
    name = options.name or f"{script.split('.')[-1]}-{dataset.name}"
    run = Run(options.runs / name)
    run.status.script, run.status.data = script, dataset.name
    gallery = Gallery(game, dataset)

    def export(folder):
        progress = {
            "images_seen": game.progress.images_seen,
            "minutes": round(game.progress.minutes, 1),
        }
        chosen = {k: v for k, v in plain(asdict(options)).items() if k in EXPORTED_OPTIONS}
        data = {
            "name": dataset.name,
            "licence": dataset.licence,
            "class_names": dataset.class_names,
            "images": len(dataset),
        }
        hardware = f"{accelerator.num_processes} process(es) on {accelerator.device.type}"
        config = sampler_config(
            name,
            script,
            generator,
            critic,
            data,
            {**progress, "hardware": hardware, "options": chosen},
        )
        export_sampler(
            folder,
            config,
            renewed(game),
            gallery.draw(),
            game.accelerator.unwrap_model(game.critic),
        )

    loop.fit(game, play, dataset, run, gallery.draw, export, gallery.diversity)


EXPORTED_OPTIONS = (
    *("batch_size", "lr", "n_epochs", "n_epochs_decay", "seed", "ema_half_life", "precision"),
    *("init_from", "gan_mode", "n_critic", "r1", "r2", "spectral_norm", "beta1", "beta2"),
    *("flip", "affine"),
)


class Gallery:
    """Samples from fixed noise, class by class, and their diversity beside the real images'."""

    def __init__(self, game: Game, dataset: LabelledImages):
        self.game = game
        stream = torch.Generator().manual_seed(game.options.seed)
        self.noise = torch.randn(SAMPLES, game.options.noise_dim, generator=stream).to(
            game.accelerator.device
        )
        classes = len(dataset.class_names)
        self.labels = (
            torch.arange(SAMPLES).remainder(classes).to(game.accelerator.device)
            if classes
            else None
        )
        some = torch.randint(len(dataset), (4 * SAMPLES,), generator=stream)
        real = dataset.__getitems__([(int(index), 0) for index in some])
        self.real_diversity = diversity(real.images, real.labels)
        self.drawn: tuple[int, Tensor] | None = None

    def draw(self) -> Tensor:
        """(100, C, H, W) in [-1, 1] from the averaged generator; a column is a class."""
        step = self.game.progress.step
        if self.drawn is None or self.drawn[0] != step:
            with torch.no_grad():
                self.drawn = step, renewed(self.game)(self.noise, self.labels).float().cpu()
        return self.drawn[1]

    def diversity(self) -> float:
        """Diversity of the samples as a share of the real images'."""
        labels = None if self.labels is None else self.labels.cpu()
        return diversity(self.draw(), labels) / self.real_diversity


class FromCount(nn.Module):
    """A generator that draws its own noise and classes, so that `update_bn` can run it on "
    "counts."""

    def __init__(self, game: Game, generator: nn.Module):
        super().__init__()
        self.generator, self.game = generator, game

    def forward(self, count: int) -> Tensor:
        classes = self.generator.input.classes
        device = self.game.accelerator.device
        labels = torch.randint(classes, (count,), device=device) if classes else None
        return self.generator(noise(self.game, count), labels)


def renewed(game: Game) -> nn.Module:
    """The averaged generator in evaluation mode, batch norm's statistics renewed for the averaged
    weights.

    The run's random generators are left as they were.
    """
    generator = game.averages["generator"].module
    with torch.random.fork_rng(enabled=True), torch.no_grad():
        torch.manual_seed(0)
        update_bn(RENEWAL, FromCount(game, generator))
    return generator.eval()


def load_data(options: Options, labelled: bool) -> LabelledImages:
    """The training images, with labels only where the game takes them."""
    source = find_source(options.data)
    if not labelled:
        source = type(source)(source.name, source.images, licence=source.licence)
    return LabelledImages(
        source, options.size, options.channels, augmentation(options.flip, options.affine)
    )


def main(arguments: list[str] | None = None) -> None:
    options = parse(Options, __doc__, arguments)
    train(options, iteration, load_data(options, labelled=False), "training.gan")


if __name__ == "__main__":
    run_main(main)
