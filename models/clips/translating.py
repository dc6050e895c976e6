"""A clip translated into a clip: as many frames of the same size for the same times, steadied."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from models.clips.memory import steady
from models.clips.reading import Clip, open_clip
from models.clips.writing import ENDINGS, writer_for
from models.file_jobs import require_new

if TYPE_CHECKING:
    from models.translator import Translator


@dataclass(frozen=True)
class Step:
    """How far a clip is.

    Attributes:
        done: frames that are translated, of `total`.
        before, after: the newest frame and its translation.
        cut: whether a scene begins with it.
    """

    done: int
    total: int
    before: Image.Image
    after: Image.Image
    cut: bool


@dataclass(frozen=True)
class MadeClip:
    """A clip that was translated.

    Attributes:
        path: the file.
        frames, scenes: how many it has.
        seconds: how long it takes to see it.
        spent: how long it took to make, in seconds.
        remarks: sentences on how the source was read.
    """

    path: Path
    frames: int
    scenes: int
    seconds: float
    spent: float
    remarks: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What was made, as a person reads it."""
        kept = f"{self.frames} frames, {self.seconds:.1f} seconds"
        scenes = f" in {self.scenes} scenes" if self.scenes > 1 else ""
        return f"{kept}{scenes}, made at {self.frames / max(self.spent, 1e-3):.1f} frames a second."


def translate_clip(
    translator: "Translator",
    source: Path,
    out: Path,
    overwrite: bool = False,
    watch: Callable[[Step], None] = lambda step: None,
    **options: Any,
) -> MadeClip:
    """Translate a clip, as `Translator.translate_clip` says."""
    require_new([out], overwrite)
    clip = open_clip(source)
    began, frames, scenes = time.monotonic(), 0, 0
    for step in steps(translator, clip, out, **options):
        frames, scenes = step.done, scenes + step.cut
        watch(step)
    seconds = sum(clip.durations[:frames]) / 1000
    return MadeClip(out, frames, scenes, seconds, time.monotonic() - began, clip.remarks)


def steps(translator: "Translator", clip: Clip, out: Path, **options: Any) -> Iterator[Step]:
    """Translate a clip into a file, frame by frame, and tell of each; at the end the file is there,
    whole, and not at all where this ends early.

    Args:
        options: of `Translator.translate`.

    Raises:
        ValueError: an ending that is not written, too many pixels for it, or as `translate`.
    """
    if out.suffix.lower() not in ENDINGS:
        raise ValueError(f"Expected a clip that ends in {', '.join(ENDINGS)}, found {out.name}.")
    model = steady(translator)
    size = model.translated_size(Image.new("1", clip.size))
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.stem}.tmp{out.suffix.lower()}")
    writer = writer_for(out, partial, clip, size)
    closed = False
    try:
        total = len(clip.durations)
        for done, frame in enumerate(clip.frames(), start=1):
            made = model.translate(frame, **options)
            cut = model.memory is not None and model.memory.cut
            writer.add(made, cut)
            yield Step(done, total, frame, made, cut)
        writer.close()
        closed = True
        partial.replace(out)
    finally:
        if not closed:
            writer.discard()
        partial.unlink(missing_ok=True)
