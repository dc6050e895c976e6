"""How data lies in folders, drawn: a row for each folder, a tile for each picture in it."""

import html

SHAPES = {
    "o": "<circle cx='22' cy='22' r='12'/>",
    "s": "<rect x='11' y='11' width='22' height='22'/>",
    "t": "<path d='M22 9 35 34 9 34z'/>",
}
TILE, GAP, LABEL = 44, 10, 74
LINE = "fill='none' stroke='currentColor' stroke-width='2.5'"
COLOUR = "fill='var(--primary-400)' stroke='currentColor' stroke-width='2.5'"


def picture(layout: tuple[tuple[str, str], ...]) -> str:
    """An SVG of folders and their pictures.

    Args:
        layout: each folder's name, and a letter for each picture: o, s or t for an outline of a
            shape, the capital for the same shape in colour.
    """
    most = max(len(shapes) for _, shapes in layout)
    width, height = LABEL + most * (TILE + GAP), len(layout) * (TILE + GAP)
    rows = "".join(row(index, *folder) for index, folder in enumerate(layout))
    names = " and ".join(f"{name}/" if name else "one folder" for name, _ in layout)
    return (
        f"<svg class='layout' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"role='img' aria-label='Pictures in {html.escape(names)}'>{rows}</svg>"
    )


def row(index: int, name: str, shapes: str) -> str:
    """A folder and its pictures."""
    top = index * (TILE + GAP)
    label = f"{name}/" if name else "folder/"
    tiles = "".join(tile(place, shape) for place, shape in enumerate(shapes))
    return (
        f"<g transform='translate(0 {top})'><text x='0' y='27' fill='currentColor'>"
        f"{html.escape(label)}</text>{tiles}</g>"
    )


def tile(place: int, shape: str) -> str:
    """One picture."""
    left = LABEL + place * (TILE + GAP)
    paint = COLOUR if shape.isupper() else LINE
    return (
        f"<g transform='translate({left} 0)'><rect width='{TILE}' height='{TILE}' rx='4' "
        f"fill='var(--background-fill-primary)' stroke='var(--border-color-primary)'/>"
        f"<g {paint}>{SHAPES[shape.lower()]}</g></g>"
    )
