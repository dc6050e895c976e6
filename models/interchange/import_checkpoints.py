"""Exported models made of the checkpoints that `models.interchange.junyanz` reads."""

import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import torch
from PIL import Image
from torch import nn

from models import model_folder
from models.config import DIRECTIONS, FORMAT_VERSION, InvalidModel
from models.images import grid, tensor_to_images
from models.interchange.junyanz import in_words, read_generator
from models.interchange.options_file import DOMAINS, options_beside, wrong_size
from models.model_folder import part
from models.networks import GENERATORS

RESNET_SIZE = 256  # the crop that the reference trains at unless told otherwise
LICENCE = "the owner of the data; not known to this program"


def import_checkpoints(
    paths: Sequence[str | Path],
    folder: str | Path,
    name: str | None = None,
    domains: Sequence[str] | None = None,
    data_name: str = "unknown",
    size: int | None = None,
    say: Callable[[str], object] = warnings.warn,
) -> dict:
    """Write an exported model of one generator's file, or of two for both directions.

    What the files themselves do not say is read in the options that the reference wrote beside the
    first one, where they are there.

    Args:
        paths: net_G.pth or net_G_A.pth, and net_G_B.pth for the way back.
        folder: where the model goes; it must not exist yet.
        name: the model's name; the folder's name where it is not given.
        domains: what the first generator takes and what it makes; A and B, or B and A where the
            options say BtoA, where they are not given.
        data_name: what it was trained on, if that is known.
        size: height and width that it was trained at; those of the options, or what is usual for
            the network, where it is not given.
        say: gets a sentence for whatever in the options is passed over.

    Returns:
        config.json of the model.

    Raises:
        InvalidModel: a file that is no such generator, two that do not belong together, or a size
            that the network cannot have been trained at.
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
    if size is not None and (problem := wrong_size(size, network)):
        raise InvalidModel(f"Expected a size of {problem}, found {size}.")
    options = options_beside(Path(paths[0]), network, say)
    if options.no_dropout:
        network["arguments"]["dropout"] = 0.0
    domains = domains or DOMAINS[options.direction or "AtoB"]
    config = translation_config(name or folder.resolve().name, network, domains, data_name, files)
    config["size"] = size or options.crop_size or config["size"]
    config["training"]["options"] |= options.said
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
        "size": usual_size(network),
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
            "options": dict(files),
        },
        "metrics": {},
    }


def usual_size(network: dict) -> int:
    """The size that a network is trained at unless told otherwise."""
    return 2 ** network["arguments"]["levels"] if network["name"] == "unet" else RESNET_SIZE


def samples(generators: nn.ModuleDict, config: dict) -> Image.Image:
    """A gradient beside its translation, a row for each direction, of the usual size, for a
    stranger's may be large."""
    ramp = torch.linspace(-1, 1, usual_size(config["network"]))
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
    files = ", ".join(f"`{training['options'][way]}` ({way})" for way in config["directions"])
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
