"""Clips from the shell: `python -m models translate MODEL in.gif out.webp`."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from models.clips.reading import is_clip, is_video
from models.clips.translating import Step
from models.clips.writing import ENDINGS
from models.conditions.manners import read_manner

if TYPE_CHECKING:
    from models.translator import Translator

PLAIN = (
    "direction",
    "overwrite",
    "long_side",
    "precision",
    "seed",
    "strength",
    "keep_colours",
    "stroke_size",
    "words",
)  # options that clips have as pictures do


def is_meant(source: Path, out: Path) -> bool:
    """Whether a source is to become a clip: a video always, an animated picture where the ending of
    a clip is asked for, and else its first frame a picture."""
    return is_clip(source) and (out.suffix.lower() in ENDINGS or is_video(source))


def translate(model: "Translator", options: Namespace) -> None:
    """Translate a clip; it becomes a .webm where no ending is given."""
    if options.hints or options.value_range or options.train_mode:
        raise ValueError(
            "Expected pictures with --hints, --value-range and --train-mode, found the clip "
            f"{options.source.name}; leave them out."
        )
    out: Path = options.out
    if out.is_dir():
        out = out / f"{options.source.stem}.webm"
    elif not out.suffix:
        out = out.with_name(f"{out.name}.webm")
    with tqdm(desc="Translating", unit="frame") as bar:

        def told(step: Step) -> None:
            bar.total = step.total
            bar.update()

        made = model.translate_clip(
            options.source,
            out,
            manner=read_manner(options.manner) if options.manner else None,
            watch=told,
            **{name: getattr(options, name) for name in PLAIN},
        )
    for words in made.remarks:
        print(f"{options.source.name}: {words}", file=sys.stderr)
    print(f"In {made.path}: {made.words}")
