"""Exported models made of the checkpoints that `models.interchange.junyanz` reads."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from PIL import Image
from torch import nn

from models import model_folder
from models.config import DIRECTIONS, FORMAT_VERSION, InvalidModel
from models.images import grid, tensor_to_images
from models.interchange.junyanz import in_words, read_generator
from models.model_folder import part
from models.networks import GENERATORS

RESNET_SIZE = 256  # the crop that the reference trains at unless told otherwise
LICENCE = "the owner of the data; not known to this program"


def import_checkpoints(
    paths: Sequence[str | Path],
    folder: str | Path,
    name: str | None = None,
    domains: Sequence[str] = ("A", "B"),
    data_name: str = "unknown",
) -> dict:
    """Write an exported model of one generator's file, or of two for both directions.

    Args:
        paths: net_G.pth or net_G_A.pth, and net_G_B.pth for the way back.
        folder: where the model goes; it must not exist yet.
        name: the model's name; the folder's name where it is not given.
        domains: what the first generator takes and what it makes.
        data_name: what it was trained on, if that is known.

    Returns:
        config.json of the model.

    Raises:
        InvalidModel: a file that is no such generator, or two that do not belong together.
        FileExistsError: there is something at `folder`.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(
            f"Expected a new folder for the model, found that {folder} exists; name another one."
        )
    read = [read_generator(path) for path in paths]
    check_pair(read, paths)
    ways = dict(zip(DIRECTIONS, paths, strict=False))
    files = {direction: Path(path).name for direction, path in ways.items()}
    network, _ = read[0]
    config = translation_config(name or folder.resolve().name, network, domains, data_name, files)
    with torch.device("meta"):
        made = model_folder.make_network(config, "network", GENERATORS)
    generators = cast(nn.ModuleDict, made.eval())
    for direction, (_, tensors) in zip(files, read, strict=True):
        generators[part(direction)].load_state_dict(tensors, assign=True)
    model_folder.save(folder, config, generators, card(config), samples(generators, config))
    return config


def check_pair(read: list[tuple[dict, dict]], paths: Sequence[str | Path]) -> None:
    """Raise InvalidModel unless the second of two generators is the way back of the first."""
    if len(read) not in (1, 2):
        raise InvalidModel(f"Expected one file, or two for both directions, found {len(read)}.")
    first, second = read[0][0], read[-1][0]
    there = first["arguments"]
    turned = {"in_channels": there["out_channels"], "out_channels": there["in_channels"]}
    if len(read) == 2 and second != {**first, "arguments": {**there, **turned}}:
        raise InvalidModel(
            f"Expected two generators of one architecture, there and back, found {in_words(first)} "
            f"in {paths[0]} and {in_words(second)} in {paths[1]}; import each by itself."
        )


def translation_config(
    name: str, network: dict, domains: Sequence[str], data_name: str, files: dict[str, str]
) -> dict:
    """config.json of an imported model, made of the file of that name in each direction."""
    arguments = network["arguments"]
    return {
        "format_version": FORMAT_VERSION,
        "name": name,
        "task": "translation",
        "network": network,
        "channels": {"A": arguments["in_channels"], "B": arguments["out_channels"]},
        "size": 2 ** arguments["levels"] if network["name"] == "unet" else RESNET_SIZE,
        "value_range": [-1.0, 1.0],
        "domains": list(domains),
        "directions": list(files),
        "long_side": 0,
        "training": {
            "script": "imported",
            "data": data_name,
            "data_licence": LICENCE,
            "data_images": 0,
            "images_seen": 0,
            "minutes": 0,
            "hardware": "unknown",
            "options": files,
        },
        "metrics": {},
    }


def samples(generators: nn.ModuleDict, config: dict) -> Image.Image:
    """A gradient beside its translation, a row for each direction."""
    ramp = torch.linspace(-1, 1, config["size"])
    across, down = torch.meshgrid(ramp, ramp, indexing="xy")
    images = []
    for direction in config["directions"]:
        channels = config["channels"][direction[0]]
        given = torch.stack([across, down, -across][:channels])[None]
        with torch.inference_mode():
            images += tensor_to_images(given)
            images += tensor_to_images(generators[part(direction)](given))
    return grid([image.convert("RGB") for image in images], columns=2)


def card(config: dict) -> str:
    """README.md of an imported model, with YAML front matter."""
    network, training = config["network"], config["training"]
    files = ", ".join(f"`{file}` ({way})" for way, file in training["options"].items())
    dropped = "\npix2pix leaves dropout on: `translate(image, train_mode=True, seed=7)`.\n"
    # a JSON string is a YAML string, whatever stands in it
    return f"""---
license: other
library_name: pytorch
pipeline_tag: image-to-image
tags: [gan, {network["name"]}, imported]
datasets: [{json.dumps(training["data"], ensure_ascii=False)}]
---

# {config["name"]}

Imported from {files}, a checkpoint of the reference pix2pix and CycleGAN: {in_words(network)}.
It does not say what it was trained on, nor how long.

![A gradient and its translation](samples.png)

    import models
    from PIL import Image

    picture = models.load({config["name"]!r}).translate(Image.open("picture.png"))
{dropped if network["arguments"]["dropout"] else ""}
## Licence

{LICENCE[0].upper()}{LICENCE[1:]}.
"""
