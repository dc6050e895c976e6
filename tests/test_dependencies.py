"""What is imported is declared, and what is declared is pinned."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from helpers import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
OURS = {"app", "atelier", "models", "training"}


def by_name(lines: list[str]) -> dict[str, Requirement]:
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one for one in found if one.name != PROJECT["name"]}


DECLARED = by_name([*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)])
LINES = (ROOT / "requirements.txt").read_text().splitlines()
PINNED = by_name([line for line in LINES if line and not line.startswith("#")])


def imported(package: str, tools: bool = False) -> set[str]:
    """Top-level names of all that a package's files import, at whatever depth of their code.

    Args:
        tools: of those for developers alone, in place of all others.
    """
    found = set()
    paths = [*ROOT.glob(f"{package}.py"), *(ROOT / package).rglob("*.py")]
    for path in (one for one in paths if one.is_relative_to(ROOT / "app" / "tools") == tools):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(OURS))
def test_every_import_is_declared(package):
    optional = [one for extra in ("clips", "export", "reading") for one in EXTRAS[extra]]
    all_declared(imported(package), by_name([*PROJECT["dependencies"], *optional]))


def test_what_developers_tools_import_is_declared():
    all_declared(imported("app", tools=True), DECLARED)


def all_declared(names: set[str], use: dict[str, Requirement]) -> None:
    distributions = packages_distributions()
    for name in sorted(names - OURS - sys.stdlib_module_names):
        assert {canonicalize_name(one) for one in distributions[name]} & use.keys(), name


def test_what_is_declared_is_pinned_and_nothing_else():
    assert PINNED.keys() == DECLARED.keys()


@pytest.mark.parametrize("name", sorted(PINNED))
def test_a_pin_is_one_version_that_the_declaration_allows(name):
    (pin,) = PINNED[name].specifier
    assert pin.operator == "=="
    assert DECLARED[name].specifier.contains(pin.version)
    assert PINNED[name].extras == DECLARED[name].extras
