"""The options that all training scripts share, and how they are read.

An option is said once, where it is declared: `option(default, help, ...)` has its bounds, its
choices, when it counts for anything and what it belongs to beside it. A subclass that wants another
default names it plainly, `lr: float = 1e-3`, and keeps the rest.
"""

import json
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from models import locations

Scope = Literal["model", "schedule", "data", "machine", "start"]
Given = Mapping[str, Collection[Any] | bool]  # options and the values that they may have


@dataclass(frozen=True)
class About:
    """What there is to say of an option beside its type and default.

    Attributes:
        help: a sentence for --help and for forms.
        at_least, above, at_most, below: bounds of a number that is given.
        choices: the values that it can have.
        when: it counts where one of these holds; True stands for anything but none, 0 and False.
        unless: it counts for nothing where all of this holds.
        scope: model: makes the model what it is, is exported with it and stays on --resume;
            schedule: exported, may change on --resume; data: stays, is not exported; machine: may
            change; start: of one start of a run, so not in its config.yaml.
    """

    help: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    choices: tuple[Any, ...] = ()
    when: tuple[Given, ...] = ()
    unless: Given | None = None
    scope: Scope = "model"


def option(
    default: Any,
    help: str,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    choices: Collection[Any] = (),
    when: Given | tuple[Given, ...] = (),
    unless: Given | None = None,
    scope: Scope = "model",
) -> Any:
    """A field of a dataclass of options.

    Args:
        default: or a function that gives it, which is asked when options are made.
        help: and the rest are those of `About`.
    """
    alternatives = when if isinstance(when, tuple) else (when,)
    about = About(
        help, at_least, above, at_most, below, tuple(choices), alternatives, unless, scope
    )
    if callable(default):
        return field(default_factory=default, metadata={"about": about})
    return field(default=default, metadata={"about": about})


