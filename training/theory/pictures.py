"""The frames of a lesson as an animated picture, drawn with Pillow.

What a frame looks like is said by the header's panels (see `training.theory.lessons`).
"""

import math
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 380, 300  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 34, 46  # margins inside it
FINE = 2  # drawn so many times larger, then reduced
MILLISECONDS = 120  # that a frame stays, but the last one ten times as long
PAPER, INK, FAINT = "white", "#2d2a25", "#d6cebf"
COLOURS = {
    **{"real": "#2a8c82", "fake": "#cf4f2f", "critic": "#3d6fb6"},
    **{"bound": "#7d7567", "other": "#a8801f"},
}
Point = tuple[float, float]


def save(path: Path, header: dict, frames: list[dict]) -> None:
    """Write the frames as an animation; the file's suffix (.webp, .gif) says how."""
    pages = [draw(header, frames, index) for index in range(len(frames))]
    durations = [MILLISECONDS] * (len(pages) - 1) + [10 * MILLISECONDS]
    pages[0].save(path, save_all=True, append_images=pages[1:], duration=durations, loop=0)


def draw(header: dict, frames: list[dict], at: int) -> Image.Image:
    """One frame: its panels side by side."""
    panels = header["panels"]
    sheet = Image.new("RGB", (FINE * WIDTH * len(panels), FINE * HEIGHT), PAPER)
    for place, panel in enumerate(panels):
        view = View(sheet, place * WIDTH, panel, header, frames)
        {"curves": curves, "history": history, "points": points}[panel["kind"]](view, at)
        view.frame()
    return sheet.resize((WIDTH * len(panels), HEIGHT), Image.Resampling.LANCZOS)


class View:
    """A panel on the sheet: from its numbers to pixels."""

    def __init__(self, sheet: Image.Image, left: int, panel: dict, header: dict, frames: list):
        self.sheet, self.panel, self.header, self.frames = sheet, panel, header, frames
        self.pen = ImageDraw.Draw(sheet)
        self.box = (left + LEFT, TOP, left + WIDTH - RIGHT, HEIGHT - BOTTOM)
        self.x = panel.get("x") or [0, header["steps"]]
        self.y = panel.get("y") or span(panel, frames)

    def place(self, x: float, y: float) -> Point:
        """Where a point lies, kept inside the panel."""
        left, top, right, bottom = self.box
        if self.panel.get("log"):
            y = math.log10(max(y, 1e-12))
        low, high = self.limits()
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = min(1.0, max(0.0, (y - low) / (high - low)))
        return FINE * (left + across * (right - left)), FINE * (bottom - up * (bottom - top))

    def limits(self) -> list[float]:
        """The ends of y, as powers of ten where it is logarithmic."""
        return [math.log10(v) for v in self.y] if self.panel.get("log") else self.y

    def line(self, found: list[tuple[float, float | None]], colour: str, width: float = 2) -> None:
        """A line through points; where a value is missing, it breaks."""
        part: list[Point] = []
        for x, y in [*found, (0.0, None)]:
            if y is not None:
                part.append(self.place(x, y))
                continue
            if len(part) > 1:
                self.pen.line(part, colour, round(FINE * width), joint="curve")
            part = []

    def text(self, x: float, y: float, words: str, anchor: str, colour: str = INK) -> None:
        font = ImageFont.load_default(11 * FINE)
        self.pen.text((FINE * x, FINE * y), words, colour, font, anchor)

    def frame(self) -> None:
        """The border, its numbers, the title, and what the colours mean."""
        left, top, right, bottom = self.box
        self.pen.rectangle([FINE * v for v in self.box], outline=FAINT, width=FINE)
        names = self.header["names"]
        self.text((left + right) / 2, top - 18, names[self.panel["id"]], "mm")
        for value, y, anchor in ((self.y[0], bottom, "rs"), (self.y[1], top, "rt")):
            self.text(left - 5, y, f"{value:.3g}", anchor)
        for value, x, anchor in ((self.x[0], left, "lt"), (self.x[1], right, "rt")):
            self.text(x, bottom + 5, f"{value:.3g}", anchor)
        shown = [one for one in self.panel["series"] if one.get("look")]
        step = (right - left) / max(1, len(shown))
        for index, one in enumerate(shown):
            colour = COLOURS[one["look"]]
            self.text(left + (index + 0.5) * step, bottom + 32, names[one["id"]], "mm", colour)


