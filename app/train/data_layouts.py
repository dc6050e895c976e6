"""How data lies in folders, drawn: a row for each folder, a tile for each picture in it."""

import html

from training.runs.data_rules import DataRule

SHAPES = {
    "o": "<circle cx='22' cy='22' r='12'/>",
    "s": "<rect x='11' y='11' width='22' height='22'/>",
    "t": "<path d='M22 9 35 34 9 34z'/>",
}
TILE, GAP, LETTER = 44, 10, 8.5
LINE = "fill='none' stroke='currentColor' stroke-width='2.5'"
COLOUR = "fill='var(--primary-400)' stroke='currentColor' stroke-width='2.5'"


def picture(rule: DataRule) -> str:
    """An SVG of folders or files and the pictures in them."""
    label = max(len(name) for name, _ in rule.drawn) * LETTER + GAP
    widths = [sum(len(one) * TILE + GAP for one in tiles.split()) for _, tiles in rule.drawn]
    width, height = label + max(widths), len(rule.drawn) * (TILE + GAP)
    rows = "".join(row(index, label, *folder) for index, folder in enumerate(rule.drawn))
    return (
        f"<svg class='layout' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"role='img' aria-label='{html.escape(rule.title)}'>{rows}</svg>"
    )


def row(index: int, label: float, name: str, tiles: str) -> str:
    """A folder and its pictures."""
    drawn, left = "", label
    for shapes in tiles.split():
        drawn += tile(left, shapes)
        left += len(shapes) * TILE + GAP
    return (
        f"<g transform='translate(0 {index * (TILE + GAP)})'><text x='0' y='27' "
        f"fill='currentColor'>{html.escape(name)}</text>{drawn}</g>"
    )


def tile(left: float, shapes: str) -> str:
    """One picture, of as many squares as it has shapes."""
    drawn = "".join(
        f"<g transform='translate({place * TILE} 0)' {COLOUR if shape.isupper() else LINE}>"
        f"{SHAPES[shape.lower()]}</g>"
        for place, shape in enumerate(shapes)
    )
    return (
        f"<g transform='translate({left} 0)'><rect width='{len(shapes) * TILE}' height='{TILE}' "
        f"rx='4' fill='var(--background-fill-primary)' stroke='var(--border-color-primary)'/>"
        f"{drawn}</g>"
    )
