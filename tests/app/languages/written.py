"""The texts that code has for people, found in its source, as the catalogs have them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parents[3]
TAG = re.compile(r"<[^<>]*>")
# a beginning like a sentence's, or an end like one's, and more than one word
SENTENCE = re.compile(r"[A-Z][a-z]*[ ,].*|.+ .+[.?!…]", re.DOTALL)
NAMED = {"label", "info", "placeholder", "title"}  # arguments of components
SHOWN = {"Tab", "Button", "DownloadButton", "Accordion", "Markdown", "HTML", "Info", "say"}
PLACE = re.compile(r"\{\w+\}")
WORD = re.compile(r"[A-Za-z]{2}")
# a part with marks inside it, which is one text
MARKED = re.compile(
    r"<(p|li|summary|span)\b[^<>]*>((?:(?!</?\1\b).)*<(?:b|code|a)\b.*?)</\1>", re.S
)
ATTRIBUTE = re.compile(r"(?:aria-label|title|alt|placeholder)=(?:'([^']*)'|\"([^\"]*)\")")
SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)+)"')  # by JavaScript


def sources(*folders: str) -> list[Path]:
    """Their Python files."""
    return sorted(path for folder in folders for path in (HERE / folder).rglob("*.py"))


def said_by_scripts() -> list[str]:
    """What JavaScript of the app says."""
    scripts = sorted((HERE / "app").rglob("*.js"))
    return [text for path in scripts for text in SAID.findall(path.read_text("utf-8"))]


def errors_of(path: Path) -> list[str]:
    """The sentences with which a file raises."""
    raised = [node.exc for node in ast.walk(tree_of(path)) if isinstance(node, ast.Raise)]
    calls = [call for call in raised if isinstance(call, ast.Call) and call.args]
    found = [template_of(call.args[0]) for call in calls]
    return [text for text in found if text and SENTENCE.fullmatch(text)]


def said_by(path: Path) -> list[str]:
    """What a file of the app says: labels and the like, what looks like a sentence, and what
    stands in HTML."""
    tree = tree_of(path)
    skipped = {id(one) for one in docstrings(tree)}
    found = [template_of(one) for call in calls_of(tree) for one in shown_by(call)]
    for node in texts(tree, skipped):
        text = template_of(node)
        if text and (SENTENCE.fullmatch(text.strip()) or "</" in text):
            found.append(text)
    split = [one for text in found if text for one in words_of(text)]
    return list(dict.fromkeys(split))


def tree_of(path: Path) -> ast.Module:
    """The code of a file."""
    return ast.parse(path.read_text("utf-8"))


def calls_of(tree: ast.Module) -> Iterator[ast.Call]:
    """Every call in it."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def shown_by(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that the page shows."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    shown = [one.value for one in call.keywords if one.arg in NAMED]
    shown += call.args[:1] if name in SHOWN else []
    return [one for one in shown if isinstance(one, (ast.Constant, ast.JoinedStr))]


def texts(node: ast.AST, skipped: set[int]) -> Iterator[ast.expr]:
    """Every text in a tree, as a whole."""
    for child in ast.iter_child_nodes(node):
        if id(child) in skipped:
            continue
        if isinstance(child, ast.expr) and template_of(child) is not None:
            yield child
        if isinstance(child, ast.JoinedStr):  # its words are there, what is said in a place is not
            for part in child.values:
                yield from texts(part, skipped) if isinstance(part, ast.FormattedValue) else ()
        else:
            yield from texts(child, skipped)


def docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """What says what code is."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            yield node.body[0]


def template_of(node: ast.expr) -> str | None:
    """A text with {0} and {1} in the places of its values; None for anything but a text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return numbered(
        "".join(str(one.value) if isinstance(one, ast.Constant) else "{0}" for one in node.values)
    )


def numbered(text: str) -> str:
    """A text whose numbered places are counted from 0."""
    number = iter(range(99))
    return re.sub(r"\{\d+\}", lambda _: f"{{{next(number)}}}", text)


def words_of(text: str) -> list[str]:
    """A text, or those between the marks of HTML."""
    if "<" not in text:
        return [text.strip()] if has_words(text) else []
    found = [one[0] or one[1] for one in ATTRIBUTE.findall(text)]
    found += [inner for _, inner in MARKED.findall(text)]
    found += TAG.split(MARKED.sub("<p>", text))
    return [numbered(one.strip()) for one in found if has_words(one)]


def has_words(text: str) -> bool:
    """Whether there is a word beside its values."""
    return bool(WORD.search(PLACE.sub("", TAG.sub("", text))))
