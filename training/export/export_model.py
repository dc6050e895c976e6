"""A run as an exported model: the averaged generator, its config, its card and its samples."""

from pathlib import Path

import torch
from torch import nn

from models import model_folder
from models.calligraphy.source_font import FONT_FILE, SourceFont
from models.conditions.words import WordTable
from models.config import FORMAT_VERSION
from models.values.value_range import BOTH_ORDINARY, ORDINARY
from training.export.model_card import write_card
from training.export.sample_sheet import TRIPLE, sample_sheet


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
        data: {"name", "licence", "class_names", "images"}, "values" where it has another range
            than that of 8 bits, "condition" and "manners" where words are told.
        training: {"images_seen", "minutes", "options"}.
        noise: its distribution.
    """
    arguments, values = network["arguments"], data.get("values", ORDINARY)
    return {
        "task": "points" if arguments["size"] == 1 else "generation",
        **common_config(name, script, network, critic, data, training),
        "channels": arguments["channels"],
        "size": arguments["size"],
        "class_names": data["class_names"],
        "directions": [],
        "noise": {"distribution": noise, "dim": arguments["noise_dim"], "truncation": 1.0},
        **{key: data[key] for key in ("condition", "manners") if data.get(key)},
        **({} if values.ordinary else {"values": values.as_json()}),
    }


def translation_config(
    name: str, script: str, network: dict, critic: dict, data: dict, training: dict
) -> dict:
    """config.json of an exported translator.

    Args:
        network, critic: {"name", "arguments"}.
        data: {"name", "licence", "images", "size", "domains", "directions"}; "scale" where a
            translation has another size than its picture, and "values" of both sides where they
            have other ranges than that of 8 bits.
        training: {"images_seen", "minutes", "options"}.
    """
    arguments = network["arguments"]
    ranges = data.get("values", BOTH_ORDINARY)
    stored = {side: values.as_json() for side, values in zip("AB", ranges, strict=True)}
    return {
        "task": "translation",
        **common_config(name, script, network, critic, data, training),
        "channels": {"A": arguments["in_channels"], "B": arguments["out_channels"]},
        "size": data["size"],
        "domains": data["domains"],
        "directions": data["directions"],
        "long_side": data["size"] if arguments.get("keep_lines") else 0,  # where lines cost nothing
        **({"scale": data["scale"]} if data.get("scale", 1) != 1 else {}),
        **({} if all(values.ordinary for values in ranges) else {"values": stored}),
    }


def common_config(
    name: str, script: str, network: dict, critic: dict | None, data: dict, training: dict
) -> dict:
    """The entries of config.json that every task has."""
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


def source_font_config(folder: Path | None) -> dict:
    """The entry of config.json for the font in a folder, which a model writes from."""
    if folder is None:
        return {}
    font = SourceFont(folder / FONT_FILE)
    return {"source_font": {"name": font.name, "characters": len(font.characters)}}


def export_translator(
    folder: Path,
    config: dict,
    generators: nn.ModuleDict,
    samples: torch.Tensor,
    critics: nn.ModuleDict | None = None,
    words: WordTable | None = None,
    source: Path | None = None,
) -> None:
    """Write exported generators in float32 with their card.

    Args:
        generators, critics: by `models.model_folder.part`.
        samples: (3 N, 3, H, W) in [-1, 1], threes that begin with input and output; of two
            directions in turn.
        words: the table of a generator that takes words.
        source: the folder of the font that inputs are drawn from.
    """
    sheet = sample_sheet(samples, 2 * TRIPLE)
    card = write_card(config)
    model_folder.save(folder, config, generators, card, sheet, critics, words=words, source=source)


def export_sampler(
    folder: Path,
    config: dict,
    generator: nn.Module,
    samples: torch.Tensor,
    critic: nn.Module | None = None,
    words: WordTable | None = None,
) -> None:
    """Write an exported generator in float32 with its card.

    Args:
        samples: (N, C, H, W) in [-1, 1], shown in rows of ten in samples.png.
        words: the table of a generator that takes words.
    """
    sheet = sample_sheet(samples)
    model_folder.save(folder, config, generator, write_card(config), sheet, critic, words=words)
