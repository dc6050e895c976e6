"""Checkpoints of the reference pix2pix and CycleGAN (junyanz/pytorch-CycleGAN-and-pix2pix) and of
CUT (taesungp/contrastive-unpaired-translation), read as they are into our networks;
`models.interchange.import_checkpoints` makes exported models of them.

A file holds a bare state dict and no options, so the network follows from keys and shapes:

    ResNet    model.1, .4, .7; model.10 ... model.(9 + n).conv_block.1 and .5, or .6 after dropout;
              model.(10 + n), .(13 + n); model.(17 + n)
    CUT       the same with a blur (.filt) after each of its two halvings and before each doubling,
              which moves all that follows on by one
    U-Net     model.model.0 and .3; inside model.model.1, followed by .model.3 for each level, .1
              down and .5 up, at the innermost .3 up
    norms     at the index after their convolution; only batch norm has parameters. With instance
              norm convolutions have a bias, without a norm only the last one

Files come from strangers: torch unpickles tensors alone (weights_only), sizes are bounded, and
every name and shape is checked before anything is made of it.
"""

import re
import zipfile
from collections.abc import Collection
from pathlib import Path

import torch
from torch import Tensor

from models.config import InvalidModel
from models.interchange.wrapped import STATISTICS, part_of, unwrapped
from models.model_folder import MAX_WEIGHT_BYTES, difference
from models.networks import GENERATORS, build
from models.networks.layers import BINOMIAL

TENSORS = ("weight", "bias", *STATISTICS)
STRANGERS = {  # by a pattern of keys
    r"^mlp_\d": "the projections of CUT",
    r"^model\.0\.": "a PatchGAN critic",
    r"^net\.\d": "a pixel critic",
}
DROPOUT = 0.5  # the reference's rate, wherever it has dropout


def read_generator(path: str | Path) -> tuple[dict, dict[str, Tensor]]:
    """The generator of a checkpoint: {"name", "arguments"} of our network, and its tensors under
    our names, float32.

    Raises:
        InvalidModel: anything but a U-Net or ResNet generator of the reference.
    """
    path = Path(path)
    state = unwrapped(read_state(path), path)
    refuse_strangers(state, path)
    state, antialias = without_filters(state, path)
    network = described(state, path, antialias)
    return network, converted(state, network, path)


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a .pth file, new (zip) or old; nothing in it is executed.

    Raises:
        InvalidModel: missing, above 1 GB, damaged, or something else than floating-point tensors by
            name.
    """
    if not path.is_file():
        raise InvalidModel(f"Expected a checkpoint (.pth) at {path}, found no such file.")
    if (size := unpacked_bytes(path)) > MAX_WEIGHT_BYTES:
        raise InvalidModel(f"Expected at most 1 GB of tensors in {path}, found {size:,} bytes.")
    try:
        state = part_of(torch.load(path, weights_only=True, map_location="cpu"))
    except Exception as error:  # a damaged pickle raises every kind
        code = re.search(r"GLOBAL (\S+)", str(error))
        found = f"Python code ({code[1]}), which is not run" if code else "damage or another format"
        raise InvalidModel(f"Expected a checkpoint of tensors in {path}, found {found}.") from None
    if problem := not_tensors(state):
        raise InvalidModel(f"Expected a generator's bare state dict in {path}, found {problem}.")
    return state


def unpacked_bytes(path: Path) -> int:
    """The size of a file, of a zip that of all it holds: a small one can hold gigabytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):  # the old one is no zip
        return path.stat().st_size


def not_tensors(state: object) -> str:
    """The kind of a checkpoint in words, empty where it is a dictionary of usable tensors."""
    if not isinstance(state, dict):
        return f"a {type(state).__name__}"
    if not state:
        return "an empty one"
    other = [key for key, value in state.items() if not isinstance(value, Tensor)]
    if other or not all(isinstance(key, str) for key in state):
        parts = ", ".join(repr(key) for key in list(state)[:4])
        return f"another program's checkpoint with the parts {parts}"
    for key, tensor in state.items():
        plain = tensor.layout == torch.strided and tensor.device.type == "cpu"
        if not plain or not (tensor.is_floating_point() or key.endswith(STATISTICS[-1])):
            return f"{key!r}, which is no plain tensor of floating-point numbers"
    # counted again, since a file can hold one number and call it a million
    if (count := sum(tensor.numel() for tensor in state.values())) * 4 > MAX_WEIGHT_BYTES:
        return f"{count:,} numbers, more than 1 GB"
    return ""


def refuse_strangers(state: dict[str, Tensor], path: Path) -> None:
    """Raise InvalidModel for files that lie beside the generators."""
    for pattern, what in STRANGERS.items():
        found = next((key for key in state if re.search(pattern, key)), None)
        if found:
            raise InvalidModel(
                f"Expected a generator of pix2pix or CycleGAN in {path}, found {what} (it has the "
                f"key {found!r}); theirs are called net_G.pth, net_G_A.pth and net_G_B.pth."
            )


