"""The options that make the networks of the model that --init-from names."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import models
from models.config import read_config

SIDES = ("short_side", "working_size")


def network_options(name: str, kind: type[Any]) -> dict[str, Any]:
    """Values for options of `kind`, as far as the model's config.json tells; none for a model of
    another task, whose networks are refused when they are compared.

    Args:
        name: of an exported model, or its folder.

    Raises:
        FileNotFoundError: there is no such model.
        InvalidModel: its folder is not complete (a ValueError).
    """
    config = read_config(models.find(name))
    known = {f.name for f in fields(kind)}
    if config["task"] == "translation" and "ngf" in known:
        found = of_translator(config["network"])
    elif config["task"] == "generation" and "noise" in known:
        found = of_generator(config)
    else:
        return {}
    return {key: value for key, value in found.items() if key in known and value is not None}


def sizes_of(*names: str | Path | None) -> dict[str, int]:
    """The sides at which the first of these models that is there translates pictures, as they stand
    in config.json; none where it has none, or none is there."""
    for name in names:
        try:
            config = read_config(models.find(name)) if name else None
        except (ValueError, OSError):
            continue
        if config is not None:
            return {key: config[key] for key in SIDES if key in config}
    return {}


def of_translator(network: dict[str, Any]) -> dict[str, Any]:
    """Options of a generator of translations."""
    arguments = network["arguments"]
    same = ("norm", "dropout", "blocks", "levels")
    return {
        "network": network["name"],
        "ngf": arguments["width"],
        "in_channels": arguments["in_channels"],
        "channels": arguments["out_channels"],
        **{key: arguments.get(key) for key in same},
        "upsample": arguments.get("upsample", "transposed"),
        "antialias": arguments.get("antialias", False),
        "input_noise": arguments.get("input_noise", 0.0),
        "stroke_length": arguments.get("stroke_length", 0.0),
        "bottleneck": arguments.get("bottleneck", False),
        "skip": arguments.get("skip", False),
        "global_skip": arguments.get("global_skip", False),
    }


def of_generator(config: dict[str, Any]) -> dict[str, Any]:
    """Options of a generator from noise and of its critic."""
    generator = config["network"]["arguments"]
    judge = config.get("critic") or {}
    critic = judge.get("arguments", {})
    return {
        "network": config["network"]["name"],
        "critic": judge.get("name"),
        "size": generator["size"],
        "channels": config["channels"],
        "width": generator["width"],
        "critic_width": critic.get("width"),
        "noise_dim": generator["noise_dim"],
        "hidden": generator.get("hidden", 0),
        "memories": generator.get("memories", 0),
        "thumbnails": generator.get("thumbnails", 0),
        "spectral_norm": critic.get("spectral"),
        "critic_norm": critic.get("norm", "none"),
    }
