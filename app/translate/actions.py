"""The Translate tab as plain functions: a picture to its translation, examples to start from, and
the translations of a session.

Many files at once are in `app.translate.batch_actions`.
"""

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat

from app.shared import examples as pictures
from app.shared.drawings import OUTLINES, takes_outline
from app.shared.library import Library
from app.shared.uploads import Upload, harmless, harmless_stem, read_upload
from app.shared.validation import whole_number
from app.translate.speed import in_words, seconds
from models.images import save_png
from models.scaling import shrunk
from models.translator import Translator
from models.values.numbers import Numbers
from models.working_sizes import STROKES

SIZES = (256, 512, 1024)  # to choose from, beside those that a model knows itself
OWN_SIZE = 0
USUAL_STROKES = "medium"
MAX_SIZE = 2048  # a picture as large as a photograph would take all the memory
SHOWN = 2048  # pixels along the longer side of what the page shows; a download has all of them
PREVIEW = 320
KEPT = 24  # pictures of a session
PAINTED = ("van gogh", "painting", "paintings")  # domains that have paintings as examples
UPLOAD = "Upload a picture, and its translation appears here."
FIRST = "photo-vangogh"
EXAMPLE = "An example. Upload a picture of your own, and it appears in its place."
STRONGER = 2  # times, so that a small difference is seen
made = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends


@dataclass(frozen=True)
class Manner:
    """How a picture is translated.

    Attributes:
        direction: "A to B" or "B to A", None for the model's first.
        size: a stroke size by its name; or work at most at this long side, `OWN_SIZE` for the
            picture's own up to `MAX_SIZE`.
        strength: from 0, the picture itself, to 1, its translation.
        keep_colours: keep the picture's own colours.
        back: translate the translation back, where the model can.
    """

    direction: str | None = None
    size: float | str = OWN_SIZE
    strength: float = 1.0
    keep_colours: bool = False
    back: bool = False


@dataclass(frozen=True)
class Translation:
    """A picture and its translation as PNG files in a folder of their own.

    Attributes:
        before, after: as the page shows them, at most `SHOWN` pixels long.
        preview: the translation, small.
        back, difference: the way back and how far it ends from the picture, where that was asked
            for; else they are not there.
        download: the whole translation, with its parameters inside.
        words: what to say beside it.
        error: mean difference in a channel of picture and way back, from 0 to 1, or None.
    """

    folder: Path
    download: Path
    words: str
    error: float | None = None

    @property
    def before(self) -> Path:
        return self.folder / "before.png"

    @property
    def after(self) -> Path:
        return self.folder / "after.png"

    @property
    def preview(self) -> Path:
        return self.folder / "preview.png"

    @property
    def back(self) -> Path:
        return self.folder / "back.png"

    @property
    def difference(self) -> Path:
        return self.folder / "difference.png"


passing: list[Translation] = []  # of examples, in a manner that nobody asks for again


# models


def model_names(library: Library) -> list[str]:
    """Every model that translates pictures, the one that people know first; those that take
    outlines, as Draw does, last."""
    names = library.names(Translator)
    order = {name: (takes_outline(library.get(name)), name != FIRST, name) for name in names}
    return sorted(names, key=order.__getitem__)


def directions(library: Library, name: str) -> list[tuple[str, str]]:
    """The directions of a model: what a person reads, and its name."""
    model = library.translator(name)
    start, end = model.domains
    words = {"A to B": f"{start} → {end}", "B to A": f"{end} → {start}"}
    return [(words[direction], direction) for direction in model.directions]


