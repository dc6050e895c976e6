"""How options are read: from a command line, from YAML, from a run that is resumed."""

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from training.options import About, Options, about, flag

RENAMED = {"method": "cut_mode"}  # of a run that began with --method cut, before 0.2
AnyOptions = TypeVar("AnyOptions", bound=Options)


def parse(
    kind: type[AnyOptions],
    description: str,
    arguments: list[str] | None = None,
    prog: str | None = None,
) -> AnyOptions:
    """Read options from a command line, with --config FILE and --print_config.

    With --resume, the run's own config.yaml comes first and the command line may only change what
    limits a run.

    Args:
        prog: the program's name in its help; that of the script where it is not given.

    Raises:
        ValueError: an option that cannot change on --resume, or a run that is not there.
    """
    arguments = sys.argv[1:] if arguments is None else arguments

    options = parse_simple(kind, description, arguments, prog)
    if not options.resume:
        return options
    if options.name is None:
        raise ValueError(
            "Expected --name NAME with --resume, found no name; `python -m training.runs list` has "
            "them."
        )
    config = Path(options.runs) / options.name / "config.yaml"
    if not config.is_file():
        raise ValueError(
            f"Expected a run to resume in {config.parent}, found no config.yaml there."
        )
    begun = options_of_run(kind, config)
    before = parse_simple(kind, description, [], prog, begun)
    resumed = parse_simple(kind, description, arguments, prog, begun)
    said = about(kind)
    for name in (f.name for f in fields(kind)):
        old, new = getattr(before, name), getattr(resumed, name)
        if old != new and said[name].scope not in ("schedule", "machine", "start"):
            raise ValueError(
                f"Expected {flag(name)} to stay {old} when the run {options.name} is "
                f"resumed, found {new}; "
                "start a new run with another --name, from this one's export with --init-from."
            )
    return resumed


def parse_simple(
    kind: type[Any],
    description: str,
    arguments: list[str] | None = None,
    prog: str | None = None,
    begun: dict[str, Any] | None = None,
) -> Any:
    """Read a dataclass of options from a command line; fields without a default are positional.

    What is given goes before the networks of the model that --init-from names, and these before
    the recipe.

    Args:
        begun: the options that a run began with, in place of the defaults.
    """
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(prog=prog, description=description)
    parser.add_argument("--config", action="config", help="YAML file with options")
    parser.add_class_arguments(kind, as_positional=True)
    for action in parser._actions:
        if said := about(kind).get(action.dest):
            action.help = help_of(said)
    arguments = normal(kind, sys.argv[1:] if arguments is None else arguments)
    recipes = getattr(kind, "RECIPES", None)
    if begun is None and recipes:  # other defaults; what is given goes before
        recipe = vars(parser.parse_args(without_print(arguments)))["recipe"]
        parser.set_defaults(recipes.get(recipe, {}))  # an unknown one is refused by its choices
    if begun is None and "init_from" in {f.name for f in fields(kind)}:
        parser.set_defaults(of_start(kind, vars(parser.parse_args(without_print(arguments)))))
    parser.set_defaults(begun or {})
    found = parser.instantiate(parser.parse_args(arguments))
    return kind(**{f.name: found[f.name] for f in fields(kind)})


def of_start(kind: type[Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """The options of the networks of the model that a new run starts from, if it does."""
    if chosen["resume"] or not chosen["init_from"]:
        return {}
    from training.tasks.starting_model import network_options

    try:
        return network_options(chosen["init_from"], kind)
    except FileNotFoundError:  # refused when its networks are wanted
        return {}


def options_of_run(kind: type[Any], config: Path) -> dict[str, Any]:
    """The options in a run's config.yaml, the recipe among them; those that this version has no
    more are left out."""
    found = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    found = {RENAMED.get(name, name): value for name, value in found.items()}
    known = {f.name for f in fields(kind)}
    recipe = {"recipe": kind.recipe} if "recipe" in known else {}
    return {**recipe, **{name: value for name, value in found.items() if name in known}}


def help_of(said: About) -> str:
    """An option's sentence for --help, with its choices."""
    return f"{said.help} ({', '.join(map(str, said.choices))})" if said.choices else said.help


def without_print(arguments: list[str]) -> list[str]:
    """Arguments without --print_config, which ends the program."""
    return [one for one in arguments if not one.startswith("--print_config")]


def taken_out(name: str, arguments: list[str] | None) -> tuple[str | None, list[str]]:
    """The value of an option of a command line, None where it is not there, and the rest."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            return arguments[index + 1], arguments[:index] + arguments[index + 2 :]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2], arguments[:index] + arguments[index + 1 :]
    return None, arguments


def run_main(main: Callable[[], None]) -> None:
    """Run a script; what a person can mend is one line on stderr and exit code 2, not a
    traceback."""
    try:
        main()
    except (ValueError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def normal(kind: type[Any], arguments: list[str]) -> list[str]:
    """Arguments as jsonargparse takes them: --max-steps as --max_steps, a bare --resume as true,
    --crop-size, the reference's name, as --size, and the two folders of --data A B, the names of
    --domains A B and the numbers of --value-range LOW HIGH as a list."""
    arguments = with_list(arguments, "--data", str)
    arguments = with_list(in_parts(arguments, "--domains", commas_only=True), "--domains", str)
    arguments = with_list(in_parts(arguments, "--value-range"), "--value-range", float)
    switches = {f"--{f.name}" for f in fields(kind) if f.type is bool}
    named = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        name = "--size" if name in ("--crop-size", "--crop_size") else name
        named.append(
            name.replace("-", "_").replace("__", "--", 1) + equals + value
            if argument.startswith("--") and " " not in name  # else a value, as of --options
            else argument
        )
    following = [*named[1:], "--"]
    return [
        f"{one}=true" if one in switches and after.startswith("--") else one
        for one, after in zip(named, following, strict=False)
    ]


def in_parts(arguments: list[str], name: str, commas_only: bool = False) -> list[str]:
    """--value-range="0 4095", as a form writes it, as --value-range 0 4095.

    Args:
        commas_only: spaces belong to the parts, as in --domains="line drawing, photograph".
    """
    found: list[str] = []
    for argument in arguments:
        given, equals, words = argument.partition("=")
        is_text = given == name and equals and not words.startswith("[")
        parts = words.split(",") if commas_only else words.replace(",", " ").split()
        found += [name, *(part.strip() for part in parts)] if is_text else [argument]
    return found


def with_list(arguments: list[str], name: str, kind: Callable[[str], Any]) -> list[str]:
    """--data A B as --data=["A", "B"]; one value, and one that is a list already, as it is.

    Raises:
        ValueError: several values of which one is not of the kind.
    """
    if name not in arguments:
        return arguments
    at = arguments.index(name) + 1
    end = next((i for i in range(at, len(arguments)) if arguments[i].startswith("--")), None)
    values = arguments[at:end]
    if len(values) < 2:
        return arguments
    rest = arguments[end:] if end is not None else []
    try:
        listed = json.dumps([kind(value) for value in values])
    except ValueError:
        raise ValueError(f"Expected numbers after {name}, found {' '.join(values)}.") from None
    return [*arguments[: at - 1], f"{name}={listed}", *rest]
