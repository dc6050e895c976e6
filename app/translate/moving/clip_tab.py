"""A clip, a part of the Translate tab: its upload or record, its progress, and before and after in
step."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.shared.library import Library
from app.shared.live_picture import LivePicture
from app.shared.upload_components import RecordedClip, UploadedFiles
from app.shared.uploads import File
from app.shared.wiring import PRIVATE, Changes, spoken_steps
from app.translate.actions import Manner
from app.translate.layout import Choice
from app.translate.moving import clip_actions
from app.translate.moving.clip_actions import FORMATS, MOST_SECONDS, SAME, ClipProgress
from models.clips.reading import EXTENSIONS

BOUNDS = (
    "<div class='card'><p>A GIF, an animated WebP or PNG, an MP4 or a WebM of up to "
    f"{MOST_SECONDS} seconds becomes a clip of as many frames. For speed choose a small working "
    "size, or bold strokes.</p></div>"
)
WAITING = "<div class='card' role='status'><p>Waiting for its turn.</p></div>"
STOPPED = "<div class='card' role='status'><p>Stopped. Nothing was kept.</p></div>"
# long work must not keep the others from their turn
LONG: dict[str, Any] = {"concurrency_id": "translated_clips", "concurrency_limit": 1}


@dataclass(frozen=True)
class ClipForm:
    """The clip, and how far its translation is."""

    file: UploadedFiles
    record: RecordedClip
    kind: gr.Radio
    start: gr.Button
    stop: gr.Button
    progress: gr.HTML
    look: LivePicture
    both: gr.Image
    download: gr.DownloadButton


def build() -> ClipForm:
    """Where a clip comes from, how far it is, and what became of it."""
    gr.HTML(BOUNDS)
    with gr.Row(equal_height=True):
        file = UploadedFiles(
            label="Clip",
            file_count="single",
            file_types=list(EXTENSIONS),
            height=190,
            elem_id="clip",
        )
        record = RecordedClip(
            label="Or record one", sources=["webcam"], height=190, elem_id="recorded-clip"
        )
    kind = gr.Radio([SAME, *FORMATS], value=SAME, label="Format", elem_id="clip-format")
    with gr.Row():
        start = gr.Button(
            "Translate it", variant="primary", elem_classes="go", elem_id="translate-clip"
        )
        stop = gr.Button("Cancel", visible=False, elem_id="stop-clip")
    progress = gr.HTML(label="Progress", elem_id="clip-progress")
    look = LivePicture(
        label="The newest frame, before and after",
        interactive=False,
        buttons=[],
        elem_id="clip-look",
    )
    both = gr.Image(
        label="Before and after, in step",
        type="filepath",
        format="webp",
        interactive=False,
        buttons=["fullscreen"],
        elem_id="clip-both",
    )
    download = gr.DownloadButton("Download the clip", elem_id="download-clip")
    return ClipForm(file, record, kind, start, stop, progress, look, both, download)


def wire(library: Library, form: ClipForm, choice: Choice) -> None:
    """A clip is translated after a click, until it is done or another click."""
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    shown = [form.progress, form.look, form.both, form.download]
    everything = [*shown, form.start, form.stop]
    running = form.start.click(partial(waiting, form), None, everything, **aside).then(
        spoken_steps(translate_clip, library, form),
        [
            choice.name,
            choice.direction,
            choice.size,
            choice.strength,
            choice.keep_colours,
            form.kind,
            form.file,
            form.record,
        ],
        shown,
        api_name="translate_clip",
        show_progress="hidden",
        **LONG,
    )
    for ended in (running.success, running.failure):  # `then` leaves errors out (Gradio 6.31)
        ended(partial(buttons, form), None, [form.start, form.stop], **aside)
    # the words come second, when no step is on its way any more
    stopping = form.stop.click(None, cancels=[running], **aside)
    stopping.then(partial(stopped, form), None, everything, **aside)


def translate_clip(
    library: Library,
    form: ClipForm,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    kind: str,
    file: list[File] | None,
    recorded: File | None,
) -> Iterator[Changes]:
    """Each step of the translation of a clip, as the page shows it, and at last the clip."""
    manner = Manner(direction, size, strength, keep_colours)
    given = file[0] if file else recorded
    try:
        for step in clip_actions.translate_clip(library, name, manner, kind, given):
            yield changes(form, step)
    except (ValueError, OSError):
        yield empty(form)  # and then the error
        raise


def changes(form: ClipForm, step: ClipProgress) -> Changes:
    """The page at a step: the newest frame, or before and after of all; theme.css hides what is
    empty."""
    return {
        form.progress: report(step),
        form.look: None if step.both else step.look,
        form.both: str(step.both) if step.both else None,
        form.download: str(step.download) if step.download else None,
    }


def report(step: ClipProgress) -> str:
    """How far it is."""
    bar = f"<progress max='{step.total}' value='{step.done}'></progress>" if not step.both else ""
    ready = " ready" if step.both else ""
    words = html.escape(step.words)
    return f"<div class='card{ready}' role='status'>{bar}<p>{words}</p></div>"


def empty(form: ClipForm, words: str = "") -> Changes:
    """The page without a translated clip."""
    return {form.progress: words, form.look: None, form.both: None, form.download: None}


def waiting(form: ClipForm) -> Changes:
    """The page until the first step: another clip may have to end before."""
    return {**empty(form, WAITING), **buttons(form, running=True)}


def stopped(form: ClipForm) -> Changes:
    """The page after a clip that a person stopped."""
    return {**empty(form, STOPPED), **buttons(form)}


def buttons(form: ClipForm, running: bool = False) -> Changes:
    """The buttons that start and stop, of which one is there."""
    return {form.start: gr.Button(visible=not running), form.stop: gr.Button(visible=running)}
