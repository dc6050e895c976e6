"""The Models tab: which models there are and how good they are, import, export, deletion."""

import html
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.languages import say
from app.models import actions, imports
from app.models.actions import EXPORT_LIMIT, Entry
from app.models.rows import problem, rows
from app.shared import listing as listings
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Changes, Refresh, spoken
from models.config import DIRECTIONS
from models.translator import Translator

HOW = (
    "A zip that this page has made of a model, or a checkpoint of pix2pix or CycleGAN such as "
    "net_G.pth. Two checkpoints make a model for both directions: the first in the alphabet leads "
    "there, the other one back."
)
# one after the other: an import takes much memory, and both change which models there are
QUEUE: dict[str, Any] = {"concurrency_id": "models", "concurrency_limit": 1}


@dataclass(frozen=True)
class ImportForm:
    """The form for a model to be added; `words` say that it is there."""

    name: gr.Textbox
    files: gr.File
    domains: gr.Row
    start: gr.Textbox
    end: gr.Textbox
    add: gr.Button
    words: gr.HTML


@dataclass(frozen=True)
class Export:
    """The two ways to take a model along, and the file that comes of them."""

    column: gr.Column
    direction: gr.Radio
    zipped: gr.Button
    onnx: gr.Button
    file: gr.File


@dataclass(frozen=True)
class Deletion:
    """The button that asks, and the question, with the name that it asks about."""

    ask: gr.Button
    column: gr.Column
    question: gr.HTML
    name: gr.Textbox
    confirm: gr.Button
    keep: gr.Button


@dataclass(frozen=True)
class Layout:
    """The components of the tab: the list, the form, and what is shown of the chosen model."""

    listing: gr.HTML
    form: ImportForm
    column: gr.Column
    samples: gr.Image
    about: gr.HTML
    export: Export
    deletion: Deletion


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
    layout = components()
    chosen = [
        layout.column,
        layout.samples,
        layout.about,
        layout.export.column,
        layout.export.direction,
        layout.export.file,
        layout.deletion.ask,
        layout.deletion.column,
    ]
    wire_import(library, layout, [layout.listing, *chosen])
    wire_export(library, layout)
    wire_deletion(library, layout, [layout.listing, *chosen])
    layout.listing.input(
        spoken(details, library, layout),
        [layout.listing],
        chosen,
        api_name="show_model",
        show_progress="hidden",
    )
    gr.api(spoken(actions.listed, library), api_name="list_models")
    return Refresh(partial(newest, library, layout), [layout.listing, *chosen])


def wire_import(library: Library, layout: Layout, shown: list) -> None:
    """A click makes a model of what the form says."""
    form = layout.form
    form.files.change(partial(ask_domains, form), [form.files], [form.domains], **PRIVATE)
    form.add.click(
        spoken(add_model, library, layout),
        [form.name, form.files, form.start, form.end],
        [form.words, form.name, form.files, form.start, form.end, *shown],
        api_name="import_model",
        show_progress_on=[form.files],
        **QUEUE,
    )


def wire_export(library: Library, layout: Layout) -> None:
    """A click makes a file of the chosen model."""
    export = layout.export
    export.zipped.click(
        spoken(pack, library), [layout.listing], [export.file], api_name="download_model"
    )
    export.onnx.click(
        spoken(to_onnx, library),
        [layout.listing, export.direction],
        [export.file],
        api_name="export_onnx",
    )


def wire_deletion(library: Library, layout: Layout, shown: list) -> None:
    """A click asks, another one deletes."""
    deletion = layout.deletion
    deletion.ask.click(
        spoken(ask_first, layout),
        [layout.listing],
        [deletion.column, deletion.question, deletion.name],
        **PRIVATE,
    )
    deletion.keep.click(lambda: gr.Column(visible=False), None, [deletion.column], **PRIVATE)
    deletion.confirm.click(
        spoken(delete_model, library, layout),
        [deletion.name],
        [layout.form.words, *shown],
        api_name="delete_model",
        show_progress="hidden",
        **QUEUE,
    )


# layout


def components() -> Layout:
    """The list and the form, and beside them the chosen model."""
    with gr.Row(equal_height=False, elem_classes="shelf"):
        with gr.Column(scale=2, min_width=300):
            listing = listings.listing("Model", "models", "#samples")
            with gr.Column(elem_id="add-model"):
                form = import_form()
        with gr.Column(scale=3, min_width=300, visible=False) as column:
            samples, about = sheet(), gr.HTML(label="About", elem_id="about-model")
            export, deletion = export_buttons(), deletion_buttons()
    return Layout(listing, form, column, samples, about, export, deletion)


def sheet() -> gr.Image:
    """The samples that lie beside a model."""
    return gr.Image(
        label="Samples",
        format="png",
        interactive=False,
        buttons=["fullscreen"],
        elem_classes="wordless",
        elem_id="samples",
    )


def import_form() -> ImportForm:
    """The form for a model to be added."""
    gr.HTML(f"<div class='card'><h3>Add a model</h3><p>{HOW}</p></div>")
    files = gr.File(
        label="Files (.zip or .pth)",
        file_count="multiple",
        file_types=[".zip", ".pth"],
        height=140,
        elem_id="model-files",
    )
    with gr.Row(visible=False) as domains:
        start = gr.Textbox(label="It turns", placeholder="photos", max_lines=1, min_width=120)
        end = gr.Textbox(label="into", placeholder="paintings", max_lines=1, min_width=120)
    name = gr.Textbox(label="Its name", placeholder="my-emoji", max_lines=1, elem_id="model-name")
    add = gr.Button("Add it", variant="primary", elem_classes="go", elem_id="add")
    words = gr.HTML(label="Result", elem_id="added")
    return ImportForm(name, files, domains, start, end, add, words)


