"""The Draw tab as plain functions: a drawing from the browser, and what is said of it, to its
translation."""

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from app.draw.outlines import SIDE
from app.draw.svg import svg_of
from app.shared.drawings import read_dabs, read_drawing, takes_outline
from app.shared.library import Library
from models.conditions.listener import variant_seeds
from models.translator import Translator

PAPER = 250  # as bright as this is empty: scaling leaves white a little grey
LIGHT = 0.02  # the share of a drawing that is light at least, so that there are lines to see
VARIANTS = 4
MOST_SEEDS = 16  # so often can one ask for more like an answer
DRAW = "Draw something: its picture appears while you draw."
BLACK = "Everything is black: draw lines on white paper, or rub some of it out."
UNKNOWN = "The model knows none of these words; try other ones, in English or Chinese."


@dataclass(frozen=True)
class Told:
    """What a person says beside a drawing, as it comes from the browser.

    Attributes:
        words: what the drawing shows.
        hints: a data URL of a PNG with dabs of colour, of the drawing's size; nothing for none.
        seeds: which of several answers, as "7", or "7, 12" for one near that of 7; nothing for the
            likeliest.
    """

    words: str = ""
    hints: str = ""
    seeds: str = ""

    def options(self, model: Translator) -> dict[str, Any]:
        """What of it the model takes, as options of `Translator.translate`; the rest is left
        out."""
        options: dict[str, Any] = {}
        if model.takes_words and self.words:
            options["words"] = str(self.words)
        if model.takes_hints and self.hints:
            options["hints"] = read_dabs(self.hints)
        return options | self.answer(model)

    def answer(self, model: Translator) -> dict[str, Any]:
        """Which answer, for a model that has several."""
        seeds = read_seeds(self.seeds) if model.z_dim else []
        return {"near": seeds[:-1], "seed": seeds[-1]} if seeds else {}


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


def translate(
    library: Library, name: str, drawing: str, words: str = "", hints: str = "", seeds: str = ""
) -> tuple[Image.Image, str]:
    """A drawing as it comes from the browser -> its translation, and what to say beside it.

    The translation has the drawing's size, and carries its parameters: model, direction, and what
    was said that the model takes. The model works at most at the size that it was trained at. An
    empty drawing gives an empty picture.

    Args:
        drawing: a data URL of a PNG, or nothing for an empty drawing.
        words, hints, seeds: as `Told` has them; what the model does not take counts for nothing.
    """
    model, told = translator(library, name), Told(words, hints, seeds)
    outline, options = drawn(drawing), told.options(model)
    began = time.perf_counter()
    if is_empty(outline):
        mode = "L" if model.channels(model.directions[0])[1] == 1 else "RGB"
        picture, remark = Image.new(mode, outline.size, "white"), DRAW
    else:
        picture = coloured(model, outline, **options)
        remark = f"Translated in {1000 * (time.perf_counter() - began):.0f} ms."
        remark = remark_on(model, outline, options.get("words", "")) or remark
    parameters = {"model": model.name, "direction": model.directions[0]}
    parameters |= {key: value for key, value in vars(told).items() if key in said(options)}
    picture.info["parameters"] = json.dumps(parameters, ensure_ascii=False)
    return picture, remark


def as_svg(
    library: Library, name: str, drawing: str, words: str = "", hints: str = "", seeds: str = ""
) -> str:
    """The translation of a drawing as SVG of flat regions, with the parameters in its
    description."""
    picture, _ = translate(library, name, drawing, words, hints, seeds)
    palette = translator(library, name).config["network"]["arguments"].get("palette")
    return svg_of(picture, palette, picture.info["parameters"])


def said(options: dict[str, Any]) -> set[str]:
    """Which fields of `Told` options of a translation come from."""
    return {"seeds" if key == "seed" else key for key in options}


def remark_on(model: Translator, outline: Image.Image, words: str) -> str:
    """What a person may want to know of a drawing and its words, or nothing."""
    if np.mean(np.asarray(outline.convert("L")) > 127) < LIGHT:
        return BLACK
    if words.strip() and not model.word_table.split(words):
        return UNKNOWN
    return ""


def variants(
    library: Library,
    name: str,
    drawing: str,
    words: str = "",
    hints: str = "",
    seeds: str = "",
    near: bool = False,
    turn: int = 0,
) -> list[tuple[str, Image.Image]]:
    """Answers to choose from, and the seeds of each; none where the model has one answer alone, or
    nothing is drawn.

    Args:
        seeds: of the first of them; nothing for the likeliest.
        near: others like the first.
        turn: other ones for each, from 0.
    """
    model = translator(library, name)
    outline = drawn(drawing)
    if not model.z_dim or is_empty(outline):
        return []
    first = ", ".join(map(str, read_seeds(seeds)))
    before = f"{first}, " if first and near else ""
    told = [first, *(f"{before}{one}" for one in variant_seeds(turn, VARIANTS - 1))]
    return [
        (one, coloured(model, outline, **Told(words, hints, one).options(model))) for one in told
    ]


def coloured(model: Translator, outline: Image.Image, **options: Any) -> Image.Image:
    """A drawing's translation, worked out at the size that the model was trained at."""
    return model.translate(outline, None, model.long_side or model.size, **options)


def completions(library: Library, name: str, words: str) -> list[str]:
    """Words with the last one completed, as the model knows some; none where it takes none."""
    model = translator(library, name)
    return model.word_table.completions(str(words or "")) if model.takes_words else []


def read_seeds(text: str) -> list[int]:
    """The seeds in a text, such as "7, 12".

    Raises:
        ValueError: other than whole numbers from 0, or more than `MOST_SEEDS`.
    """
    parts = [part.strip() for part in str(text or "").split(",") if part.strip()]
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise ValueError(
            f"Expected seeds as whole numbers, such as 7 or 7, 12, found {str(text)[:30]!r}."
        )
    if len(parts) > MOST_SEEDS:
        raise ValueError(
            f"Expected at most {MOST_SEEDS} seeds, found {len(parts)}; begin with another answer."
        )
    return [int(part) for part in parts]


def drawn(drawing: str) -> Image.Image:
    """The drawing in a data URL; a blank one for nothing."""
    return read_drawing(drawing) if drawing else blank()


def blank() -> Image.Image:
    """A drawing on which nothing is drawn yet."""
    return Image.new("L", (SIDE, SIDE), "white")


def is_empty(outline: Image.Image) -> bool:
    """Whether there is nothing but white."""
    return not any(outline.convert("L").histogram()[:PAPER])
