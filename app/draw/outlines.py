"""Outlines to start from, with the words for what they show."""

import csv
import random
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from PIL import Image, ImageDraw

from app.shared import examples
from models.images import UnreadableImage, read_image

SIDE = 256
FIRST = "1F34B"  # the drawing with which the tab opens
# things of the test split that have a colour of their own and a closed outline; no signs, no flags
CHOSEN = """1F315 1F33E 1F343 1F344-200D-1F7EB 1F346 1F34B 1F34F 1F35D 1F360 1F381 1F3A9 1F3AF
1F3C5 1F3D8 1F413 1F419 1F431 1F438 1F43D 1F451 1F455 1F49D 1F514 1F5DD 1F60F 1F617 1F634 1F643
1F68C 1F68E 1F6AA 1F6F5 1F6FC 1F921 1F951 1F953 1F955 1F968 1F96C 1F973 1F982 1F992 1F99D 1F9C8
1FA75 1FA88 1FA8A 1FA93 1FA95 1FA97 1FAB6 1FADA 2665 2693 26C5 26EA E0C5 E149 E20B"""
ASIDE = (0, -160), (152, -49), (94, 129), (-94, 129), (-152, -49)  # petals around a flower's middle


class Outline(NamedTuple):
    """Black lines on white, in mode L, and words for what they show."""

    picture: Image.Image
    words: str


def random_outline(seed: int | None = None) -> Outline:
    """One of the emoji's test split that turn out well, or a made-up shape where that is not
    there."""
    dice = random.Random(seed)
    try:
        return outline_of(dice.choice(well_drawn()))
    except (*examples.UNREADABLE, IndexError, UnreadableImage):
        return made_outline(dice)


def first_outline() -> Outline:
    """The drawing with which the tab opens."""
    try:
        found = [name for name in examples.OUTLINES.names() if PurePosixPath(name).stem == FIRST]
        return outline_of(found[0])
    except (*examples.UNREADABLE, IndexError, UnreadableImage):
        return made_outline(random.Random(0))


def well_drawn() -> list[str]:
    """Names in the zip of the outlines that `Surprise me` offers."""
    chosen = CHOSEN.split()
    return [name for name in examples.OUTLINES.names() if PurePosixPath(name).stem in chosen]


def outline_of(name: str) -> Outline:
    """The outline of that name in the zip."""
    picture = read_image(examples.OUTLINES.read(name), "the outline").convert("L")
    return Outline(picture, words_of_emoji().get(PurePosixPath(name).stem, ""))


@cache
def words_of_emoji() -> dict[str, str]:
    """Code points -> the name of an emoji; none where the data are not there."""
    path = examples.OUTLINES.archive.with_name("words.csv")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["hexcode"]: row["annotation"] for row in csv.DictReader(file)}
    except OSError:
        return {}


def made_outline(dice: random.Random) -> Outline:
    """A house, a flower or a face."""
    large = Image.new("L", (4 * SIDE, 4 * SIDE), "white")
    words, draw = dice.choice((("house", draw_house), ("flower", draw_flower), ("face", draw_face)))
    draw(ImageDraw.Draw(large), dice)
    return Outline(large.resize((SIDE, SIDE), Image.Resampling.LANCZOS), words)


def draw_house(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    """A house of 4 x `SIDE` pixels."""
    eaves, door = dice.randint(380, 540), dice.randint(300, 600)
    pen.rectangle((200, eaves, 824, 860), outline="black", width=28)
    pen.polygon([(140, eaves), (512, 150), (884, eaves)], outline="black", width=28)
    pen.rectangle((door, 620, door + 130, 860), outline="black", width=28)


def draw_flower(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    """A flower of 4 x `SIDE` pixels."""
    pen.line((512, 520, 512 + dice.randint(-80, 80), 940), fill="black", width=28)
    for x, y in ASIDE:
        pen.circle(
            (512 + x, 400 + y), dice.randint(100, 125), fill="white", outline="black", width=28
        )
    pen.circle((512, 400), 90, fill="white", outline="black", width=28)


def draw_face(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    """A face of 4 x `SIDE` pixels."""
    eyes, smile = dice.randint(120, 170), dice.randint(20, 60)
    pen.circle((512, 512), 370, outline="black", width=28)
    for x in (512 - eyes, 512 + eyes):
        pen.circle((x, 420), 34, fill="black")
    pen.arc((332, 380, 692, 740), smile, 180 - smile, fill="black", width=28)
