"""The three rules of the architecture."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"app", "models", "training"}
ALLOWED = {
    "models": {"models"},
    "training": {"training", "models"},
    "app": {"app", "models", "training.runs"},
}
RUNS = [
    "training.runs",
    *sorted(
        f"training.runs.{path.stem}"
        for path in (ROOT / "training" / "runs").glob("*.py")
        if path.stem != "__init__"
    ),
]
SCRIPTS = [ROOT / "training" / name for name in ("gan.py", "cgan.py", "pix2pix.py", "cyclegan.py")]
IMPORTER = ROOT / "models" / "interchange" / "junyanz.py"
LOOP_ONLY = {
    "Accelerator",
    "AveragedModel",
    "SummaryWriter",
    "tqdm",
    "save_state",
    "load_state",
    "save_file",
}


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, at whatever depth of its code; of what comes
    from a module, module.name, which may be a module as well."""
    return imported_in(ast.parse(path.read_text()))


def imported_in(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    """Top-level names of all packages that a file imports."""
    return {name.split(".")[0] for name in imported(path)}


def is_inside(name: str, packages: set[str]) -> bool:
    """Whether a module is one of these packages or in one of them."""
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_import_only_what_the_first_rule_allows(package):
    assert files(package)
    for path in files(package):
        ours = {name for name in imported(path) if is_inside(name, OURS)}
        assert not {name for name in ours if not is_inside(name, ALLOWED[package])}, path


@pytest.mark.parametrize("module", RUNS)
def test_what_the_app_imports_of_training_loads_no_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def module_name(path: Path) -> str:
    """A file's name as it is imported: training.data for training/data/__init__.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


class ForTypesAlone(ast.NodeTransformer):
    """Takes out what stands under `if TYPE_CHECKING`, which no running program imports."""

    def visit_If(self, node: ast.If) -> ast.If | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else node


def running_code(path: Path) -> ast.Module:
    return ForTypesAlone().visit(ast.parse(path.read_text()))


def import_graph() -> dict[str, set[str]]:
    """For each module of ours the modules of ours that it imports, at whatever depth of its
    code."""
    paths = {module_name(path): path for package in OURS for path in files(package)}
    graph = {}
    for name, path in paths.items():
        found = imported_in(running_code(path))
        graph[name] = {one if one in paths else one.rpartition(".")[0] for one in found} & set(
            paths
        )
    return graph


def test_no_module_imports_itself_by_way_of_others():
    order = TopologicalSorter(import_graph())
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize("package", ["app", "models"])
def test_nothing_that_the_app_uses_can_load_a_pickle(package):
    for path in files(package):
        assert not packages(path) & {"pickle", "dill", "joblib", "accelerate"}, path
        calls = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute)
        }
        assert "allow_pickle" not in path.read_text(), path
        if "load" in calls and path != IMPORTER:
            assert "torch.load(" not in path.read_text(), path


def test_the_importer_of_checkpoints_reads_tensors_alone():
    """Rule two speaks of what the app loads; strangers' checkpoints are made into that by one
    file."""
    calls = [
        node
        for node in ast.walk(ast.parse(IMPORTER.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("torch.load")
    ]
    assert len(calls) == IMPORTER.read_text().count("torch.load") == 1
    options = {option.arg: ast.unparse(option.value) for option in calls[0].keywords}
    assert options == {"weights_only": "True", "map_location": "'cpu'"}
    assert len(calls[0].args) == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_hold_the_algorithm_and_leave_the_rest_to_the_loop(script):
    tree = ast.parse(script.read_text())
    assert "iteration" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & LOOP_ONLY


def test_no_file_is_longer_than_a_few_screens():
    for package in OURS:
        for path in files(package):
            assert len(path.read_text().splitlines()) <= 420, path
