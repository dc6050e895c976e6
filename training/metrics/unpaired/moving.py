"""Figures of pictures that move: pans and zooms over photographs, where every pixel's way is known,
and a still with noise; steadied as a clip's frames are, beside frame by frame."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from models.clips.flow import warped
from models.clips.memory import steady
from models.precision import processor_in_words
from models.translator import Translator
from training.metrics.pixels import tensors
from training.metrics.texture import SAME_LOOK, look_features, texture_distance
from training.metrics.unpaired.pictures import Pictures

SIZE = (256, 192)  # of the clips, or less for a smaller photograph
FRAMES = 12
STEP = (3, 1)  # pixels of a pan, right and down, from frame to frame
ZOOM = 0.985  # of what is seen, from frame to frame
NOISE = 2.0  # deviation, grey levels of 255
SETTLED = 4  # frames, after which the flicker of a still is counted
GREYS = 255


@dataclass(frozen=True)
class KnownClip:
    """A clip whose flow is exact.

    Attributes:
        frames: of one size.
        flow: from each frame to the one before, float32 (H, W, 2).
    """

    frames: Pictures
    flow: np.ndarray


def pan(photograph: Image.Image, size: tuple[int, int], count: int = FRAMES) -> KnownClip:
    """A camera that moves over a photograph by whole pixels, in so many frames."""
    (width, height), (right, down) = size, STEP
    frames = [
        photograph.crop((right * i, down * i, right * i + width, down * i + height))
        for i in range(count)
    ]
    return KnownClip(frames, np.full((height, width, 2), STEP, np.float32))


def zoom(photograph: Image.Image, size: tuple[int, int]) -> KnownClip:
    """A camera that comes nearer to the middle of a photograph: x is found at x + (k - 1) (x - c)
    in the frame before, with k = `ZOOM` and c the middle."""
    width, height = size
    middle = photograph.width / 2, photograph.height / 2
    frames = []
    for i in range(FRAMES):
        half = width * ZOOM**i / 2, height * ZOOM**i / 2
        box = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        frames.append(photograph.resize(size, Image.Resampling.LANCZOS, box))
    rows, columns = np.indices((height, width), np.float32)
    moved = (ZOOM - 1) * np.stack([columns - (width - 1) / 2, rows - (height - 1) / 2], 2)
    return KnownClip(frames, moved)


def noisy_still(photograph: Image.Image, size: tuple[int, int]) -> Pictures:
    """A photograph seen again and again by a camera with Gaussian noise."""
    stream = np.random.default_rng(0)
    still = np.asarray(photograph.crop((0, 0, *size)), np.float64)
    noises = (stream.normal(0, NOISE, still.shape) for _ in range(FRAMES))
    pixels = ((still + noise).round().clip(0, GREYS).astype(np.uint8) for noise in noises)
    return [Image.fromarray(one) for one in pixels]


def warping_error(frames: Pictures, moved: np.ndarray) -> float:
    """The mean of |I_t - warp(I_(t-1))|^2, of images in [0, 1], where the frame before shows the
    place (Lai et al. 2018, equation 8), by 1,000."""
    height, width = moved.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    columns, rows = columns + moved[:, :, 0], rows + moved[:, :, 1]
    seen = (columns >= 0) & (columns <= width - 1) & (rows >= 0) & (rows <= height - 1)
    images = [as_unit(frame) for frame in frames]
    pairs = zip(images[1:], images, strict=False)
    return 1000 * mean(np.square(now - warped(old, moved))[seen].mean() for now, old in pairs)


def flicker(frames: Pictures) -> float:
    """The deviation of each pixel over time, in the mean, of 255, once the clip has settled."""
    return GREYS * float(np.stack([as_unit(frame) for frame in frames[SETTLED:]]).std(0).mean())


@dataclass(frozen=True)
class Moving:
    """Clips of some photographs, as they are or translated."""

    known: list[KnownClip]
    stills: list[Pictures]

    def translated(self, begin: Callable[[], Any], bar: tqdm) -> "Moving":
        """All frames, each clip by a translation of its own."""

        def each(frames: Pictures) -> Pictures:
            translate = begin()
            made = []
            for frame in frames:
                made.append(translate(frame))
                bar.update()
            return made

        known = [KnownClip(each(clip.frames), clip.flow) for clip in self.known]
        return Moving(known, [each(still) for still in self.stills])

    @property
    def count(self) -> int:
        """How many frames there are."""
        return FRAMES * (len(self.known) + len(self.stills))

    @property
    def warping_error(self) -> float:
        """In the mean of the clips."""
        return mean(warping_error(clip.frames, clip.flow) for clip in self.known)

    @property
    def flicker(self) -> float:
        """In the mean of the stills."""
        return mean(flicker(still) for still in self.stills)

    def distance(self, look: torch.Tensor) -> float:
        """Of two frames of each clip to the look of the other domain."""
        some = [frame for clip in self.known for frame in clip.frames[5::6]]
        return texture_distance(torch.cat(look_features(list(tensors(some)))), look)


def compared(
    translator: Translator, direction: str, photographs: Pictures, look: torch.Tensor
) -> dict[str, dict[str, float]]:
    """The figures of clips: of the "input", of translations "alone", frame by frame, and "steady":
    `warping`, `flicker`, `way` (the share of the way to the other domain's look) and
    `frames_per_second`.

    Args:
        look: texture features of the other domain.
    """
    given = clips_of(photographs)
    found = {"input": given}
    speeds = {}
    begins: dict[str, Callable[[], Translator]] = {
        "alone": lambda: translator,
        "steady": lambda: steady(translator),
    }
    for name, begin in begins.items():
        began = time.monotonic()
        with tqdm(total=given.count, desc=f"Clips, {name}", unit="frame", leave=False) as bar:
            found[name] = given.translated(bound(begin, direction), bar)
        speeds[name] = given.count / (time.monotonic() - began)
    untouched = max(given.distance(look), SAME_LOOK)
    return {
        name: {
            "warping": clips.warping_error,
            "flicker": clips.flicker,
            "way": 1 - clips.distance(look) / untouched,
            "frames_per_second": speeds.get(name, 0.0),
        }
        for name, clips in found.items()
    }


def bound(begin: Callable[[], Translator], direction: str) -> Callable[[], Any]:
    """What begins a clip, and gives a function of its frames."""

    def clip() -> Callable[[Image.Image], Image.Image]:
        model = begin()
        return lambda frame: model.translate(frame, direction)

    return clip


def clips_of(photographs: Pictures) -> Moving:
    """A pan, a zoom and a noisy still of each photograph."""
    known, stills = [], []
    for photograph in photographs:
        rgb = photograph.convert("RGB")
        right, down = (step * (FRAMES - 1) for step in STEP)
        room = (rgb.width - right) / SIZE[0], (rgb.height - down) / SIZE[1]
        factor = min(1.0, *room)
        size = int(SIZE[0] * factor), int(SIZE[1] * factor)
        known += [pan(rgb, size), zoom(rgb, size)]
        stills.append(noisy_still(rgb, size))
    return Moving(known, stills)


def in_words(found: dict[str, dict[str, float]]) -> dict[str, tuple[str, float, str]]:
    """What is figured of the steady clips, the value, and its text beside the others'."""

    def beside(key: str, form: str) -> tuple[float, str]:
        steadied, alone, own = (found[one][key] for one in ("steady", "alone", "input"))
        known = "" if key == "way" else f", the input: {own:{form}}"
        return steadied, f"{steadied:{form}} (frame by frame: {alone:{form}}{known})"

    speed = found["steady"]["frames_per_second"]
    text = f"{speed:.2f} at {SIZE[0]}x{SIZE[1]} on {processor_in_words()}"
    return {
        "warping": ("warping error of clips x 1000", *beside("warping", ".3f")),
        "flicker": ("flicker of a noisy still, of 255", *beside("flicker", ".2f")),
        "clip_way": ("share of the way, frames of clips", *beside("way", ".1%")),
        "frames_per_second": ("frames a second of clips", speed, text),
    }


def as_unit(image: Image.Image) -> np.ndarray:
    """Pixels as float32 (H, W, 3) in [0, 1]."""
    return np.asarray(image.convert("RGB"), np.float32) / GREYS


def mean(values: Iterable[Any]) -> float:
    """The mean of some numbers."""
    return float(np.mean([*values]))
