"""Convolutions of few pixels are convolutions."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from models.networks import small_convolutions
from models.networks.layers import ResizeConvolution
from models.networks.small_convolutions import StridedConvolution, TransposedConvolution


def gradients(layer: nn.Module, images: torch.Tensor) -> list[torch.Tensor]:
    """The output, and the gradients of a function of it."""
    images = images.clone().requires_grad_()
    output = layer(images)
    output.square().sum().backward()
    found = [output.detach(), images.grad, *(p.grad.clone() for p in layer.parameters())]
    layer.zero_grad()
    return found


@pytest.mark.parametrize("shape", [(1, 5, 2, 2), (3, 5, 4, 6), (1, 5, 1, 1)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", [StridedConvolution, TransposedConvolution, ResizeConvolution])
def test_outputs_and_gradients_are_those_of_a_convolution(monkeypatch, kind, bias, shape):
    if kind is StridedConvolution:
        shape = (*shape[:2], 2 * shape[2], 2 * shape[3])
    torch.manual_seed(0)
    layer, images = kind(5, 7, bias=bias).double(), torch.randn(shape, dtype=torch.float64)
    called = []
    monkeypatch.setattr(
        F, "conv_transpose2d", lambda *_, of=F.conv_transpose2d: called.append(1) or of(*_)
    )
    product = gradients(layer, images)
    assert not called
    monkeypatch.setattr(small_convolutions, "MOST_PIXELS", 0)
    for one, other in zip(product, gradients(layer, images), strict=True):
        torch.testing.assert_close(one, other)


def test_many_pixels_take_the_convolution_itself(monkeypatch):
    monkeypatch.setattr(F, "fold", None)
    monkeypatch.setattr(F, "unfold", None)
    assert TransposedConvolution(3, 4)(torch.randn(1, 3, 17, 16)).shape == (1, 4, 34, 32)
    assert StridedConvolution(3, 4)(torch.randn(5, 3, 16, 16)).shape == (5, 4, 8, 8)
