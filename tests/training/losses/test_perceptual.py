"""The distance in features, by its formula and its gradients."""

import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet

from training.features.efficientnet import feature_maps
from training.losses.perceptual import LEAST_DEVIATION, perceptual_distance


def test_a_channel_counts_by_its_deviation_and_layers_add_up():
    target = torch.stack([torch.tensor([0.0, 2.0]), torch.tensor([0.0, 20.0])]).view(1, 2, 1, 2)
    made = target + 1
    narrow, wide = (deviation + LEAST_DEVIATION for deviation in (2**0.5, 20 / 2**0.5))
    once = (1 / narrow + 1 / wide) / 2
    assert perceptual_distance([made], [target]).item() == pytest.approx(once, rel=1e-5)
    assert perceptual_distance([made] * 3, [target] * 3).item() == pytest.approx(3 * once, rel=1e-5)
    assert perceptual_distance([target], [target]).item() == 0


def test_the_gradient_reaches_what_is_made_and_neither_the_target_nor_the_network():
    torch.manual_seed(0)
    network = EfficientNet.from_name("efficientnet-lite0").eval().requires_grad_(False)
    made, target = (torch.rand(2, 3, 32, 32).requires_grad_() for _ in range(2))
    distance = perceptual_distance(*(feature_maps(network, one, (0, 2)) for one in (made, target)))
    distance.backward()
    assert made.grad.abs().sum() > 0
    assert target.grad is None
    assert all(weight.grad is None for weight in network.parameters())
