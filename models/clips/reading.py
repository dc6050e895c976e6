"""Clips of strangers, frame by frame and bounded: GIF, animated WebP and PNG as Pillow reads them,
MP4 and WebM as OpenCV does.

A clip is gone through once beforehand, so that its frames and their times are known, and what is
damaged too. What lies before the damage is used.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from models.images import to_grey_or_rgb
from models.values.numbers import HEAD, UnreadableImage

ANIMATED = ("GIF", "WEBP", "PNG")
EXTENSIONS = (".gif", ".webp", ".png", ".apng", ".mp4", ".m4v", ".mov", ".webm", ".mkv")
MATROSKA, MPEG_4 = b"\x1a\x45\xdf\xa3", b"ftyp"  # at the beginning, and at byte 4
# what stands at byte 8 of photographs that begin as MPEG-4 does: AVIF and HEIC
PHOTOGRAPHS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
MOST_SECONDS = 60
MOST_FRAMES = 3600
MOST_PIXELS = 1920 * 1080  # of a frame, whatever its shape
MOST_BYTES = 256 * 2**20
SHORTEST, USUAL = 20.0, 100.0  # milliseconds; browsers show a frame of less for the usual time
LOST = 0.02  # of the frames that a video promises, which players do not miss


@dataclass(frozen=True)
class Clip:
    """A clip that opens.

    Attributes:
        path: of its file.
        name: what a person calls it.
        size: width and height of its frames.
        durations: how long each frame is shown, in milliseconds.
        video: whether it is a video, and no animated picture.
        remarks: sentences on how it was read.
    """

    path: Path
    name: str
    size: tuple[int, int]
    durations: list[float]
    video: bool
    remarks: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(self.durations) / 1000

    def frames(self) -> Iterator[Image.Image]:
        """Its frames, mode RGB, upright, alpha over white."""
        found = timed_frames(self.path, self.video)
        with suppress(*DAMAGED):
            for _, (frame, _) in zip(self.durations, found, strict=False):
                yield as_image(frame)


DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError)


def is_clip(path: Path) -> bool:
    """Whether a file is a video or has several frames, by its content."""
    if not path.is_file():
        return False
    if is_video(path):
        return True
    try:
        with Image.open(path, formats=ANIMATED) as image:
            return bool(getattr(image, "is_animated", False))
    except Exception:  # damaged in one of many ways, or something else
        return False


def is_video(path: Path) -> bool:
    """Whether a file is MP4 or WebM, or of their kinds, by its first bytes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    mpeg_4 = head[4:8] == MPEG_4 and head[8:12] not in PHOTOGRAPHS
    return mpeg_4 or head.startswith(MATROSKA)


def open_clip(path: Path, name: str | None = None, most_seconds: float = MOST_SECONDS) -> Clip:
    """A clip from a stranger.

    Args:
        name: what its sender calls it; the path's where it is not given.

    Raises:
        UnreadableImage: no clip, damaged from its first frame on, or too large.
    """
    name = name or path.name
    if not path.is_file():
        raise UnreadableImage(f"Expected a clip at {name}, found no such file.")
    if (size := path.stat().st_size) > MOST_BYTES:
        raise UnreadableImage(
            f"Expected at most {MOST_BYTES // 2**20} MB in {name}, found {size / 2**20:.0f} MB; "
            "make it smaller first."
        )
    video = is_video(path)
    if not video and not is_clip(path):
        raise UnreadableImage(
            f"Expected a clip in {name}, a GIF, WebP or PNG of several frames, an MP4 or a WebM, "
            "found a file that does not open as one; is it complete?"
        )
    return gone_through(path, name, video, most_seconds)


