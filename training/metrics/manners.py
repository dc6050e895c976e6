"""The figures of a model that translates in several manners: those of each, on its own pairs."""

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from models.translator import Translator
from training.metrics import translating
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options


def measure(
    translator: Translator, data: str | list[str], options: "Options"
) -> tuple[list[Figure], dict]:
    """The figures of `translating.measure` for each manner, and their details.

    Args:
        options: of `training.evaluate`.
    """
    figures, details = [], {}
    for manner in translator.manners:
        one = copy.copy(translator)
        one.manner = manner
        found, details[manner] = translating.measure(one, data, options)
        figures += [
            replace(row, key=f"{row.key}_{manner}", name=f"{row.name}, {manner}") for row in found
        ]
    return figures, details
