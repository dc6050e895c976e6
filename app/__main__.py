"""Start the app: `python -m app`, then open the address that it prints."""

import ctypes
import gc
import importlib
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from app.quick_import import import_torch, without_stubs
from app.settings import Settings, read_settings

if TYPE_CHECKING:
    import gradio as gr

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
MAX_WAITING = 64
M_ARENA_MAX = -8  # of malloc.h
# Gradio keeps half a megabyte for each session, and a script's every request is one; it would keep
# 10,000 of them
MAX_SESSIONS = 128
# seconds, as Gradio has it on Windows; elsewhere it looks for events 1000 times a second, which
# takes 6 % of a core for nobody
LOOK_AGAIN = 0.05
MAX_UPLOAD = "256mb"  # a checkpoint of pix2pix has 218 MB


def main(arguments: list[str] | None = None, prog: str = "python -m app") -> None:
    """Start the app as a command line says, `sys.argv` where none is given."""
    settings = read_settings(arguments, prog)
    imports()  # after the command line: torch and Gradio take seconds to import
    try:
        launch(build(settings), settings)
    except OSError as error:
        sys.exit(f"error: {error}")


def imports() -> None:
    """Import all that the page is built with; `build` comes next."""
    gc.disable()  # what comes now stays: to look through it again and again takes a tenth of it all
    without_stubs()
    import_torch()
    importlib.import_module("app.page")


def build(settings: Settings) -> "gr.Blocks":
    """The page with its queue."""
    from app import page

    limit_malloc_arenas()
    built = page.build(settings)
    built.queue(max_size=MAX_WAITING)
    built._queue.sleep_when_free = LOOK_AGAIN
    gc.enable()
    return built


def launch(built: "gr.Blocks", settings: Settings, stay: bool = True) -> None:
    """Serve a page.

    Args:
        stay: until the program is ended; else return as soon as it listens.

    Raises:
        OSError: the port is taken, or another problem of the network.
    """
    from starlette.middleware import Middleware

    from app.front import layout as front
    from app.languages.served import SpokenLanguage
    from app.learn import animation
    from app.made import tab as made_panel
    from app.shared.drawing import canvas
    from app.shared.style import theme

    built.launch(
        server_name=settings.host,
        server_port=settings.port,
        inbrowser=settings.open,
        prevent_thread_lock=not stay,
        share=False,
        theme=theme.THEME,
        css=theme.CSS + canvas.CSS + animation.CSS + front.CSS,
        head=theme.HEAD + made_panel.HEAD + front.HEAD,
        favicon_path=str(front.FAVICON),
        allowed_paths=[str(settings.made)],
        ssr_mode=False,
        _frontend=False,  # or it ends where its own page takes 3 s, as on a busy machine (6.31)
        footer_links=["api"],  # its settings would change nothing of ours
        max_file_size=MAX_UPLOAD,
        run_history=False,
        state_session_capacity=MAX_SESSIONS,
        app_kwargs={"middleware": [Middleware(SpokenLanguage)]},
    )


def limit_malloc_arenas() -> None:
    """Let glibc's threads share two pools of memory; with one for each of the forty that answer
    requests, what the app holds grows for hours. Nothing happens where there is no glibc."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


if __name__ == "__main__":
    main()
