"""The Draw tab as plain functions: a drawing from the browser to its translation, and
outlines to start from."""

import json
import random
import time

from PIL import Image, ImageDraw

from app.shared import examples
from app.shared.drawings import read_drawing, takes_outline
from app.shared.library import Library
from models.images import UnreadableImage, read_image
from models.translator import Translator

SIDE = 256
PAPER = 250  # as bright as this is empty: scaling leaves white a little grey
DRAW = "Draw something: its picture appears while you draw."


def model_names(library: Library) -> list[str]:
    """Every model whose input is an outline."""
    return [name for name in library.names(Translator) if takes_outline(library.get(name))]


def translator(library: Library, name: str) -> Translator:
    """The model of that name, whose input is an outline."""
    model = library.get(name)
    if not takes_outline(model):
        raise ValueError(
            f"Expected a model whose input is an outline, found {name}; choose one from the list."
        )
    return model


def translate(library: Library, name: str, drawing: str) -> tuple[Image.Image, str]:
    """A drawing as it comes from the browser -> its translation, and what to say beside it.

    The translation has the drawing's size, and carries its parameters. The model works at most at
    the size that it was trained at. An empty drawing gives an empty picture.

    Args:
        drawing: a data URL of a PNG, or nothing for an empty drawing.
    """
    model = translator(library, name)
    direction = model.directions[0]
    outline = read_drawing(drawing) if drawing else blank()
    began = time.perf_counter()
    if is_empty(outline):
        mode = "L" if model.channels(direction)[1] == 1 else "RGB"
        picture, words = Image.new(mode, outline.size, "white"), DRAW
    else:
        picture = model.translate(outline, direction, model.long_side or model.size)
        words = f"Translated in {1000 * (time.perf_counter() - began):.0f} ms."
    parameters = {"model": model.name, "direction": direction}
    picture.info["parameters"] = json.dumps(parameters, ensure_ascii=False)
    return picture, words


def blank() -> Image.Image:
    """A drawing on which nothing is drawn yet."""
    return Image.new("L", (SIDE, SIDE), "white")


def is_empty(outline: Image.Image) -> bool:
    """Whether there is nothing but white."""
    return not any(outline.convert("L").histogram()[:PAPER])


def random_outline(seed: int | None = None) -> Image.Image:
    """An outline to start from, in mode L: one of the emoji's test split, or a made-up shape where
    that is not there."""
    dice = random.Random(seed)
    try:
        data = examples.OUTLINES.read(dice.choice(examples.OUTLINES.names()))
        return read_image(data, "the outline").convert("L")
    except (*examples.UNREADABLE, IndexError, UnreadableImage):
        return made_outline(dice)


def made_outline(dice: random.Random) -> Image.Image:
    """A house, a flower or a face in black lines on white."""
    large = Image.new("L", (4 * SIDE, 4 * SIDE), "white")
    dice.choice((draw_house, draw_flower, draw_face))(ImageDraw.Draw(large), dice)
    return large.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def draw_house(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    """A house of 4 x `SIDE` pixels."""
    eaves, door = dice.randint(380, 540), dice.randint(300, 600)
    pen.rectangle((200, eaves, 824, 860), outline="black", width=28)
    pen.polygon([(140, eaves), (512, 150), (884, eaves)], outline="black", width=28)
    pen.rectangle((door, 620, door + 130, 860), outline="black", width=28)


def draw_flower(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    """A flower of 4 x `SIDE` pixels."""
    pen.line((512, 520, 512 + dice.randint(-80, 80), 940), fill="black", width=28)
    for x, y in ((0, -160), (152, -49), (94, 129), (-94, 129), (-152, -49)):
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
