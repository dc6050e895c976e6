"""Processor seconds from the command to the first page: `python -m app.tools.start`.

What else the machine does makes the seconds of a clock longer, and these hardly.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from app import __main__ as start
from app.settings import read_settings


def main() -> None:
    """Start the app on a free port, ask for its page, and print what each part took."""
    rows = {"Python, command line": time.process_time()}
    settings = read_settings([])
    with timed(rows, "imports"):
        start.imports()
    with timed(rows, "building the page"):
        built = start.build(settings)
    with timed(rows, "launch"):
        start.launch(built, settings, stay=False)
    with timed(rows, "first page"):
        urlopen(str(built.local_url)).read()
    rows["all"] = time.process_time()
    for name, seconds in rows.items():
        print(f"{name:25} {seconds:6.2f}")
    built.close()


@contextmanager
def timed(rows: dict[str, float], name: str) -> Iterator[None]:
    """Put the processor seconds of what happens within, in all threads, under a name."""
    began = time.process_time()
    yield
    rows[name] = time.process_time() - began


if __name__ == "__main__":
    main()
