"""Clips written: GIF and animated WebP by Pillow, WebM by OpenCV, and MP4, with the sound of the
source, where the extra `clips` is installed."""

from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from models.clips.reading import SHORTEST, Clip
from models.clips.timing import constant_rate, kept_times

ENDINGS = (".gif", ".webp", ".webm", ".mp4")
MOST_HELD = 250_000_000  # pixels of all frames of a GIF or a WebP, which are written at once
COLOURS = 256
LOOKED_AT = 8  # frames of a scene, for its palette
SMALL = 160  # pixels along the longer side of those
QUALITY = 90  # of WebP
CENTISECOND = 10  # milliseconds, in which a GIF counts


class Writer(Protocol):
    """A clip that is being written."""

    def add(self, frame: Image.Image, cut: bool) -> None:
        """One more frame, and whether a scene begins with it."""

    def close(self) -> None:
        """Finish the file."""

    def discard(self) -> None:
        """Let go of a file that nobody wants any more."""


def writer_for(out: Path, target: Path, clip: Clip, size: tuple[int, int]) -> Writer:
    """A writer of the format of an ending.

    Args:
        out: the file that a person asked for, of one of `ENDINGS`.
        target: where it is written until it is whole.
        clip: the source, whose times, and sound, it keeps.
        size: width and height of its frames.

    Raises:
        ValueError: too many pixels for the format, or MP4 without the extra.
    """
    ending = out.suffix.lower()
    if ending in (".gif", ".webp"):
        check_held(out, clip, size)
        return Animation(target, ending, clip.durations)
    if ending == ".mp4":
        return Video(clip.durations, size, lambda rate, even: mp4(target, clip, rate, even))
    return Video(clip.durations, size, lambda rate, even: webm(target, rate, even))


def check_held(out: Path, clip: Clip, size: tuple[int, int]) -> None:
    """Raise a ValueError where a GIF or a WebP would have too many pixels."""
    if (held := size[0] * size[1] * len(clip.durations)) > MOST_HELD:
        raise ValueError(
            f"Expected at most {MOST_HELD // 10**6} megapixels in all frames of a GIF or a WebP, "
            f"found {held // 10**6:,} for {out.name}; write a .webm, or take a shorter or smaller "
            "clip."
        )


class Animation:
    """A GIF or an animated WebP, held until it is whole. Where frames are the same one after the
    other, both formats have one of them, for the time of all.

    Args:
        durations: of the frames, in milliseconds.
        shortest: a frame that would be shown for less is left out; none is shown for less than a
            browser would.
    """

    def __init__(
        self, target: Path, ending: str, durations: list[float], shortest: float = SHORTEST
    ):
        self.target, self.ending = target, ending
        unit = CENTISECOND if ending == ".gif" else 1
        self.times = kept_times(durations, unit, max(SHORTEST, shortest))
        self.added = 0
        self.scenes: list[list[Image.Image]] = []

    def add(self, frame: Image.Image, cut: bool) -> None:
        if cut or not self.scenes:
            self.scenes.append([])
        if self.times[self.added]:
            self.scenes[-1].append(frame)
        self.added += 1

    def close(self) -> None:
        gif = self.ending == ".gif"
        scenes = [scene for scene in self.scenes if scene]
        scenes = [with_one_palette(scene) for scene in scenes] if gif else scenes
        first, *rest = [frame for scene in scenes for frame in scene]
        first.save(
            self.target,
            format="GIF" if gif else "WEBP",
            save_all=True,
            append_images=rest,
            duration=[time for time in self.times if time][: 1 + len(rest)],
            loop=0,
            **({} if gif else {"quality": QUALITY}),
        )

    def discard(self) -> None:
        self.scenes = []


def with_one_palette(scene: list[Image.Image]) -> list[Image.Image]:
    """Frames of a scene in 256 colours, the same in all of them and without dithering: both would
    flicker."""
    chosen = scene[:: -(-len(scene) // LOOKED_AT)]
    small = [frame.copy() for frame in chosen]
    for frame in small:
        frame.thumbnail((SMALL, SMALL))
    row = np.concatenate([np.asarray(frame.convert("RGB")) for frame in small], axis=1)
    palette = Image.fromarray(row).quantize(COLOURS, Image.Quantize.MEDIANCUT)
    return [
        frame.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE) for frame in scene
    ]


class Video:
    """A video of a constant rate, in which a frame that stays longer is repeated. Its sides are
    even, as its colours need; an odd one gets its last row or column twice."""

    def __init__(
        self,
        durations: list[float],
        size: tuple[int, int],
        begin: Callable[[float, tuple[int, int]], Callable[[np.ndarray | None], None]],
    ):
        self.rate, self.repeats = constant_rate(durations)
        width, height = size
        self.odd = width % 2, height % 2
        self.write = begin(self.rate, (width + self.odd[0], height + self.odd[1]))
        self.count = 0

    def add(self, frame: Image.Image, cut: bool) -> None:
        pixels = np.asarray(frame.convert("RGB"))
        pixels = np.pad(pixels, ((0, self.odd[1]), (0, self.odd[0]), (0, 0)), mode="edge")
        for _ in range(self.repeats[self.count]):
            self.write(pixels)
        self.count += 1

    def close(self) -> None:
        self.write(None)

    discard = close


def webm(target: Path, rate: float, size: tuple[int, int]) -> Callable[[np.ndarray | None], None]:
    """A function that writes a frame (H, W, 3) in VP8, and with None ends the file."""
    import cv2

    kind = cv2.VideoWriter.fourcc(*"VP80")
    file = cv2.VideoWriter(str(target.resolve()), cv2.CAP_FFMPEG, kind, rate, size)
    if not file.isOpened():
        raise OSError(f"Expected to write a WebM to {target.parent}, found that it does not open.")

    def write(pixels: np.ndarray | None) -> None:
        if pixels is None:
            file.release()
        else:
            file.write(np.ascontiguousarray(pixels[:, :, ::-1]))

    return write


def mp4(
    target: Path, clip: Clip, rate: float, size: tuple[int, int]
) -> Callable[[np.ndarray | None], None]:
    """A function that writes a frame (H, W, 3) in H.264, beside the sound of the source where that
    has some, and with None ends the file."""
    try:
        import imageio_ffmpeg
    except ImportError:
        raise ValueError(
            "Expected the package `imageio-ffmpeg` for MP4, found it missing; `pip install "
            "imageio-ffmpeg` brings it, or write a .webm."
        ) from None
    source = str(clip.path.resolve())
    sound = source if clip.video and has_sound(source) else None
    file: Generator[None, bytes | None, None] = imageio_ffmpeg.write_frames(
        str(target.resolve()),
        size,
        fps=rate,
        quality=7,
        macro_block_size=2,
        audio_path=sound,
        audio_codec="aac" if sound else None,
    )
    file.send(None)

    def write(pixels: np.ndarray | None) -> None:
        if pixels is None:
            with suppress(StopIteration):
                file.close()
        else:
            file.send(np.ascontiguousarray(pixels).tobytes())

    return write


def has_sound(source: str) -> bool:
    """Whether a video has a track of sound."""
    import imageio_ffmpeg

    reader = imageio_ffmpeg.read_frames(source)
    try:
        return bool(next(reader).get("audio_codec"))
    finally:
        reader.close()
