"""Where a further network of a finished model goes: beside it, or beside a copy of it."""

import shutil
from pathlib import Path

from models import locations
from models.model_folder import replace_folder
from models.sampler import Sampler


def place_for(sampler: Sampler, name: str | None) -> Path:
    """The folder of a model, or a new one among one's own where a name is given.

    Raises:
        ValueError: a model has that name.
    """
    if not name:
        return sampler.folder
    folder = locations.weights() / name
    if folder.exists():
        raise ValueError(f"Expected a new name, found a model in {folder}; take another --name.")
    return folder


def copied_to(folder: Path, sampler: Sampler) -> Path:
    """The folder, which holds a copy of the model if it is a new one, whole or not at all."""
    if folder != sampler.folder:
        partial = folder.with_name(f"{folder.name}.tmp")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(sampler.folder, partial)
        replace_folder(partial, folder)
    return folder
