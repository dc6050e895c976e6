"""What the tests of the app's functions share."""

import shutil
from pathlib import Path

import pytest

import models


@pytest.fixture
def offered(tiny_models, tiny_translator, monkeypatch, tmp_path) -> Path:
    """A folder with the tiny models, the only ones that there are."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name, model in {**tiny_models, "outlines": tiny_translator}.items():
        (folder / name).symlink_to(model)
    monkeypatch.setattr(models, "WEIGHTS", (folder,))
    return folder


@pytest.fixture
def places(tiny_models, tiny_translator, monkeypatch, tmp_path) -> Path:
    """`classes` ships, `mine` is the user's own, `outlines` lies elsewhere; the user's folder."""
    folders = [tmp_path / name for name in ("weights", "user", "elsewhere")]
    for folder, (name, model) in zip(
        folders,
        {
            "classes": tiny_models["classes"],
            "mine": tiny_models["plain"],
            "outlines": tiny_translator,
        }.items(),
        strict=True,
    ):
        shutil.copytree(model, folder / name)
    monkeypatch.setattr(models, "WEIGHTS", tuple(folders))
    return folders[1]
