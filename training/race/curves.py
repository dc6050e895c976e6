"""Shares by minutes as a picture, drawn with Pillow."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from training.theory.pictures import FAINT, INK, PAPER

WIDTH, HEIGHT = 900, 520
LEFT, RIGHT, TOP, BOTTOM = 64, 230, 44, 44  # margins; the names stand at the right
FINE = 2  # drawn so many times larger, then reduced
COLOURS = ("#cf4f2f", "#3d6fb6", "#2a8c82", "#a8801f", "#7b4fa3", "#2d2a25", "#c2588f", "#6b8e23")
STEP = 0.2  # of the share, between two lines across
MARKS = 6  # minutes named along the picture
LOWEST = -0.6  # what is worse lies on the edge


def picture(lines: Mapping[str, Sequence[tuple[float, float]]], title: str) -> Image.Image:
    """A line for each name, through (minutes, share); a share of 1 is the other domain's look."""
    found = [point for line in lines.values() for point in line]
    last = max((minutes for minutes, _ in found), default=1.0) or 1.0
    lowest = max(LOWEST, min((share for _, share in found), default=0.0))
    low = STEP * (lowest // STEP) if lowest < 0 else 0.0
    sheet = Image.new("RGB", (FINE * WIDTH, FINE * HEIGHT), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13 * FINE)

    def place(minutes: float, share: float) -> tuple[float, float]:
        right = LEFT + minutes / last * (WIDTH - LEFT - RIGHT)
        down = TOP + (1 - max(low, share)) / (1 - low) * (HEIGHT - TOP - BOTTOM)
        return FINE * right, FINE * down

    pen.text((FINE * LEFT, FINE * 14), title, INK, font, "lt")
    for count in range(round((1 - low) / STEP) + 1):
        share = low + count * STEP
        pen.line([place(0, share), place(last, share)], FAINT, FINE)
        x, y = place(0, share)
        pen.text((x - 8 * FINE, y), f"{share:.0%}", INK, font, "rm")
    for count in range(MARKS + 1):
        minutes = last * count / MARKS
        x, y = place(minutes, low)
        pen.text((x, y + 10 * FINE), f"{minutes:.3g}", INK, font, "mt")
    for index, (name, line) in enumerate(lines.items()):
        colour = COLOURS[index % len(COLOURS)]
        points = [place(*point) for point in line]
        pen.line(points, colour, 2 * FINE, joint="curve")
        top = FINE * (TOP + 20 * index)
        left = FINE * (WIDTH - RIGHT + 28)
        for point in [*points, (left - 12 * FINE, top + 6 * FINE)]:
            inside = colour if index < len(COLOURS) else PAPER  # hollow, once colours come again
            pen.circle(point, 3.5 * FINE, fill=inside, outline=colour, width=FINE)
        pen.text((left, top), name, colour, font, "lt")
    return sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
