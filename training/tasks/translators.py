"""Translation from pairs and without them, beside the algorithm: options, networks, game,
config.json."""

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from accelerate import Accelerator
from torch import nn

from models.config import DIRECTIONS
from models.networks.patchgan import layers_for_whole_image
from models.values.numbers import MAX_BANDS
from training import options
from training.data.paired.paired_images import PairedImages
from training.data.paired.pairs import Pairs
from training.data.resizing import LOAD_RATIO
from training.data.unpaired.domains import Domains
from training.data.unpaired.unpaired_images import UnpairedImages
from training.engine import optimisers
from training.engine.game import Game
from training.engine.setup import Architecture, training_record
from training.export.export_model import translation_config
from training.losses.objectives import OBJECTIVES
from training.options import option
from training.runs.folder import Run
from training.tasks import starting_model

OF_RESNET = ("input_noise", "stroke_length", "bottleneck", "antialias", "skip", "global_skip")
LONGEST_DOMAIN = 40  # characters of the name of one
Named = TypeVar("Named", Pairs, Domains)


@dataclass
class Options(options.Options):
    """Options of the scripts that translate images; the defaults are the reference's."""

    data: list[str] | str = option(
        "emoji",
        "a bundled name, a folder, a zip, the two folders A and B, or fonts",
        scope="data",
    )
    domains: list[str] | None = option(
        None,
        "A B: what the pictures of A and of B show, such as sketch cat; kept with the model, which "
        "the app offers for drawing where A is a line drawing. The data's own names where they "
        "are not given",
    )
    direction: Literal["AtoB", "BtoA"] = option("AtoB", "AtoB, or BtoA to learn the way back")
    load_size: int | None = option(
        None,
        "the short side before cropping; 286/256 of --size where it is not given, 0 for --size "
        "itself",
        at_least=0,
    )
    batch_size: int = 1
    n_epochs: int = 100
    n_epochs_decay: int = 100
    ema_half_life: float = 5_000
    flip: bool = option(True, "augment by mirroring")
    zoom: float = option(0.0, "augment by scaling up to this share up or down", at_least=0, below=1)
    rotate: float = option(0.0, "augment by rotating up to this many degrees", at_least=0)
    network: Literal["unet", "resnet"] = option("unet", "the generator's family")
    ngf: int = option(64, "the generator's channels at its first layer", at_least=1)
    ndf: int = option(64, "the critic's channels at its first layer", at_least=1)
    blocks: int = option(
        9, "residual blocks of the generator", at_least=0, when={"network": ("resnet",)}
    )
    input_noise: float = option(
        0.0,
        "standard deviation, on the scale from 0 to 1, of noise on what a generator is given, in "
        "training and in use, of which plain areas can be given strokes",
        at_least=0,
        when={"network": ("resnet",)},
    )
    stroke_length: float = option(
        0.0,
        "pixels over which that noise is drawn out along what a picture shows, so that strokes "
        "follow it; 0 leaves it without a direction",
        at_least=0,
        at_most=512,
        when={"network": ("resnet",), "input_noise": True},
    )
    bottleneck: bool = option(
        False,
        "residual blocks of 1x1, 3x3 and 1x1 convolutions, which cost a fifth",
        when={"network": ("resnet",)},
    )
    antialias: bool = option(
        False,
        "blur before halving and after doubling, as CUT's own generators do, in place of strides",
        when={"network": ("resnet",), "upsample": ("transposed",)},
    )
    skip: bool = option(
        False,
        "a shortcut from the generators' first layer to their last, for fine detail",
        when={"network": ("resnet",)},
    )
    global_skip: bool = option(
        False,
        "add what a generator makes to its input, whose light and colours then stay unless they "
        "are changed (Kupyn 2018)",
        when={"network": ("resnet",)},
    )
    levels: int | None = option(
        None,
        "halvings in the generator; from --size down to one pixel where it is not given",
        at_least=1,
        when={"network": ("unet",)},
    )
    norm: Literal["batch", "instance", "none"] = option("batch", "normalisation in the generator")
    dropout: float = option(0.5, "rate in the generator", at_least=0, below=1)
    upsample: Literal["transposed", "resize"] = option(
        "transposed",
        "transposed convolutions, or resize convolutions, which leave no checkerboards",
    )
    critic: Literal["patch", "pixel", "image"] = option(
        "patch", "what the critic judges: patches, single pixels, or the whole image"
    )
    critic_layers: int = option(
        3,
        "layers of stride 2 of a patch critic; 3 judges 70x70 patches",
        at_least=1,
        when={"critic": ("patch",)},
    )
    critic_norm: Literal["batch", "instance", "none"] = option(
        "batch", "normalisation in the critic"
    )
    gan_mode: str = option(
        "nonsaturating", "the objective", choices=("nonsaturating", "lsgan", "hinge", "rpgan")
    )
    lambda_gan: float = option(1.0, "weight of the generator's adversarial term", at_least=0)
    spectral_norm: bool = option(False, "bound every layer of the critic")
    r1: float = option(
        0.0, "weight of the gradient penalty on real images (0 leaves it out)", at_least=0
    )
    r2: float = option(
        0.0, "weight of the gradient penalty on translated images (0 leaves it out)", at_least=0
    )
    beta1: float = option(0.5, "Adam's first momentum", at_least=0, below=1)
    beta2: float = option(0.999, "Adam's second momentum", at_least=0, below=1)
    in_channels: int | None = option(
        None,
        "of the input: 1 or 3, of files with more bands up to theirs; chosen from the data where "
        "it is not given",
        at_least=1,
        at_most=MAX_BANDS,
    )
    channels: int | None = option(
        None,
        "of the output: 1 or 3, of files with more bands up to theirs; chosen from the data where "
        "it is not given",
        at_least=1,
        at_most=MAX_BANDS,
    )
    warm_up: int = 2_000
    log_every: int = 400
    sample_every: int = 4_000
    checkpoint_every: int = 8_000
    validate_every: int = option(
        4_000,
        "images between two validations on held-out data; 0 for none, the last is then the best",
        at_least=0,
        scope="machine",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        named = self.domains
        if named is not None and not (
            len(named) == 2 and all(0 < len(one.strip()) <= LONGEST_DOMAIN for one in named)
        ):
            raise ValueError(
                f"Expected two names of at most {LONGEST_DOMAIN} letters with --domains, what the "
                f"pictures of A and of B show, found {named}."
            )


def named(found: Named, domains: list[str] | None) -> Named:
    """Pairs or domains under the names that --domains gives, or their own."""
    if not domains:
        return found
    a, b = (one.strip() for one in domains)
    return replace(found, domains=(a, b))


def load_size(chosen: Options, size: int) -> int:
    """The short side before cropping to `size`."""
    return round(size * LOAD_RATIO) if chosen.load_size is None else max(size, chosen.load_size)


def describe_networks(
    chosen: Options,
    size: int,
    channels: tuple[int, int],
    judged: int,
    bidirectional: bool = False,
) -> Architecture:
    """Names and arguments of generator and critic, as they stand in config.json.

    Args:
        channels: of input and output.
        judged: channels of what a critic judges.
        bidirectional: two of each, one for each direction.

    Raises:
        ValueError: a size that the generator cannot make.
    """
    generator: dict[str, Any] = {
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
        further = {name: getattr(chosen, name) for name in OF_RESNET}
        generator |= {name: value for name, value in further.items() if value}
    if size % multiple:
        raise ValueError(
            f"Expected --size to be a multiple of {multiple} for this {chosen.network}, found "
            f"{size}; {max(1, size // multiple) * multiple} works."
        )
    if vars(chosen).get("small_first") and size % (2 * multiple):
        raise ValueError(
            f"Expected --size to be a multiple of {2 * multiple} with --small-first, half of which "
            f"this {chosen.network} can make, found {size}; choose another size."
        )
    layers = {"patch": chosen.critic_layers, "pixel": 0}
    critic = {
        "channels": judged,
        "width": chosen.ndf,
        "layers": layers.get(chosen.critic, layers_for_whole_image(size)),
        "norm": chosen.critic_norm,
        "spectral": chosen.spectral_norm,
    }
    return Architecture(
        {"name": chosen.network, "arguments": generator},
        {"name": "patchgan", "arguments": critic},
        bidirectional,
    )


def make_game(
    chosen: Options, accelerator: Accelerator, networks: dict[str, nn.Module], warm_up: int = 0
) -> Game:
    """The game of a translation: Adam for each network, an average of the generator.

    Args:
        warm_up: images on which only the critic learns, at the beginning.
    """
    return Game(
        accelerator,
        chosen,
        OBJECTIVES[chosen.gan_mode],
        networks,
        optimisers.adam(networks, chosen.lr, (chosen.beta1, chosen.beta2)),
        warm_up=warm_up,
    )


def run_config(
    game: Game, run: Run, architecture: Architecture, data: PairedImages | UnpairedImages
) -> dict[str, Any]:
    """config.json as the run stands now."""
    about = {
        "name": data.name,
        "licence": data.licence,
        "images": data.image_count,
        "size": data.size,
        "domains": list(data.domains),
        "scale": data.scale,
        "values": data.values,
        "directions": list(DIRECTIONS if architecture.bidirectional else DIRECTIONS[:1]),
    }
    assert architecture.critic is not None  # a translation always has one
    config = translation_config(
        run.folder.name,
        run.status.script,
        architecture.generator,
        architecture.critic,
        about,
        training_record(game),
    )
    # a run that is resumed keeps what it exported, also where the model that it began with is gone
    before = run.exports / "last" if game.options.resume else None
    return {**config, **starting_model.sizes_of(before, game.options.init_from)}
