"""Names that belong together: of two lists of names, which ones pair, and by what they have in
common. Order alone never pairs anything.

A name is a picture's path inside its folder, without the ending. Rules are tried from the strictest
on: the name as it is; without the folders inside; whatever its case, its Unicode form and the zeros
before its numbers; and without the beginning and the end that all names of a side have in common,
`img_7_A` with `img_7_B`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import product, takewhile
from typing import NamedTuple

from training.data.reading import MAX_BROKEN

Key = Callable[[str], str]


class NameMatch(NamedTuple):
    """Names that pair, and those without a partner.

    Attributes:
        rule: by which they pair, in words; empty where they are the same.
    """

    pairs: list[tuple[str, str]]
    alone_a: list[str]
    alone_b: list[str]
    rule: str = ""

    @property
    def fits(self) -> bool:
        """Whether at most a tenth is without a partner."""
        alone = len(self.alone_a) + len(self.alone_b)
        return bool(self.pairs) and alone <= MAX_BROKEN * (len(self.pairs) + alone)


def match(a: Sequence[str], b: Sequence[str]) -> NameMatch:
    """The best match of two lists of names, by the strictest rule of those that pair as many."""
    best = NameMatch([], list(a), list(b))
    for rules in (plain_rules(), affix_rules(a, b)):
        for words, key_a, key_b in rules:
            found = joined(a, b, key_a, key_b, words)
            best = found if len(found.pairs) > len(best.pairs) else best
        if best.fits:
            return best
    return best


def joined(a: Sequence[str], b: Sequence[str], key_a: Key, key_b: Key, words: str) -> NameMatch:
    """Names whose keys are the same; a key that comes twice on a side pairs nothing."""
    of_a, of_b = by_key(a, key_a), by_key(b, key_b)
    single = [key for key, names in of_a.items() if key and len(names) == len(of_b[key]) == 1]
    pairs = [(of_a[key][0], of_b[key][0]) for key in single]
    there_a, there_b = {one for one, _ in pairs}, {one for _, one in pairs}
    alone_a = [name for name in a if name not in there_a]
    return NameMatch(pairs, alone_a, [name for name in b if name not in there_b], words)


def by_key(names: Sequence[str], key: Key) -> dict[str, list[str]]:
    """The names that have each key."""
    found = defaultdict(list)
    for name in names:
        found[key(name)].append(name)
    return found


def plain_rules() -> Iterator[tuple[str, Key, Key]]:
    """The rules that treat both sides alike."""
    loose = "whatever their case, Unicode form and leading zeros"
    for words, key in (
        ("", str),
        ("without the folders inside", last),
        (loose, folded),
        (f"{loose}, without the folders inside", lambda name: folded(last(name))),
    ):
        yield words, key, key


def affix_rules(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, Key, Key]]:
    """The rules that drop what the names of a side have in common at their ends."""
    of_a, of_b = ([folded(last(name)) for name in names] for names in (a, b))
    ends = [(beginnings(names), endings(names)) for names in (of_a, of_b)]
    choices = sorted(
        product(*ends[0], *ends[1]), key=lambda four: sum(map(len, four))
    )  # what drops less goes first
    for head_a, tail_a, head_b, tail_b in choices:
        dropped = [f"{head}*{tail}" for head, tail in ((head_a, tail_a), (head_b, tail_b))]
        words = f"by what * stands for in {dropped[0]} and {dropped[1]}"
        yield words, without(head_a, tail_a), without(head_b, tail_b)


def without(head: str, tail: str) -> Key:
    """The key of a name without a beginning and an end; empty where it has not both."""

    def key(name: str) -> str:
        name = folded(last(name))
        fits = name.startswith(head) and name.endswith(tail) and len(name) > len(head) + len(tail)
        return name[len(head) : len(name) - len(tail)] if fits else ""

    return key


def last(name: str) -> str:
    """A name without the folders in front."""
    return name.rpartition("/")[2]


def folded(name: str) -> str:
    """A name in one case and Unicode form, without zeros in front of its numbers."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return re.sub(r"(?<!\d)0+(?=\d)", "", composed)


def beginnings(names: Sequence[str]) -> list[str]:
    """What nearly all names begin with: nothing, all that they share, and that up to its last
    mark."""
    shared = shared_beginning(names)
    marked = re.sub(r"[^\W\d_]+$", "", shared)  # no word is cut
    return list(dict.fromkeys(["", marked, shared]))


def endings(names: Sequence[str]) -> list[str]:
    """What nearly all names end with, as `beginnings`."""
    shared = shared_beginning([name[::-1] for name in names])[::-1]
    return list(dict.fromkeys(["", re.sub(r"^[^\W\d_]+(?=[\W_])", "", shared), shared]))


def shared_beginning(names: Sequence[str]) -> str:
    """What all but a few of some names begin with; a number is never cut."""
    ordered = sorted(names)
    spared = -(-len(ordered) // 20) if len(ordered) >= 10 else 0
    kept = ordered[spared : len(ordered) - spared]
    if not kept:
        return ""
    same = takewhile(lambda two: two[0] == two[1], zip(kept[0], kept[-1], strict=False))
    return re.sub(r"\d+$", "", "".join(letter for letter, _ in same))
