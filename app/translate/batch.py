"""Many files at once, a part of the Translate tab: their upload, their progress and their zip."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from app.shared.library import Library
from app.shared.upload_components import UploadedFiles
from app.shared.uploads import File
from app.shared.wiring import PRIVATE, spoken_steps
from app.translate import batch_files
from app.translate.actions import Manner
from app.translate.batch_files import MAX_FILES, Progress

MANY = f"<div class='card'><p>Up to {MAX_FILES} pictures become one zip.</p></div>"
WAITING, STOPPED = (
    f"<div class='card' role='status'><p>{words}</p></div>"
    for words in ("Waiting for its turn.", "Stopped. Nothing was kept.")
)
LISTED = 20  # files that were left out, before the rest are counted
# a long job must not keep the others from their turn
LONG = {"concurrency_id": "translated_files", "concurrency_limit": 1}


@dataclass
class Job:
    """The files, and how far their translation is."""

    files: UploadedFiles
    progress: gr.HTML
    start: gr.Button
    stop: gr.Button
    archive: gr.DownloadButton

    def all(self) -> list:
        """What `waiting` and `stopped` renew, in their order; a step renews the first two."""
        return [self.progress, self.archive, self.start, self.stop]


def build() -> Job:
    """Where many files come from, how far they are, and their zip."""
    gr.HTML(MANY)
    files = UploadedFiles(
        label="Pictures",
        file_count="multiple",
        file_types=["image"],
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
    return Job(files, progress, start, stop, archive)


def wire(library: Library, job: Job, choice: list) -> None:
    """Many files are translated after a click, until they are done or another click."""
    aside = {"queue": False, **PRIVATE}
    running = job.start.click(waiting, None, job.all(), **aside).then(
        spoken_steps(translate_files, library),
        [*choice, job.files],
        [job.progress, job.archive],
        api_name="translate_files",
        show_progress="hidden",
        **LONG,
    )
    for ended in (running.success, running.failure):  # `then` leaves errors out (Gradio 6.31)
        ended(buttons, None, [job.start, job.stop], **aside)
    # a script cancels its job by itself; the words come second, when no step is on its way any more
    job.stop.click(None, cancels=[running], **aside).then(stopped, None, job.all(), **aside)


def translate_files(
    library: Library,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    files: list[File] | None,
) -> Iterator[tuple[str, Path | None]]:
    """Each step of the translation of many files, as the page shows it, and at last the zip."""
    try:
        manner = Manner(direction, size, strength, keep_colours)
        for step in batch_files.translate_files(library, name, manner, files):
            yield report(step), step.archive
    except (ValueError, OSError):
        yield "", None  # and then the error
        raise


def report(step: Progress) -> str:
    """How far it is in words, and what was left out; names come from strangers and are escaped."""
    if step.finished:
        inside = step.total - len(step.left_out)
        told = f"<p>{inside} of {step.total} pictures are in the zip.</p>"
    else:
        told = f"<progress max='{step.total}' value='{step.done}'></progress>"
        told += f"<p>{step.done + 1} of {step.total}: {html.escape(step.now)}</p>"
    rows = "".join(f"<li>{html.escape(one)}</li>" for one in step.left_out[:LISTED])
    if more := step.left_out[LISTED:]:
        rows += f"<li>and {len(more)} more</li>"
    left_out = f"<h4>Left out</h4><ul>{rows}</ul>" if rows else ""
    ready = " ready" if step.archive else ""  # theme.css shows the download beside it
    return f"<div class='card{ready}' role='status'>{told}{left_out}</div>"


def waiting() -> tuple:
    """The page until the first step: another job may have to end before."""
    return WAITING, None, *buttons(running=True)


def stopped() -> tuple:
    """The page after a job that a person stopped."""
    return STOPPED, None, *buttons()


def buttons(running: bool = False) -> tuple[gr.Button, gr.Button]:
    """The buttons that start and stop, of which one is there."""
    return gr.Button(visible=not running), gr.Button(visible=running)
