"""`python -m training.runs`: list, show, queue, stop, resume, export, rename and delete runs."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from models import locations
from training.runs import queue
from training.runs.folder import (
    EXPORTS,
    TEMPORARY,
    all_runs,
    check_name,
    find_run,
    read_metrics,
    refuse_while_alive,
    write_whole,
)
from training.runs.scripts import SCRIPTS, resume_command
from training.runs.states import read_status
from training.runs.summary import line, summary


def main(arguments: list[str] | None = None, prog: str = "python -m training.runs") -> None:
    options = make_parser(prog).parse_args(arguments)
    if options.command == "list":
        for folder in all_runs(options.runs):
            print(line(summary(folder)))
    elif options.command == "queue":
        wait_and_train(options)
    else:
        COMMANDS[options.command](find_run(options.name, options.runs), options)


def make_parser(prog: str) -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(prog=prog, description="Look after runs.")
    parser.add_argument(
        "--runs",
        type=Path,
        default=locations.runs(),
        help="the folder that holds the runs (default: %(default)s)",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("list", help="a line for each run")
    made = {}
    for name, text in {
        "show": "status, warnings and last figures of a run",
        "queue": "train, or go on with a run, as soon as no other run trains",
        "stop": "ask a run to save, export and end",
        "resume": "go on with a run",
        "export": "put a run's model where the app finds it",
        "rename": "give a run another name",
        "delete": "delete a run with its checkpoints and exports for good",
    }.items():
        made[name] = commands.add_parser(name, help=text)
        made[name].add_argument("name", help="the run's name")
    made["rename"].add_argument("to", help="its new name")
    made["delete"].add_argument("--yes", action="store_true", help="do not ask")
    made["queue"].add_argument(
        "script", choices=(*SCRIPTS, queue.RESUME), help="the script of a new run, or resume"
    )
    made["queue"].add_argument(
        "options", nargs=argparse.REMAINDER, help="of the script, all but --name and --runs"
    )
    made["resume"].add_argument(
        "options", nargs=argparse.REMAINDER, help="of the script that may change, as --max-minutes"
    )
    export = made["export"]
    export.add_argument("--out", type=Path, help=f"folder (default: NAME in {locations.weights()})")
    export.add_argument("--which", choices=EXPORTS, default="best")
    export.add_argument("--truncation", type=float, help="the model's default truncation, 0 to 2")
    export.add_argument(
        "--long-side", type=int, help="a translator works at most at this size, 0 for any"
    )
    export.add_argument(
        "--short-side", type=int, help="enlarge smaller pictures to it for a translator, 0 for none"
    )
    export.add_argument(
        "--working-size",
        type=int,
        help="translate every picture at this short side, whatever its size, 0 for none",
    )
    export.add_argument(
        "--source-font",
        type=Path,
        metavar="FONT",
        help="the font that a model of characters writes from (default: that of its training)",
    )
    export.add_argument(
        "--way-back",
        metavar="RUN",
        help="the run that learned the way back, with --direction BtoA, joined with this one",
    )
    export.add_argument(
        "--overwrite", action="store_true", help="replace a model that is there already"
    )
    export.add_argument("--critic", action="store_true", help="keep the critic, for fine-tuning")
    return parser


def wait_and_train(options: argparse.Namespace) -> None:
    check_name(options.name)
    sys.exit(queue.queue(options.runs / options.name, options.script, options.options))


def show(folder: Path, _options: argparse.Namespace) -> None:
    status, lines = read_status(folder), read_metrics(folder)
    print(line(summary(folder)))
    for text in [status.message, *status.warnings] if status else []:
        print(text)
    for name, value in (lines[-1] if lines else {}).items():
        print(f"  {name:28} {value}")


def stop(folder: Path, _options: argparse.Namespace) -> None:
    (folder / "stop").touch()
    print(f"Asked {folder.name} to stop after its current step.")


def resume(folder: Path, options: argparse.Namespace) -> None:
    command = resume_command(folder, options.options)
    os.execv(command[0], command)


def export(folder: Path, options: argparse.Namespace) -> None:
    from training.export.release import release

    out = options.out or locations.weights() / folder.name
    if out.exists() and not options.overwrite:
        raise ValueError(
            f"Expected a new folder for the model, found that {out} exists; name another one with "
            "--out, or pass --overwrite."
        )
    with exported(folder, options) as source:
        half = release(
            source,
            out,
            options.truncation,
            options.critic,
            options.long_side,
            options.short_side,
            options.working_size,
            options.source_font,
        )
    print(f"Exported to {out}, weights as {'float16' if half else 'float32'}.")


@contextmanager
def exported(folder: Path, options: argparse.Namespace) -> Iterator[Path]:
    """The exported model of a run, joined with that of the way back where one is named."""
    source = folder / "export" / options.which
    if not options.way_back:
        yield source
        return
    from training.export.two_ways import join

    if options.critic:
        raise ValueError("Expected --critic without --way-back, found both: they share none.")
    back = find_run(options.way_back, options.runs) / "export" / options.which
    with TemporaryDirectory() as made:
        join(source, back, joined := Path(made) / folder.name)
        yield joined


def rename(folder: Path, options: argparse.Namespace) -> None:
    refuse_while_alive(folder)
    new = folder.with_name(check_name(options.to))
    if new.exists():
        raise ValueError(f"Expected a new name, found the run {new.name} in {new.parent}.")
    folder.rename(new)
    config = new / "config.yaml"
    if config.is_file():
        kept = {**yaml.safe_load(config.read_text(encoding="utf-8")), "name": new.name}
        write_whole(config, yaml.safe_dump(kept, sort_keys=False))
    print(f"{folder.name} is now {new.name}.")


def delete(folder: Path, options: argparse.Namespace) -> None:
    refuse_while_alive(folder)
    if not options.yes and input(f"Delete {folder} for good? [y/N] ").strip().lower() != "y":
        print("Kept.")
        return
    gone = folder.with_name(f"{folder.name}.deleted{TEMPORARY}")
    shutil.rmtree(gone, ignore_errors=True)
    folder.rename(gone)  # at once; what a kill leaves is no run any more
    shutil.rmtree(gone)
    print(f"Deleted {folder}.")


COMMANDS = {
    "show": show,
    "stop": stop,
    "resume": resume,
    "export": export,
    "rename": rename,
    "delete": delete,
}

if __name__ == "__main__":
    from training.command_line import run_main

    run_main(main)
