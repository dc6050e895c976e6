"""What others wrap a generator's weights in, taken off: parts of a checkpoint, what stands before
the keys, spectral norm."""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.config import InvalidModel

PARTS = (  # of a checkpoint, those of the averaged generator first
    *("g_ema", "generator_ema", "netG_ema", "ema", "params_ema"),
    *("netG", "net_G", "generator", "gen", "G", "g"),
    *("state_dict", "model_state_dict", "generator_state_dict", "netG_state_dict"),
    *("model", "net", "network", "params", "weights"),
)
WRAPPERS = re.compile(r"^(module\.|_orig_mod\.)+")  # of DataParallel and of torch.compile
FIRST = re.compile(  # a weight that a U-Net has once, and a ResNet once in each block
    r"(?:(.*)\.)?model\.(?:model\.0|\d+\.conv_block\.1)"
    r"\.(?:weight|weight_orig|parametrizations\.weight\.original)"
)
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
SPECTRAL = (  # weight, u and v: of torch.nn.utils.spectral_norm, and of its parametrisation
    ("weight_orig", "weight_u", "weight_v"),
    (
        "parametrizations.weight.original",
        "parametrizations.weight.0._u",
        "parametrizations.weight.0._v",
    ),
)
TURNED = re.compile(  # a transposed convolution of a U-Net
    r"(?:^|\.)model\.model\.(?:1\.(?:model\.3\.)*model\.)?[35]$"
)
DEEPEST = 3  # parts within parts


def part_of(checkpoint: Any) -> Any:
    """The generator's part of a checkpoint that has parts, or of a part of it; else the
    checkpoint."""
    for _ in range(DEEPEST):
        if not isinstance(checkpoint, dict):
            break
        part = next((one for one in PARTS if isinstance(checkpoint.get(one), dict)), None)
        checkpoint = checkpoint if part is None else checkpoint[part]
    return checkpoint


def unwrapped(state: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    """A generator's tensors under its own keys, spectral norm folded in, without the running
    statistics that instance norm had in old versions of torch: it does not use them, and has no
    weight beside them.

    Raises:
        InvalidModel: several generators, or spectral norm that does not fit its weight.
    """
    state = {WRAPPERS.sub("", key): tensor for key, tensor in state.items()}
    state = folded(without_prefix(state, path), path)
    unused = [key for key in state if key.endswith(STATISTICS)]
    unused = [key for key in unused if f"{key.rpartition('.')[0]}.weight" not in state]
    return {key: tensor for key, tensor in state.items() if key not in unused}


def without_prefix(state: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    """The one generator of a state dict, under keys without what stands before them all (netG.);
    what stands under other prefixes is left out."""
    found = [match[1] for key in state if (match := FIRST.fullmatch(key))]
    prefixes = sorted({prefix or "" for prefix in found})
    if len(prefixes) > 1:
        raise InvalidModel(
            f"Expected one generator in {path}, found {len(prefixes)}, under "
            f"{', '.join(map(repr, prefixes[:4]))}; save each in a file of its own."
        )
    if prefixes in ([], [""]):
        return state
    before = f"{prefixes[0]}."
    return {key.removeprefix(before): state[key] for key in state if key.startswith(before)}


def folded(state: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    """Weights with spectral norm as they are used, W / sigma with sigma = u' W v (Miyato 2018,
    section 2.1), in place of the three tensors that they are saved as."""
    plain = dict(state)
    for names in SPECTRAL:
        for key in [key for key in state if key.endswith(f".{names[0]}")]:
            layer = key.removesuffix(names[0])
            weight, u, v = (plain.pop(f"{layer}{name}", None) for name in names)
            if v is None and f"{layer}weight" in plain:
                continue  # torch before 1.0 saved no v, but the weight as it is used
            if weight is None or u is None or v is None:
                raise InvalidModel(
                    f"Expected the spectral norm of {layer[:-1]!r} in {path} to be whole, found no "
                    f"{layer}{names[1 if u is None else 2]}."
                )
            weight, u, v = (tensor.float() for tensor in (weight, u, v))
            plain[f"{layer}weight"] = divided(weight, u, v, layer[:-1], path)
    return plain


def divided(weight: Tensor, u: Tensor, v: Tensor, layer: str, path: Path) -> Tensor:
    """W / (u' W v) of a layer, with its output channels as the rows of W."""
    rows = weight.transpose(0, 1) if turned(weight, u, layer) else weight
    matrix = rows.flatten(1) if rows.ndim > 1 else rows.reshape(1, -1)
    if (u.shape, v.shape) != (matrix.shape[:1], matrix.shape[1:]):
        raise InvalidModel(
            f"Expected the spectral norm of {layer!r} in {path} to fit its weight, of the shape "
            f"{tuple(weight.shape)}, found u and v of the shapes {tuple(u.shape)} and "
            f"{tuple(v.shape)}."
        )
    return weight / torch.dot(u, matrix @ v)


def turned(weight: Tensor, u: Tensor, layer: str) -> bool:
    """Whether a layer is a transposed convolution, whose output channels come second."""
    if weight.ndim != 4:
        return False
    if weight.shape[0] != weight.shape[1]:  # always so in a ResNet
        return u.shape == weight.shape[1:2]
    return TURNED.search(layer) is not None
