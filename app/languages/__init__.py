"""One language for the whole page: English, and the catalogs beside this file.

As with gettext, the English text is the key: `zh-TW.json` and `zh-CN.json` are {English:
translation}. A text with values inside, an f-string or a `.format`, has places in its key,
"Expected {0} pictures, found {1}."; it is found by its words, and what stood in its places is put
into those of the translation. A key that is a place and nothing else, "{photograph}", translates a
word in a place.

Code writes English, and all that goes to the page is translated on its way (`app.languages.page`):
labels, choices, HTML, Markdown, errors. So no tab has to know of languages, what a script is told
stays as it was, and only what goes around Gradio's answers is said with `say`.
"""

import json
import re
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

LANGUAGES = {"en": "English", "zh-TW": "繁體中文", "zh-CN": "简体中文"}
ENGLISH = "en"
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
PLACE = re.compile(r"\{(\w+)[^{}]*\}")
SHORT = 7  # letters; the places of a template with fewer take two words at most
LONGEST = 1000  # characters that are compared with templates: each place takes its time
SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z`])")
BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # no spaces in Chinese
CHINESE_END = ("。", "？", "！", "；", "：")
# of the request that is answered
spoken_language: ContextVar[str] = ContextVar("spoken_language", default=ENGLISH)


class Template(NamedTuple):
    """A text with places: how it begins, all of it, and its translation."""

    start: str
    pattern: re.Pattern[str]
    translation: str


def say(text: str) -> str:
    """A text in the language of the request that is answered."""
    return translated(text, spoken_language.get())


@cache
def catalog(language: str) -> dict[str, str]:
    """{English: translation}; of English there is none."""
    if language == ENGLISH:
        return {}
    path = Path(__file__).with_name(f"{language}.json")
    return dict(json.loads(path.read_text("utf-8")))


def translated(text: str, language: str) -> str:
    """A text in a language, as far as its catalog has it; a text of several sentences may have
    each of them there."""
    bare = text.strip()
    if language == ENGLISH or not bare:
        return text
    start = text.index(bare)
    return text[:start] + looked_up(bare, language) + text[start + len(bare) :]


@lru_cache(maxsize=8192)
def looked_up(text: str, language: str) -> str:
    """As it stands, or else by its sentences, by its subject, or by the words around its values:
    the first that leaves no English."""
    if text in catalog(language):
        return catalog(language)[text]
    subject, colon, rest = text.partition(": ")
    about = subject.isalnum() or part(subject, language) != subject  # a single word is a name
    if colon and about and part(rest, language) != rest:
        return f"{part(subject, language)}：{part(rest, language)}"
    sentences = SENTENCE.split(text)
    said = [part(one, language) for one in sentences]
    if len(sentences) > 1 and all(a != b for a, b in zip(sentences, said, strict=True)):
        return joined(said)
    found = whole(text, language)
    if found is not None:
        return found
    if len(sentences) > 1:
        return joined(said)
    return f"{subject}：{part(rest, language)}" if colon and part(rest, language) != rest else text


def joined(sentences: list[str]) -> str:
    """Sentences one after the other; Chinese ones have no space between them."""
    text = sentences[0]
    for before, after in pairwise(sentences):
        text += after if before.endswith(CHINESE_END) else f" {after}"
    return text


def whole(text: str, language: str) -> str | None:
    """A translation of the text as it stands or by its template; None where there is none."""
    known = catalog(language)
    if text in known:
        return known[text]
    if len(text) > LONGEST:
        return None
    for template in templates(language):
        found = text.startswith(template.start) and template.pattern.fullmatch(text)
        if found:
            return filled(template.translation, found, language)
    return None


def filled(text: str, found: re.Match[str], language: str) -> str:
    """A translation with what stood in the places of the text, each in its language."""
    said = PLACE.sub(lambda place: part(found[f"place_{place[1]}"], language), text)
    return BETWEEN.sub("", said)


def part(value: str, language: str) -> str:
    """What stood in a place."""
    word = catalog(language).get(f"{{{value}}}")
    return word or whole(value, language) or value


@cache
def templates(language: str) -> list[Template]:
    """The texts of a catalog that have places, the longest first."""
    found = [text for text in catalog(language) if not PLACE.fullmatch(text) and PLACE.search(text)]
    return [
        Template(PLACE.split(text)[0], pattern_of(text), catalog(language)[text])
        for text in sorted(found, key=lambda text: -len(PLACE.sub("", text)))
    ]


def pattern_of(text: str) -> re.Pattern[str]:
    """What matches a text with something in its places."""
    long = len(re.sub(r"\W", "", PLACE.sub("", text))) >= SHORT
    something = ".+?" if long else r"\S+?(?: \S+?)?"
    pattern, at = "", 0
    for place in PLACE.finditer(text):
        name = f"place_{place[1]}"
        seen = f"(?P<{name}>" in pattern
        pattern += re.escape(text[at : place.start()])
        pattern += f"(?P={name})" if seen else f"(?P<{name}>{something})"
        at = place.end()
    return re.compile(pattern + re.escape(text[at:]), re.DOTALL)


def asked_for(cookie: str | None, accepted: str | None) -> str:
    """The language of a request.

    Args:
        cookie: the language that the switch has set, if it has.
        accepted: the header Accept-Language, by which a browser says what it likes best.
    """
    if cookie is not None and cookie in LANGUAGES:
        return cookie
    for preferred in (accepted or "").lower().split(","):
        tag = preferred.partition(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-TW" if tag.startswith(TRADITIONAL) else "zh-CN"
        if tag.startswith(ENGLISH):
            return ENGLISH
    return ENGLISH
