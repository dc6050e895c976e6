"""A row of the table of figures."""

from dataclasses import dataclass


@dataclass
class Figure:
    """A row of the table: what was measured, on how many samples, and what stands beside it."""

    key: str
    name: str
    value: float
    text: str
    n: int