def export_buttons() -> Export:
    """The two ways to take a model along."""
    with gr.Column(elem_id="take-along") as column:
        gr.HTML("<div class='card'><h4>Take it along</h4></div>")
        direction = gr.Radio(
            list(DIRECTIONS), value=DIRECTIONS[0], label="Direction of the ONNX file", visible=False
        )
        with gr.Row():
            zipped = gr.Button("Zip for another Atelier", size="md", min_width=140, elem_id="zip")
            onnx = gr.Button("ONNX for other programs", size="md", min_width=140, elem_id="onnx")
        file = gr.File(label="File to download", interactive=False, height=140, elem_id="file")
    return Export(column, direction, zipped, onnx, file)


def deletion_buttons() -> Deletion:
    """The button that asks, and below it the question with its two answers."""
    ask = gr.Button("Delete this model", size="md", elem_id="delete")
    with gr.Column(visible=False, elem_id="confirm") as column:
        question = gr.HTML(label="Question")
        name = gr.Textbox(label="Name", visible=False)
        with gr.Row():
            confirm = gr.Button("Delete it for good", variant="primary", size="md", min_width=120)
            keep = gr.Button("Keep it", size="md", min_width=120)
    return Deletion(ask, column, question, name, confirm, keep)


# what happens


def newest(library: Library, layout: Layout, name: str | None = None) -> Changes:
    """The list as it is now, and of the models in it that one, or else the first."""
    entries = actions.entries(library)
    chosen = name or (entries[0].name if entries else "")
    listing = gr.HTML(chosen, rows=rows(library, entries))
    return {layout.listing: listing, **details(library, layout, chosen)}


def details(library: Library, layout: Layout, name: str) -> Changes:
    """A model's samples, its card, and what can be done with it."""
    if not name:
        return {layout.column: gr.Column(visible=False)}
    model = actions.entry(library, name)
    samples = actions.samples(library, name)
    return {
        layout.column: gr.Column(visible=True),
        layout.samples: gr.Image(samples, visible=samples is not None),
        layout.about: problem(model) if model.problem else library.card(name),
        layout.export.column: gr.Column(visible=not model.problem),
        layout.export.direction: directions(library, model),
        layout.export.file: None,
        layout.deletion.ask: gr.Button(visible=model.deletable),
        layout.deletion.column: gr.Column(visible=False),
    }


def directions(library: Library, model: Entry) -> gr.Radio:
    """The choice between the directions of a model that has two."""
    loaded = None if model.problem else library.get(model.name)
    if not isinstance(loaded, Translator) or len(loaded.directions) < 2:
        return gr.Radio(value=DIRECTIONS[0], visible=False)
    start, end = loaded.domains
    labels = (f"{start} → {end}", f"{end} → {start}")
    return gr.Radio(list(zip(labels, DIRECTIONS, strict=True)), value=DIRECTIONS[0], visible=True)


def ask_domains(form: ImportForm, files: list[str] | None) -> Changes:
    """A checkpoint does not say what it turns into what; a zip does."""
    asked = any(file.lower().endswith(".pth") for file in files or [])
    return {form.domains: gr.Row(visible=asked)}


def add_model(
    library: Library, layout: Layout, name: str, files: list[str], start: str, end: str
) -> Changes:
    """Import, then say so, empty the form, and show the new model."""
    name = imports.import_model(library, name, files, start, end)
    words = (
        f"<p role='status'><b>{html.escape(name)}</b> is in the list. The other tabs offer it when "
        "you open this page again.</p>"
    )
    form = layout.form
    emptied: Changes = {
        form.words: words,
        form.name: "",
        form.files: None,
        form.start: "",
        form.end: "",
    }
    return {**emptied, **newest(library, layout, name)}


def pack(library: Library, name: str) -> str:
    """The zip of a model, as gr.File takes it."""
    return str(actions.pack(library, name))


def to_onnx(
    library: Library,
    name: str,
    direction: str,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> str:
    """The ONNX file of a model, as gr.File takes it."""

    def tell(second: int) -> None:
        doing = say("Writing the file and comparing pictures")
        progress((second, EXPORT_LIMIT), doing, unit=say("seconds"))

    return str(actions.export_onnx(library, name, direction, tell))


def ask_first(layout: Layout, name: str) -> Changes:
    """Whether a model shall go, and its name, kept for the answer."""
    words = f"<p>Delete <b>{html.escape(name)}</b> for good? Its files go from the disk.</p>"
    deletion = layout.deletion
    return {
        deletion.column: gr.Column(visible=True),
        deletion.question: words,
        deletion.name: name,
    }


def delete_model(library: Library, layout: Layout, name: str) -> Changes:
    """Delete, say so, and show the list without it."""
    actions.delete(library, name)
    gr.Info(say("{name} is deleted.").format(name=html.escape(name)), duration=5)
    return {layout.form.words: "", **newest(library, layout)}
