"""A written sheet as a file: pixels, outlines or an animation, as its name says."""

from pathlib import Path
from typing import Any

from models.calligraphy import animation
from models.calligraphy.sheet import Sheet
from models.file_jobs import ENDINGS, write

PRINTED = 2048  # pixels of the longer side of a picture to be printed
MOVING, LONGEST = 96, 1024  # pixels of a character of an animation, and of its longer side at most
OUTLINED = 128  # units of a character of an SVG


def save_sheet(
    sheet: Sheet,
    path: Path,
    size: int | None = None,
    ink: str = "black",
    paper: str = "white",
    moving: bool = False,
    about: dict[str, Any] | None = None,
) -> None:
    """Write a sheet as .svg, as an animation (.gif, or .webp where `moving`), or as a picture,
    whole or not at all.

    Args:
        size: pixels of a character's square; chosen for print, or for an animation, where it is
            None.
        ink, paper: as `Sheet.image` has them.
        about: kept in a PNG.

    Raises:
        ValueError: another ending; as `Sheet.image`.
    """
    ending = path.suffix.lower()
    if ending not in (*ENDINGS, ".svg", ".gif"):
        raise ValueError(
            f"Expected a file that ends in .svg, .gif or {', '.join(ENDINGS)}, found {path.name}; "
            "name another."
        )
    if not (moving or ending in (".svg", ".gif")):
        image = sheet.image(size or sheet.size_for(PRINTED), ink, paper)
        if paper == "transparent" and ending in (".jpg", ".jpeg"):
            raise ValueError(
                f"Expected a file that keeps transparency, such as .png, found {path.name}."
            )
        write(image, path, about or {})
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.tmp{path.suffix}")
    try:
        if ending == ".svg":
            partial.write_text(sheet.svg(size or OUTLINED, ink, paper), encoding="utf-8")
        else:
            size = size or min(MOVING, sheet.size_for(LONGEST))
            animation.save_animation(sheet, partial, size, ink, paper)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
