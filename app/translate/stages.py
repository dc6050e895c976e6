"""A translation step by step: a first look at a small copy, then the whole."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.shared.library import Library
from app.shared.uploads import Upload
from app.translate import actions
from app.translate.actions import SHOWN, Manner, Translation
from app.translate.speed import expected, in_words
from models.scaling import resized, shrunk

LOOK = 192  # pixels along the shorter side of what the first look is translated from
QUALITY = 90  # of its JPEG, which is written in a tenth of a PNG's time


@dataclass(frozen=True)
class Stage:
    """How far a translation is.

    Attributes:
        words: what is being done.
        done: share of the way, 0 to 1, that lies behind.
        next: the share at which this stage ends, after about so many `seconds`.
        look: the picture and its translation as far as it is known, as files.
        made: the translation, in the last stage.
    """

    words: str = ""
    done: float = 0.0
    next: float = 1.0
    seconds: float = 1.0
    look: tuple[Path, Path] | None = None
    made: Translation | None = None


def stages(library: Library, name: str, manner: Manner, given: Upload | None) -> Iterator[Stage]:
    """Translate a picture from a stranger, and tell of each step.

    Raises:
        ValueError: no picture, or something that the model does not have.
    """
    given = actions.checked(given)
    model = library.translator(name)
    scale = actions.worked_at(manner.size, given.picture)
    with tempfile.TemporaryDirectory(dir=actions.made.name) as folder:
        look = None
        if min(given.picture.size) > LOOK and model.usual:
            yield Stage("A first look.", 0, 0.1)
            look = first_look(library, name, manner, given.picture, Path(folder))
        spent = expected(model, given.picture.size, **scale)
        words = f"The whole picture, in about {in_words(spent)}."
        yield Stage(words, 0.1 if look else 0, 0.8, spent, look)
        result = actions.translated(library, name, manner, given.picture, given.numbers)
        yield Stage("The whole picture as a file.", 0.8, look=look)
        yield Stage(made=actions.finished(library, name, manner, given, *result))


def first_look(
    library: Library, name: str, manner: Manner, picture: Image.Image, folder: Path
) -> tuple[Path, Path]:
    """A picture and the translation of a small copy, both as large as the page shows them."""
    model = library.translator(name)
    small = resized(picture, LOOK / min(picture.size))
    result = model.translate(
        small,
        manner.direction,
        max(small.size),
        strength=manner.strength,
        keep_colours=manner.keep_colours,
    )
    before = shrunk(picture, SHOWN)
    paths = folder / "before.jpg", folder / "look.jpg"
    for one, path in zip((before, result.resize(before.size)), paths, strict=True):
        one.save(path, quality=QUALITY)
    return paths
