"""Translation without pairs, beside the algorithm: options, data, networks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.nn import functional as F

from training.collapse.differentiable_augmentation import DifferentiableAugmentation
from training.data.augmentation import CropAugmentation
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedBatch, UnpairedImages
from training.data.value_ranges import valued_domains
from training.engine.game import Game
from training.engine.setup import Architecture
from training.losses.colour_transfer import ColourTransfer
from training.losses.objectives import Terms
from training.metrics.pixels import luminance
from training.options import option
from training.recipes.translation import UNPAIRED
from training.tasks import frozen_features, translators
from training.tasks.adversarial import Critic

COARSE = 16  # pixels along the squares whose mean colour the colour term compares
FINE = 4  # the same of colours without their luminance


@dataclass
class UnpairedOptions(translators.Options):
    """Options of `training.cyclegan` and `training.cut`; the defaults are the references'."""

    data: list[str] | str = option(
        "photo-vangogh",
        "a bundled name, a folder or a zip with A and B; or two places with one each, which may be "
        "single pictures too, and of which a bundled name stands for the domain of its place",
        scope="data",
    )
    recipe: str = option(
        "reference",
        "reference, or cpu, which trains well on two cores; any part can be overridden",
        choices=UNPAIRED,
    )
    hold_out: int = option(
        0,
        "images of the domain that is translated to, the last ones by name, which training never "
        "sees; validation and training.evaluate compare with them alone",
        at_least=0,
    )
    zoom: float = option(0.0, "augment by scaling down by up to this share", at_least=0, below=1)
    light: float = option(
        0.0,
        "augment what is translated by gamma, contrast and casts of colour; 1 is as far as "
        "photographs go",
        at_least=0,
    )
    network: Literal["unet", "resnet"] = "resnet"
    norm: Literal["batch", "instance", "none"] = "instance"
    dropout: float = 0.0
    critic_norm: Literal["batch", "instance", "none"] = "instance"
    gan_mode: str = "lsgan"
    lambda_gan: float = 2.0  # the paper's least squares have no half in front, ours do
    lambda_features: float = option(
        0.0,
        "weight of a critic on the frozen features of EfficientNet-Lite0 (Sauer 2021) beside the "
        "one that sees pixels (0 leaves it out)",
        at_least=0,
    )
    lambda_style: float = option(
        0.0,
        "weight of the distance to the nearest looks of the other domain, as statistics of the "
        "same features (0 leaves it out)",
        at_least=0,
    )
    luminance_only: bool = option(
        False,
        "frozen features are those of the luminance, so that strokes are learned from them and no "
        "colours (Gatys 2016, Preserving color in neural artistic style transfer)",
    )
    lambda_colour: float = option(
        0.0,
        "weight of the distance between the colours of a translation and its input, 16 pixels "
        "taken together (0 leaves it out)",
        at_least=0,
    )
    lambda_chroma: float = option(
        0.0,
        "weight of the same distance between colours without their luminance, so that hues stay "
        "where light is free to change (0 leaves it out)",
        at_least=0,
    )
    recolour: bool = option(
        False,
        "--lambda-colour and --lambda-chroma hold the input's colours brought to the mean and "
        "covariance of the other domain's (Pitie 2007), for a look whose colours are part of it",
    )
    diff_augment: str | None = option(
        None,
        "augmentation of what the critics see, for few images: color, translation, cutout, "
        "commas between (Zhao 2020)",
    )
    small_first: float = option(
        0.0,
        "share of the run that is shown crops of half the size, which take a quarter of the time",
        at_least=0,
        below=1,
    )
    sample_every: int = 2_000
    checkpoint_every: int = 4_000

    RECIPES: ClassVar[dict[str, dict]] = UNPAIRED

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.in_channels not in (None, self.channels):
            raise ValueError(
                f"Expected the same --in-channels and --channels, found {self.in_channels} and "
                f"{self.channels}."
            )
        if self.recolour and not (self.lambda_colour or self.lambda_chroma):
            raise ValueError(
                "Expected --lambda-colour or --lambda-chroma above 0 beside --recolour, found "
                "neither: it says which colours they hold."
            )
        if self.luminance_only and not self.looks_at_features:
            raise ValueError(
                "Expected --luminance-only beside a term of frozen features, found none: give "
                "--lambda-features or --lambda-style, or leave it out."
            )

    @property
    def looks_at_features(self) -> bool:
        """Whether a term looks at frozen features."""
        return bool(self.lambda_features or self.lambda_style)


