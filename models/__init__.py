"""Exported models to use: `load(name)` gives a `Sampler` or a `Translator`.

`available()` lists what there is.

import models
digits = models.load("digits")
images = digits.sample([3, 1, 4], seed=7)      # PIL images
emoji = models.load("emoji")
picture = emoji.translate(Image.open("outline.png"))
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from models import locations
from models.config import read_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.point_sampler import PointSampler
    from models.sampler import Sampler
    from models.translator import Translator


def available(folders: Iterable[Path] | None = None) -> dict[str, Path]:
    """Name -> folder of every exported model that ships or is the user's own, or lies in other
    folders than these two."""
    found: dict[str, Path] = {}
    for place in locations.weights_folders() if folders is None else folders:
        for config in sorted(place.glob("*/config.json")):
            if config.parent.suffix != ".tmp":  # being written
                found.setdefault(config.parent.name, config.parent)
    return found


def find(name_or_path: str | Path) -> Path:
    """The folder of a model given by its name or by a path.

    Raises:
        FileNotFoundError: there is neither; the message lists the names that exist.
    """
    folders = available()
    if str(name_or_path) in folders:
        return folders[str(name_or_path)]
    if Path(name_or_path).is_dir():
        return Path(name_or_path)
    names = ", ".join(folders) or "none yet"
    raise FileNotFoundError(
        f"Expected a model's name ({names}) or the folder of an exported model, found "
        f"{str(name_or_path)!r}."
    )


def load(name_or_path: str | Path) -> Sampler | PointSampler | Translator:
    """The exported model of that name, one that ships or the user's own, or at that path.

    Raises:
        FileNotFoundError: there is no such model.
        InvalidModel: the folder is not a complete exported model (a ValueError).
    """
    from models.point_sampler import PointSampler  # torch takes a second to import
    from models.sampler import Sampler
    from models.translator import Translator

    folder = find(name_or_path)
    kinds: dict[str, Callable[[Path], Sampler | PointSampler | Translator]] = {
        "generation": Sampler,
        "points": PointSampler,
        "translation": Translator,
    }
    return kinds[read_config(folder)["task"]](folder)
