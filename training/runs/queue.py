"""Runs take turns: `python -m training.runs queue NAME SCRIPT [options]`, or `queue NAME resume`,
waits until no other queued run of the same folder trains, then starts the script and stays beside
it.

The process that waits holds two locks, which the system releases whatever becomes of it: that of
the run, so that nobody starts it twice, and the turn.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from training.runs.folder import Run, all_runs
from training.runs.log import LOG, last_words
from training.runs.scripts import resume_command, start_command, write_request
from training.runs.states import Status, is_alive, read_status

RESUME = "resume"  # in the place of a script: go on with the run
RECIPE = "--recipe="
POLL = 1.0  # seconds
LEAVE = 60.0  # seconds in which a process that has ended its run goes, on a busy machine
NICE = 10  # the run gives way to whatever a person waits for


def queue(folder: Path, script: str, arguments: list[str]) -> int:
    """Wait for the turn, train, and give the exit code of the script.

    Args:
        script: of a new run, or "resume".
        arguments: options of the script.

    Raises:
        ValueError: the run waits or trains already, there is another of its name, or nothing to go
            on with.
    """
    lock = acquired(folder, script)
    try:
        check_start(folder, script, read_status(folder))
        run, command = prepared(folder, script, arguments)
        return train_in_turn(run, command)
    finally:
        lock.release()


def acquired(folder: Path, script: str) -> FileLock:
    """The lock of a run, which the process of one that has ended keeps until it is gone.

    Raises:
        ValueError: as `queue`.
    """
    lock, end = FileLock(folder / "lock"), time.monotonic() + LEAVE
    while time.monotonic() < end:
        check_start(folder, script, read_status(folder))
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(Timeout):
            lock.acquire(timeout=POLL)
            return lock
    raise ValueError(
        f"The run {folder.name} waits or trains already; stop it first, or take another name."
    )


def check_start(folder: Path, script: str, before: Status | None) -> None:
    """Raise a ValueError where a run cannot start."""
    if before and is_alive(before):
        raise ValueError(f"The run {folder.name} is {before.state} already; stop it first.")
    if before and script != RESUME:
        raise ValueError(
            f"Expected a new name for the run, found the run {folder.name} in {folder.parent}; "
            "take another name, or resume it."
        )
    if not before and script == RESUME:
        raise ValueError(f"Expected a run to resume in {folder}, found none.")


def prepared(folder: Path, script: str, arguments: list[str]) -> tuple[Run, list[str]]:
    """The run, waiting, and the command that trains it."""
    run = Run(folder)
    run.status = read_status(folder) or run.status
    if script == RESUME:
        command = resume_command(folder, arguments)
    else:
        command = start_command(folder, script, arguments)
        write_request(folder, script, arguments)
        run.status.script = script
        told = [one for one in arguments if one.startswith(RECIPE)]
        run.status.recipe = told[-1].removeprefix(RECIPE) if told else ""
    (folder / "stop").unlink(missing_ok=True)
    waiting = {"state": "waiting", "pid": os.getpid(), "queued": time.time()}
    run.write_status(**waiting, message="Waits for its turn.")
    return run, command


def train_in_turn(run: Run, command: list[str]) -> int:
    """Wait until this run is the first in line and nobody trains, then train."""
    try:
        while not run.stop_requested():
            if first_in_line(run):
                with suppress(Timeout), FileLock(run.folder.parent / ".turn.lock", timeout=0):
                    return train(run, command)
            time.sleep(POLL)
    except KeyboardInterrupt:
        pass
    run.write_status(state="stopped", message="Stopped before its turn came.")
    return 0


def first_in_line(run: Run) -> bool:
    """Whether nothing trains, and no run that is still there has waited longer."""
    others = (read_status(folder) for folder in all_runs(run.folder.parent) if folder != run.folder)
    return not any(
        is_alive(other) and (other.state != "waiting" or other.queued < run.status.queued)
        for other in others
        if other
    )


def train(run: Run, command: list[str]) -> int:
    """Run the script, with its words in the run's log, and see to it that the run says how it
    ended."""
    run.write_status(state="starting", message="", doing="data", began=time.time())
    with (run.folder / LOG).open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        give_way(process.pid)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the script as well
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    ended = read_status(run.folder)
    if ended is None or ended.state in ("waiting", "starting"):  # it did not come to train
        said = (run.folder / LOG).read_bytes()[began:].decode("utf-8", "replace")
        run.write_status(state="failed", message=last_words(said))
    return code


def give_way(pid: int) -> None:
    """A lower priority, where the system knows such."""
    lower = psutil.BELOW_NORMAL_PRIORITY_CLASS if psutil.WINDOWS else NICE
    try:
        psutil.Process(pid).nice(lower)
    except psutil.Error:  # it has ended already
        return
