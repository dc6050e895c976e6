"""Two networks of one kind, one for each direction of a translation."""

import torch
from torch import nn


class BothWays(nn.ModuleDict):
    """Networks by direction: `both("a_to_b", images)`."""

    def forward(self, way: str, *given, **options) -> torch.Tensor:
        return self[way](*given, **options)
