"""The command line of the app, and what is built from it."""

from importlib.util import module_from_spec
from pathlib import Path

import gradio
import pytest

import app
from app import page
from app.quick_import import WithoutStubs
from app.settings import Settings, read_settings


def test_without_flags_everything_is_usual():
    assert read_settings([]) == Settings()


def test_folders_come_from_the_command_line(tmp_path):
    flags = [f"--{name}={tmp_path / name}" for name in ("user-weights", "runs", "datasets", "made")]
    read = read_settings(
        [*flags, f"--weights={tmp_path}", "--port=7000", "--allow-folders", "--keep=7"]
    )
    shipped, own, other = read.weights
    assert (shipped, own, other) == (Settings().weights[0], tmp_path / "user-weights", tmp_path)
    assert (read.runs, read.datasets) == (tmp_path / "runs", tmp_path / "datasets")
    assert (read.made, read.keep) == (tmp_path / "made", 7)
    assert (read.port, read.allow_folders) == (7000, True)


def test_a_folder_of_models_that_is_not_there_is_said(tmp_path, capsys):
    with pytest.raises(SystemExit):
        read_settings(["--weights", str(tmp_path / "nothing")])
    assert "Expected a folder of models as --weights" in capsys.readouterr().err


def test_building_the_page_writes_nothing_into_the_program(tmp_path, offered):
    """Gradio writes a .pyi beside each class that is derived from its own."""
    page.build(Settings(weights=(offered, tmp_path), runs=tmp_path, datasets=tmp_path))
    assert not list(Path(app.__path__[0]).rglob("*.pyi"))


def test_gradio_s_import_writes_no_stubs_in_the_app():
    """Which takes longer than all the rest of it."""
    found = WithoutStubs().find_spec("gradio.component_meta", gradio.__path__)
    module = module_from_spec(found)
    found.loader.exec_module(module)
    module.create_or_modify_pyi(None, None, None)  # Gradio's own looks for the source of it
    assert WithoutStubs().find_spec("gradio.blocks", gradio.__path__) is None