def span(panel: dict, frames: list[dict]) -> list[float]:
    """The ends of y that hold every value of a history."""
    found = [frame["numbers"].get(one["id"]) for frame in frames for one in panel["series"]]
    values = [value for value in found if value is not None]
    if not values:
        return [0.0, 1.0]
    low, high = min(values), max(values)
    if panel.get("log"):
        return [10 ** math.floor(math.log10(max(low, 1e-12))), 10 ** math.ceil(math.log10(high))]
    return [low, high] if low < high else [low - 0.5, high + 0.5]


def curves(view: View, at: int) -> None:
    """Functions of x in this frame, and a line upright where the marker stands."""
    panel, frame, fixed = view.panel, view.frames[at], view.header["fixed"]
    for one in panel["series"]:
        values = frame.get("curves", {}).get(one["id"]) or fixed[one["id"]]
        width = (view.x[1] - view.x[0]) / (len(values) - 1)
        found = [(view.x[0] + index * width, value) for index, value in enumerate(values)]
        view.line(found, COLOURS[one["look"]], 1 if one.get("dashed") else 2)
    if marker := panel.get("marker"):
        x = min(view.x[1], max(view.x[0], frame["numbers"][marker]))
        view.line([(x, view.y[0]), (x, view.y[1])], INK, 1)


def history(view: View, at: int) -> None:
    """Numbers from the beginning to this frame, and the levels that they are compared with."""
    for one in view.panel["series"]:
        colour = COLOURS[one["look"]]
        if "level" in one:
            view.line([(view.x[0], one["level"]), (view.x[1], one["level"])], colour, 1)
            continue
        past = view.frames[: at + 1]
        found = [(frame["step"], frame["numbers"].get(one["id"])) for frame in past]
        view.line(found, colour)


def points(view: View, at: int) -> None:
    """Samples in the plane, on the critic's surface where there is one; circles are the modes."""
    frame = view.frames[at]
    if surface := frame.get("surface"):
        view.sheet.paste(painted(surface, view.box), (FINE * view.box[0], FINE * view.box[1]))
    met = frame.get("found", [])
    for index, (x, y) in enumerate(view.header["modes"]):
        width = 2.5 if index < len(met) and met[index] else 1
        dot(view, view.place(x, y), 7 * FINE, outline=COLOURS["real"], width=round(FINE * width))
    flat = frame["points"]
    for x, y in zip(flat[::2], flat[1::2], strict=True):
        if all(low <= v <= high for v, (low, high) in ((x, view.x), (y, view.y))):
            dot(view, view.place(x, y), 1.4 * FINE, fill=COLOURS["fake"])


def dot(view: View, place: Point, radius: float, **look: Any) -> None:
    view.pen.circle(place, radius, **look)


def painted(surface: list[list[int]], box: tuple) -> Image.Image:
    """D in percent on a grid, the first row the highest y: blue where it says made, green where it
    says real."""
    rows, columns = len(surface), len(surface[0])
    small = Image.new("RGB", (columns, rows))
    small.putdata([shade(value / 100) for row in surface for value in row])
    left, top, right, bottom = box
    size = (FINE * (right - left), FINE * (bottom - top))
    return small.resize(size, Image.Resampling.BILINEAR)


def shade(d: float) -> tuple[int, int, int]:
    """White at 1/2, towards the data's colour above and grey below."""
    end = (42, 140, 130) if d > 0.5 else (125, 117, 103)
    strength = abs(d - 0.5)
    red, green, blue = (round(255 + strength * (channel - 255)) for channel in end)
    return red, green, blue
