"""Words for the pictures of a data set, from a CSV beside it: --words FILE.

    name,caption,tags
    1F353,strawberry,"berry, fruit, red"

The first column names a picture, as its file is called, with or without its ending. A column that
is called caption, or alike, says what it shows; the others hold tags, several in one between
commas. Columns that by their name tell something else than words are passed over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.conditions.words import LONGEST, WordTable, load_words
from models.locations import bundled_data
from training.data.errors import DataError
from training.data.labelled.tables import column, csv_rows

CAPTIONS = ("caption", "captions", "annotation", "words", "text", "title", "description", "label")
NO_WORDS = ("split", "licence", "license", "author", "url", "width", "height")
NOTHING = 0.4  # share of pictures of which nothing is said
CAPTION, CAPTION_AND_TAGS = 0.5, 0.35  # of the others; the rest is told by tags alone
MOST_TAGS = 3
NOISE = 0.15  # on a vector of standard size, so that words nearby say nearly the same (Zhang 2017,
# StackGAN, section 3.2)


@dataclass(frozen=True)
class Caption:
    """Words of one picture: what it shows, and further tags."""

    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Captions:
    """Words of the pictures of a data set, and the table that makes them vectors.

    Attributes:
        by_name: of each picture, by its file's name in small letters without its ending.
        path: where they stand.
    """

    by_name: dict[str, Caption]
    table: WordTable
    path: Path

    def of(self, picture: Path) -> Caption:
        """The words of a picture; none where nothing is said of it."""
        return self.by_name.get(picture.stem.lower(), Caption(""))

    def drawn(self, picture: Path, seed: int, nothing: float = NOTHING) -> Tensor:
        """The vector (1, dim) of some of a picture's words, with noise; zeros for none of them.

        Args:
            nothing: how often nothing is said.
        """
        stream = np.random.default_rng([seed, 2])  # apart from the augmentation's
        text = some_words(self.of(picture), stream, nothing)
        vector = self.table.encode(text)
        if vector.any():
            vector = vector + NOISE * torch.from_numpy(stream.standard_normal(len(vector))).float()
        return vector[None]

    def vectors(self, pictures: Iterable[Path]) -> Tensor:
        """The vectors (N, dim) of what pictures show."""
        return torch.stack([self.table.encode(self.of(one).text) for one in pictures])

    def warning(self, pictures: list[Path]) -> list[str]:
        """How many pictures nothing is said of, in words, if any.

        Raises:
            DataError: of none is anything said.
        """
        silent = [one for one in pictures if not self.of(one).text and not self.of(one).tags]
        if len(silent) == len(pictures):
            raise DataError(
                f"Expected words for pictures like {pictures[0].name} in {self.path}, whose first "
                "column names them, found none for any picture."
            )
        if not silent:
            return []
        return [
            f"{len(silent)} of {len(pictures)} pictures have no words in {self.path.name}, the "
            f"first: {silent[0].name}."
        ]


def some_words(caption: Caption, stream: np.random.Generator, nothing: float = NOTHING) -> str:
    """The caption, some tags, or both; none of it now and then."""
    kind = stream.random()
    if kind < nothing:
        return ""
    kind = (kind - nothing) / (1 - nothing)
    count = min(len(caption.tags), int(stream.integers(1, MOST_TAGS + 1)))
    if kind < CAPTION or not count:
        return caption.text
    tags = [caption.tags[i] for i in stream.permutation(len(caption.tags))[:count]]
    told = [caption.text, *tags] if kind < CAPTION + CAPTION_AND_TAGS else tags
    return " ".join(told)[:LONGEST]


def read_captions(words: str, table: str | Path | None = None) -> Captions:
    """The words that --words gives: a CSV, the folder of a words.csv, or a bundled name.

    Args:
        table: a safetensors file of words; the bundled one where it is not given.

    Raises:
        DataError: no such file, or no table of names and words.
        InvalidModel: no table of words in the safetensors file.
    """
    bundled = bundled_data() / words / "words.csv"
    path = bundled if bundled.is_file() else Path(words).expanduser()
    path = path / bundled.name if path.is_dir() else path
    if not path.is_file():
        raise DataError(f"Expected a CSV with the words of pictures at {words}, found no file.")
    rows = csv_rows(path)
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    told = [index for index, name in enumerate(header) if index and name not in NO_WORDS]
    if not told or len(rows) < 2:
        raise DataError(
            f"Expected the names of pictures in the first column of {path} and words in others, "
            f"found {', '.join(header) or 'nothing'}."
        )
    caption = column(header, CAPTIONS)
    caption = told[0] if caption is None or caption not in told else caption
    others = [index for index in told if index != caption]
    by_name = {}
    for row in rows[1:]:
        cells = [*row, *[""] * (len(header) - len(row))]
        tags = [tag.strip() for index in others for tag in cells[index].split(",")]
        text = cells[caption].strip()[:LONGEST]
        by_name[Path(cells[0].strip()).stem.lower()] = Caption(
            text, tuple(dict.fromkeys(filter(None, tags)))
        )
    return Captions(by_name, load_words(table or bundled_table()), path)


def bundled_table() -> Path:
    """The table of English and Chinese words."""
    return bundled_data() / "words" / "words.safetensors"
