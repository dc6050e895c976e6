"""Characters: sets of them by name, which are held out, and what their files are called."""

import hashlib
import re
import string
import unicodedata
from itertools import product
from pathlib import Path

from training.data.errors import DataError

HELD_OUT = 0.1  # share of the characters that are never trained on
TRAIL = range(0xA1, 0xFF)  # second bytes of the EUC codes
LARGEST_FILE = 2**24  # bytes of a list of characters


def of_codes(codec: str, leads: range, trails: range = TRAIL) -> str:
    """The characters of two-byte codes, those that are not assigned left out."""
    codes = (bytes(code) for code in product(leads, trails))
    return "".join(code.decode(codec, "ignore") for code in codes)


def big5() -> str:
    """Level 1 of Big5, A440 to C67E: the 5,401 commoner traditional characters."""
    low, high = range(0x40, 0x7F), TRAIL
    full = (of_codes("big5", range(0xA4, 0xC6), trails) for trails in (low, high))
    return "".join(full) + of_codes("big5", range(0xC6, 0xC7), low)


SETS = {
    "han": lambda: "".join(map(chr, range(0x4E00, 0xA000))),  # Unicode's first and largest block
    "big5": big5,
    "gb2312": lambda: of_codes("gb2312", range(0xB0, 0xD8)),  # level 1: 3,755 simplified
    "jisx0208": lambda: of_codes("euc_jp", range(0xB0, 0xD0)),  # level 1: 2,965 kanji
    "kana": lambda: of_codes("euc_jp", range(0xA4, 0xA6)),
    "hangul": lambda: of_codes("euc_kr", range(0xB0, 0xC9)),  # KS X 1001: 2,350 syllables
    "latin": lambda: string.ascii_letters + string.digits,
}


def read_characters(chosen: str) -> frozenset[str]:
    """The characters of a set by its name, or all those in a text file.

    Raises:
        DataError: neither such a set nor a file of text in UTF-8.
    """
    if chosen in SETS:
        return frozenset(SETS[chosen]())
    path = Path(chosen).expanduser()
    if not path.is_file():
        raise DataError(
            f"Expected a text file or one of the sets {', '.join(SETS)} as characters, found no "
            f"{chosen!r}."
        )
    if path.stat().st_size > LARGEST_FILE:
        raise DataError(
            f"Expected a text file of at most {LARGEST_FILE // 2**20} MB in {path}, found a larger "
            "one."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(
            f"Expected text in UTF-8 in {path}, found a file that is none; save it as UTF-8."
        ) from None
    if not (found := frozenset(filter(is_drawn, unicodedata.normalize("NFC", text)))):
        raise DataError(f"Expected characters in {path}, found none.")
    return found


def is_drawn(character: str) -> bool:
    """Whether a character is one of its own: a letter, number, mark of punctuation or symbol, and
    no double that Unicode keeps for older codes' sake."""
    kind = unicodedata.category(character)[0]
    return kind in "LNPS" and unicodedata.normalize("NFC", character) == character


def order(character: str, seed: int) -> float:
    """A number in [0, 1) for a character, the same one whatever fonts it comes from."""
    digest = hashlib.sha256(f"{seed}:{character}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def is_held_out(character: str, seed: int) -> bool:
    """Whether a character is for the test split: of every font the same ones, so that none is
    trained on in one manner and tested in another, or in a later run."""
    return order(character, seed) < HELD_OUT


def stem(character: str) -> str:
    """The name of a character's file without ending: itself, or its code point where file systems
    take case, dots and slashes for something else."""
    own = unicodedata.category(character) == "Lo"
    return character if own else f"U+{ord(character):04X}"


def character_of(name: str) -> str | None:
    """The character that a file without ending is named by: 永, U+6C38, u6c38 or uni6C38; None for
    another name."""
    name = unicodedata.normalize("NFC", name.strip())
    if len(name) == 1:
        return name
    code = re.fullmatch(r"(?:u\+|uni|u)([0-9a-f]{4,6})", name, re.IGNORECASE)
    number = int(code[1], 16) if code else 0
    sound = code and number <= 0x10FFFF and not 0xD800 <= number < 0xE000
    return chr(number) if sound else None
