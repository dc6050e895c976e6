"""The arguments of the commands on exported models."""

import argparse
from pathlib import Path
from typing import TypeAlias

from models.shell.commands import (
    export_file,
    import_files,
    list_models,
    listen,
    sample,
    translate,
    write,
)

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_list(commands: Commands) -> None:
    """The command `list`."""
    parser = commands.add_parser("list", help="list the models that there are")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=list_models)


def add_sample(commands: Commands) -> None:
    """The command `sample`."""
    parser = commands.add_parser("sample", help="draw images and write them as PNG files")
    add_model(parser)
    parser.add_argument(
        "--classes", nargs="+", help="class names or indices (default: random ones)"
    )
    parser.add_argument("--words", nargs="+", help="texts, for a model that draws what they say")
    parser.add_argument("--hand", help="in which such a model draws (default: its first)")
    parser.add_argument(
        "--count", type=int, default=1, help="images of each class or text, or in all (default: 1)"
    )
    parser.add_argument(
        "--seed", type=int, help="the same seed draws the same images (default: a new one)"
    )
    parser.add_argument("--truncation", type=float, help="0 (typical) to 2 (default: the model's)")
    parser.add_argument("--one-style", action="store_true", help="one handwriting for all")
    add_overwrite(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the images, made if missing"
    )
    parser.set_defaults(run=sample)


def add_listen(commands: Commands) -> None:
    """The command `listen`."""
    parser = commands.add_parser("listen", help="draw what is spoken in a sound")
    add_model(parser)
    parser.add_argument("sound", type=Path, help="a WAV, MP3, FLAC, Ogg or AIFF file of one word")
    parser.add_argument("out", type=Path, help="the PNG file")
    parser.add_argument("--seed", type=int, help="of the handwriting (default: a new one)")
    parser.add_argument("--truncation", type=float, help="0 (typical) to 2 (default: the model's)")
    add_overwrite(parser)
    parser.set_defaults(run=listen)


def add_translate(commands: Commands) -> None:
    """The command `translate`."""
    parser = commands.add_parser(
        "translate", help="translate an image, a folder of images, or a clip"
    )
    add_model(parser)
    parser.add_argument(
        "source",
        type=Path,
        help="an image, a folder of images, or a clip (GIF, animated WebP or PNG, MP4, WebM)",
    )
    parser.add_argument(
        "out",
        type=Path,
        help="a file (.png, .jpg, .webp, .tif; of a clip .gif, .webp, .webm, .mp4), or a folder; "
        "for a folder a folder",
    )
    add_direction(parser)
    add_overwrite(parser)
    parser.add_argument(
        "--long-side", type=int, help="work at most at this size, 0 for any (default: the model's)"
    )
    parser.add_argument(
        "--precision", default="auto", help="auto, fp32 or bf16 (default: auto, what is faster)"
    )
    parser.add_argument(
        "--train-mode", action="store_true", help="dropout as pix2pix has it, drawn from --seed"
    )
    parser.add_argument(
        "--seed",
        type=int,
        help="for --train-mode, models that want noise, and those of several answers, which give "
        "the likeliest one otherwise (default: 0)",
    )
    parser.add_argument(
        "--words", default="", help="what a picture shows, for a model that listens"
    )
    parser.add_argument(
        "--manner", help="of a model of several: one, or a blend like kaisho=0.7,gyosho=0.3"
    )
    parser.add_argument(
        "--hints", type=Path, help="dabs of colour, a transparent picture of the image's size"
    )
    parser.add_argument(
        "--strength", type=float, default=1.0, help="0 (the image) to 1 (its translation, default)"
    )
    parser.add_argument(
        "--keep-colours", action="store_true", help="the image's own colours, in its new texture"
    )
    parser.add_argument(
        "--stroke-size",
        help="fine, medium or bold, for pictures of any size (default: the model's)",
    )
    parser.add_argument(
        "--value-range",
        nargs=2,
        type=float,
        metavar=("LOW", "HIGH"),
        help="the numbers of the pictures that are darkest and lightest (default: as in training)",
    )
    parser.set_defaults(run=translate)


def add_write(commands: Commands) -> None:
    """The command `write`."""
    parser = commands.add_parser("write", help="write a text with a model of characters")
    add_model(parser)
    parser.add_argument("text", help="what is written; a file of text as @FILE")
    parser.add_argument(
        "--manner", help="one of the model's, or a blend like kaisho=0.7,gyosho=0.3"
    )
    parser.add_argument("--rows", action="store_true", help="in rows instead of columns")
    parser.add_argument(
        "--seed", type=int, help="vary each character, the same way by the same seed"
    )
    parser.add_argument(
        "--size",
        type=int,
        help="pixels of a character's square (default: so many that the longer side has 2,048)",
    )
    parser.add_argument(
        "--ink", default="black", help="black, light, brown, blue, cinnabar or #rrggbb"
    )
    parser.add_argument("--paper", default="white", help="white, rice or transparent")
    parser.add_argument("--seal", default="", help="up to four characters in red at the end")
    parser.add_argument(
        "--animation", action="store_true", help="strokes that appear, as .webp or .gif"
    )
    add_overwrite(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="a .png, .jpg, .webp or .tif, an .svg, or a .gif"
    )
    parser.set_defaults(run=write)


def add_import(commands: Commands) -> None:
    """The command `import`."""
    parser = commands.add_parser(
        "import", help="make a model of a pix2pix, CycleGAN or CUT checkpoint (.pth of junyanz)"
    )
    parser.add_argument("path", type=Path, help="net_G.pth or net_G_A.pth")
    parser.add_argument("path_b", type=Path, nargs="?", help="net_G_B.pth, the way back")
    parser.add_argument("--out", type=Path, required=True, help="a new folder for the model")
    parser.add_argument("--name", help="the model's name (default: the folder's)")
    parser.add_argument(
        "--direction",
        choices=("AtoB", "BtoA"),
        help="as in its training: BtoA if the first file takes images of B (default: as "
        "train_opt.txt, opt.txt or test_opt.txt beside it says, else AtoB)",
    )
    parser.add_argument(
        "--size",
        type=int,
        help="height and width of its training (default: as the same file says, else 256, or a "
        "U-Net's smallest)",
    )
    parser.add_argument("--data-name", default="unknown", help="what it was trained on")
    parser.set_defaults(run=import_files)


def add_export(commands: Commands) -> None:
    """The command `export`."""
    parser = commands.add_parser("export", help="write a model's generator as an ONNX file")
    add_model(parser)
    parser.add_argument("--out", type=Path, required=True, help="the .onnx file")
    add_direction(parser)
    add_overwrite(parser)
    parser.set_defaults(run=export_file)


def add_model(parser: argparse.ArgumentParser) -> None:
    """The model that a command takes."""
    parser.add_argument("model", help="a model's name, or the folder of an exported model")


def add_direction(parser: argparse.ArgumentParser) -> None:
    """The direction that a command takes."""
    parser.add_argument("--direction", help="A to B or B to A (default: the model's first)")


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """Whether a command may replace files that are there."""
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that are there already"
    )
