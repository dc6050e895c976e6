"""The Write tab as plain functions: a text and how it is to look, to a sheet, and to files."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.shared.drawings import read_drawing
from app.shared.library import Library
from models.calligraphy.files import save_sheet
from models.calligraphy.sheet import Mark, Sheet
from models.calligraphy.writer import checked_text
from models.conditions.manners import Manner
from models.translator import Translator

MAX_CHARACTERS = 60
SETTINGS = ("columns", "rows")
SEED = 7  # of varied writing
LARGEST = 1600  # pixels of the longer side of what the page shows
made = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends
ENDINGS = {"png": ".png", "svg": ".svg", "animation": ".webp"}


@dataclass(frozen=True)
class Change:
    """One character by itself.

    Attributes:
        character: that stood there; of another text the change is none.
        manner: its own, or None.
        drawing: in its place, a data URL, or empty.
    """

    character: str
    manner: Manner | None = None
    drawing: str = ""


Changed = Mapping[int, Change]


@dataclass(frozen=True)
class Writing:
    """What is written, and how.

    Attributes:
        name: of the model.
        manner, other, share: from one manner (0) to another (1).
        setting: columns or rows.
        changes: characters by themselves, by index in the text.
    """

    name: str
    text: str
    manner: str | None = None
    other: str | None = None
    share: float = 0.0
    setting: str = "columns"
    ink: str = "black"
    paper: str = "white"
    seal: str = ""
    varied: bool = False
    changes: Changed = field(default_factory=dict)


LOOK = [one.name for one in fields(Writing)[2:-1]]  # how it looks, of all characters


def model_names(library: Library) -> list[str]:
    """Every model that writes."""
    return [name for name in library.names(Translator) if library.translator(name).writes]


def writer(library: Library, name: str) -> Translator:
    """The model of that name, which writes.

    Raises:
        ValueError: there is none, or it does not write.
    """
    model = library.translator(name)
    if not model.writes:
        raise ValueError(f"Expected a model that writes, found {name}; choose one from the list.")
    return model


def blend(manner: str | None, other: str | None, share: float) -> Manner | None:
    """Two manners in parts."""
    if not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise ValueError(f"Expected a share from 0 to 1, found {share!r}.")
    if manner is None or other in (None, manner) or share == 0:
        return manner
    return {manner: 1 - share, str(other): float(share)}


def written(library: Library, wanted: Writing) -> Sheet:
    """A text as it is written.

    Raises:
        ValueError: no text or too much; as `Writer.inscribe`.
    """
    text = checked_text(wanted.text)
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"Expected at most {MAX_CHARACTERS} characters here, found {len(text)}; `atelier "
            "write` takes more."
        )
    if wanted.setting not in SETTINGS:
        raise ValueError(f"Expected columns or rows, found {wanted.setting!r}.")
    there = {
        index: change
        for index, change in wanted.changes.items()
        if text[index : index + 1] == change.character
    }
    return writer(library, wanted.name).inscribe(
        text,
        blend(wanted.manner, wanted.other, wanted.share),
        wanted.setting == "columns",
        SEED if wanted.varied else None,
        wanted.seal or "",
        {index: change.manner for index, change in there.items() if change.manner is not None},
        {index: read_drawing(one.drawing) for index, one in there.items() if one.drawing},
    )


def shown_size(sheet: Sheet, size: int) -> int:
    """The pixels of a character of what the page shows."""
    return min(int(size), sheet.size_for(LARGEST))


def at(sheet: Sheet, size: int, x: float, y: float) -> Mark:
    """The character that stands nearest to a place in a picture of the sheet."""

    def distance(mark: Mark) -> float:
        return (mark.x - x / size) ** 2 + (mark.y - y / size) ** 2

    return min([*sheet.marks, *sheet.lacking], key=distance)


def changed(
    changes: Changed, text: str, index: int, manner: Manner | None, drawing: str | None
) -> dict[int, Change]:
    """Changes with one more, or one less where a character is to be as the others.

    Raises:
        ValueError: no such character.
    """
    text = checked_text(text)
    if isinstance(index, bool) or int(index) != index or not 0 <= index < len(text):
        raise ValueError(
            f"Expected the place of a character, 0 to {len(text) - 1}, found {index!r}."
        )
    index = int(index)
    kept = {place: change for place, change in changes.items() if place != index}
    if manner is None and not drawing:
        return kept
    return {**kept, index: Change(text[index], manner, drawing or "")}


def fitting(changes: Changed, manners: Sequence[str]) -> dict[int, Change]:
    """Changes as a model of other manners can have them: without those that it does not know."""
    kept = {
        place: one if names(one.manner) <= {*manners} else replace(one, manner=None)
        for place, one in changes.items()
    }
    return {place: one for place, one in kept.items() if one.manner or one.drawing}


def names(manner: Manner | None) -> set[str]:
    """The manners that are in one or in a blend."""
    return {manner} if isinstance(manner, str) else {*(manner or ())}


def parameters(wanted: Writing) -> dict[str, Any]:
    """What made a writing, for its file; characters by themselves are left out."""
    look = {one: getattr(wanted, one) for one in LOOK}
    usual = Writing(wanted.name, wanted.text)
    other = {key: value for key, value in look.items() if value != getattr(usual, key)}
    return {"model": wanted.name, "text": wanted.text, **other}


def file(library: Library, wanted: Writing, kind: str) -> str:
    """A file of the writing: png for print, svg, or animation."""
    sheet = written(library, wanted)
    folder = Path(tempfile.mkdtemp(dir=made.name))
    path = folder / f"writing{ENDINGS[kind]}"
    about = parameters(replace(wanted, text=sheet.text))
    save = partial(save_sheet, sheet, path, None, wanted.ink, wanted.paper)
    save(moving=kind == "animation", about=about)
    return str(path)
