"""Files of models with something wrong in them, and what is said of each."""

import json

import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from models import model_folder
from models.networks import GENERATORS, build


def contents(library, name: str = "mine") -> dict[str, bytes]:
    """The files of a model."""
    return {path.name: path.read_bytes() for path in library.available()[name].iterdir()}


def changed(files: dict[str, bytes], **config) -> dict[str, bytes]:
    """The same files with other values in their config."""
    text = json.dumps({**json.loads(files["config.json"]), **config})
    return {**files, "config.json": text.encode()}


def with_classes(library, count: int) -> dict[str, bytes]:
    """The files of a model of so many classes."""
    config = json.loads(contents(library, "classes")["config.json"])
    config["class_names"] = [str(index) for index in range(count)]
    config["network"]["arguments"]["classes"] = count
    network = build(GENERATORS, **config["network"])
    model_folder.save(library.folders[0] / "many", config, network, "", Image.new("L", (8, 8)))
    return contents(library, "many")


def not_finite(library) -> bytes:
    tensors = load_file(library.folders[1] / "mine" / "model.safetensors")
    next(one for one in tensors.values() if one.is_floating_point()).fill_(torch.nan)
    path = library.folders[0] / "nan.safetensors"
    save_file(tensors, path)
    return path.read_bytes()


def training(library, **values) -> dict[str, bytes]:
    """The files of a model with odd values in what it says of its training."""
    return changed(contents(library), training={**library.get("mine").config["training"], **values})


def other_network(library, **values) -> dict[str, bytes]:
    network = json.loads(contents(library)["config.json"])["network"]
    return changed(
        contents(library), network={**network, "arguments": {**network["arguments"], **values}}
    )


HOSTILE = {
    "nothing": (lambda library: {}, "found none"),
    "other files": (lambda library: {"photo.jpg": b"1"}, "found none"),
    "no config": (
        lambda library: {"model.safetensors": b"1"},
        "model with its config.json .* found none",
    ),
    "two models": (
        lambda library: {
            f"{place}/{name}": data for place in "ab" for name, data in contents(library).items()
        },
        "Expected one model with its config.json in a.zip, found 2",
    ),
    "a folder as config": (
        lambda library: {"config.json/README.md": b""},
        "config.json in new, found no",
    ),
    "outside": (
        lambda library: {**contents(library), "../config.json": b""},
        "a.zip, found .* leads outside",
    ),
    "absolute": (lambda library: {**contents(library), "/etc/config.json": b""}, "leads outside"),
    "no JSON": (
        lambda library: {**contents(library), "config.json": b"{"},
        "Expected JSON in new/config.json",
    ),
    "no weights": (
        lambda library: {"config.json": contents(library)["config.json"]},
        "new/model.safetensors",
    ),
    "damaged": (
        lambda library: {**contents(library), "model.safetensors": b"x" * 99},
        "found a damaged one",
    ),
    "a pickle": (
        lambda library: {**contents(library), "model.safetensors": b"cos\nsystem\n."},
        "a damaged one",
    ),
    "no numbers": (
        lambda library: {**contents(library), "model.safetensors": not_finite(library)},
        "finite numbers",
    ),
    "other shapes": (lambda library: other_network(library, width=16), "has the shape"),
    "a huge network": (lambda library: other_network(library, width=10**9), "from 0 to 4096"),
    "other classes": (
        lambda library: changed(contents(library), class_names=["a"]),
        "classes = 1, found 0",
    ),
    "no network": (
        lambda library: changed(contents(library), network={"name": "os.system", "arguments": {}}),
        "new/config.json",
    ),
    "no image": (
        lambda library: {**contents(library), "samples.png": b"<svg/>"},
        "an image .* in samples.png",
    ),
    "odd channels": (
        lambda library: changed(contents(library, "outlines"), channels={"A": [1], "B": 3}),
        "1 to 64 'channels' of A and of B",
    ),
    "an endless number": (
        lambda library: training(library, images_seen=10**400),
        "'images_seen' in .* from 0 to 1e",
    ),
    "too many classes": (
        lambda library: with_classes(library, 1001),
        "at most 1,000 classes, found one with 1,001",
    ),
}
