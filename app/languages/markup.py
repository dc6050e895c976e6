"""HTML and Markdown in another language: the words between the marks."""

import html
import re

from app.languages import translated, whole

# the innermost parts that hold a text, which may have marks inside it
BLOCK = re.compile(
    r"(<(p|li|dd|summary|small|span)\b[^>]*>)"
    r"((?:(?!<\2\b).)*?)(</\2>)",
    re.DOTALL,
)
TEXT = re.compile(r"(?:^|(?<=>))[^<>]+")
ATTRIBUTE = re.compile(r"((?:aria-label|title|alt|placeholder)=)(?:'([^']*)'|\"([^\"]*)\")")
LONGEST = 20_000  # characters of a text without marks; data are longer


def translated_html(text: str, language: str) -> str:
    """HTML with its texts and its `aria-label`, `title`, `alt` and `placeholder` in a language."""
    if "<" not in text:
        return in_language(text, language) if len(text) < LONGEST else text
    found = whole(text, language)
    if found is not None:
        return found
    text = ATTRIBUTE.sub(lambda one: attribute(one, language), text)
    text = BLOCK.sub(lambda one: block(one, language), text)
    return TEXT.sub(lambda one: in_language(one[0], language), text)


def attribute(found: re.Match[str], language: str) -> str:
    """An attribute in a language."""
    mark = "'" if found[2] is not None else '"'
    words = html.escape(translated(html.unescape(found[2] or found[3] or ""), language))
    return f"{found[1]}{mark}{words}{mark}"


def block(found: re.Match[str], language: str) -> str:
    """A part with marks in its text, as a whole where the catalog has it."""
    inner = found[3]
    if "<" not in inner:
        return found[0]
    return f"{found[1]}{whole(inner.strip(), language) or inner}{found[4]}"


def in_language(text: str, language: str) -> str:
    """A text between two marks."""
    plain = html.unescape(text)
    said = translated(plain, language)
    return text if said == plain else html.escape(said, quote=False)


def translated_markdown(text: str, language: str) -> str:
    """Markdown as a whole, or paragraph by paragraph."""
    found = whole(text.strip(), language)
    if found is not None:
        return found
    parts = text.split("\n\n")
    said = [part if part.startswith("    ") else paragraph(part, language) for part in parts]
    return "\n\n".join(said)


def paragraph(text: str, language: str) -> str:
    """A heading or a paragraph."""
    mark = re.match(r"\s*(#+ )?", text)
    start = mark.end() if mark else 0
    return text[:start] + translated_html(text[start:], language)
