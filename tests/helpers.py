"""What tests call: modules as a person starts them."""

import importlib
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240  # seconds that a test waits for anything, a bound alone
TINY = ["--width", "8", "--critic-width", "8", "--batch-size", "8", "--device", "cpu"]


def environment() -> dict[str, str]:
    """Ours with one thread, as sums over several depend on how many there are, in the last bit; and
    with the precision that is faster here, which each process would measure for itself."""
    from models.precision import VARIABLE, has_bfloat16

    return {**os.environ, "OMP_NUM_THREADS": "1", VARIABLE: str(int(has_bfloat16()))}


def run_module(
    *arguments: str | Path, check: bool = True, **options
) -> subprocess.CompletedProcess:
    """`python -m ...` from the root of the repo, with one thread a process."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        check=check,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        **options,
    )


def call_module(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess:
    """What `run_module` does, in this process: without the seconds in which a new one imports
    torch. For what does not hang on being a process."""
    from training.command_line import run_main

    name, *rest = map(str, arguments)
    module = importlib.import_module(name)
    if not hasattr(module, "main"):
        module = importlib.import_module(f"{name}.__main__")
    forget_precision()
    code, out, errors = 0, io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            run_main(lambda: module.main(rest))
        except SystemExit as ended:
            code = ended.code or 0
    done = subprocess.CompletedProcess(arguments, code, out.getvalue(), errors.getvalue())
    if check:
        done.check_returncode()
    return done


def forget_precision() -> None:
    """accelerate keeps a process's first precision; trainings in one process differ in it."""
    if state := sys.modules.get("accelerate.state"):
        state.AcceleratorState._reset_state(reset_partial_state=True)


def save_checkpoint(path: Path, seed: int = 0, **arguments) -> Path:
    """A checkpoint as the reference pix2pix and CycleGAN write it, of a small ResNet."""
    import torch

    from models.interchange.junyanz import key_map
    from models.networks import GENERATORS, build

    torch.manual_seed(seed)
    small = {"in_channels": 3, "out_channels": 3, "width": 4, "blocks": 1}
    arguments = {**small, "norm": "instance", "dropout": 0.0, **arguments}
    network = {"name": "resnet", "arguments": arguments}
    ours = build(GENERATORS, **network).state_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({theirs: ours[name] for theirs, name in key_map(network, ours).items()}, path)
    return path


def save_digits(folder: Path) -> Path:
    """120 real digits as PNG files in ten class folders."""
    from PIL import Image

    from training.data.labelled.named import load

    source = load("mnist", "train")
    for index in range(120):
        path = folder / source.class_names[source.labels[index]] / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(source.images[index]).save(path)
    return folder


def save_font(
    path: Path,
    characters: str,
    thickness: int = 120,
    empty: str = "",
    licence: str = "public domain",
    flavor: str | None = None,
) -> Path:
    """A font in which each character is a cross whose bars stand where its code point says.

    Args:
        thickness: of the bars, in thousandths of the square.
        empty: characters without an outline.
        flavor: "woff2" for a web font.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    names = {character: f"u{ord(character):04X}" for character in characters + empty}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    for character, name in names.items():
        pen = TTGlyphPen(None)
        x, y = 100 + ord(character) * 37 % 600, ord(character) * 53 % 500
        bars = ((x, 0, x + thickness, 700), (50, y, 850, y + thickness))
        for left, bottom, right, top in bars if character not in empty else ():
            pen.moveTo((left, bottom))
            for corner in ((left, top), (right, top), (right, bottom)):
                pen.lineTo(corner)
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(one): name for one, name in names.items()})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "licenseDescription": licence})
    builder.setupOS2()
    builder.setupPost()
    builder.font.flavor = flavor
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.font.save(path)
    return path


def gradient(width: int = 60, height: int = 40):
    """A PIL image from dark to light."""
    from PIL import Image

    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


@contextmanager
def running_app(*flags: str | Path) -> Iterator[str]:
    """The address of the app, started with these flags."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app", "--port", str(port), *map(str, flags)]
    process = subprocess.Popen(command, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    try:
        while True:
            try:
                urlopen(url, timeout=5).read()
                break
            except OSError:
                assert process.poll() is None, "the app ended while starting"
                assert time.monotonic() < deadline, "the app does not answer"
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
