"""A clip from a stranger, translated frame by frame into a clip."""

import shutil
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.shared.library import Library
from app.shared.uploads import File, harmless, harmless_stem
from app.translate.actions import Manner, made, worked_at
from app.translate.speed import in_words
from models.clips.reading import Clip, open_clip
from models.clips.translating import MadeClip, steps
from models.clips.writing import Animation
from models.scaling import shrunk

MOST_SECONDS = 20
SHOWN = 360  # pixels along the longer side of each half of what the page shows
EVERY = 0.3  # seconds between two looks
SAME = "as it came"
FORMATS = {"GIF": ".gif", "WebP": ".webp", "WebM": ".webm"}
MOST_HELD = 100_000_000  # pixels of all that the page shows of a clip, which are held till its end
KEPT = 4  # clips; the page has its own copies by then
recent: deque[Path] = deque()


@dataclass(frozen=True)
class ClipProgress:
    """How far it is.

    Attributes:
        done: frames that were translated, of `total`.
        words: what is to be said.
        look: the newest frame beside its translation.
        both: a clip of the clip beside its translation, once it is finished.
        download: the translation.
    """

    done: int
    total: int
    words: str
    look: Image.Image | None = None
    both: Path | None = None
    download: Path | None = None


def translate_clip(
    library: Library, name: str, manner: Manner, kind: str, given: File | None
) -> Iterator[ClipProgress]:
    """Translate a clip, and tell how far it is some times a second.

    An iterator that is closed early leaves nothing behind.

    Args:
        kind: one of `FORMATS`, or `SAME`.

    Raises:
        ValueError: no clip, one beyond the bounds, or something that the model does not have.
    """
    if given is None:
        raise ValueError("Expected a clip, found none; upload or record one.")
    model = library.translator(name)
    clip = open_clip(given.path, harmless(given.name), MOST_SECONDS)
    options = {
        "direction": model.checked_direction(manner.direction),
        "strength": manner.strength,
        "keep_colours": manner.keep_colours,
        **worked_at(manner.size, Image.new("1", clip.size)),
    }
    folder = Path(tempfile.mkdtemp(dir=made.name))
    file = f"{harmless_stem(given.name)}-{harmless(name)}{ending_of(clip, kind)}"
    out, both = folder / "whole" / file, folder / "both.webp"
    complete = False
    try:
        beside = Animation(both, ".webp", clip.durations, shortest_look(clip))
        began = told = time.monotonic()
        frames = scenes = 0
        yield ClipProgress(0, len(clip.durations), "The first frame.")
        for step in steps(model, clip, out, **options):
            frames, scenes = step.done, scenes + step.cut
            look = side_by_side(step.before, step.after)
            beside.add(look, step.cut)
            if step.done == 1 or time.monotonic() - told > EVERY:
                told = time.monotonic()
                yield ClipProgress(frames, step.total, ahead(step.total, frames, began), look)
        beside.close()
        complete = True
        seconds = sum(clip.durations[:frames]) / 1000
        spent = time.monotonic() - began
        words = MadeClip(out, frames, scenes, seconds, spent, clip.remarks).words
        words = " ".join([words, *clip.remarks])
        yield ClipProgress(frames, len(clip.durations), words, look, both, out)
    finally:
        if complete:
            keep(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def ending_of(clip: Clip, kind: str) -> str:
    """The ending of the file that a clip becomes: of an animated picture a GIF or WebP as it was,
    of a video WebM, unless told otherwise."""
    if kind in FORMATS:
        return FORMATS[kind]
    if clip.video:
        return ".webm"
    return ".gif" if Path(clip.name).suffix.lower() == ".gif" else ".webp"


def side_by_side(before: Image.Image, after: Image.Image) -> Image.Image:
    """A frame and its translation, as large as the page shows them."""
    left = shrunk(before, SHOWN)
    both = Image.new("RGB", (2 * left.width, left.height))
    both.paste(left, (0, 0))
    both.paste(after.convert("RGB").resize(left.size), (left.width, 0))
    return both


def shortest_look(clip: Clip) -> float:
    """Milliseconds that each look has to stay, so that all of them together are not too large."""
    width, height = shrunk(Image.new("1", clip.size), SHOWN).size
    return 1000 * clip.seconds * 2 * width * height / MOST_HELD


def ahead(total: int, done: int, began: float) -> str:
    """How long the rest takes, from what was done so far."""
    rest = (time.monotonic() - began) / done * (total - done)
    return f"Frame {done} of {total}, about {in_words(rest)} more."


def keep(folder: Path) -> None:
    """Remember a finished clip, and delete those of some time ago."""
    recent.append(folder)
    while len(recent) > KEPT:
        shutil.rmtree(recent.popleft(), ignore_errors=True)
