"""The command `atelier`."""

import importlib
import inspect
import os
import subprocess
import sys
import tomllib

import pytest
from helpers import ROOT

import atelier


@pytest.fixture(autouse=True)
def no_environment_left_behind(monkeypatch):
    """A command tells its processes where the modules are, by the environment."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_one_page_names_every_command_in_a_sentence(arguments, capsys):
    atelier.main(arguments)
    lines = capsys.readouterr().out.splitlines()
    for command in atelier.COMMANDS.values():
        (line,) = [one for one in lines if one.startswith(f"  {command.name} ")]
        assert line.endswith(f" {command.sentence}") and command.sentence.endswith(".")
    assert max(map(len, lines[:-1])) <= 80


def test_the_page_loads_neither_torch_nor_gradio():
    code = (
        "import atelier, sys; atelier.main(['--help']); atelier.main(['--version']); "
        "print(sorted({'torch', 'gradio', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", atelier.COMMANDS.values(), ids=lambda one: one.name)
def test_every_command_has_a_module_that_takes_its_arguments(command):
    parameters = inspect.signature(importlib.import_module(command.module).main).parameters
    assert list(parameters) == ["arguments", "prog"]


@pytest.mark.parametrize("name", [*atelier.COMMANDS])
def test_a_commands_help_calls_it_as_it_was_typed(name, capsys):
    with pytest.raises(SystemExit) as ended:
        atelier.main([*name.split(), "--help"])
    assert not ended.value.code
    assert capsys.readouterr().out.startswith(f"usage: atelier {name} [")


def test_train_alone_names_the_scripts(capsys):
    atelier.main(["train"])
    said = capsys.readouterr().out
    assert "train pix2pix" in said and "translate" not in said


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["transalte"], "did you mean `atelier translate`?"),
        (["tarin", "gan"], "`atelier train`"),
        (["train", "pixpix"], "`atelier train pix2pix`"),
        (["zzz"], "`atelier --help` names them all."),
    ],
)
def test_an_unknown_command_is_one_sentence_with_the_nearest_names(typed, words, capsys):
    with pytest.raises(SystemExit) as ended:
        atelier.main(typed)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1 and not said.out


def test_an_error_is_one_line_and_exit_code_two(capsys):
    with pytest.raises(SystemExit) as ended:
        atelier.main(["sample", "no-such-model", "--out", "x"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and "no-such-model" in said and said.count("\n") == 1


def test_options_reach_the_module(tmp_path, capsys):
    atelier.main(["runs", "--runs", str(tmp_path), "list"])
    assert capsys.readouterr().out == ""
    atelier.main(["list", "--json"])
    assert '"name": "digits"' in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["version"]["path"] == "atelier.py"
    atelier.main(["--version"])
    assert capsys.readouterr().out == f"atelier {atelier.__version__}\n"
