"""Lesson 0: the forger and the critic, in pictures."""

import html
import random
from typing import NamedTuple

TITLE = "The forger and the critic"
WORDS = (
    "A forger wants to write threes that nobody can tell from real ones, and has never seen one. "
    "A critic sees real and forged ones, mixed, and says of each how likely it is real."
)
END = (
    "The forger is the generator, the critic is the discriminator, and their game is a generative "
    "adversarial network. The next lessons show what can be computed of it, and what goes wrong."
)
# a three as curves through points, on a field of 100 x 100
START = (28, 26)
CURVES = (
    ((34, 12), (68, 10), (68, 30)),
    ((68, 46), (50, 48), (44, 48)),
    ((54, 48), (74, 52), (72, 70)),
    ((70, 92), (32, 90), (26, 74)),
)
EDGE = 6  # of a sheet of 100, on which nothing is written
SHEETS = 4  # of the forger's, and as many real ones
STEADY = 1.5  # so far, in the field, go the points of a real three


class Scene(NamedTuple):
    """A moment of the game.

    Attributes:
        astray: how far the points of the forger's threes are from where they belong.
        believed: how likely the critic says the forger's are real.
    """

    title: str
    words: str
    astray: float
    believed: float


SCENES = (
    Scene(
        "At first",
        "The forger scribbles. The critic needs no practice to see through that.",
        38,
        0.02,
    ),
    Scene(
        "The critic tells why",
        "From each verdict the forger learns which way to change, and never sees a real three.",
        17,
        0.12,
    ),
    Scene(
        "Both get better",
        "Now the critic has to look closely, and every mistake that it finds is a hint.",
        7,
        0.3,
    ),
    Scene(
        "In the end",
        "Forged and real look alike. The critic can only guess: one half, whatever it sees.",
        STEADY,
        0.5,
    ),
)


def story() -> str:
    """The lesson as HTML: a scene beside the other, each with threes and the critic's verdict."""
    scenes = "".join(scene(one, 10 * number) for number, one in enumerate(SCENES))
    return (
        f"<div class='card'><h3>{TITLE}</h3><p>{WORDS}</p>"
        f"<div class='scenes'>{scenes}</div><p>{END}</p></div>"
    )


def scene(one: Scene, seed: int) -> str:
    """A scene: real threes above forged ones, and beside them how real the critic finds them."""
    rows = row("Real", "real", STEADY, 1 - one.believed, seed + 1) + row(
        "Forged", "fake", one.astray, one.believed, seed
    )
    return (
        f"<figure><figcaption>{html.escape(one.title)}</figcaption>{rows}"
        f"<p>{html.escape(one.words)}</p></figure>"
    )


def row(title: str, look: str, astray: float, believed: float, seed: int) -> str:
    """Threes of one kind, and the critic's verdict on them."""
    dice = random.Random(seed)
    sheets = "".join(
        f"<path d='{three(dice, astray)}' transform='translate({100 * at} 0)'/>"
        for at in range(SHEETS)
    )
    return (
        f"<div class='{look}'><b>{title}</b>"
        f"<svg viewBox='0 0 {100 * SHEETS} 100' aria-hidden='true'>{sheets}</svg>"
        f"<span>The critic: {believed:.0%} real</span>"
        f"<meter value='{believed:.2f}' max='1'></meter></div>"
    )


def three(dice: random.Random, astray: float) -> str:
    """A three whose points are off by about so much, as the path of an SVG, inside its
    sheet."""

    def near(point: tuple[int, int]) -> str:
        off = (one + dice.gauss(0, astray / 2) for one in point)
        return " ".join(f"{min(max(one, EDGE), 100 - EDGE):.0f}" for one in off)

    curves = " ".join("C" + ", ".join(map(near, curve)) for curve in CURVES)
    return f"M{near(START)} {curves}"
