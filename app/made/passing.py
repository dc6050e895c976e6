"""Pictures handed from one place of the page to another."""

import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block
from PIL import Image

from app.made.store import read_parameters
from app.shared.wiring import PRIVATE, spoken
from models.images import save_png

KEPT = 32  # files on their way; the page has its own copies by then
TO_TRANSLATE = "To Translate"
TO_DRAW = "Its outlines to Draw"
folder = tempfile.TemporaryDirectory(prefix="atelier-")  # gone when the app ends
recent: deque[Path] = deque()


@dataclass(frozen=True)
class Sender:
    """A button that hands a picture on: its function gives the picture's file.

    Attributes:
        inputs: of the function, which knows what to give by names, places and drawings: a request
            never says a path.
        js: that fills inputs in from the page.
    """

    button: gr.Button
    function: Callable[..., str]
    inputs: Sequence[Block]
    js: str | None = None


@dataclass(frozen=True)
class Door:
    """Where a tab takes pictures in.

    Attributes:
        name: of the tab.
        incoming: the path of what comes, kept by the server.
        receive: has it taken in after an event.
    """

    name: str
    incoming: gr.State
    receive: Callable[[Callable], None]

    def open_for(self, sender: Sender, tabs: gr.Tabs) -> None:
        """Take in what a button sends, and go to the tab."""

        def send(*given: Any) -> tuple[str, gr.Tabs]:
            return sender.function(*given), gr.Tabs(selected=self.name)

        sent = sender.button.click(
            spoken(send), [*sender.inputs], [self.incoming, tabs], js=sender.js, **PRIVATE
        )
        self.receive(sent.success)


def passed_on(picture: Image.Image) -> str:
    """A picture as a file, which stays for a while, with its parameters."""
    place = Path(tempfile.mkdtemp(dir=folder.name)) / "picture.png"
    save_png(picture, place, read_parameters(picture))
    recent.append(place)
    while len(recent) > KEPT:
        recent.popleft().unlink(missing_ok=True)
    return str(place)
