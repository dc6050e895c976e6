"""The preview of a run: what the loop asks for between steps."""

from pathlib import Path
from typing import Protocol

from torch import Tensor


class Preview(Protocol):
    """The sample grid, the figures on held-out data and the export of a run.

    Attributes:
        columns: of the sample grid.
        measure_every: images between two validations; 0 where nothing is held out.
        best_by: the figure by which the best is exported; lower is better.
    """

    columns: int
    measure_every: int
    best_by: str

    def draw(self) -> Tensor:
        """Images (N, C, H, W) in [-1, 1] of the same noise or inputs each time."""
        ...

    def diversity(self) -> float | None:
        """Diversity of the samples as a share of the real images'; None where it is not told."""
        ...

    def measure(self) -> dict[str, float]:
        """Figures on held-out data, by name."""
        ...

    def warnings(self, figures: dict[str, float]) -> list[str]:
        """Signs of failure in these figures, in words."""
        ...

    def export(self, folder: Path) -> None:
        """Write an exported model, whole or not at all."""
        ...
