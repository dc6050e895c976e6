"""The manners in which a translator was trained to work, one of them or several in parts.

A manner is told as a one-hot vector, so the gain and shift that a layer's modulation makes of it
are the manner's own: conditional instance normalisation (Dumoulin et al. 2017, A Learned
Representation For Artistic Style, equation 5), where parts of several manners are blends as well.
"""

from collections.abc import Mapping, Sequence
from math import isfinite

import torch
from torch import Tensor

Manner = str | Mapping[str, float]
TAUGHT = ("kaisho", "gyosho", "sosho")  # brush writing, in the order of every course


def as_taught(manners: Sequence[str]) -> list[str]:
    """Manners in the order in which a person names them and chooses from them: those of brush
    writing as they are taught, then all others as they are."""
    return sorted(manners, key=lambda one: TAUGHT.index(one) if one in TAUGHT else len(TAUGHT))


def manner_weights(manners: Sequence[str], manner: Manner | None, model: str) -> Tensor:
    """The weight of each manner, (K,), together 1; (0,) of a model that knows only one.

    Args:
        manners: those of the model, in the order of its training.
        manner: one of them, or weights by name; None for the first.
        model: its name, for messages.

    Raises:
        ValueError: a manner that the model does not have, or weights that are not above 0 together.
    """
    if not manners:
        if manner is None:
            return torch.zeros(0)
        raise ValueError(
            f"Expected no manner for {model}, which was trained for one alone, found {manner!r}; "
            "leave it out."
        )
    chosen = {manner or manners[0]: 1.0} if manner is None or isinstance(manner, str) else manner
    for name, weight in chosen.items():
        if name not in manners:
            raise ValueError(f"Expected a manner of {model}, {', '.join(manners)}, found {name!r}.")
        if not isinstance(weight, (int, float)) or not isfinite(weight) or weight < 0:
            raise ValueError(f"Expected a weight of at least 0 for {name}, found {weight!r}.")
    weights = torch.tensor([float(chosen.get(name, 0)) for name in manners])
    if not weights.sum() > 0:
        raise ValueError("Expected a weight above 0 for some manner, found none.")
    return weights / weights.sum()


def read_manner(text: str) -> Manner:
    """A manner as it is typed: `kaisho`, or `kaisho=0.7,gyosho=0.3`.

    Raises:
        ValueError: a weight that is no number.
    """
    if "=" not in text:
        return text
    parts = (part.partition("=") for part in text.split(","))
    try:
        return {name.strip(): float(weight) for name, _, weight in parts}
    except ValueError:
        raise ValueError(
            f"Expected a manner, or weights like kaisho=0.7,gyosho=0.3, found {text!r}."
        ) from None
