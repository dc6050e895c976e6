"""Gradio imported in half of its time, and PyTorch so that it is quick beside a training."""

import importlib
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

WRITER = "gradio.component_meta"
# how often a thread of libgomp looks for more work before it sleeps; that for which it decides by
# itself where it knows of more threads than processors
LOOKS = "GOMP_SPINCOUNT", "1000"
WAITING = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")  # by which a person says it


class WithoutStubs(MetaPathFinder):
    """Finds the module by which Gradio writes a .pyi for each of its components whenever it is
    imported (Gradio 6.31), and leaves the writing out: parsing its own source 160 times takes
    longer than all the rest of its import, and nothing that runs reads those files."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != WRITER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def without_writing(module: ModuleType) -> None:
            run(module)
            vars(module)["create_or_modify_pyi"] = lambda *_: None

        spec.loader.exec_module = without_writing  # type: ignore[method-assign]
        return spec


def without_stubs() -> None:
    """Have Gradio write no .pyi when it is imported, if it has not been yet."""
    if WRITER not in sys.modules:
        sys.meta_path.insert(0, WithoutStubs())


def import_torch() -> None:
    """Import PyTorch with threads that sleep soon when they wait for each other.

    They look for work 300,000 times otherwise, for milliseconds at the end of each part of a
    network: beside a training, which has the processors meanwhile, that is nearly all of an
    answer's time. The library reads it once, so that programs which the app starts have it as
    usual.
    """
    if any(one in os.environ for one in WAITING):
        importlib.import_module("torch")
        return
    name, looks = LOOKS
    os.environ[name] = looks
    try:
        importlib.import_module("torch")
    finally:
        del os.environ[name]
