"""What the tests of the app's functions share."""

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
