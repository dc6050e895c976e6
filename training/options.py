"""The options that all four training scripts share, and how they are read."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from models import locations

# on --resume; everything else has to stay what the run began with
FREE_TO_CHANGE = {
    *("n_epochs", "n_epochs_decay", "max_steps", "max_minutes", "workers", "device", "dry_run"),
    *("resume", "runs", "log_with", "log_every", "sample_every", "checkpoint_every"),
}


@dataclass
class Options:
    """Options of every training script.

    Args:
        data: a bundled or torchvision name (mnist, fashion-mnist, kmnist, emnist-letters, cifar10),
            a folder, or a zip of a folder.
        name: the run's name; its folder is RUNS/NAME. Made from the script and the data where it is
            not given.
        runs: the folder that holds the runs.
        size: height and width in pixels; chosen from the data where it is not given.
        batch_size: images in one step of one process.
        lr: Adam's learning rate.
        n_epochs: passes over the data at the full learning rate.
        n_epochs_decay: further passes, over which it falls linearly to zero.
        max_steps: stop after this many steps of the run (schedules do not change).
        max_minutes: stop after this many minutes of this start (schedules do not change).
        seed: every random draw of the run follows from it.
        resume: go on with the run NAME where its last checkpoint left it, bit for bit.
        init_from: an exported model (name or folder) to start from.
        warm_up: images on which only the critic is trained first, where --init-from brings none.
        ema_half_life: images over which the average of the generator's weights forgets half.
        workers: processes that load data; data in memory needs none.
        device: auto takes a GPU where there is one.
        precision: bf16 computes in bfloat16 under autocast; auto does so where the hardware can.
        log_with: where curves and samples go beside the run's folder: tensorboard (into it), wandb
            (Weights and Biases, if installed), or none.
        log_every: images between two lines of metrics.jsonl.
        sample_every: images between two sample grids.
        checkpoint_every: images between two checkpoints, each of which renews the exports.
        dry_run: check the data, print the plan (parameters, memory, estimated time) and stop.
    """

    data: str = "mnist"
    name: str | None = None
    runs: Path = field(default_factory=locations.runs)
    size: int | None = None
    batch_size: int = 64
    lr: float = 2e-4
    n_epochs: int = 40
    n_epochs_decay: int = 40
    max_steps: int | None = None
    max_minutes: float | None = None
    seed: int = 0
    resume: bool = False
    init_from: str | None = None
    warm_up: int = 20_000
    ema_half_life: float = 50_000
    workers: int = 0
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    log_with: Literal["tensorboard", "wandb", "none"] = "tensorboard"
    log_every: int = 6_400
    sample_every: int = 64_000
    checkpoint_every: int = 192_000
    dry_run: bool = field(default=False)

    def __post_init__(self):
        for name in ("batch_size", "log_every", "sample_every", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"Expected --{name.replace('_', '-')} of at least 1, found "
                    f"{getattr(self, name)}."
                )
        for name in (
            "n_epochs",
            "n_epochs_decay",
            "lr",
            "warm_up",
            "ema_half_life",
            "workers",
            "seed",
        ):
            if not getattr(self, name) >= 0:
                raise ValueError(
                    f"Expected --{name.replace('_', '-')} of at least 0, found "
                    f"{getattr(self, name)}."
                )
        if self.n_epochs + self.n_epochs_decay == 0:
            raise ValueError(
                "Expected at least one of --n-epochs and --n-epochs-decay above 0, found both 0."
            )
        for name in ("max_steps", "max_minutes"):
            if getattr(self, name) is not None and getattr(self, name) <= 0:
                raise ValueError(
                    f"Expected --{name.replace('_', '-')} above 0, found {getattr(self, name)}."
                )


AnyOptions = TypeVar("AnyOptions", bound=Options)


def parse(
    kind: type[AnyOptions], description: str, arguments: list[str] | None = None
) -> AnyOptions:
    """Read options from a command line, with --config FILE and --print_config.

    With --resume, the run's own config.yaml comes first and the command line may only change what
    limits a run.

    Raises:
        ValueError: an option that cannot change on --resume, or a run that is not there.
    """
    arguments = sys.argv[1:] if arguments is None else arguments

    def read(some: list[str]) -> AnyOptions:
        return parse_simple(kind, description, some)

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
    for name in (f.name for f in fields(kind)):
        old, new = getattr(before, name), getattr(resumed, name)
        if old != new and name not in FREE_TO_CHANGE:
            raise ValueError(
                f"Expected --{name.replace('_', '-')} to stay {old} when the run {options.name} is "
                f"resumed, found {new}; "
                "start a new run with another --name, from this one's export with --init-from."
            )
    return resumed


def parse_simple(kind: type[Any], description: str, arguments: list[str] | None = None) -> Any:
    """Read a dataclass of options from a command line; fields without a default are positional."""
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(description=description)
    parser.add_argument("--config", action="config", help="YAML file with options")
    parser.add_class_arguments(kind, as_positional=True)
    arguments = normal(kind, sys.argv[1:] if arguments is None else arguments)
    if recipes := getattr(kind, "RECIPES", None):  # other defaults; what is given goes before
        parser.set_defaults(recipes[parser.parse_args(without_print(arguments)).recipe])
    found = parser.instantiate(parser.parse_args(arguments))
    return kind(**{f.name: found[f.name] for f in fields(kind)})


def without_print(arguments: list[str]) -> list[str]:
    """Arguments without --print_config, which ends the program."""
    return [one for one in arguments if not one.startswith("--print_config")]


def run_main(main: Callable[[], None]) -> None:
    """Run a script; what a person can mend is one line on stderr and exit code 2, not a
    traceback."""
    try:
        main()
    except (ValueError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def plain(options: dict) -> dict:
    """Options as YAML and JSON take them."""
    return {
        name: str(value) if isinstance(value, Path) else value for name, value in options.items()
    }


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
