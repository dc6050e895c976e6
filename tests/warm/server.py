"""Imports what takes seconds, and forks itself into the programs that `client.py` asks for.

    python server.py FOLDER PROCESS

It computes nothing itself, so that a fork is as fresh as a process of its own. It ends when FOLDER
or PROCESS is gone.
"""

import gc
import importlib
import json
import os
import random
import runpy
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

# third parties' alone: ours keep files and settings of their process
SLOW = (
    "accelerate",
    "albumentations",
    "gradio",
    "gradio.routes",
    "kornia",
    "pandas",
    "scipy.linalg",
    "torch.distributed.tensor",
    "torch.utils.tensorboard",
    "torchmetrics.image",
    "torchvision.transforms.v2",
)
LOOK = 0.2  # seconds between two looks at what a client has become


def main() -> None:
    """The program that is asked for, in a process of its own."""
    folder, tests = Path(sys.argv[1]), int(sys.argv[2])
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in SLOW:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    asked = wait_for_program(folder, tests)
    sys.executable = str(folder / "python")
    begin(asked)


def wait_for_program(folder: Path, tests: int) -> dict:
    """Serve as long as there are both; comes back in each program, with what is asked for."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "socket"))
    listening.listen(64)
    listening.settimeout(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a watcher
    while folder.exists() and psutil.pid_exists(tests):
        try:
            client, _ = listening.accept()
        except TimeoutError:
            continue
        if os.fork():
            client.close()
            continue
        listening.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        return watched(client)
    os._exit(0)


def watched(client: socket.socket) -> dict:
    """Fork the program, in which it comes back, and stay beside it to tell its end."""
    client.setblocking(True)
    size, streams, *_ = socket.recv_fds(client, 8, 3)
    with client.makefile("rb") as content:
        asked = json.loads(content.read(int.from_bytes(size, "big")))
    if not (program := os.fork()):
        client.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        return asked
    for stream in (0, 1, 2, *streams):  # or who reads them would wait for the watcher
        os.close(stream)
    client.sendall(b"%d\n" % program)
    threading.Thread(target=watch, args=(client, program, asked["client"]), daemon=True).start()
    _, status = os.waitpid(program, 0)
    with suppress(OSError):  # nobody is told any more
        client.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def watch(client: socket.socket, program: int, stand_in: int) -> None:
    """Give a program its client's priority, and end it when the client has ended."""
    client = client.dup()
    client.settimeout(LOOK)
    while True:
        try:
            nice = os.getpriority(os.PRIO_PROCESS, stand_in)
            if nice > os.getpriority(os.PRIO_PROCESS, program):
                os.setpriority(os.PRIO_PROCESS, program, nice)
            client.recv(1)
            os.kill(program, signal.SIGKILL)
            return
        except TimeoutError:
            continue
        except OSError:  # the program has ended itself
            return


def begin(asked: dict) -> None:
    """Be `python -m` of these arguments."""
    import numpy as np

    os.setsid()
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    own, parent_of = os.getpid(), os.getppid
    # not the watcher; for the program's own children it is as usual, they end by it
    os.getppid = lambda: asked["parent"] if os.getpid() == own else parent_of()
    time.tzset()
    random.seed()
    np.random.seed()
    sys.path[0] = asked["folder"]
    name, *sys.argv[1:] = asked["arguments"]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


main()
