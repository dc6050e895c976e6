"""Translation from pairs, beside the algorithm: the pairs, and the palette of flat art."""

from pathlib import Path
from typing import TYPE_CHECKING

from accelerate import Accelerator

import models
from models.config import read_config
from models.values.value_range import ValueRange
from training.data.augmentation import PairAugmentation
from training.data.errors import DataError
from training.data.glyphs.glyph_pairs import GlyphOptions, manner_names
from training.data.paired.colours import commonest_colours
from training.data.paired.paired_images import PairedImages, chosen_size
from training.data.paired.pairs import Pairs, find_pairs
from training.data.value_ranges import valued_pairs
from training.tasks import translators

if TYPE_CHECKING:
    from training.pix2pix import Options


def load_data(
    options: "Options", accelerator: Accelerator
) -> tuple[PairedImages, PairedImages | None]:
    """The pairs to train on, and those held out to validate on where there are enough."""
    with accelerator.main_process_first():  # one unpacks, the others find it done
        found = find_pairs(options.data, "train", options.make_input, glyph_options(options))
        one_hot = None if not options.one_hot else "B" if options.direction == "BtoA" else "A"
        pairs, held = valued_pairs(found, options.value_range, one_hot).held_out()
    require_one_manner(found)
    require_ordinary_input(options, pairs.values[options.direction == "BtoA"])
    augment = PairAugmentation(
        options.flip, options.zoom, options.rotate, options.hand_drawn, options.noise
    )
    size = options.size or chosen_size(pairs)
    load_size = translators.load_size(options, size)
    given = (options.in_channels, options.channels)
    data = PairedImages(pairs, size, load_size, options.direction, augment, given)
    if not held.pairs:
        return data, None
    channels = (data.in_channels, data.channels)
    return data, PairedImages(held, size, size, options.direction, None, channels)


def glyph_options(options: "Options") -> GlyphOptions | None:
    """How pairs are made of fonts, where an option says so."""
    if not (options.characters or options.manners):
        return None
    return GlyphOptions(options.characters, manner_names(options.manners))


def require_one_manner(pairs: Pairs) -> None:
    """Raise a DataError for pairs of several manners, whose mean is none of them."""
    if pairs.manners:
        raise DataError(
            f"Expected one manner to learn, found {', '.join(pairs.manners)}; give one of them "
            "alone."
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
