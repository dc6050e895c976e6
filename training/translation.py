"""What `training.pix2pix` shares with unpaired translation beside the algorithm: options, networks,
samples, validation, export."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from models.exported import DIRECTIONS, check_config, part
from models.networks.patchgan import layers_for_whole_image
from training import loop, options
from training.data.paired import PairedImages
from training.export import export_translator, translation_config
from training.game import Game, Iteration
from training.metrics.pixels import pixel_figures
from training.metrics.texture import texture_distance, texture_features
from training.options import plain
from training.start import start_game, trained

SHOWN = 8  # pairs in a grid of samples
RENEWAL = 256  # images that renew batch norm's statistics
BATCH = 8
LOAD_RATIO = 286 / 256  # the reference's load size to its crop size
NOT_EXPORTED = {
    *("data", "name", "runs", "max_steps", "max_minutes", "resume", "workers", "device", "dry_run"),
    *("log_every", "sample_every", "checkpoint_every", "validate_every"),
}


@dataclass
class Options(options.Options):
    """Options of the scripts that translate images; the defaults are the reference's.

    Args:
        data: a bundled name, a folder, a zip, or the two folders A and B.
        direction: AtoB, or BtoA to learn the way back.
        load_size: the short side before cropping; 286/256 of --size where it is not given, 0 for
            --size itself.
        flip: augment by mirroring.
        zoom: augment by scaling up to this share up or down.
        rotate: augment by rotating up to this many degrees.
        network: the generator's family.
        ngf: the generator's channels at its first layer.
        ndf: the critic's channels at its first layer.
        blocks: residual blocks of a resnet generator.
        levels: halvings of a unet generator; from --size down to one pixel where it is not given.
        upsample: transposed convolutions, or resize convolutions, which leave no checkerboards.
        spectral_norm: bound every layer of the critic.
        r1: weight of the gradient penalty on real images (0 leaves it out).
        r2: weight of the gradient penalty on translated images (0 leaves it out).
        beta1: Adam's first momentum.
        beta2: Adam's second momentum.
        in_channels: 1 or 3 of the input; chosen from the data where it is not given.
        channels: 1 or 3 of the output; chosen from the data where it is not given.
        validate_every: images between two validations on held-out data.
    """

    data: list[str] | str = "emoji"
    direction: Literal["AtoB", "BtoA"] = "AtoB"
    load_size: int | None = None
    batch_size: int = 1
    n_epochs: int = 100
    n_epochs_decay: int = 100
    ema_half_life: float = 5_000
    flip: bool = True
    zoom: float = 0.0
    rotate: float = 0.0
    network: Literal["unet", "resnet"] = "unet"
    ngf: int = 64
    ndf: int = 64
    blocks: int = 9
    levels: int | None = None
    upsample: Literal["transposed", "resize"] = "transposed"
    spectral_norm: bool = False
    r1: float = 0.0
    r2: float = 0.0
    beta1: float = 0.5
    beta2: float = 0.999
    in_channels: Literal[1, 3] | None = None
    channels: Literal[1, 3] | None = None
    warm_up: int = 2_000
    log_every: int = 400
    sample_every: int = 4_000
    checkpoint_every: int = 8_000
    validate_every: int = 4_000

    def __post_init__(self):
        super().__post_init__()
        at_least_zero(self, "r1", "r2", "rotate", "blocks")
        if not 0 <= self.zoom < 1:
            raise ValueError(f"Expected --zoom from 0 to below 1, found {self.zoom}.")
        if min(self.ngf, self.ndf, self.validate_every) < 1:
            raise ValueError("Expected --ngf, --ndf and --validate-every of at least 1.")


def at_least_zero(chosen: options.Options, *names: str) -> None:
    """Raise a ValueError for the first of these options that is below 0."""
    for name in names:
        if not getattr(chosen, name) >= 0:
            raise ValueError(
                f"Expected --{name.replace('_', '-')} of at least 0, found {getattr(chosen, name)}."
            )


def load_size(chosen: Options, size: int) -> int:
    """The short side before cropping to `size`."""
    return round(size * LOAD_RATIO) if chosen.load_size is None else max(size, chosen.load_size)


def describe_networks(chosen: Options, dataset: PairedImages) -> tuple[dict, dict]:
    """Names and arguments of generator and critic, as they stand in config.json.

    Raises:
        ValueError: a size that the generator cannot make.
    """
    generator = {
        "in_channels": dataset.in_channels,
        "out_channels": dataset.channels,
        "width": chosen.ngf,
        "norm": chosen.norm,
        "dropout": chosen.dropout,
        "upsample": chosen.upsample,
    }
    if chosen.network == "unet":
        levels = chosen.levels or dataset.size.bit_length() - 1
        generator["levels"], multiple = levels, 2**levels
    else:
        generator["blocks"], multiple = chosen.blocks, 4
    if dataset.size % multiple:
        raise ValueError(
            f"Expected --size to be a multiple of {multiple} for this {chosen.network}, found "
            f"{dataset.size}; {max(1, dataset.size // multiple) * multiple} works."
        )
    layers = {"patch": chosen.critic_layers, "pixel": 0}
    critic = {
        "channels": dataset.in_channels + dataset.channels,
        "width": chosen.ndf,
        "layers": layers.get(chosen.critic, layers_for_whole_image(dataset.size)),
        "norm": chosen.critic_norm,
        "spectral": chosen.spectral_norm,
    }
    return (
        {"name": chosen.network, "arguments": generator},
        {"name": "patchgan", "arguments": critic},
    )


def train(
    chosen: Options,
    accelerator: Accelerator,
    play: Iteration,
    dataset: PairedImages,
    held_out: PairedImages | None,
    script: str,
) -> None:
    """Set the game up and play it.

    Args:
        play: the iteration.
        held_out: pairs to validate on, or None.
        script: as in `python -m`.
    """
    generator, critic = describe_networks(chosen, dataset)
    run, game = start_game(chosen, accelerator, dataset, script, generator, critic)
    gallery = Gallery(game, dataset, held_out)

    def config() -> dict:
        return run_config(game, dataset, run.folder.name, script, generator, critic)

    def export(folder: Path) -> None:
        way = part(DIRECTIONS[0])
        generators = nn.ModuleDict({way: gallery.averaged()})
        critics = nn.ModuleDict({way: accelerator.unwrap_model(game.critic)})
        export_translator(folder, config(), generators, gallery.draw(), critics)

    check_config(config(), Path("the options"))  # rather now than at the first export
    validation = None
    if held_out is not None:
        validation = loop.Validation(chosen.validate_every, gallery.validate, "texture")
    loop.fit(
        game, play, dataset, run, gallery.draw, export, validation=validation, columns=Gallery.SIDES
    )


def run_config(
    game: Game, dataset: PairedImages, name: str, script: str, generator: dict, critic: dict
) -> dict:
    """config.json as the run stands now."""
    data = {
        "name": dataset.name,
        "licence": dataset.licence,
        "images": len(dataset),
        "size": dataset.size,
        "domains": list(dataset.domains),
    }
    chosen = {k: v for k, v in plain(asdict(game.options)).items() if k not in NOT_EXPORTED}
    return translation_config(name, script, generator, critic, data, trained(game, chosen))


class Gallery:
    """Input, output and truth of the same pairs each time, and how the output measures up.

    The pairs are held-out ones where there are any. What is computed for a step is kept until the
    next one, for samples, validation and export often fall together.
    """

    SIDES = 3  # input, output, truth

    def __init__(self, game: Game, dataset: PairedImages, held_out: PairedImages | None):
        self.game, self.dataset, self.held_out = game, dataset, held_out
        self.shown = (held_out or dataset).plain(slice(SHOWN))
        self.renewed_at: int | None = None
        self.truth: Tensor | None = None

    def averaged(self) -> nn.Module:
        """The averaged generator in evaluation mode, with batch norm's statistics renewed."""
        generator = self.game.averages["generator"].module
        if self.renewed_at != self.game.progress.step:
            with torch.no_grad(), self.game.accelerator.autocast(), torch.random.fork_rng():
                torch.manual_seed(0)  # of dropout; the run's own random draws stay as they are
                update_bn(self.inputs(), generator)
            self.renewed_at = self.game.progress.step
        return generator.eval()

    def inputs(self) -> Iterable[Tensor]:
        """The same augmented inputs each time, that renew batch norm's statistics."""
        count = min(RENEWAL, len(self.dataset))
        for start in range(0, count, BATCH):
            draws = [(index, index) for index in range(start, min(start + BATCH, count))]
            yield self.dataset.__getitems__(draws).input.to(self.game.accelerator.device)

    def translate(self, given: Tensor) -> Tensor:
        """Outputs (N, C, H, W) of the averaged generator, on the CPU."""
        generator, device = self.averaged(), self.game.accelerator.device
        with torch.no_grad(), self.game.accelerator.autocast():
            parts = [generator(part.to(device)).float().cpu() for part in given.split(BATCH)]
        return torch.cat(parts)

    def draw(self) -> Tensor:
        """(3 * SHOWN, 3, H, W): input, output and truth of each pair in turn."""
        sides = (self.shown.input, self.translate(self.shown.input), self.shown.target)
        rgb = [side.expand(-1, 3, -1, -1) for side in sides]
        return torch.stack(rgb, dim=1).flatten(0, 1)

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
