"""The options of every training script as JSON, for forms: `python -m training.describe [SCRIPT]`.

    python -m training.describe                      # all
    python -m training.describe training.pix2pix     # one

Each option has its name as in the shell, its kind, default, choices, and its sentence; recipes have
the defaults that they change.
"""

import importlib
import json
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from training.command_line import run_main
from training.options import About, about, plain, usual_value
from training.runs.scripts import SCRIPTS

KINDS = {bool: "switch", int: "whole", float: "number", str: "text", Path: "text"}


def describe(script: str) -> dict:
    """A script's options and recipes.

    Raises:
        ValueError: no such script.
    """
    if script not in SCRIPTS:
        raise ValueError(f"Expected a training script, {', '.join(SCRIPTS)}, found {script!r}.")
    module = importlib.import_module(script)
    kind = module.Options
    said = about(kind)
    hints = typing.get_type_hints(kind)
    return {
        "script": script,
        "about": (module.__doc__ or "").split("\n\n")[0].strip(),
        "options": [option(field, hints[field.name], said[field.name]) for field in fields(kind)],
        "recipes": getattr(kind, "RECIPES", {}),
    }


def option(field: Field, hint: Any, said: About) -> dict[str, Any]:
    """One option as a form needs it."""
    kinds = list(unwrapped(hint))
    literal = [value for one in kinds if get_origin(one) is Literal for value in get_args(one)]
    choices = list(said.choices) or literal
    named = [KINDS[one] for one in kinds if one in KINDS]
    return {
        "name": field.name.replace("_", "-"),
        "kind": "choice" if choices else (named or ["text"])[0],
        "default": plain(usual_value(field)),
        "choices": choices,
        "optional": type(None) in kinds,
        "help": sentence(said.help),
    }


def sentence(words: str) -> str:
    """An option's help with its full stop."""
    return words if words.endswith((".", ")")) else f"{words}."


def unwrapped(hint: Any) -> Iterator[Any]:
    """The members of a union, and everything else as it is."""
    if get_origin(hint) in (typing.Union, types.UnionType):
        for one in get_args(hint):
            yield from unwrapped(one)
    else:
        yield hint


def main(arguments: list[str] | None = None) -> None:
    wanted = (sys.argv[1:] if arguments is None else arguments) or SCRIPTS
    print(json.dumps([describe(script) for script in wanted], indent=1))


if __name__ == "__main__":
    run_main(main)
