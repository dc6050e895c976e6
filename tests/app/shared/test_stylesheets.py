"""The page's CSS; JavaScript is linted by `make lint`."""

from pathlib import Path

import pytest
import tinycss2

import app

SHEETS = sorted(Path(app.__path__[0]).rglob("*.css"))


def faults(nodes: list) -> list[str]:
    """Each error of a parsed style sheet, in the rules inside its rules too."""
    found = []
    for node in nodes:
        if node.type == "error":
            found.append(f"line {node.source_line}: {node.message}")
        elif node.type == "at-rule" and node.content is not None:
            found += faults(tinycss2.parse_rule_list(node.content, skip_whitespace=True))
        elif node.type == "qualified-rule":
            inside = tinycss2.parse_blocks_contents(node.content, skip_whitespace=True)
            found += faults(inside)
    return found


def test_a_fault_in_a_style_sheet_is_found():
    wrong = "@media (width > 1px) { a { color red; } }"
    assert len(faults(tinycss2.parse_stylesheet(wrong))) == 1


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_style_sheet_parses(path):
    text = path.read_text("utf-8")
    assert faults(tinycss2.parse_stylesheet(text, skip_comments=True)) == []
