"""Many files at once, a part of the Translate tab: their upload, their progress and their zip."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.shared.library import Library
from app.shared.upload_components import UploadedFiles
from app.shared.uploads import File
from app.shared.wiring import PRIVATE, Changes, spoken_steps
from app.translate import batch_actions
from app.translate.actions import Manner
from app.translate.batch_actions import MAX_FILES, BatchProgress
from app.translate.layout import Choice
from models.images import EXTENSIONS

MANY = f"<div class='card'><p>Up to {MAX_FILES} pictures become one zip.</p></div>"
WAITING = "<div class='card' role='status'><p>Waiting for its turn.</p></div>"
STOPPED = "<div class='card' role='status'><p>Stopped. Nothing was kept.</p></div>"
LISTED = 20  # sentences on files, before the rest are counted
# a long batch must not keep the others from their turn
LONG: dict[str, Any] = {"concurrency_id": "translated_files", "concurrency_limit": 1}


@dataclass(frozen=True)
class BatchForm:
    """The files, and how far their translation is."""

    files: UploadedFiles
    progress: gr.HTML
    start: gr.Button
    stop: gr.Button
    archive: gr.DownloadButton


def build() -> BatchForm:
    """Where many files come from, how far they are, and their zip."""
    gr.HTML(MANY)
    files = UploadedFiles(
        label="Pictures",
        file_count="multiple",
        file_types=["image", *EXTENSIONS],
        height=230,
        elem_id="many-pictures",
    )
    with gr.Row():
        start = gr.Button(
            "Translate them", variant="primary", elem_classes="go", elem_id="translate-files"
        )
        stop = gr.Button("Stop", visible=False, elem_id="stop-files")
    progress = gr.HTML(label="Progress", elem_id="progress")
    archive = gr.DownloadButton("Download the zip", elem_id="zip-of-files")
    return BatchForm(files, progress, start, stop, archive)


def wire(library: Library, batch: BatchForm, choice: Choice) -> None:
    """Many files are translated after a click, until they are done or another click."""
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    everything = [batch.progress, batch.archive, batch.start, batch.stop]
    running = batch.start.click(partial(waiting, batch), None, everything, **aside).then(
        spoken_steps(translate_files, library, batch),
        [
            choice.name,
            choice.direction,
            choice.size,
            choice.strength,
            choice.keep_colours,
            batch.files,
        ],
        [batch.progress, batch.archive],
        api_name="translate_files",
        show_progress="hidden",
        **LONG,
    )
    for ended in (running.success, running.failure):  # `then` leaves errors out (Gradio 6.31)
        ended(partial(buttons, batch), None, [batch.start, batch.stop], **aside)
    # a script cancels its batch by itself; the words come second, when no step is on its way any
    # more
    stopping = batch.stop.click(None, cancels=[running], **aside)
    stopping.then(partial(stopped, batch), None, everything, **aside)


def translate_files(
    library: Library,
    batch: BatchForm,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    files: list[File] | None,
) -> Iterator[Changes]:
    """Each step of the translation of many files, as the page shows it, and at last the zip."""
    manner = Manner(direction, size, strength, keep_colours)
    try:
        for step in batch_actions.translate_files(library, name, manner, files):
            yield {batch.progress: report(step), batch.archive: step.archive}
    except (ValueError, OSError):
        yield {batch.progress: "", batch.archive: None}  # and then the error
        raise


def report(step: BatchProgress) -> str:
    """How far it is in words, and what was left out; names come from strangers and are escaped."""
    if step.finished:
        inside = step.total - len(step.left_out)
        told = f"<p>{inside} of {step.total} pictures are in the zip.</p>"
    else:
        told = f"<progress max='{step.total}' value='{step.done}'></progress>"
        told += f"<p>{step.done + 1} of {step.total}: {html.escape(step.now)}</p>"
    listed = [("Left out", step.left_out), ("How they were read", step.remarks)]
    told += "".join(listing(title, sentences) for title, sentences in listed if sentences)
    ready = " ready" if step.archive else ""  # theme.css shows the download beside it
    return f"<div class='card{ready}' role='status'>{told}</div>"


def listing(title: str, sentences: Sequence[str]) -> str:
    """A title, and sentences below it, the first `LISTED` of them."""
    rows = "".join(f"<li>{html.escape(one)}</li>" for one in sentences[:LISTED])
    if more := sentences[LISTED:]:
        rows += f"<li>and {len(more)} more</li>"
    return f"<h4>{title}</h4><ul>{rows}</ul>"


def waiting(batch: BatchForm) -> Changes:
    """The page until the first step: another batch may have to end before."""
    return {batch.progress: WAITING, batch.archive: None, **buttons(batch, running=True)}


def stopped(batch: BatchForm) -> Changes:
    """The page after a batch that a person stopped."""
    return {batch.progress: STOPPED, batch.archive: None, **buttons(batch)}


def buttons(batch: BatchForm, running: bool = False) -> Changes:
    """The buttons that start and stop, of which one is there."""
    return {
        batch.start: gr.Button(visible=not running),
        batch.stop: gr.Button(visible=running),
    }
