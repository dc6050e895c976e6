"""Words as a vector, by a table of pieces of words that lies inside an exported model.

    words.safetensors    "vectors" int8 (pieces, dim), "scales" float (pieces,); of the metadata
                         "pieces", one a line, and "licence"

A text is split as WordPiece does (Wu et al. 2016, section 4.1), by the longest piece that the table
has; a piece that goes on inside a word begins with ##. Its vector is the sum of the pieces'
vectors, brought to a length of sqrt(dim), so that each entry is of the size of standard normal
noise. What was made of a sentence encoder so has no need of it any more: the table is all.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from models.config import MAX_ARGUMENT, InvalidModel

WORDS_FILE = "words.safetensors"
MAX_BYTES = 2**24
MAX_PIECES = 65_536
LONGEST = 500  # characters of a text
INSIDE = "##"  # before a piece that goes on inside a word
WORD = re.compile(r"[^\W_]+")
LAST_WORD = re.compile(r"[^\W_]+$")
TONGUES_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class WordTable:
    """Pieces of words and their vectors.

    Attributes:
        pieces: in small letters without accents.
        vectors: int8 (pieces, dim).
        scales: what a piece counts for, float32 (pieces,): the size of its int8 steps times its
            weight.
        licence: of what the vectors were made from.
    """

    def __init__(self, pieces: list[str], vectors: Tensor, scales: Tensor, licence: str = ""):
        self.pieces, self.vectors, self.scales = pieces, vectors, scales.float()
        self.licence = licence
        self.index = {piece: row for row, piece in enumerate(pieces)}
        self.longest = max(map(len, pieces))

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self.vectors.shape[1]

    def encode(self, text: str) -> Tensor:
        """The vector (dim,) of a text, of length sqrt(dim); zeros where no piece of it is known.

        Raises:
            ValueError: more than `LONGEST` characters.
        """
        return self.vector(self.split(text))

    def vector(self, pieces: list[str]) -> Tensor:
        """As `encode`, of pieces that the table has."""
        rows = [self.index[piece] for piece in pieces]
        total = (self.vectors[rows].float() * self.scales[rows, None]).sum(0)
        length = total.norm()
        return total * (self.dim**0.5 / length) if length > 0 else torch.zeros(self.dim)

    def split(self, text: str) -> list[str]:
        """The pieces of a text that the table has, in order.

        Raises:
            ValueError: more than `LONGEST` characters.
        """
        check_length(text)
        return [piece for word in WORD.findall(folded(text)) for piece in self.split_word(word)]

    def completions(self, text: str, count: int = 6) -> list[str]:
        """A text with its last word completed in each way that the table knows, as the pieces come
        in it; none where nothing is begun, and none that changes nothing.

        Raises:
            ValueError: as `split`.
        """
        check_length(text)
        begun = LAST_WORD.search(text)
        if not begun:
            return []
        word = folded(begun[0])
        starts = range(len(word) if TONGUES_WITHOUT_SPACES.match(word[-1]) else 1)
        for start in starts:  # where no spaces are written the last word begins anywhere
            rest = word[start:]
            found = [piece for piece in self.pieces if piece.startswith(rest) and piece != rest]
            if found:
                before = text[: len(text) - len(rest)]
                return [before + piece for piece in found[:count]]
        return []

    def split_word(self, word: str) -> Iterator[str]:
        """The longest pieces of a word from its beginning on; none of a word in letters that leaves
        a part over, as WordPiece has it. Where tongues write no spaces, what is unknown is passed
        over and every piece can begin anywhere."""
        found, start = [], 0
        while start < len(word):
            unspaced = bool(TONGUES_WITHOUT_SPACES.match(word[start]))
            mark = INSIDE if start and not unspaced else ""
            for end in range(min(len(word), start + self.longest), start, -1):
                if (piece := mark + word[start:end]) in self.index:
                    found.append(piece)
                    start = end
                    break
            else:
                if not unspaced:
                    return iter(())
                start += 1
        return iter(found)


def check_length(text: str) -> None:
    """Raise ValueError for a text of more than `LONGEST` characters."""
    if len(text) > LONGEST:
        raise ValueError(
            f"Expected words of at most {LONGEST} characters, found {len(text):,}; a few words "
            "say what a thing is."
        )


def folded(text: str) -> str:
    """Text in small letters, of one Unicode form, without accents."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    plain = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", plain)


def save_words(table: WordTable, path: str | Path) -> None:
    """Write a table as a safetensors file."""
    tensors = {"vectors": table.vectors.contiguous(), "scales": table.scales.half()}
    save_file(tensors, path, {"pieces": "\n".join(table.pieces), "licence": table.licence})


def table_of(folder: Path, dim: int) -> WordTable:
    """The table of an exported model that is told words by vectors of so many numbers.

    Raises:
        InvalidModel: none, or another.
    """
    table = load_words(folder / WORDS_FILE)
    if table.dim != dim:
        raise InvalidModel(
            f"Expected vectors of {dim} numbers in {folder / WORDS_FILE}, found {table.dim}."
        )
    return table


def load_words(path: str | Path) -> WordTable:
    """The table of a safetensors file.

    Raises:
        InvalidModel: missing, too large, damaged, or another file.
    """
    path = Path(path)
    if not path.is_file():
        raise InvalidModel(f"Expected the table of words {path}, found no such file.")
    if path.stat().st_size > MAX_BYTES:
        raise InvalidModel(
            f"Expected a table of words of at most {MAX_BYTES // 2**20} MB in {path}, found a "
            "larger one."
        )
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            vectors, scales = file.get_tensor("vectors"), file.get_tensor("scales")
    except (SafetensorError, OSError) as error:
        raise InvalidModel(
            f"Expected a table of words in {path}, found another or a damaged file ({error})."
        ) from None
    pieces = metadata.get("pieces", "").split("\n")
    fits = vectors.dtype == torch.int8 and vectors.ndim == 2 and len(pieces) == len(set(pieces))
    fits = fits and vectors.shape[0] == len(pieces) <= MAX_PIECES and all(pieces)
    fits = fits and scales.shape == (len(pieces),) and vectors.shape[1] <= MAX_ARGUMENT
    if not fits or not torch.isfinite(scales.float()).all():
        raise InvalidModel(
            f"Expected a table of words in {path} with a vector in int8 and a scale for each of "
            "its pieces, found another one."
        )
    return WordTable(pieces, vectors, scales, metadata.get("licence", ""))
