"""Look at data before training on it, and fetch public data.

python -m training.data check photos paintings
python -m training.data check my-pairs.zip --for training.pix2pix --look pairs.png
python -m training.data fetch facades
python -m training.data layouts
"""

import argparse
import json
from pathlib import Path

from training.command_line import run_main
from training.data import public
from training.data.check import CHECKS, check, in_words
from training.data.errors import DataError
from training.data.paired.made_inputs import MADE_INPUTS
from training.runs.data_rules import markdown


def main(arguments: list[str] | None = None, prog: str = "python -m training.data") -> None:
    parser = argparse.ArgumentParser(
        prog=prog,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    checks = commands.add_parser("check", help="whether data is fit to train on, and for what")
    checks.add_argument(
        "data", nargs="+", help="a name, a folder, a zip, or the two folders A and B"
    )
    checks.add_argument(
        "--for", dest="script", choices=CHECKS, help="the script to train with (default: any)"
    )
    checks.add_argument(
        "--make-input", choices=MADE_INPUTS, help="as in training.pix2pix, for pictures alone"
    )
    checks.add_argument("--json", action="store_true", help="print the report as JSON")
    checks.add_argument("--look", type=Path, help="write some of the pictures to this PNG file")
    fetch = commands.add_parser("fetch", help="download a public data set")
    fetch.add_argument("name", choices=public.NAMES)
    commands.add_parser("layouts", help="print the table of how data may lie")
    options = parser.parse_args(arguments)
    if options.command == "layouts":
        print(markdown())
    elif options.command == "fetch":
        print(f"In {public.fetch(options.name)}; train with --data {options.name}.")
    else:
        print_check(options)


def print_check(options: argparse.Namespace) -> None:
    """Print the report for one script, or for each; without a script that can use the data, fail.

    Raises:
        DataError: no script that was asked for can train on it.
    """
    scripts = [options.script] if options.script else list(CHECKS)
    found = [check(options.data, script, options.make_input) for script in scripts]
    reports = [report for report, _ in found]
    if options.look:
        fit = next((look for report, look in found if not report.problem), found[0][1])
        fit.save(options.look, "PNG")
    if options.json:
        print(json.dumps([report.as_json() for report in reports], indent=1))
        return
    for report in reports:
        print("\n".join(in_words(report)))
    if all(report.problem for report in reports):
        raise DataError(f"Expected data to train on in {' '.join(options.data)}, found none.")


if __name__ == "__main__":
    run_main(main)