def sizes(library: Library, name: str, timed: bool = True) -> list[tuple[str, int | str]]:
    """The sizes at which a model can work: what a person reads, and the size of its strokes, or
    pixels along the long side for one that has no working size.

    Args:
        timed: say how long a square picture of that size takes on this machine.
    """
    model = library.translator(name)

    def named(label: str, side: int) -> str:
        return f"{label} in {in_words(seconds(model, side))}" if timed else label

    if model.working_size:
        return [(named(one, model.checked_working_size(one, None)), one) for one in STROKES]
    usual = min(model.long_side, MAX_SIZE)
    numbers = sorted({*SIZES, min(model.size, MAX_SIZE), usual} - {OWN_SIZE})
    return [("own size", OWN_SIZE), *[(named(f"{number:,}", number), number) for number in numbers]]


def usual_size(library: Library, name: str) -> int | str:
    """The size at which a model works unless told otherwise."""
    model = library.translator(name)
    return USUAL_STROKES if model.working_size else min(model.long_side, MAX_SIZE)


# translating


def translated(
    library: Library,
    name: str,
    manner: Manner,
    picture: Image.Image,
    numbers: Numbers | None = None,
) -> tuple[Image.Image, dict, str]:
    """A picture -> its translation, the parameters that made it, and what to say beside it.

    Args:
        numbers: of its file, which a model takes that was trained on other than 8 bits.
    """
    model = library.translator(name)
    direction = model.checked_direction(manner.direction)
    scale = worked_at(manner.size, picture)
    began = time.perf_counter()
    result = model.translate(
        picture if numbers is None or model.usual else numbers,
        direction,
        strength=manner.strength,
        keep_colours=manner.keep_colours,
        **scale,
    )
    spent = in_words(time.perf_counter() - began)
    words = f"{result.width:,} × {result.height:,} pixels in {spent}."
    if 0 < scale.get("long_side", 0) < max(picture.size):
        words += f" The model worked at {scale['long_side']:,} pixels, and the result was enlarged."
    words += about_values(model, direction)
    words = " ".join([words, *remarks(model, direction, picture, numbers)])
    parameters = {"model": model.name, "direction": direction, **scale}
    if manner.strength != 1 or manner.keep_colours:
        parameters |= {"strength": manner.strength, "keep_colours": manner.keep_colours}
    return result, parameters, words


def remarks(
    model: Translator, direction: str | None, picture: Image.Image, numbers: Numbers | None
) -> list[str]:
    """Sentences on how a picture was read, and on numbers of its file that a model cuts."""
    found = list(picture.info.get("remarks", []))
    if numbers is not None and not model.usual:
        found.append(model.ranges(model.checked_direction(direction))[0].cut(numbers))
    return [words for words in found if words]


def about_values(model: Translator, direction: str) -> str:
    """What a model's numbers are, where the page shows less than all of them."""
    if model.usual:
        return ""
    taken, given = (values.words for values in model.ranges(direction))
    shown = (
        "8 bits and the first three channels" if max(model.channels(direction)) > 3 else "8 bits"
    )
    return (
        f" It takes values from {taken}, and gives {given}; shown are {shown}, and "
        "`python -m models translate` writes the numbers."
    ).replace("from a mask", "of a mask")


def worked_at(size: float | str, picture: Image.Image) -> dict[str, Any]:
    """The argument of `Translator.translate` by which a picture is translated at a size."""
    if size in STROKES:
        return {"stroke_size": size}
    size = whole_number(size, "a working size", OWN_SIZE, MAX_SIZE)
    too_large = MAX_SIZE if max(picture.size) > MAX_SIZE else OWN_SIZE
    return {"long_side": size or too_large}


def translate(library: Library, name: str, manner: Manner, given: Upload | None) -> Translation:
    """A picture from a stranger -> its translation, as files; a ValueError where there is none."""
    given = checked(given)
    result = translated(library, name, manner, given.picture, given.numbers)
    return finished(library, name, manner, given, *result)


def checked(given: Upload | None) -> Upload:
    """The picture; a ValueError where there is none."""
    if given is None:
        raise ValueError("Expected a picture, found none; upload one.")
    return given


