"""A run to an exported model: the averaged generator, its config, its card and its samples."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from torch import nn

import models
from models import model_folder
from models.config import FORMAT_VERSION, check_short_side, translates
from training.export.model_card import write_card

if TYPE_CHECKING:
    from models.sampler import Sampler
    from models.translator import Translator

SAMPLE_COLUMNS, SHEET_GAP = 10, 2
EXCEPTIONS, FARTHEST = 0.001, 4  # share of values, and 255ths of the range
TRIPLE = 3  # input, output, and the truth or the way back


def sampler_config(
    name: str,
    script: str,
    network: dict,
    critic: dict | None,
    data: dict,
    training: dict,
    noise: str = "normal",
) -> dict:
    """config.json of an exported generator.

    Args:
        network, critic: {"name", "arguments"}; no critic where the objective needs none.
        data: {"name", "licence", "class_names", "images"}.
        training: {"images_seen", "minutes", "options"}.
        noise: its distribution.
    """
    arguments = network["arguments"]
    return {
        "task": "points" if arguments["size"] == 1 else "generation",
        **common_config(name, script, network, critic, data, training),
        "channels": arguments["channels"],
        "size": arguments["size"],
        "class_names": data["class_names"],
        "directions": [],
        "noise": {"distribution": noise, "dim": arguments["noise_dim"], "truncation": 1.0},
    }


def translation_config(
    name: str, script: str, network: dict, critic: dict, data: dict, training: dict
) -> dict:
    """config.json of an exported translator.

    Args:
        network, critic: {"name", "arguments"}.
        data: {"name", "licence", "images", "size", "domains", "directions"}.
        training: {"images_seen", "minutes", "options"}.
    """
    arguments = network["arguments"]
    return {
        "task": "translation",
        **common_config(name, script, network, critic, data, training),
        "channels": {"A": arguments["in_channels"], "B": arguments["out_channels"]},
        "size": data["size"],
        "domains": data["domains"],
        "directions": data["directions"],
        "long_side": 0,
    }


def common_config(
    name: str, script: str, network: dict, critic: dict | None, data: dict, training: dict
) -> dict:
    """What config.json has for every task."""
    return {
        "format_version": FORMAT_VERSION,
        "name": name,
        "network": network,
        **({"critic": critic} if critic else {}),
        "value_range": [-1.0, 1.0],
        "training": {
            "script": script,
            "data": data["name"],
            "data_licence": data["licence"],
            "data_images": data["images"],
            **training,
        },
        "metrics": {},
    }


def export_translator(
    folder: Path,
    config: dict,
    generators: nn.ModuleDict,
    samples: torch.Tensor,
    critics: nn.ModuleDict | None = None,
) -> None:
    """Write exported generators in float32 with their card.

    Args:
        generators, critics: by `models.model_folder.part`.
        samples: (3 N, 3, H, W) in [-1, 1], threes that begin with input and output; of two
            directions in turn.
    """
    sheet = sample_sheet(samples, 2 * TRIPLE)
    model_folder.save(folder, config, generators, write_card(config), sheet, critics)


def export_sampler(
    folder: Path,
    config: dict,
    generator: nn.Module,
    samples: torch.Tensor,
    critic: nn.Module | None = None,
) -> None:
    """Write an exported generator in float32 with its card.

    Args:
        samples: (N, C, H, W) in [-1, 1], shown in rows of ten in samples.png.
    """
    model_folder.save(folder, config, generator, write_card(config), sample_sheet(samples), critic)


def sample_sheet(samples: torch.Tensor, columns: int = SAMPLE_COLUMNS) -> Image.Image:
    """A PIL image of samples (N, C, H, W) in [-1, 1] in rows, small ones enlarged twice."""
    from models.images import grid
    from models.sampler import to_images, to_pixels

    images = to_images(to_pixels(samples))
    return grid(images, columns, sheet_scale(images[0].width), SHEET_GAP)


def sheet_scale(size: int) -> int:
    """How many times the images in a sheet are enlarged."""
    return 2 if size < 64 else 1


def ship(
    source: str | Path,
    folder: Path,
    truncation: float | None = None,
    critic: bool = False,
    long_side: int | None = None,
    short_side: int | None = None,
) -> bool:
    """Copy an exported model to where it ships from, under that folder's name.

    The weights are stored as float16 where the pictures in `tried` stay the same but for rounding
    (`alike`), and the critic is left out unless asked for. Figures are dropped where the
    truncation changes.

    Args:
        truncation: the new default of a model that draws.
        long_side: the new default of a model that translates, in pixels, 0 for any.
        short_side: below so many pixels pictures are enlarged before such a model translates them;
            figures are dropped where it changes.

    Returns:
        whether it is stored as float16.

    Raises:
        ValueError: a value out of range, or for a model of the other kind.
    """
    model = models.load(source)
    config = {**model.config, "name": folder.name}
    if config["task"] == "points":
        raise ValueError(f"Expected a model of pictures to ship, found {source}, of points.")
    if not translates(config):
        if long_side is not None or short_side is not None:
            raise ValueError(f"Expected no long or short side for {source}, which draws images.")
        truncation = model.checked(truncation)
        if truncation != model.truncation:
            config |= {"noise": {**config["noise"], "truncation": truncation}, "metrics": {}}
        network = model.network
    elif truncation is not None:
        raise ValueError(f"Expected no truncation for {source}, which translates images.")
    else:
        network = model.networks
        config |= {"long_side": model.checked_long_side(long_side)}
        if short_side is not None and short_side != model.short_side:
            check_short_side(short_side)
            config |= {"short_side": short_side, "metrics": {}}
    half = agrees_in_half(model, network)
    kept_critic = model_folder.load_network(source, config, critic=True) if critic else None
    with Image.open(Path(source) / "samples.png") as image:
        sheet = image.copy()
    model_folder.save(folder, config, network, write_card(config), sheet, kept_critic, half)
    if model_folder.has_encoder(source, config):
        model_folder.save_encoder(folder, model.encoder, config["encoder"])
    return half


def agrees_in_half(model: "Sampler | Translator", network: nn.Module) -> bool:
    """Whether a model's pixels stay the same when its weights are rounded to float16."""
    before = tried(model)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    rounded = {
        name: t.half().to(t.dtype) if t.is_floating_point() else t for name, t in state.items()
    }
    network.load_state_dict(rounded)
    after = tried(model)
    network.load_state_dict(state)
    return alike(before, after)


