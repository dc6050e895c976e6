"""What the tests of the app's functions share."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

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


@pytest.fixture
def translators(offered, two_way_translator) -> None:
    """Of translators `outlines` and `paintings` alone."""
    (offered / "paintings").symlink_to(two_way_translator)


@pytest.fixture
def save(tmp_path):
    """Write a picture, or bytes, as a file of that name."""

    def saved(name: str, content: Image.Image | bytes, **options) -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path, **options)
        return path

    return saved
