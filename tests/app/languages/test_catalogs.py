"""Nothing that a person reads is without its words in the other languages."""

import html
import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
import written

from app.languages import LANGUAGES, PLACE, catalog, translated
from app.learn.actions import WORDS
from app.train.options_form import described

OTHERS = [language for language in LANGUAGES if language != "en"]
# of the command line, of marks, or of tools
NOT_SHOWN = (
    "app/settings.py",
    "app/__main__.py",
    "app/tools/",
    "app/languages/",
    "app/shared/style/",
)
# commands of their own, which make data or look for it, and say so in a terminal
NOT_CHECKED = (
    "training/data/__main__.py",
    "training/data/hands.py",
    "training/data/spoken.py",
    "training/data/speech.py",
    "training/data/synthesisers.py",
    "training/data/words/",
)
# names; code; papers; what a browser never shows
KEPT = re.compile(
    r"Atelier|ONNX|SVG|[A-Z]\w+ \d{4}|python -m .*|/home/.*|my-[\w-]+|index|.*GPL-.*|GIF|WebP|WebM|"
    r"Reading .*|Drawing characters|Compose \| None|nothing of its licence\.|"  # in a terminal
    r".*Public License.*|It \{0\}\.|Papers: \{0\}|[a-z]+://.*",
    re.DOTALL,
)
# a sentence of nothing but values
GENERIC = (
    "Expected {0}, found {1}.",
    "Expected {0} as {1}, found {2}.",
    "Expected {0} {1}, found {2}.",
)
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"<code>.*?</code>|`[^`]*`|^    .*$|<[^<>]*>", re.DOTALL | re.MULTILINE)


def without_translation(texts: list[str], language: str) -> list[str]:
    known = catalog(language)
    missing = [
        text for text in texts if text not in (*known, *GENERIC) and not KEPT.fullmatch(text)
    ]
    return [text for text in missing if translated(text, language) == text]


def leaves(words: dict | str) -> Iterator[str]:
    """The texts of the Learn tab."""
    if isinstance(words, str):
        yield words
    else:
        for name, one in words.items():
            if name != "formula":
                yield from leaves(one)


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_the_app_says_is_translated(language):
    said = [*written.said_by_scripts(), *leaves(WORDS)]
    for path in written.sources("app"):
        if not str(path.relative_to(written.HERE)).startswith(NOT_SHOWN):
            said += written.said_by(path)
    assert without_translation(said, language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_the_check_of_data_says_is_translated(language):
    said = []
    for path in written.sources("training/data"):
        if not str(path.relative_to(written.HERE)).startswith(NOT_CHECKED):
            said += written.said_by(path)
    assert len(said) > 100
    assert without_translation(said, language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_hints_of_all_training_options_are_translated(language):
    hints = {option["help"] for options in described().values() for option in options}
    assert len(hints) > 100
    assert [one for one in hints if not CHINESE.search(translated(f"lr: {one}", language))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_places(language):
    known = catalog(language)
    assert set(known) == set(catalog(OTHERS[0]))
    assert list(known) == sorted(known)
    for english, text in known.items():
        assert text.strip()
        if not PLACE.fullmatch(english):
            assert set(PLACE.findall(text)) == set(PLACE.findall(english)), english


def test_the_two_ways_of_writing_chinese_are_not_mixed():
    simplified, traditional = "数据网络师赛为学习们训练图", "數據網絡師賽為學習們資訓練圖檔"
    for text in catalog("zh-TW").values():
        assert not set(text) & (set(simplified) - set(traditional)), text
    for text in catalog("zh-CN").values():
        assert not set(text) & (set(traditional) - set(simplified)), text


def shown(component: dict) -> Iterator[str]:
    """The texts of a component."""
    kind, props = component["type"], component["props"]
    for name in ("label", "info", "placeholder"):
        if props.get("visible", True) is True and isinstance(props.get(name), str):
            yield props[name]
    if kind in ("button", "html", "markdown") and isinstance(props.get("value"), str):
        yield props["value"]
    if kind == "html":
        yield props.get("html_template") or ""
    if not props.get("allow_custom_value"):  # which has a person's words to choose from
        yield from (str(words) for words, _ in props.get("choices") or [])


def test_a_page_in_another_language_has_no_english_sentence(app_url):
    request = urllib.request.Request(f"{app_url}/config", headers={"Accept-Language": "zh-TW"})
    with urllib.request.urlopen(request) as answer:
        components = json.load(answer)["components"]
    texts = [
        html.unescape(CODE.sub("\n", text))
        for one in components
        if one["type"] not in ("api", "tabs")
        for text in shown(one)
        if not text.startswith(('{"lesson"', "data:"))
    ]
    parts = [part.strip() for text in texts for part in text.split("\n")]
    assert len(parts) > 200
    assert [one for one in parts if ENGLISH.search(one) and not KEPT.fullmatch(one)] == []
    assert [one for one in parts if CHINESE.search(one)]
