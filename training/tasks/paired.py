"""Translation from pairs, beside the algorithm: the pairs, what is told of them, and the palette of
flat art."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from accelerate import Accelerator
from torch import Tensor, nn

import models
from models.conditions.words import WORDS_FILE
from models.config import read_config
from models.values.value_range import ValueRange
from training.data.augmentation import PairAugmentation
from training.data.errors import DataError
from training.data.glyphs.glyph_pairs import GlyphOptions, manner_names
from training.data.paired.captions import Captions, read_captions
from training.data.paired.colours import colour_shares, commonest_colours
from training.data.paired.paired_images import PairedImages, chosen_size
from training.data.paired.pairs import Pairs, find_pairs
from training.data.paired.told_pairs import ToldPairs
from training.data.value_ranges import valued_pairs
from training.engine.game import Game
from training.losses.translation import class_weights
from training.tasks import translators
from training.tasks.posterior import Posterior

if TYPE_CHECKING:
    from training.pix2pix import Options


def load_data(
    options: "Options", accelerator: Accelerator
) -> tuple[PairedImages, PairedImages | None]:
    """The pairs to train on, and those held out to validate on where there are enough."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        found = find_pairs(options.data, "train", options.make_input, glyph_options(options))
        found = translators.named(found, options.domains)
        one_hot = None if not options.one_hot else "B" if options.direction == "BtoA" else "A"
        pairs, held = valued_pairs(found, options.value_range, one_hot).held_out()
    require_one_way(options, found)
    require_ordinary_input(options, pairs.values[options.direction == "BtoA"])
    if (options.hints or options.words or options.z_dim) and not all(
        values.ordinary for values in pairs.values
    ):
        raise DataError(
            "Expected pictures of 8 bits with --hints, --words and --z-dim, found others; leave "
            "them out."
        )
    augment = PairAugmentation(
        options.flip, options.zoom, options.rotate, options.hand_drawn, options.noise
    )
    size = options.size or chosen_size(pairs)
    load_size = translators.load_size(options, size)
    given = (options.in_channels, options.channels)
    make = images_maker(options)
    data = make(pairs, size, load_size, options.direction, augment, given)
    if not held.pairs:
        return data, None
    channels = (data.in_channels, data.channels)
    return data, make(held, size, size, options.direction, None, channels)


def images_maker(options: "Options") -> Callable[..., PairedImages]:
    """Makes images of pairs, with hints and words where the options ask for them."""
    if not (options.hints or options.words):
        return PairedImages
    return partial(ToldPairs, hints=options.hints, captions=captions_of(options))


def captions_of(options: "Options") -> Captions | None:
    """The words of the pictures; by the table that the weights to go on with were trained for, if
    they have one and no other is given."""
    if not options.words:
        return None
    table = options.word_table
    if table is None and options.init_from:
        before = models.find(options.init_from) / WORDS_FILE
        table = str(before) if before.is_file() else None
    return read_captions(options.words, table)


def condition_parts(options: "Options", data: PairedImages) -> dict[str, int]:
    """What the generator is told beside its input, and how many numbers each part has."""
    parts = {"words": data.captions.table.dim} if options.words and data.captions else {}
    parts |= {"z": options.z_dim} if options.z_dim else {}
    return parts | ({"manner": len(data.manners)} if data.manners else {})


class ColourBalance:
    """The weight of each colour of the palette in its cross-entropy, kept with a run."""

    def __init__(self, weights: Tensor):
        self.weights = weights

    def state_dict(self) -> dict[str, Tensor]:
        return {"weights": self.weights}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.weights = state["weights"].to(self.weights.device)


def make_game(
    options: "Options",
    accelerator: Accelerator,
    networks: dict[str, nn.Module],
    data: PairedImages,
    warm_up: int = 0,
) -> Game:
    """The game of a translation from pairs: with the network that finds z in targets, and the
    weights of the palette's colours, where there are such.

    Args:
        warm_up: images on which only the critic learns, at the beginning.
    """
    if options.z_dim:
        networks = {**networks, "posterior": Posterior(data.channels, options.z_dim)}
    game = translators.make_game(options, accelerator, networks, warm_up)
    if options.rebalance:
        palette = game.generator.palette
        weights = class_weights(colour_shares(palette, data), options.rebalance)
        game.keep("balance", ColourBalance(weights.to(accelerator.device)))
    return game


def glyph_options(options: "Options") -> GlyphOptions | None:
    """How pairs are made of fonts, where an option says so."""
    if not (options.characters or options.manners):
        return None
    return GlyphOptions(options.characters, manner_names(options.manners))


def require_one_way(options: "Options", pairs: Pairs) -> None:
    """Raise a DataError for the way back from several manners, which are told of targets alone."""
    if pairs.manners and options.direction == "BtoA":
        raise DataError(
            f"Expected one manner with --direction BtoA, found {', '.join(pairs.manners)}; give "
            "one of them alone."
        )


def require_ordinary_input(options: "Options", values: ValueRange) -> None:
    """Raise a ValueError for augmentation that is made for drawings of 8 bits, of other inputs."""
    if options.hand_drawn and not values.ordinary:
        raise ValueError(
            f"Expected drawings of 8 bits with --hand-drawn, found {values.words}; leave it out."
        )
    if options.noise and values.mask:
        raise ValueError(
            f"Expected no {values.words} with --noise, which has nothing between its classes; "
            "leave it out."
        )


def palette_of(options: "Options", data: PairedImages) -> list[str]:
    """The colours that the weights to go on with were trained for, else the commonest ones of the
    targets."""
    before: Path | None = options.runs / str(options.name) / "export" / "last"
    if not (options.resume and before and (before / "config.json").is_file()):
        before = models.find(options.init_from) if options.init_from else None
    if before:
        colours = read_config(before)["network"]["arguments"].get("palette")
        if colours and len(colours) <= options.palette:
            return colours
    return commonest_colours(data.files, options.palette, data.turned)