def finished(
    library: Library,
    name: str,
    manner: Manner,
    given: Upload,
    picture: Image.Image,
    parameters: dict,
    words: str,
) -> Translation:
    """What `translated` gives, as files, with the way back where that is asked for."""
    folder = Path(tempfile.mkdtemp(dir=made.name))
    (folder / "whole").mkdir()  # a name that comes from a stranger, apart from ours
    download = folder / "whole" / f"{harmless_stem(given.name)}-{harmless(name)}.png"
    new = Translation(folder, download, words)
    save_png(shrunk(given.picture, SHOWN), new.before)
    save_png(shrunk(picture, SHOWN), new.after)
    save_png(shrunk(picture, PREVIEW), new.preview)
    save_png(picture, new.download, parameters)
    if not (manner.back and library.translator(name).usual):
        return new
    return there_and_back(library, name, manner, given.picture, picture, new)


def there_and_back(
    library: Library,
    name: str,
    manner: Manner,
    given: Image.Image,
    picture: Image.Image,
    new: Translation,
) -> Translation:
    """The same with the way back, and how far it ends from the picture; without it where the model
    knows one direction only."""
    model = library.translator(name)
    direction = model.checked_direction(manner.direction)
    other = next((one for one in model.directions if one != direction), None)
    if other is None:
        return new
    back = model.translate(picture, other, **worked_at(manner.size, given))
    apart = ImageChops.difference(given.convert("RGB"), back.convert("RGB"))
    save_png(shrunk(back, SHOWN), new.back)
    save_png(shrunk(apart.point(lambda value: STRONGER * value), SHOWN), new.difference)
    error = sum(ImageStat.Stat(apart).mean) / 3 / 255
    way_back = f"The way back ends {error:.1%} from where it began (L1)."
    return replace(new, words=f"{new.words} {way_back}", error=error)


# examples


def examples(library: Library, name: str, direction: str | None = None) -> list[str]:
    """Files of pictures to start from: outlines for a model that takes them, paintings for one that
    turns paintings into something else, photographs for any other that takes colours."""
    model = library.translator(name)
    direction = model.checked_direction(direction)
    domain = model.domains[0 if direction == "A to B" else 1].strip().lower()
    if not model.usual:
        return []
    if domain in OUTLINES:
        return list(pictures.files(pictures.OUTLINES))
    if model.channels(direction)[0] == 1:
        return []
    return list(pictures.files(pictures.PAINTINGS if domain in PAINTED else pictures.PHOTOGRAPHS))


def example(library: Library, name: str, index: float, direction: str | None = None) -> Upload:
    """A picture to start from, by its place in `examples`."""
    files = examples(library, name, direction)
    if not files:
        raise ValueError(f"Expected a model with examples, found {name}; upload a picture.")
    return read_upload(files[whole_number(index, "an example", 0, len(files) - 1)])


def first_example(library: Library, name: str, manner: Manner | None = None) -> Translation | None:
    """The translation of the first example, None where a model has none."""
    manner = manner or Manner(size=usual_size(library, name))
    if not examples(library, name, manner.direction):
        return None
    if manner.strength == 1 and not manner.keep_colours:
        return translated_once(library, library.translator(name), name, manner)
    passing.append(translate(library, name, manner, example(library, name, 0, manner.direction)))
    forget(passing[:-KEPT])
    del passing[:-KEPT]
    return passing[-1]


@lru_cache(maxsize=64)
def translated_once(library: Library, _model: Translator, name: str, manner: Manner) -> Translation:
    """Translated once as long as the model stays the same."""
    return translate(library, name, manner, example(library, name, 0, manner.direction))


# what was made in a session


def keep(session: list[Translation], new: Translation) -> None:
    """Put a picture first in a session; the files of the oldest go.

    The list itself is changed, for two events of one page may run at the same time.
    """
    session.insert(0, new)
    forget(session[KEPT:])
    del session[KEPT:]


def forget(session: Sequence[Translation]) -> None:
    """Delete the files of pictures; the page may still have its own copies."""
    for picture in session:
        shutil.rmtree(picture.folder, ignore_errors=True)
