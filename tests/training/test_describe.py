"""What forms are made of is what the scripts take."""

import json

import pytest
from helpers import call_module

from training.describe import describe
from training.runs.scripts import SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_option_has_a_sentence_and_its_default_parses(script):
    from importlib import import_module

    from training.command_line import parse

    described = describe(script)
    kind = import_module(script).Options
    arguments = []
    for one in described["options"]:
        assert one["help"].endswith((".", ")")), one
        assert one["kind"] != "choice" or one["default"] in [*one["choices"], None]
        if one["default"] is not None and one["kind"] != "switch":
            arguments += [f"--{one['name']}", str(one["default"])]
    assert parse(kind, "", arguments) == kind()


def test_kinds_choices_and_recipes():
    described = describe("training.pix2pix")
    options = {one["name"]: one for one in described["options"]}
    assert options["network"]["choices"] == ["unet", "resnet"]
    assert options["size"] | {"help": ""} == {
        "name": "size",
        "kind": "whole",
        "default": None,
        "choices": [],
        "optional": True,
        "help": "",
    }
    assert options["resume"]["kind"] == "switch" and options["lr"]["default"] == 2e-4
    assert set(described["recipes"]) == {"reference", "cpu", "colouring", "glyphs"}
    assert options["direction"]["help"] == "AtoB, or BtoA to learn the way back."


def test_the_command_prints_json_and_an_unknown_script_is_an_error():
    (found,) = json.loads(call_module("training.describe", "training.cyclegan").stdout)
    assert {"direction", "lambda-cycle", "pool-size"} <= {one["name"] for one in found["options"]}
    done = call_module("training.describe", "os", check=False)
    assert done.returncode == 2 and "Expected a training script" in done.stderr
