"""The words of the Write tab, in the language of the browser: texts.json has them side by side."""

import json
from collections.abc import Iterable
from pathlib import Path

import gradio as gr

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
TEXTS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("texts.json").read_text("utf-8")
)
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def say(key: str, language: str = LANGUAGES[0], *values: str) -> str:
    """A text in a language, with values in its places."""
    return TEXTS[key][language].format(*values)


def named(kind: str, name: str, language: str = LANGUAGES[0]) -> str:
    """The words for an ink, a paper, a direction or a manner; its own name where there are none."""
    return TEXTS.get(f"{kind}-{name}", {}).get(language, name)


def told(kind: str, names: Iterable[str], language: str = LANGUAGES[0]) -> list[tuple[str, str]]:
    """Choices as Gradio takes them: what they are called, and their names."""
    return [(named(kind, name, language), name) for name in names]


def language_of(request: gr.Request | None) -> str:
    """The language that a browser asks for first among those that there are."""
    asked = request.headers.get("accept-language", "") if request is not None else ""
    for part in asked.lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith(TRADITIONAL):
            return "zh-Hant"
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return LANGUAGES[0]
