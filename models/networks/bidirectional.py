"""Two networks of one kind, one for each direction of a translation."""

from torch import Tensor, nn


class Bidirectional(nn.ModuleDict):
    """Networks by direction: `generators("a_to_b", images)`."""

    def forward(self, way: str, *given: Tensor, **options: Tensor | bool | None) -> Tensor:
        return self[way](*given, **options)
