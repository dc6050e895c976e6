"""Optimisers are PyTorch's, without what its compiler needs."""

import sys

import pytest
import torch
from helpers import TINY, call_module
from torch import nn

from training.engine.optimisers import uncompiled


@pytest.fixture
def no_compiler(monkeypatch):
    """Whoever imports it fails; what it has wrapped already stays as it is."""
    torch.manual_seed(0)
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)
    monkeypatch.delattr(torch, "_dynamo", raising=False)


def stepped(kind: type[torch.optim.Optimizer], **options) -> list[torch.Tensor]:
    """What three steps make of a layer, with the optimiser's state taken over between."""
    torch.manual_seed(0)
    layer, inputs = nn.Linear(4, 3), torch.randn(8, 4)
    optimiser = kind(layer.parameters(), lr=0.1, **options)
    for _ in range(3):
        optimiser.zero_grad()
        layer(inputs).square().mean().backward()
        optimiser.step()
        state = optimiser.state_dict()
        optimiser = kind(layer.parameters(), lr=0.1, **options)
        optimiser.load_state_dict(state)
    return [parameter.detach().clone() for parameter in layer.parameters()]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (torch.optim.Adam, {"betas": (0.5, 0.999), "fused": True}),
        (torch.optim.RMSprop, {}),
        (torch.optim.SGD, {"momentum": 0.5}),
    ],
)
def test_a_step_is_that_of_pytorch_bit_for_bit(kind, options, request):
    expected = stepped(kind, **options)
    request.getfixturevalue("no_compiler")
    found = stepped(uncompiled(kind), **options)
    assert all(map(torch.equal, found, expected))


def test_a_training_does_without_the_compiler(no_compiler, digit_folders, tmp_path):
    """Its import takes seconds."""
    common = ["--data", digit_folders, "--name", "run", "--runs", tmp_path, *TINY]
    call_module("training.cgan", *common, "--max-steps", "1")