def without_filters(state: dict[str, Tensor], path: Path) -> tuple[dict[str, Tensor], bool]:
    """A state dict without the blurs of CUT's generators, which are no weights, and whether it had
    them.

    Raises:
        InvalidModel: others than two of 3x3 and two of 4x4, binomial.
    """
    filters = {key: tensor for key, tensor in state.items() if key.endswith(".filt")}
    sizes = []
    for key, tensor in filters.items():
        taps = tensor.shape[-1] if tensor.ndim == 4 else 0
        row = BINOMIAL.get(taps, torch.zeros(0))
        ours = torch.outer(row, row) * (4 if taps == 4 else 1)  # a doubling spreads each pixel
        if (
            not len(row)
            or tensor.shape[1:] != (1, *ours.shape)
            or not torch.allclose(tensor.float(), ours)
        ):
            raise InvalidModel(f"Expected a binomial blur in {path}, found another one in {key!r}.")
        sizes.append(taps)
    if filters and sorted(sizes) != [3, 3, 4, 4]:
        raise InvalidModel(
            f"Expected a generator of CUT that blurs twice before halving and twice after doubling "
            f"in {path}, found {len(sizes)} blurs; train it without --no_antialias_up."
        )
    return {key: tensor for key, tensor in state.items() if key not in filters}, bool(filters)


def described(state: dict[str, Tensor], path: Path, antialias: bool) -> dict:
    """{"name", "arguments"} of our network that a state dict of theirs belongs to.

    Raises:
        InvalidModel: the keys of another network, or channels that are not those of images.
    """
    if "model.model.0.weight" in state:
        network: dict = {"name": "unet", "arguments": unet_arguments(state, path)}
    elif any(re.match(r"model\.\d+\.conv_block\.", key) for key in state):
        network = {"name": "resnet", "arguments": resnet_arguments(state, path, antialias)}
    else:
        keys = ", ".join(repr(key) for key in list(state)[:3])
        raise InvalidModel(
            f"Expected the keys of a generator of pix2pix or CycleGAN in {path}, found {keys}."
        )
    channels = [network["arguments"][end] for end in ("in_channels", "out_channels")]
    if not set(channels) <= {1, 3}:
        raise InvalidModel(
            f"Expected a generator from 1 or 3 channels to 1 or 3 in {path}, found one from "
            f"{channels[0]} to {channels[1]}."
        )
    return network


def unet_arguments(state: dict[str, Tensor], path: Path) -> dict:
    """Arguments of a U-Net, from keys and shapes; whether it had dropout they do not say, and by
    default it had."""
    inner = r"model\.model\.1(\.model\.3)*\.model\.1\.weight"
    width, in_channels = kernel_shape(state, "model.model.0", path)
    return {
        "in_channels": in_channels,
        "out_channels": kernel_shape(state, "model.model.3", path)[1],
        "levels": 1 + sum(bool(re.fullmatch(inner, key)) for key in state),
        "width": width,
        "norm": norm_of(state, "model.model.0.bias", "model.model.1.model.2.weight"),
        "dropout": DROPOUT,
    }


def resnet_arguments(state: dict[str, Tensor], path: Path, antialias: bool) -> dict:
    """Arguments of a ResNet, from keys and shapes."""
    found = (re.match(r"model\.(\d+)\.conv_block\.", key) for key in state)
    places = {int(one[1]) for one in found if one}
    if not places:
        raise InvalidModel(f"Expected blocks called model.N.conv_block in {path}, found none.")
    blocks, first = len(places), min(places)
    last = first + blocks + (9 if antialias else 7)
    width, in_channels = kernel_shape(state, "model.1", path)
    arguments = {
        "in_channels": in_channels,
        "out_channels": kernel_shape(state, f"model.{last}", path)[0],
        "blocks": blocks,
        "width": width,
        "norm": norm_of(state, "model.1.bias", "model.2.weight"),
        # it moves the second convolution from 5 on by one
        "dropout": 0.0 if f"model.{first}.conv_block.5.weight" in state else DROPOUT,
    }
    return arguments | ({"antialias": True} if antialias else {})


def kernel_shape(state: dict[str, Tensor], layer: str, path: Path) -> tuple[int, int]:
    """The first two sides of a convolution's weight."""
    key = f"{layer}.weight"
    if key not in state or state[key].ndim != 4:
        found = f"the shape {tuple(state[key].shape)}" if key in state else "none"
        raise InvalidModel(f"Expected a convolution's weight {key!r} in {path}, found {found}.")
    return state[key].shape[0], state[key].shape[1]


