"""Generation with and without classes, beside the algorithm: data, networks, noise, the averaged
generator, config.json."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn

from models.networks import CRITICS, build
from models.values.value_range import ORDINARY
from training.collapse.differentiable_augmentation import DifferentiableAugmentation
from training.collapse.mode_regularisation import encoder_of
from training.data.augmentation import augmentation
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.mixtures import MIXTURES, PointSet
from training.data.labelled.sources import find_source
from training.data.labelled.worded_images import WordedImages, of_hands
from training.data.paired.captions import read_captions
from training.data.value_ranges import valued_source
from training.engine.game import Game
from training.engine.optimisers import chosen_optimisers
from training.engine.setup import Architecture, training_record
from training.export.export_model import sampler_config
from training.losses.objectives import OBJECTIVES
from training.runs.folder import Run

if TYPE_CHECKING:
    from training.gan import Options

SOME = 10_000  # images that a mean is taken of
CHUNK = 500  # images at a time
UNIFORM_BOUND = 3**0.5  # of variance 1 (Goodfellow 2014)
TOLD_STYLE = 256  # length of the style where a memory says more than a class
OF_2014 = ("goodfellow2014", "mirza2014")
RENEWAL = [128] * 40  # batches of noise that renew batch norm's statistics


def load_data(
    options: "Options", accelerator: Accelerator, labelled: bool
) -> LabelledImages | PointSet:
    """The training images, with labels only where the game takes them; or points."""
    if options.data in MIXTURES:
        if labelled:
            raise DataError(f"Expected data with classes, found {options.data}, which has none.")
        return PointSet(MIXTURES[options.data], seed=options.seed)
    with accelerator.main_process_first():  # one unpacks or downloads, the others find it done
        source = valued_source(find_source(options.data), options.value_range)
    if options.limit is not None:
        labels = None if source.labels is None else source.labels[: options.limit]
        source = replace(source, images=source.images[: options.limit], labels=labels)
    if not labelled:
        source = replace(source, labels=None, class_names=[])
    augment = augmentation(options.flip, options.affine)
    if words := getattr(options, "words", None):
        captions = read_captions(words, getattr(options, "word_table", None))
        given = (of_hands(source), options.size, options.channels, augment)
        return WordedImages(*given, captions=captions)
    return LabelledImages(source, options.size, options.channels, augment)


def describe_networks(options: "Options", data: LabelledImages | PointSet) -> Architecture:
    """Names and arguments of the two networks, as they stand in config.json; no critic where the
    objective needs none."""
    points = isinstance(data, PointSet)
    classes = len(data.class_names)
    common = {"size": data.size, "channels": data.channels, "classes": classes}
    if isinstance(data, WordedImages):
        common["condition_dim"] = sum(data.parts.values())
    generator: dict[str, Any] = {**common, "noise_dim": options.noise_dim, "width": options.width}
    most = vars(options).get("memories", 0)
    if most and isinstance(data, WordedImages):
        generator |= memory_arguments(most, data, new=not options.init_from)
        if thumbnails := vars(options)["thumbnails"]:
            generator["thumbnails"] = min(thumbnails, data.size)
    network = "mlp" if points else options.network
    if options.hidden and network == "dcgan":
        generator["hidden"] = options.hidden
    if network == "mlp":
        paper = options.recipe in OF_2014 and not points
        generator |= {"layers": options.layers, "bound": 0.05 if paper else 0.0}
        generator["output"] = "linear" if points else "sigmoid" if paper else "tanh"
    made = {"name": network, "arguments": generator}
    if options.gan_mode == "mmd":
        return Architecture(made, None)
    return Architecture(made, describe_critic(options, common, points))


def memory_arguments(most: int, data: WordedImages, new: bool) -> dict[str, int]:
    """Arguments of a generator with a memory.

    Args:
        most: of `--memories`.
        new: whether its keys will be those of the data; else it has so many already.
    """
    count = len(known_words(data, most)) if new else most
    return {"memories": count, "key_dim": data.captions.table.dim, "style_dim": TOLD_STYLE}


def known_words(data: WordedImages, most: int) -> Tensor:
    """The vectors (M, dim) of the different captions of the data, or so many at most, evenly
    chosen; without that of nothing said, where anything is."""
    vectors = data.captions.vectors(data.files).unique(dim=0)
    said = vectors[vectors.any(1)]
    vectors = said if len(said) else vectors
    chosen = torch.linspace(0, len(vectors) - 1, min(len(vectors), most))
    return vectors[chosen.round().long()]


def pictures_by_hand(data: WordedImages, keys: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """The mean (M, hands, C, side, side) of the pictures whose caption is nearest to each
    of the keys (M, dim), by each hand, and which of these there are, (M, hands). Pictures of which
    nothing is said are no key's."""
    hands = max(1, len(data.manners))
    shape = (data.channels, side, side)
    total, count = torch.zeros(len(keys) * hands, *shape), torch.zeros(len(keys) * hands)
    for some in np.array_split(np.arange(len(data)), -(-len(data) // CHUNK)):
        words, hand = data.told(some).tensor_split([keys.shape[1]], 1)
        said = words.any(1)
        if not said.any():
            continue
        some, words, hand = some[said.numpy()], words[said], hand[said]
        nearest = (F.normalize(words, dim=1) @ F.normalize(keys, dim=1).T).argmax(1)
        place = nearest * hands + (hand.argmax(1) if data.manners else 0)
        total.index_add_(0, place, F.adaptive_avg_pool2d(data.plain(some).images, side))
        count.index_add_(0, place, torch.ones(len(some)))
    mean = total / count.clamp(min=1)[:, None, None, None]
    return mean.unflatten(0, (-1, hands)), (count > 0).unflatten(0, (-1, hands))


def describe_critic(options: "Options", common: dict[str, Any], points: bool) -> dict[str, Any]:
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


def make_game(
    options: "Options",
    accelerator: Accelerator,
    networks: dict[str, nn.Module],
    architecture: Architecture,
    data: LabelledImages | PointSet,
    warm_up: int = 0,
) -> Game:
    """The game of a generator: its networks, those that a remedy needs beside them, and the first
    bias of 2014.

    Args:
        warm_up: images on which only the critic learns, at the beginning.
    """
    if options.lambda_reconstruction:
        encoder = new_encoder(options, architecture, data.channels)
        networks = {**networks, "encoder": encoder}
    game = Game(
        accelerator,
        options,
        OBJECTIVES.get(options.gan_mode),
        networks,
        chosen_optimisers(options, networks),
        warm_up=warm_up,
    )
    if options.diff_augment:
        game.augment = DifferentiableAugmentation(options.diff_augment, data.channels)
    if not options.resume:
        begin(game, architecture, data)
    return game


def begin(game: Game, architecture: Architecture, data: LabelledImages | PointSet) -> None:
    """What comes from the data: of 2014 the mean image, and the keys of a memory, where a run does
    not start from a model; thumbnails in any case, for the model's are of its own data."""
    both: list[Any] = [game.generator, game.averages["generator"].module]
    device, new = game.accelerator.device, not game.options.init_from
    if new and game.options.recipe in OF_2014 and data.size > 1:
        some = data.plain(np.arange(min(len(data), SOME)))
        for network in both:
            network.begin_at(some.images.mean(0).to(device))
    arguments = architecture.generator["arguments"]
    memories, kept = arguments.get("memories", 0), arguments.get("thumbnails", 0)
    if memories and (new or kept) and isinstance(data, WordedImages):
        keys = known_words(data, memories) if new else both[0].input.memory.keys.detach().cpu()
        pictures = pictures_by_hand(data, keys, kept) if kept else ()
        for network in both:
            network.remember(*(tensor.to(device) for tensor in (keys, *pictures)))


def new_encoder(options: "Options", architecture: Architecture, channels: int) -> nn.Module:
    """The encoder of mode regularisation; there is always a critic to be like."""
    assert architecture.critic is not None
    described = encoder_of(architecture.critic, options.noise_dim, channels)
    return build(CRITICS, **described)


def run_config(
    game: Game, run: Run, architecture: Architecture, data: LabelledImages | PointSet
) -> dict[str, Any]:
    """config.json as the run stands now."""
    about = {
        "name": data.name,
        "licence": data.licence,
        "class_names": data.class_names,
        "images": len(data),
        "values": getattr(data, "values", ORDINARY),  # points have none
    }
    if isinstance(data, WordedImages):
        about |= {"condition": data.parts, "manners": data.manners}
    return sampler_config(
        run.folder.name,
        run.status.script,
        architecture.generator,
        architecture.critic,
        about,
        training_record(game),
        game.options.noise,
    )


def noise_like(
    options: "Options",
    count: int,
    stream: torch.Generator | None = None,
    device: torch.device | str = "cpu",
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
        classes = cast(Any, self.generator).input.classes
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
