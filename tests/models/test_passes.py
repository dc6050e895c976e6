"""Passes through a translating network."""

import pytest
import torch

from models.passes import pad_to


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (64, 64), (65, 127)])
def test_padding_reaches_the_next_multiple_however_small_the_image(shape):
    padded = pad_to(torch.rand(1, 2, *shape), 64, 64)
    assert padded.shape[2:] == tuple(-(-side // 64) * 64 for side in shape)
