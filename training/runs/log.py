"""The output of a queued run, log.txt."""

from pathlib import Path

LOG = "log.txt"
SHOWN_BYTES = 20_000


def read_log(folder: Path) -> str:
    """The end of a run's output; of a progress bar, which overwrites its line, the last state."""
    path = folder / LOG
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - SHOWN_BYTES))
        text = file.read().decode("utf-8", "replace")
    lines = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def last_words(text: str) -> str:
    """The last line of a process's output, which is the error where it failed."""
    lines = [line.strip() for line in text.replace("\r", "\n").splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else "It ended without a word."
