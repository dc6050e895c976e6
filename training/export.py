"""A run to an exported model: the averaged generator, its config, its card and its samples."""

from pathlib import Path

import torch
from PIL import Image
from torch import nn

from models import exported
from models.exported import FORMAT_VERSION
from training.card import write_card

SAMPLE_COLUMNS = 10


def sampler_config(
    name: str, script: str, network: dict, critic: dict, data: dict, training: dict
) -> dict:
    """config.json of an exported generator.

    Args:
        network, critic: {"name", "arguments"}.
        data: {"name", "licence", "class_names", "images"}.
        training: {"images_seen", "minutes", "options"}.
    """
    arguments = network["arguments"]
    return {
        "format_version": FORMAT_VERSION,
        "name": name,
        "task": "generation",
        "network": network,
        "critic": critic,
        "channels": arguments["channels"],
        "size": arguments["size"],
        "value_range": [-1.0, 1.0],
        "class_names": data["class_names"],
        "directions": [],
        "noise": {"distribution": "normal", "dim": arguments["noise_dim"], "truncation": 1.0},
        "training": {
            "script": script,
            "data": data["name"],
            "data_licence": data["licence"],
            "data_images": data["images"],
            **training,
        },
        "metrics": {},
    }


def translation_config(
    name: str, script: str, network: dict, critic: dict, data: dict, training: dict
) -> dict:
    """config.json of an exported translator of one direction.

    Args:
        network, critic: {"name", "arguments"}.
        data: {"name", "licence", "images", "size", "domains"}.
        training: {"images_seen", "minutes", "options"}.
    """
    arguments = network["arguments"]
    return {
        "format_version": FORMAT_VERSION,
        "name": name,
        "task": "translation",
        "network": network,
        "critic": critic,
        "channels": {"A": arguments["in_channels"], "B": arguments["out_channels"]},
        "size": data["size"],
        "value_range": [-1.0, 1.0],
        "domains": data["domains"],
        "directions": ["A to B"],
        "long_side": 0,
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
        generators, critics: by `models.exported.part`.
        samples: (3 N, 3, H, W) in [-1, 1], input, output and truth in turn.
    """
    columns = 6  # two triples
    sheet = sample_sheet(samples, columns)
    exported.save(folder, config, generators, write_card(config), sheet, critics)


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
    exported.save(folder, config, generator, write_card(config), sample_sheet(samples), critic)


def sample_sheet(samples: torch.Tensor, columns: int = SAMPLE_COLUMNS) -> Image.Image:
    """A PIL image of samples (N, C, H, W) in [-1, 1] in rows, small ones enlarged twice."""
    from models.images import grid
    from models.sampler import to_images, to_pixels

    images = to_images(to_pixels(samples))
    return grid(images, columns, scale=2 if images[0].width < 64 else 1)


def ship(
    source: str | Path, folder: Path, truncation: float | None = None, critic: bool = False
) -> bool:
    """Copy an exported model to where it ships from, under that folder's name.

    The generator is stored as float16 where 256 of its samples stay within 1/255 of the float32
    ones, and the critic is left out unless asked for. Figures are dropped where the truncation
    changes.

    Returns:
        whether it is stored as float16.
    """
    from models.sampler import Sampler

    sampler = Sampler(source)
    truncation = sampler.checked(truncation)
    config = {**sampler.config, "name": folder.name}
    if truncation != sampler.truncation:
        config |= {"noise": {**config["noise"], "truncation": truncation}, "metrics": {}}
    half = agrees_in_half(sampler)
    kept_critic = exported.load_network(source, config, critic=True) if critic else None
    with Image.open(Path(source) / "samples.png") as image:
        sheet = image.copy()
    exported.save(folder, config, sampler.network, write_card(config), sheet, kept_critic, half)
    return half


def agrees_in_half(sampler, count: int = 256) -> bool:
    """Whether a sampler's pixels stay within 1/255 when its weights are rounded to float16."""
    labels = sampler.labels(count, seed=0) if sampler.class_names else None
    noise = sampler.noise(count, seed=0)
    before = sampler.draw(noise, labels).astype(int)
    state = {name: tensor.clone() for name, tensor in sampler.network.state_dict().items()}
    rounded = {
        name: t.half().to(t.dtype) if t.is_floating_point() else t for name, t in state.items()
    }
    sampler.network.load_state_dict(rounded)
    after = sampler.draw(noise, labels).astype(int)
    sampler.network.load_state_dict(state)
    return bool(abs(after - before).max() <= 1)