def load_data(
    options: UnpairedOptions, accelerator: Accelerator
) -> tuple[UnpairedImages, UnpairedImages]:
    """The domains to train on, and the images that are held out to validate on."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        found = translators.named(find_domains(options.data), options.domains)
        found = valued_domains(found, options.value_range)
    if options.direction == "BtoA":
        found = found.turned()
    kept, held = found.held_out(options.hold_out)
    size = options.size or 256
    load_size = translators.load_size(options, size)
    augment = CropAugmentation(options.flip, options.zoom, options.rotate)
    lit = replace(augment, light=options.light)
    data = UnpairedImages(kept, size, load_size, augment, options.channels, lit)
    require_photographs(options, data)
    return data, UnpairedImages(held, size, load_size, channels=data.channels)


def require_photographs(options: UnpairedOptions, data: UnpairedImages) -> None:
    """Raise a ValueError for terms and augmentation that only know photographs, of other data."""
    if options.light and not data.values[0].ordinary:
        raise ValueError(
            f"Expected pictures of 8 bits with --light, found {data.values[0].words}; leave it out."
        )
    frozen = {
        "--lambda-features": options.lambda_features,
        "--lambda-style": options.lambda_style,
        "--nce-features frozen": getattr(options, "nce_features", "own") == "frozen",
    }
    asked = next((name for name, value in frozen.items() if value), None)
    if asked and data.channels not in (1, 3):
        raise ValueError(
            f"Expected grey or RGB with {asked}, whose features know photographs, found "
            f"{data.channels} channels; leave it out."
        )


def describe_networks(
    options: UnpairedOptions, data: UnpairedImages, bidirectional: bool
) -> Architecture:
    """A generator and a critic; both directions have one of each."""
    channels = data.channels
    return translators.describe_networks(
        options, data.size, (channels, channels), channels, bidirectional
    )


def prepare(game: Game, data: UnpairedImages, ways: tuple[str, ...] = ("",)) -> None:
    """Give a game what its terms need beside the networks: looks to aim at, colours to hold, and
    what critics see images through."""
    frozen_features.keep_banks(game, ways)
    if game.options.recolour:
        a, b = data.whole(0), data.whole(1)
        sides = zip(ways, ((a, b), (b, a)), strict=False)  # one way has the first of them
        game.colours = {way: ColourTransfer(*ends) for way, ends in sides}
    if game.options.diff_augment:
        game.augment = DifferentiableAugmentation(game.options.diff_augment, data.channels)


def drawn(game: Game, batches: Iterator[UnpairedBatch]) -> UnpairedBatch:
    """The next batch; for the first `small_first` of the run, a crop of half its size."""
    batch = next(batches)
    if game.share_done >= game.options.small_first:
        return batch
    half = batch.a.shape[-1] // 2
    places = torch.randint(half + 1, (4,)).tolist()
    corners = zip(places[::2], places[1::2], strict=True)
    return UnpairedBatch(
        *(x[:, :, i : i + half, j : j + half] for x, (i, j) in zip(batch, corners, strict=True))
    )


def identity_is_due(game: Game) -> bool:
    """Whether this step has an identity term."""
    return game.progress.step % game.options.identity_every == 0


def augmented(game: Game, critic: Critic) -> Critic:
    """A critic that sees images through the game's augmentation."""
    return lambda images: critic(game.augment(images))


def colour_terms(
    game: Game, given: Tensor, output: Tensor, way: str = "", suffix: str = ""
) -> Terms:
    """lambda_colour d_16(G(x), x) + lambda_chroma d_16(c(G(x)), c(x)), with d_k(x, y) =
    |mean_k(x) - mean_k(y)|_1 of means over squares of k pixels and c(x) = x - luminance(x): a sky
    stays a sky, while strokes inside are free.

    Features of luminance see no colours, so that any of one luminance would do as a stroke: with
    `--luminance-only` lambda_colour d_4(c(G(x)), c(x)) is added. With `--recolour` T(x), the
    input with the other domain's colours, takes the place of x.

    Args:
        given, output: x and G(x), (N, C, H, W) in [-1, 1].
        way: of `prepare`.
        suffix: of the terms' names.
    """
    options, terms = game.options, {}
    found, wanted = output.float(), given.float()
    if options.recolour:
        wanted = game.colours[way](wanted)
    chroma = found - luminance(found), wanted - luminance(wanted)
    if options.lambda_colour:
        apart = mean_distance(found, wanted, COARSE)
        if options.luminance_only:
            apart = apart + mean_distance(*chroma, FINE)
        terms[f"colour{suffix}"] = options.lambda_colour * apart
    if options.lambda_chroma:
        terms[f"chroma{suffix}"] = options.lambda_chroma * mean_distance(*chroma, COARSE)
    return terms


def mean_distance(found: Tensor, wanted: Tensor, side: int) -> Tensor:
    """The L1 distance between the means over squares of some pixels."""
    return F.l1_loss(F.avg_pool2d(found, side), F.avg_pool2d(wanted, side))
