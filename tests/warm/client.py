"""A Python that starts at once: `python -m training...` as a fork of `server.py`, which has
imported torch already. Whatever else it is asked for, the usual Python does.

    python -I -S client.py FOLDER PROCESS PYTHON -m MODULE ...

It stands for its program: passes on its signals, ends when it ends, as it ends, and takes it along
when it is killed.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

OURS = ("accelerate", "app", "models", "training")
PATIENCE = 900  # seconds, a bound alone


def main() -> None:
    folder, tests, python, *line = sys.argv[1:]
    options = line[1:] if line[:1] == ["-u"] else line
    if options[:1] != ["-m"] or options[1].partition(".")[0] not in OURS:
        os.execv(python, [python, *line])
    server = connected(Path(folder), tests, python)
    asked = {
        "arguments": options[1:],
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "client": os.getpid(),
        "parent": os.getppid(),
    }
    content = json.dumps(asked).encode()
    socket.send_fds(server, [len(content).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(content)
    with server.makefile() as answers:
        program = int(answers.readline())
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda number, _: os.kill(program, number))
        code = int(answers.readline())
    if code < 0:  # by a signal
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def connected(folder: Path, tests: str, python: str) -> socket.socket:
    """To the server, which the first one starts."""
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "started").exists():
            (folder / "started").touch()
            program = Path(__file__).with_name("server.py")
            command = [python, str(program), str(folder), tests]
            with open(folder / "log", "w") as log:
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
    server = socket.socket(socket.AF_UNIX)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            server.connect(str(folder / "socket"))
            return server
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"No answer; what it said: {(folder / 'log').read_text()}")
            time.sleep(0.1)


main()