def alike(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether pixels are the same but for rounding: within 1/255 but for one in a thousand, and
    none beyond 4/255. Where two colours of a palette are equally likely, any rounding shows."""
    apart = np.abs(after - before)
    return bool((apart > 1).mean() <= EXCEPTIONS and apart.max() <= FARTHEST)


def tried(model: "Sampler | Translator", count: int = 256) -> np.ndarray:
    """Pixels of some pictures, as int: samples from seed 0, or translations of the inputs that
    stand in samples.png."""
    if not translates(model.config):
        labels = model.labels(count, seed=0) if model.class_names else None
        return model.draw(model.noise(count, seed=0), labels).astype(int)
    inputs = sheet_inputs(model.folder / "samples.png", model.size)
    ways = [model.directions[index % len(model.directions)] for index in range(len(inputs))]
    outputs = [
        model.translate(image, way, precision="fp32")
        for image, way in zip(inputs, ways, strict=True)
    ]
    return np.stack([np.asarray(output, int) for output in outputs])


def sheet_inputs(path: Path, size: int) -> list[Image.Image]:
    """The inputs in a translator's sheet of samples, the first of each three images."""
    step = size * sheet_scale(size) + SHEET_GAP
    with Image.open(path) as sheet:
        rows, columns = sheet.height // step, sheet.width // step
        corners = [
            (SHEET_GAP + column * step, SHEET_GAP + row * step)
            for row in range(rows)
            for column in range(0, columns, TRIPLE)
        ]
        side = step - SHEET_GAP
        return [sheet.crop((x, y, x + side, y + side)) for x, y in corners]