def norm_of(state: dict[str, Tensor], first_bias: str, first_gain: str) -> str:
    """The norm, from the bias of the first convolution and the gain of the first batch norm."""
    if first_gain in state:
        return "batch"
    return "instance" if first_bias in state else "none"


def key_map(network: dict, names: Collection[str]) -> dict[str, str]:
    """Their key -> ours for every tensor in a file of theirs; no two keys share one.

    Without a norm their convolutions have no bias but the last one, so those of ours have no key.

    Args:
        network: {"name", "arguments"} of ours.
        names: of our tensors.
    """
    layers = {"unet": unet_layers, "resnet": resnet_layers}[network["name"]](network["arguments"])
    last = list(layers)[-1]
    keys = {}
    for theirs, ours in layers.items():
        biased = network["arguments"]["norm"] != "none" or theirs == last
        for tensor in TENSORS if biased else TENSORS[:1]:
            keys[f"{theirs}.{tensor}"] = f"{ours}.{tensor}"
            keys[f"{following(theirs)}.{tensor}"] = f"{following(ours)}.{tensor}"
    return {theirs: ours for theirs, ours in keys.items() if ours in names}


def unet_layers(arguments: dict) -> dict[str, str]:
    """Their convolution -> ours: down, then up from the innermost, the last one last."""
    levels = arguments["levels"]
    blocks = ["model.model.1" + depth * ".model.3" for depth in range(levels - 1)]
    down = ["model.model.0", *(f"{block}.model.1" for block in blocks)]
    up = [f"{blocks[-1]}.model.3", *(f"{block}.model.5" for block in blocks[-2::-1])]
    layers = {theirs: f"down.{level}.0" for level, theirs in enumerate(down)}
    layers |= {theirs: f"up.{depth}.0" for depth, theirs in enumerate(up)}
    return {**layers, "model.model.3": f"up.{levels - 1}"}


def resnet_layers(arguments: dict) -> dict[str, str]:
    """Their convolution -> ours, from the first to the last."""
    blocks, dropped = arguments["blocks"], int(arguments["dropout"] > 0)
    step = 2 if arguments["norm"] == "none" else 3  # they keep a place for a norm that is none
    blur = int(arguments.get("antialias", False))  # after a halving, before a doubling
    layers = {"model.1": "encode.1"}
    layers |= {
        f"model.{4 + (3 + blur) * i}": f"encode.{1 + step + (step + blur) * i}" for i in (0, 1)
    }
    first = 10 + 2 * blur
    for i in range(blocks):
        block = f"model.{first + i}.conv_block"
        layers[f"{block}.1"] = f"blocks.{i}.body.1"
        layers[f"{block}.{5 + dropped}"] = f"blocks.{i}.body.{2 + step + dropped}"
    after = first + blocks + blur
    layers |= {
        f"model.{after + (3 + blur) * i}": f"decode.{blur + (step + blur) * i}" for i in (0, 1)
    }
    return {**layers, f"model.{after + blur + 7}": f"decode.{2 * (step + blur) + 1}"}


def following(layer: str) -> str:
    """The place after a layer's: model.1 -> model.2."""
    before, _, index = layer.rpartition(".")
    return f"{before}.{int(index) + 1}"


def converted(state: dict[str, Tensor], network: dict, path: Path) -> dict[str, Tensor]:
    """Their tensors under our names, in float32; biases that they have not are 0.

    Raises:
        InvalidModel: a key is missing, too many or of another shape, or a number is not finite.
    """
    try:
        with torch.device("meta"):
            ours = build(GENERATORS, **network).state_dict()
    except (ValueError, RuntimeError) as error:
        raise InvalidModel(f"{path}: {error}") from None
    keys = key_map(network, ours)
    counters = {key: torch.tensor(0) for key in keys if key.endswith(STATISTICS[-1])}
    state = counters | state  # torch before 0.4.1 did not count
    expected = {theirs: tuple(ours[name].shape) for theirs, name in keys.items()}
    found = {key: tuple(tensor.shape) for key, tensor in state.items()}
    if problem := difference(expected, found):
        raise InvalidModel(f"Expected the tensors of {in_words(network)} in {path}: {problem}.")
    tensors = {name: torch.zeros(t.shape, dtype=t.dtype) for name, t in ours.items()}
    for theirs, name in keys.items():
        tensors[name].copy_(state[theirs])
        if not torch.isfinite(tensors[name]).all():
            raise InvalidModel(f"Expected finite numbers in {path}, found others in {theirs!r}.")
    return tensors


def in_words(network: dict) -> str:
    """A network's name and arguments: resnet (blocks 9, width 64, ...)."""
    arguments = ", ".join(f"{key} {value}" for key, value in network["arguments"].items())
    return f"{network['name']} ({arguments})"
