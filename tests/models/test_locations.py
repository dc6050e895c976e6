"""Where things are found and kept."""

from pathlib import Path

import platformdirs
import pytest
from helpers import ROOT

from models import locations

MADE = (locations.weights, locations.runs, locations.datasets, locations.theory)


def test_what_the_environment_says_goes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "elsewhere"))
    assert {place().parent for place in MADE} == {tmp_path / "elsewhere"}
    assert len({place() for place in MADE}) == len(MADE)


def test_a_home_is_absolute(tmp_path, monkeypatch):
    """Processes that are started from another folder find the same one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATELIER_HOME", "here")
    assert locations.home() == tmp_path / "here"
    monkeypatch.setenv("ATELIER_HOME", "~/there")
    assert locations.home() == Path.home() / "there"


@pytest.mark.parametrize("value", ["", None])
def test_a_checkout_keeps_what_is_made_beside_it(monkeypatch, value):
    if value is None:
        monkeypatch.delenv("ATELIER_HOME")
    else:
        monkeypatch.setenv("ATELIER_HOME", value)
    assert locations.home() == ROOT / "user"
    assert locations.weights_folders() == (ROOT / "weights", ROOT / "user" / "weights")


def test_an_installed_package_uses_the_platforms_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("ATELIER_HOME")
    monkeypatch.setattr(locations, "PACKAGES", tmp_path)
    assert not locations.is_checkout()
    assert locations.home() == platformdirs.user_data_path("atelier", appauthor=False)
    assert locations.shipped_weights() == tmp_path / "models" / "weights"


def test_what_ships_is_there():
    assert (locations.shipped_weights() / "digits" / "config.json").is_file()
    assert (locations.bundled_data() / "emoji" / "emoji.zip").is_file()
