"""What tests start with `sys.executable` begins at once: see `server.py`."""

import os
import shlex
import shutil
import socket
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

VARIABLE = "WARM_PYTHON"  # where it is, for the processes that share the tests


def set_up(config: pytest.Config) -> None:
    """Let `sys.executable` be a Python that begins at once, one for all processes that share the
    tests; not on Windows, which cannot fork."""
    if not hasattr(socket, "send_fds"):
        return
    if VARIABLE not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="warm-"))
        os.environ[VARIABLE] = str(folder / "python")
        config.add_cleanup(partial(os.environ.pop, VARIABLE))
        config.add_cleanup(partial(shutil.rmtree, folder))  # and the server ends
        write(folder / "python", folder)
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        sys.executable = os.environ[VARIABLE]


def write(path: Path, folder: Path) -> None:
    """The program, which is started as any Python."""
    client = Path(__file__).with_name("client.py")
    command = [sys.executable, "-I", "-S", client, folder, os.getpid(), sys.executable]
    path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n')
    path.chmod(0o755)
