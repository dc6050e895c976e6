"""Start the app: `python -m app`, then open the address that it prints."""

import argparse
import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
MAX_WAITING = 64
M_ARENA_MAX = -8  # of malloc.h
# Gradio keeps half a megabyte for each session, and a script's every request is one; it would keep
# 10,000 of them
MAX_SESSIONS = 128
MAX_UPLOAD = "256mb"  # a checkpoint of pix2pix has 218 MB


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, help="port (default: the first free one from 7860)")
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    parser.add_argument(
        "--weights",
        type=Path,
        help="a folder of exported models to offer beside weights/ and user/weights/",
    )
    parser.add_argument(
        "--user-weights",
        type=Path,
        help="the folder of your own models, made if missing (default: user/weights)",
    )
    parser.add_argument("--runs", type=Path, help="the folder of runs (default: user/runs)")
    parser.add_argument(
        "--datasets", type=Path, help="the folder of your own data sets (default: user/datasets)"
    )
    parser.add_argument(
        "--allow-folders",
        action="store_true",
        help="let the page train on folders of this machine, which everybody who opens it can name",
    )
    flags = parser.parse_args()

    import models
    from app import page
    from app.shared import canvas, theme
    from app.train import datasets, progress

    datasets.FOLDERS_ALLOWED = flags.allow_folders
    if flags.runs:
        progress.RUNS = flags.runs.resolve()
    if flags.datasets:
        datasets.DATASETS = flags.datasets.resolve()

    if flags.user_weights:
        models.WEIGHTS = (models.WEIGHTS[0], flags.user_weights.resolve())
    if flags.weights:
        if not flags.weights.is_dir():
            parser.error(f"Expected a folder of models as --weights, found {flags.weights}.")
        models.WEIGHTS = (*models.WEIGHTS, flags.weights.resolve())

    few_arenas()
    page = page.build()
    page.queue(max_size=MAX_WAITING)
    try:
        page.launch(
            server_name=flags.host,
            server_port=flags.port,
            inbrowser=flags.open,
            share=False,
            theme=theme.THEME,
            css=theme.CSS + canvas.CSS,
            head=theme.HEAD,
            ssr_mode=False,
            footer_links=["api", "settings"],
            max_file_size=MAX_UPLOAD,
            run_history=False,
            state_session_capacity=MAX_SESSIONS,
        )
    except OSError as error:
        sys.exit(f"error: {error}")


def few_arenas() -> None:
    """Let glibc's threads share two pools of memory; with one for each of the forty that answer
    requests, what the app holds grows for hours. Nothing happens where there is no glibc."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


if __name__ == "__main__":
    main()
