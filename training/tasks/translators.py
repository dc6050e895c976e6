"""What translation from pairs and without them share beside the algorithm: options, networks,
validation, export."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from accelerate import Accelerator
from torch import nn
from torch.utils.data import Dataset

from models.config import DIRECTIONS, check_config
from models.model_folder import part
from models.networks.bidirectional import Bidirectional
from models.networks.patchgan import layers_for_whole_image
from training import options
from training.data.resizing import LOAD_RATIO
from training.engine import loop
from training.engine.game import Game, Iteration
from training.engine.setup import start_game, trained
from training.export.export_model import export_translator, translation_config
from training.options import plain
from training.previews.translations import Gallery

NOT_EXPORTED = {
    *("data", "name", "runs", "max_steps", "max_minutes", "resume", "workers", "device", "dry_run"),
    *("log_with", "log_every", "sample_every", "checkpoint_every", "validate_every"),
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
        norm: normalisation in the generator.
        dropout: rate in the generator.
        upsample: transposed convolutions, or resize convolutions, which leave no checkerboards.
        critic: what the critic judges: patches, single pixels, or the whole image.
        critic_layers: layers of stride 2 of a patch critic; 3 judges 70x70 patches.
        critic_norm: normalisation in the critic.
        gan_mode: the objective.
        lambda_gan: weight of the generator's adversarial term.
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
    norm: Literal["batch", "instance", "none"] = "batch"
    dropout: float = 0.5
    upsample: Literal["transposed", "resize"] = "transposed"
    critic: Literal["patch", "pixel", "image"] = "patch"
    critic_layers: int = 3
    critic_norm: Literal["batch", "instance", "none"] = "batch"
    gan_mode: Literal["nonsaturating", "lsgan", "hinge", "rpgan"] = "nonsaturating"
    lambda_gan: float = 1.0
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
        at_least_zero(self, "r1", "r2", "rotate", "blocks", "lambda_gan")
        if not 0 <= self.zoom < 1:
            raise ValueError(f"Expected --zoom from 0 to below 1, found {self.zoom}.")
        if min(self.ngf, self.ndf, self.validate_every) < 1:
            raise ValueError("Expected --ngf, --ndf and --validate-every of at least 1.")


def at_least_zero(chosen: options.Options, *names: str) -> None:
    """Raise a ValueError for the first of these options that is below 0."""
    for name in names:
        value = getattr(chosen, name)
        if value is not None and not value >= 0:
            raise ValueError(f"Expected --{name.replace('_', '-')} of at least 0, found {value}.")


def load_size(chosen: Options, size: int) -> int:
    """The short side before cropping to `size`."""
    return round(size * LOAD_RATIO) if chosen.load_size is None else max(size, chosen.load_size)


def describe_networks(
    chosen: Options, size: int, channels: tuple[int, int], judged: int
) -> tuple[dict, dict]:
    """Names and arguments of generator and critic, as they stand in config.json.

    Args:
        channels: of input and output.
        judged: channels of what a critic judges.

    Raises:
        ValueError: a size that the generator cannot make.
    """
    generator = {
        "in_channels": channels[0],
        "out_channels": channels[1],
        "width": chosen.ngf,
        "norm": chosen.norm,
        "dropout": chosen.dropout,
        "upsample": chosen.upsample,
    }
    if chosen.network == "unet":
        most = size.bit_length() - 1  # as many as leave one pixel
        levels = min(chosen.levels or most, most)
        generator["levels"], multiple = levels, 2**levels
    else:
        generator["blocks"], multiple = chosen.blocks, 4
    if size % multiple:
        raise ValueError(
            f"Expected --size to be a multiple of {multiple} for this {chosen.network}, found "
            f"{size}; {max(1, size // multiple) * multiple} works."
        )
    layers = {"patch": chosen.critic_layers, "pixel": 0}
    critic = {
        "channels": judged,
        "width": chosen.ndf,
        "layers": layers.get(chosen.critic, layers_for_whole_image(size)),
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
    dataset: Dataset,
    script: str,
    described: tuple[dict, dict],
    gallery_of: Callable[[Game], Gallery],
    validation: Callable[[Gallery], loop.Validation | None],
    both: bool = False,
    helpers: Callable[[], dict[str, nn.Module]] = dict,
) -> None:
    """Set the game up and play it.

    Args:
        play: the iteration.
        script: as in `python -m`.
        described: generator and critic, {"name", "arguments"}.
        validation: how the best is told.
        both: learn both directions, with two generators and two critics.
        helpers: as `start_game`'s.
    """
    generator, critic = described
    run, game = start_game(chosen, accelerator, dataset, script, generator, critic, both, helpers)
    gallery = gallery_of(game)

    def config() -> dict:
        return run_config(game, dataset, run.folder.name, script, generator, critic)

    def export(folder: Path) -> None:
        critics = accelerator.unwrap_model(game.critic)
        if not both:
            critics = nn.ModuleDict({part(DIRECTIONS[0]): critics})
        export_translator(folder, config(), gallery.averaged(), gallery.draw(), critics)

    check_config(config(), Path("the options"))  # rather now than at the first export
    loop.fit(
        game,
        play,
        dataset,
        run,
        gallery.draw,
        export,
        validation=validation(gallery),
        columns=gallery.COLUMNS,
    )


def run_config(
    game: Game, dataset: Dataset, name: str, script: str, generator: dict, critic: dict
) -> dict:
    """config.json as the run stands now."""
    data = {
        "name": dataset.name,
        "licence": dataset.licence,
        "images": dataset.image_count,
        "size": dataset.size,
        "domains": list(dataset.domains),
        "directions": list(
            DIRECTIONS if isinstance(game.critic, Bidirectional) else DIRECTIONS[:1]
        ),
    }
    chosen = {k: v for k, v in plain(asdict(game.options)).items() if k not in NOT_EXPORTED}
    return translation_config(name, script, generator, critic, data, trained(game, chosen))
