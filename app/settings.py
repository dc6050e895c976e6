"""Settings of the app, read from its command line and passed down: nothing reads a global."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from models import locations

MOST = 500  # results that are kept


@dataclass(frozen=True)
class Settings:
    """How one start of the app is set up.

    Attributes:
        host, port: where it listens; the first free port from 7860 where there is none.
        open: open the page in a browser.
        weights: folders of models: those that ship, the user's own, then any others.
        runs, datasets: the folders of runs and of the user's own data sets.
        made: the folder of what is made in the page.
        keep: so many results stay there, 0 for none.
        allow_folders: let the page train on folders of this machine.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    open: bool = False
    weights: tuple[Path, ...] = field(default_factory=locations.weights_folders)
    runs: Path = field(default_factory=locations.runs)
    datasets: Path = field(default_factory=locations.datasets)
    made: Path = field(default_factory=locations.made)
    keep: int = MOST
    allow_folders: bool = False


def read_settings(arguments: list[str] | None = None, prog: str = "python -m app") -> Settings:
    """Settings from a command line, `sys.argv` where none is given; an error in it ends the
    program with one sentence."""
    parser = argparse.ArgumentParser(
        prog=prog, description="Start the app, then open the address that it prints."
    )
    usual = Settings()
    parser.add_argument(
        "--host", default=usual.host, help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, help="port (default: the first free one from 7860)")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    parser.add_argument(
        "--weights",
        type=Path,
        help="a folder of exported models to offer beside those that ship and your own",
    )
    parser.add_argument(
        "--user-weights",
        type=Path,
        default=usual.weights[1],
        help="the folder of your own models, made if missing (default: %(default)s)",
    )
    parser.add_argument(
        "--runs", type=Path, default=usual.runs, help="the folder of runs (default: %(default)s)"
    )
    parser.add_argument(
        "--datasets",
        type=Path,
        default=usual.datasets,
        help="the folder of your own data sets (default: %(default)s)",
    )
    parser.add_argument(
        "--made",
        type=Path,
        default=usual.made,
        help="the folder of what is made in the page (default: %(default)s)",
    )
    parser.add_argument(
        "--keep",
        type=int,
        default=usual.keep,
        help="keep so many results in it, 0 for none (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-folders",
        action="store_true",
        help="let the page train on folders of this machine, which everybody who opens it can name",
    )
    flags = parser.parse_args(arguments)
    if flags.weights and not flags.weights.is_dir():
        parser.error(f"Expected a folder of models as --weights, found {flags.weights}.")
    if flags.keep < 0:
        parser.error(f"Expected 0 or more as --keep, found {flags.keep}.")
    others = (flags.weights.resolve(),) if flags.weights else ()
    return Settings(
        host=flags.host,
        port=flags.port,
        open=flags.open,
        weights=(usual.weights[0], flags.user_weights.resolve(), *others),
        runs=flags.runs.resolve(),
        datasets=flags.datasets.resolve(),
        made=flags.made.resolve(),
        keep=flags.keep,
        allow_folders=flags.allow_folders,
    )