@dataclass
class Options:
    """Options of every training script.

    Raises:
        ValueError: a value out of range, or an option that counts for nothing beside the others.
    """

    data: Any = option(
        "mnist",
        "a bundled or torchvision name (mnist, fashion-mnist, kmnist, emnist-letters, cifar10), a "
        "folder, or a zip of a folder",
        scope="data",
    )
    name: str | None = option(
        None,
        "the run's name; its folder is RUNS/NAME. Made from the script and the data where it is "
        "not given",
        scope="data",
    )
    runs: Path = option(locations.runs, "the folder that holds the runs", scope="machine")
    size: int | None = option(
        None, "height and width in pixels; chosen from the data where it is not given", at_least=1
    )
    batch_size: int = option(64, "images in one step of one process", at_least=1)
    lr: float = option(2e-4, "Adam's learning rate", at_least=0)
    n_epochs: int = option(
        40,
        "passes over the data at the full learning rate",
        at_least=0,
        unless={"minutes": True},
        scope="schedule",
    )
    n_epochs_decay: int = option(
        40,
        "further passes, over which it falls linearly to zero",
        at_least=0,
        unless={"minutes": True},
        scope="schedule",
    )
    minutes: float | None = option(
        None,
        "train for so many minutes in all, in place of epochs: turned into images once the speed "
        "is known; over the second half of them the learning rate falls to zero",
        above=0,
        scope="schedule",
    )
    max_steps: int | None = option(
        None,
        "stop after this many steps of the run (schedules do not change)",
        above=0,
        scope="start",
    )
    max_minutes: float | None = option(
        None,
        "stop after this many minutes of this start (schedules do not change)",
        above=0,
        scope="start",
    )
    seed: int = option(0, "every random draw of the run follows from it", at_least=0)
    resume: bool = option(
        False,
        "go on with the run NAME where its last checkpoint left it, bit for bit",
        scope="start",
    )
    init_from: str | None = option(None, "an exported model (name or folder) to start from")
    warm_up: int = option(
        20_000,
        "images on which only the critic is trained first, where --init-from brings none",
        at_least=0,
        when={"init_from": True},
    )
    ema_half_life: float = option(
        50_000,
        "images over which the average of the generator's weights forgets half",
        at_least=0,
    )
    workers: int = option(
        0, "processes that load data; data in memory needs none", at_least=0, scope="machine"
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = option(
        "auto", "auto takes a GPU where there is one", scope="machine"
    )
    precision: Literal["auto", "fp32", "bf16"] = option(
        "auto",
        "bf16 computes in bfloat16 under autocast; auto does so where the hardware can",
    )
    log_with: Literal["tensorboard", "wandb", "none"] = option(
        "tensorboard",
        "where curves and samples go beside the run's folder: tensorboard (into it), wandb "
        "(Weights and Biases, if installed), or none",
        scope="machine",
    )
    log_every: int = option(
        6_400, "images between two lines of metrics.jsonl", at_least=1, scope="machine"
    )
    sample_every: int = option(
        64_000, "images between two sample grids", at_least=1, scope="machine"
    )
    checkpoint_every: int = option(
        192_000,
        "images between two checkpoints, each of which renews the exports",
        at_least=1,
        scope="machine",
    )
    dry_run: bool = option(
        False,
        "check the data, print the plan (parameters, memory, estimated time) and stop",
        scope="start",
    )

    RECIPES: ClassVar[dict[str, dict]] = {}

    def __post_init__(self) -> None:
        check(self)
        if not self.minutes and self.n_epochs + self.n_epochs_decay == 0:
            raise ValueError(
                "Expected at least one of --n-epochs and --n-epochs-decay above 0, found both 0."
            )


def about(kind: type) -> dict[str, About]:
    """What the options of a dataclass say of themselves, by name; a field that was declared anew
    for its default alone keeps what the class that it comes from says."""
    said: dict[str, About] = {}
    for one in reversed(kind.__mro__):
        for name, declared in getattr(one, "__dataclass_fields__", {}).items():
            if "about" in declared.metadata:
                said[name] = declared.metadata["about"]
    return said


def check(options: Any) -> None:
    """Raise a ValueError for the first option that is out of range, that cannot have its value, or
    that was changed from its default where it counts for nothing."""
    recipe = type(options).RECIPES.get(getattr(options, "recipe", ""), {})
    usual = {f.name: recipe.get(f.name, usual_value(f)) for f in fields(options)}
    for name, said in about(type(options)).items():
        value = getattr(options, name)
        if value is None:
            continue
        check_bounds(name, value, said)
        if value != usual[name] and (reason := idle(options, said)):
            raise ValueError(
                f"Expected {reason} for {flag(name)}, which counts for nothing otherwise; leave "
                f"{flag(name)} out."
            )


def usual_value(declared: Field) -> Any:
    """The default of an option."""
    if declared.default is not MISSING:
        return declared.default
    return None if declared.default_factory is MISSING else declared.default_factory()


def check_bounds(name: str, value: Any, said: About) -> None:
    """Raise a ValueError for a value out of range or that is no choice."""
    bounds = (
        (said.at_least, "of at least", lambda least: value >= least),
        (said.above, "above", lambda bound: value > bound),
        (said.at_most, "of at most", lambda most: value <= most),
        (said.below, "below", lambda bound: value < bound),
    )
    for bound, words, holds in bounds:
        if bound is not None and not holds(bound):  # not a number either
            raise ValueError(f"Expected {flag(name)} {words} {bound:g}, found {value}.")
    if said.choices and value not in said.choices:
        found = ", ".join(map(str, said.choices))
        raise ValueError(f"Expected {flag(name)} to be one of {found}, found {value}.")


def idle(options: Any, said: About) -> str:
    """What would have to be given for an option to count, in words; empty where it counts."""
    if said.unless and holds(options, said.unless):
        names = " and ".join(map(flag, said.unless))
        found = ", ".join(str(getattr(options, name)) for name in said.unless)
        return f"another {names} than {found}"
    if not said.when or any(holds(options, given) for given in said.when):
        return ""
    return " or ".join(map(in_words, said.when))


def holds(options: Any, given: Given) -> bool:
    """Whether options have the values that are given."""
    return all(
        bool(getattr(options, name)) if wanted is True else getattr(options, name) in wanted
        for name, wanted in given.items()
        if not isinstance(wanted, bool) or wanted
    )


def in_words(given: Given) -> str:
    """Values of options as they are typed."""
    return " and ".join(
        flag(name) if isinstance(wanted, bool) else f"{flag(name)} {' or '.join(map(str, wanted))}"
        for name, wanted in given.items()
    )


def flag(name: str) -> str:
    """An option's name as it is typed."""
    return f"--{name.replace('_', '-')}"


def of_scope(options: Any, *scopes: Scope) -> dict[str, Any]:
    """The options of these scopes by name, as YAML and JSON take them."""
    said = about(type(options))
    return {
        f.name: plain(getattr(options, f.name))
        for f in fields(options)
        if said[f.name].scope in scopes
    }


def plain(value: Any) -> Any:
    """A value as YAML and JSON take it."""
    return str(value) if isinstance(value, Path) else value


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

    def read(some: list[str]) -> AnyOptions:
        return parse_simple(kind, description, some, prog)

    options = read(arguments)
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
    before = read(["--config", str(config)])
    resumed = read(["--config", str(config), *arguments])
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
) -> Any:
    """Read a dataclass of options from a command line; fields without a default are positional."""
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(prog=prog, description=description)
    parser.add_argument("--config", action="config", help="YAML file with options")
    parser.add_class_arguments(kind, as_positional=True)
    for action in parser._actions:
        if said := about(kind).get(action.dest):
            action.help = help_of(said)
    arguments = normal(kind, sys.argv[1:] if arguments is None else arguments)
    if recipes := getattr(kind, "RECIPES", None):  # other defaults; what is given goes before
        parser.set_defaults(recipes[parser.parse_args(without_print(arguments)).recipe])
    found = parser.instantiate(parser.parse_args(arguments))
    return kind(**{f.name: found[f.name] for f in fields(kind)})


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
    --crop-size, the reference's name, as --size, and the two folders of --data A B as a list."""
    arguments = with_folders(arguments)
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


def with_folders(arguments: list[str]) -> list[str]:
    """--data A B as --data=["A", "B"]."""
    if "--data" not in arguments:
        return arguments
    at = arguments.index("--data") + 1
    end = next((i for i in range(at, len(arguments)) if arguments[i].startswith("--")), None)
    places = arguments[at:end]
    if len(places) < 2:
        return arguments
    rest = arguments[end:] if end is not None else []
    return [*arguments[: at - 1], f"--data={json.dumps(places)}", *rest]
