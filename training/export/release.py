"""An export of a run copied to where models are used from, as small as its pictures allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image
from torch import nn

import models
from models import model_folder
from models.calligraphy.source_font import has_source
from models.config import check_short_side
from models.sampler import Sampler
from models.translator import Translator
from training.data.glyphs.fonts import open_font
from training.data.glyphs.source import write_source
from training.export.export_model import source_font_config
from training.export.model_card import write_card
from training.export.sample_sheet import sheet_inputs

SAMPLES = 256  # pictures by which float16 is judged
EXCEPTIONS, FARTHEST = 0.001, 4  # share of values, and 255ths of the range


def release(
    source: str | Path,
    folder: Path,
    truncation: float | None = None,
    critic: bool = False,
    long_side: int | None = None,
    short_side: int | None = None,
    working_size: int | None = None,
    source_font: Path | None = None,
) -> bool:
    """Copy an exported model to where it is used from, under that folder's name.

    The weights are stored as float16 where the pictures stay the same but for rounding
    (`same_but_for_rounding`), and the critic is left out unless asked for. Figures are dropped
    where the truncation changes.

    Args:
        truncation: the new default of a model that draws.
        long_side: the new default of a model that translates, in pixels, 0 for any.
        short_side: below so many pixels pictures are enlarged before such a model translates them;
            figures are dropped where it changes.
        working_size: the short side at which such a model translates every picture, 0 for none;
            figures are dropped where it changes.
        source_font: a font file that such a model is to write from, in the place of its own.

    Returns:
        whether it is stored as float16.

    Raises:
        ValueError: a value out of range, or for a model of the other kind.
    """
    model = models.load(source)
    config = {**model.config, "name": folder.name}
    network: nn.Module
    if source_font and not isinstance(model, Translator):
        raise ValueError(f"Expected no font for {source}, which translates nothing; leave it out.")
    if isinstance(model, Translator):
        if truncation is not None:
            raise ValueError(f"Expected no truncation for {source}, which translates images.")
        network = model.networks
        config |= {"long_side": model.checked_long_side(long_side)}
        sides = {"short_side": short_side, "working_size": working_size}
        for key, side in sides.items():
            if side is not None and side != getattr(model, key):
                check_short_side(side, f"a {key.replace('_', ' ')}")
                config |= {key: side, "metrics": {}}
    elif isinstance(model, Sampler):
        if not all(side is None for side in (long_side, short_side, working_size)):
            raise ValueError(
                f"Expected no long or short side and no working size for {source}, which draws "
                "images."
            )
        truncation = model.checked(truncation)
        if truncation != model.truncation:
            config |= {"noise": {**config["noise"], "truncation": truncation}, "metrics": {}}
        network = model.network
    else:
        raise ValueError(f"Expected a model of pictures to release, found {source}, of points.")
    half = same_in_float16(model, network)
    kept_critic = model_folder.load_network(source, config, critic=True) if critic else None
    with Image.open(Path(source) / "samples.png") as image:
        sheet = image.copy()
    words = model.word_table if model.takes_words else None
    with font_beside(Path(source), source_font) as beside:
        config |= source_font_config(beside)
        card = write_card(config)
        model_folder.save(folder, config, network, card, sheet, kept_critic, half, words, beside)
    if isinstance(model, Sampler) and model_folder.has_encoder(source, config):
        model_folder.save_encoder(folder, model.encoder, config["encoder"])
    if isinstance(model, Sampler) and model.can_listen:
        model_folder.save_sound_encoder(folder, model.sound_encoder, config["sound"])
    return half


@contextmanager
def font_beside(source: Path, font: Path | None) -> Iterator[Path | None]:
    """The folder with the font that a model is to write from: another font's commoner characters,
    else the model's own folder where it has some."""
    if font is None:
        yield source if has_source(source) else None
        return
    with TemporaryDirectory() as made:
        if not write_source(open_font(font), Path(made)):
            raise ValueError(f"Expected one font file to write from, found several in {font}.")
        yield Path(made)


def same_in_float16(model: Sampler | Translator, network: nn.Module) -> bool:
    """Whether a model's pixels stay the same when its weights are rounded to float16; those of more
    than 8 bits are not to be rounded."""
    if isinstance(model, Translator) and not model.usual:
        return False
    labels = trial_labels(model) if isinstance(model, Sampler) else None
    before = trial_pixels(model, labels)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    rounded = {
        name: t.half().to(t.dtype) if t.is_floating_point() else t for name, t in state.items()
    }
    network.load_state_dict(rounded)
    after = trial_pixels(model, labels)
    network.load_state_dict(state)
    return same_but_for_rounding(before, after)


def same_but_for_rounding(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether pixels are within 1/255 but for one in a thousand, and none beyond 4/255.

    Where two colours of a palette are equally likely, any rounding shows.
    """
    apart = np.abs(after - before)
    return bool((apart > 1).mean() <= EXCEPTIONS and apart.max() <= FARTHEST)


def trial_labels(model: Sampler) -> torch.Tensor | None:
    """What a model that draws is tried with: classes, or words that are settled on one thing each,
    for which of two it is may hang on the last bit."""
    if not model.takes_words:
        return model.labels(SAMPLES, seed=0) if model.class_names else None
    rows = np.linspace(0, len(model.word_table.pieces) - 1, SAMPLES).astype(int)
    told = model.told([model.word_table.pieces[row] for row in rows])
    return model.settled(model.noise(SAMPLES, seed=0), told)


def trial_pixels(model: Sampler | Translator, labels: torch.Tensor | None = None) -> np.ndarray:
    """Pixels of some pictures, as int: samples from seed 0 of these labels, or translations of the
    inputs that stand in samples.png."""
    if isinstance(model, Sampler):
        noise = model.noise(SAMPLES, seed=0) * model.truncation
        return model.pixels(noise, labels).astype(int)
    inputs = sheet_inputs(model.folder / "samples.png", model.size)
    ways = [model.directions[index % len(model.directions)] for index in range(len(inputs))]
    outputs = [
        model.translate(image, way, precision="fp32")
        for image, way in zip(inputs, ways, strict=True)
    ]
    return np.stack([np.asarray(output, int) for output in outputs])
