"""The theory made visible: a small game on a known mixture, played and drawn in seconds.

    python -m training.theory optimal-critic --k 5
    python -m training.theory modes --remedy unrolling --out pictures
    python -m training.theory value --stream                        # frames as JSON lines

Lessons: optimal-critic (D against p / (p + g)), value (the game against -log 4 + 2 JSD), saturation
(the generator's two losses), modes (found and lost), balance (k and learning rates).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import torch
from tqdm import tqdm

from models import locations
from training.command_line import parse_simple, run_main
from training.engine.game import Diverged
from training.theory import pictures
from training.theory.lessons import lines
from training.theory.toy import FRAMES, Options


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments, prog)
    torch.set_num_threads(1)  # networks as small as these gain nothing from more
    try:
        if options.stream:
            stream(lines(options))
        else:
            save(options.out or locations.theory() / options.lesson, lines(options))
    except Diverged as error:
        raise ValueError(f"{error} Take smaller learning rates.") from None


def stream(found: Iterator[dict]) -> None:
    """Write a line for each, at once."""
    for line in found:
        print(json.dumps(line, separators=(",", ":")), flush=True)


def save(folder: Path, found: Iterator[dict]) -> None:
    """Write picture.webp and frames.json, and say the last numbers."""
    header, *frames = tqdm(found, total=FRAMES + 2, unit="frame")
    folder.mkdir(parents=True, exist_ok=True)
    pictures.save(folder / "picture.webp", header, frames)
    (folder / "frames.json").write_text(json.dumps({**header, "frames": frames}))
    print(json.dumps(frames[-1]["numbers"]))
    print(f"{folder / 'picture.webp'} and frames.json beside it")


if __name__ == "__main__":
    run_main(main)