def gone_through(path: Path, name: str, video: bool, most_seconds: float) -> Clip:
    """A clip after its frames were looked at."""
    durations: list[float] = []
    promised, found = promise(path, video), timed_frames(path, video)
    if promised * SHORTEST > 10 * 1000 * most_seconds:
        raise too_long(name, promised * SHORTEST / 1000, most_seconds)
    size = (0, 0)
    damaged = False
    try:
        for frame, duration in found:
            if not durations:
                size = as_image(frame).size
                check_size(size, name)
            durations.append(duration)
            if sum(durations) > 1000 * most_seconds + 1 or len(durations) > MOST_FRAMES:
                raise too_long(name, max(promised, len(durations)) * duration / 1000, most_seconds)
    except UnreadableImage:
        raise
    except DAMAGED:
        damaged = True
    if not durations:
        raise UnreadableImage(
            f"Expected a clip in {name}, found one that is damaged from its first frame on; is it "
            "complete?"
        )
    lost = promised - len(durations)
    if damaged or lost > max(2, LOST * promised):
        words = f" of {promised}" if lost > 0 else ""
        remark = f"It is damaged after {len(durations)}{words} frames, which are all that is used."
        return Clip(path, name, size, durations, video, [remark])
    return Clip(path, name, size, durations, video)


def too_long(name: str, found: float, most: float) -> UnreadableImage:
    """The error of a clip of too many seconds or frames."""
    return UnreadableImage(
        f"Expected at most {most:g} seconds and {MOST_FRAMES:,} frames in {name}, found "
        f"{max(found, most):.0f} seconds or more; cut it first."
    )


def check_size(size: tuple[int, int], name: str) -> None:
    """Raise an UnreadableImage for frames of too many pixels."""
    width, height = size
    if width * height > MOST_PIXELS:
        raise UnreadableImage(
            f"Expected frames of at most {MOST_PIXELS:,} pixels, as 1920 x 1080, in {name}, found "
            f"{width} x {height}; make it smaller first."
        )


def promise(path: Path, video: bool) -> int:
    """How many frames a file says that it has; 0 where it does not."""
    if not video:
        return 0
    import cv2

    source = opened_video(path)
    count = source.get(cv2.CAP_PROP_FRAME_COUNT)
    source.release()
    return int(count) if 0 < count < 1e7 else 0


def timed_frames(path: Path, video: bool) -> Iterator[tuple[Image.Image | np.ndarray, float]]:
    """Frames as Pillow or OpenCV gives them, and the milliseconds of each."""
    return video_frames(path) if video else pictures(path)


def as_image(frame: Image.Image | np.ndarray) -> Image.Image:
    """A frame as Pillow or OpenCV gives it, mode RGB."""
    if isinstance(frame, Image.Image):
        return to_grey_or_rgb(frame).convert("RGB")
    return Image.fromarray(np.ascontiguousarray(frame[:, :, ::-1]))


def pictures(path: Path) -> Iterator[tuple[Image.Image, float]]:
    """Frames of an animated picture, and the milliseconds of each."""
    with Image.open(path, formats=ANIMATED) as image:
        check_size(image.size, path.name)
        apart = bool(getattr(image, "default_image", False))  # of a PNG, for who shows no clips
        for index in range(int(apart), getattr(image, "n_frames", 1)):
            image.seek(index)
            image.load()
            duration = float(image.info.get("duration") or 0)
            yield image, duration if duration >= SHORTEST else USUAL


def video_frames(path: Path) -> Iterator[tuple[np.ndarray, float]]:
    """Frames of a video, uint8 (H, W, 3) in OpenCV's order, and the milliseconds of each: until the
    next one begins, and of the last as long as of the one before."""
    import cv2

    source = opened_video(path)
    rate = source.get(cv2.CAP_PROP_FPS)
    usual = 1000 / rate if 1 <= rate <= 120 else 40.0
    waiting: np.ndarray | None = None
    began = 0.0
    try:
        while True:
            there, frame = source.read()
            if not there:
                break
            now = source.get(cv2.CAP_PROP_POS_MSEC)
            if waiting is not None:
                took = now - began
                usual = took if 0 < took <= 1000 * MOST_SECONDS else usual
                yield waiting, usual
            waiting, began = frame, now
    finally:
        source.release()
    if waiting is not None:
        yield waiting, usual


def opened_video(path: Path) -> Any:
    """A video, by its content alone: whatever a name says to OpenCV, it is a file here."""
    import cv2

    return cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
