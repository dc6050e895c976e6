"""Text set in columns from right to left, or in rows: where each character stands.

Lengths are in ems, the side of a character's square; x to the right, y downwards. Punctuation of
columns stands as Unicode's vertical forms do (UAX 50): brackets and dashes turned, stops in the
upper right corner of their square.
"""

from collections.abc import Callable
from dataclasses import dataclass

LEADING = 1.32  # from the middle of a line to that of the next
PITCH = 1.04  # from character to character in a column
MARGIN = 0.75
NARROW = 0.78  # of the pitch, for Latin letters and digits in a column
SPACE = 0.5
LONGEST = 12  # characters of a line that is broken where nothing is said
HANGING = set("，。、：；！？」』）》〉】〕”’…—,.:;!?)]")  # that begin no line
VERTICAL = dict(
    zip(
        "，、。：；！？（）｛｝〔〕【】《》〈〉「」『』—…–“”‘’［］()",
        "︐︑︒︓︔︕︖︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄︱︙︲﹃﹄﹁﹂﹇﹈︵︶",
        strict=True,
    )
)
CORNER = set("，、。")
UPRIGHT = CORNER | set("：；！？")  # the rest is turned where a font lacks its vertical form


@dataclass(frozen=True)
class Place:
    """Where a character stands.

    Attributes:
        index: in the text.
        character: what is drawn: of punctuation in columns its vertical form, if there is one.
        x, y: the middle of its square.
        turned: a quarter to the right.
        corner: moved from the lower left corner of its square to the upper right one.
    """

    index: int
    character: str
    x: float
    y: float
    turned: bool = False
    corner: bool = False


@dataclass(frozen=True)
class Setting:
    """A text set: its places, the size of the whole, and where its last line ends."""

    places: list[Place]
    width: float
    height: float
    end: tuple[float, float]


def lines_of(text: str, longest: int) -> list[list[tuple[int, str]]]:
    """The lines of a text, each character with its index; those that are longer than `longest` are
    broken into about equal ones, never before a mark that ends something."""
    lines: list[list[tuple[int, str]]] = [[]]
    for index, character in enumerate(text):
        if character == "\n":
            lines.append([])
        else:
            lines[-1].append((index, " " if character.isspace() else character))
    broken = []
    for whole in lines:
        line = whole
        left = max(1, -(-len(line) // longest))  # lines to come of this one
        while left > 1 and line:
            at = -(-len(line) // left)
            while at < len(line) and line[at][1] in HANGING:
                at += 1
            broken.append(line[:at])
            line, left = line[at:], left - 1
        if line or not whole:
            broken.append(line)
    return broken


def set_text(
    text: str,
    columns: bool,
    has: Callable[[str], bool],
    advance: Callable[[str], float],
    longest: int = LONGEST,
) -> Setting:
    """A text in columns from right to left, or in rows.

    Args:
        has: whether the font has a character.
        advance: of a character in a row, in ems.
        longest: characters in a line before it is broken.
    """
    lines = lines_of(text, longest)
    across = 2 * MARGIN + 1 + LEADING * (len(lines) - 1)
    places, lengths = [], [0.0]
    for number, line in enumerate(lines):
        middle, along = MARGIN + 0.5 + LEADING * number, MARGIN
        for index, character in line:
            step = column_step(character) if columns else advance(character) * PITCH
            if character == " ":
                along += SPACE
                continue
            x, y = (across - middle, along + step / 2) if columns else (along + step / 2, middle)
            places.append(placed(index, character, x, y, columns, has))
            along += step
        lengths.append(along - MARGIN)
    longest_line = max(*lengths, 1.0) + 2 * MARGIN
    width, height = (across, longest_line) if columns else (longest_line, across)
    last, end = MARGIN + 0.5 + LEADING * (len(lines) - 1), MARGIN + lengths[-1]
    return Setting(places, width, height, (across - last, end) if columns else (end, last))


def placed(
    index: int, character: str, x: float, y: float, columns: bool, has: Callable[[str], bool]
) -> Place:
    """A character at a place, punctuation as columns or rows have it."""
    if not columns or character not in VERTICAL:
        return Place(index, character, x, y)
    if has(VERTICAL[character]):
        return Place(index, VERTICAL[character], x, y)
    return Place(index, character, x, y, character not in UPRIGHT, character in CORNER)


def column_step(character: str) -> float:
    """The length that a character takes in a column."""
    return PITCH * (NARROW if character.isascii() and character.isalnum() else 1)
