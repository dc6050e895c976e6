"""Fixtures of the tests of the app: models on offer, and pictures as files."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from app.shared.library import Library


@pytest.fixture
def offered(tiny_models, tiny_translator, tmp_path) -> Path:
    """A folder with the tiny models, the only ones that there are."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name, model in {**tiny_models, "outlines": tiny_translator}.items():
        (folder / name).symlink_to(model)
    return folder


@pytest.fixture
def library(offered, tmp_path) -> Library:
    """The tiny models as they are offered, and a folder for the user's own, still empty."""
    return Library((offered, tmp_path / "user"))


@pytest.fixture
def places(tiny_models, tiny_translator, tmp_path) -> Path:
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
    return folders[1]


@pytest.fixture
def library_of_places(places) -> Library:
    """Those three, as they are offered."""
    return Library((places.parent / "weights", places, places.parent / "elsewhere"))


@pytest.fixture
def translators(offered, two_way_translator) -> None:
    """Of translators `outlines` and `paintings` alone."""
    (offered / "paintings").symlink_to(two_way_translator)


@pytest.fixture
def strokes(offered, painter) -> None:
    """One more, which has a working size."""
    (offered / "strokes").symlink_to(painter)


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
