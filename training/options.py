"""The options that all training scripts share, and how they are read.

An option is said once, where it is declared: `option(default, help, ...)` has its bounds, its
choices, when it counts for anything and what it belongs to beside it. A subclass that wants another
default names it plainly, `lr: float = 1e-3`, and keeps the rest.
"""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal

from models import locations

Scope = Literal["model", "schedule", "data", "machine", "start"]
Given = Mapping[str, Collection[Any] | bool]  # options and the values that they may have


@dataclass(frozen=True)
class About:
    """The description of an option beside its type and default.

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
    value_range: list[float] | None = option(
        None,
        "LOW HIGH: the numbers in the pictures' files that are the darkest and the lightest, found "
        "from the data where it is not given; of two domains LOW HIGH of A and LOW HIGH of B",
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
        "is known; over the last fifth of them the learning rate falls to zero",
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
        "bf16 computes in bfloat16 under autocast; auto does so where that is faster, and a run "
        "that is resumed goes on as it began",
        scope="schedule",
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
    """The descriptions of the options of a dataclass, by name; a field that was declared anew
    for its default alone keeps what the class that it comes from says."""
    said: dict[str, About] = {}
    for one in reversed(kind.__mro__):
        for name, declared in getattr(one, "__dataclass_fields__", {}).items():
            if "about" in declared.metadata:
                said[name] = declared.metadata["about"]
    return said


def check(options: Any) -> None:
    """Raise a ValueError for the first option that is out of range, that cannot have its value, or
    that was changed from its default, and not to none, where it counts for nothing."""
    recipe = type(options).RECIPES.get(getattr(options, "recipe", ""), {})
    usual = {f.name: recipe.get(f.name, usual_value(f)) for f in fields(options)}
    for name, said in about(type(options)).items():
        value = getattr(options, name)
        if value is None:
            continue
        check_bounds(name, value, said)
        if value and value != usual[name] and (reason := idle(options, said)):
            raise ValueError(
                f"Expected {reason} with {flag(name)}, which counts for nothing otherwise; leave "
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
        said.at_least is None or value >= said.at_least,  # not a number is in no range
        said.above is None or value > said.above,
        said.at_most is None or value <= said.at_most,
        said.below is None or value < said.below,
    )
    if not all(bounds):
        raise ValueError(f"Expected {flag(name)} {range_in_words(said)}, found {value}.")
    if said.choices and value not in said.choices:
        found = ", ".join(map(str, said.choices))
        raise ValueError(f"Expected {flag(name)} to be one of {found}, found {value}.")


def range_in_words(said: About) -> str:
    """The bounds of an option."""
    if said.at_least is not None and said.below is not None:
        return f"from {said.at_least:g} to below {said.below:g}"
    if said.at_least is not None and said.at_most is not None:
        return f"from {said.at_least:g} to {said.at_most:g}"
    words = {"of at least": said.at_least, "above": said.above, "of at most": said.at_most}
    words["below"] = said.below
    return " and ".join(f"{how} {bound:g}" for how, bound in words.items() if bound is not None)


def idle(options: Any, said: About) -> str:
    """The options without which one counts for nothing, in words; empty where it counts."""
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
