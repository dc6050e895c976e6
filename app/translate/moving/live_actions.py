"""A camera's frames, each translated as it comes."""

import time
from collections import deque
from dataclasses import dataclass, field

from PIL import Image

from app.shared.drawings import read_drawing
from app.shared.library import Library
from app.translate.actions import Manner
from models.clips.memory import steady
from models.scaling import shrunk
from models.translator import Translator

LONG_SIDE = 192
START = "Start the camera, and it is translated while it runs."
COUNTED = 8  # frames that the speed is told from


@dataclass
class Live:
    """A camera that is being followed.

    Attributes:
        asked: the model that it is translated by, and how.
        model: the same, remembering the frame before.
        times: when the newest frames were done.
    """

    asked: tuple[Translator, Manner]
    model: Translator
    times: deque[float] = field(default_factory=lambda: deque(maxlen=COUNTED))


def translate_frame(
    library: Library, name: str, manner: Manner, frame: str, live: Live | None
) -> tuple[Image.Image | None, str, Live | None]:
    """A camera's frame as it comes from the browser -> its translation, what to say beside it, and
    what is remembered for the next one.

    Args:
        frame: a data URL of a PNG, or nothing where the camera is off.
        live: from the frame before; another model or manner begins anew.

    Raises:
        ValueError: no PNG, or something that the model does not have.
    """
    if not frame:
        return None, START, None
    asked = library.translator(name), manner
    if live is None or live.asked != asked:
        live = Live(asked, steady(asked[0]))
    picture = live.model.translate(
        shrunk(read_drawing(frame), LONG_SIDE),
        manner.direction,
        LONG_SIDE,
        strength=manner.strength,
        keep_colours=manner.keep_colours,
    )
    live.times.append(time.monotonic())
    return picture, speed(live), live


def speed(live: Live) -> str:
    """How many frames a second come and go."""
    if len(live.times) < 2:
        return "The first frame."
    spent = max(live.times[-1] - live.times[0], 1e-3)
    return f"{(len(live.times) - 1) / spent:.1f} frames a second, at {LONG_SIDE} pixels."
