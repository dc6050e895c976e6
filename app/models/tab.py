"""The Models tab: which models there are and how good they are, import, export, deletion."""

import html
from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.models import actions, imports
from app.models.actions import EXPORT_LIMIT, Entry
from app.shared import listing as listings
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Parts, Refresh, spoken
from models.config import DIRECTIONS
from models.translator import Translator

EMPTY = "<p>There is no model yet: add one, or train one.</p>"
HOW = (
    "A zip that this page has made of a model, or a checkpoint of pix2pix or CycleGAN such as "
    "net_G.pth. Two checkpoints make a model for both directions: the first in the alphabet leads "
    "there, the other one back."
)
# one after the other: an import takes much memory, and both change which models there are
QUEUE = {"concurrency_id": "models", "concurrency_limit": 1}


@dataclass
class Chosen(Parts):
    """What is shown of the chosen model, in the order of `details`."""

    column: gr.Column
    samples: gr.Image
    about: gr.HTML
    usable: gr.Column
    direction: gr.Radio
    file: gr.File
    delete: gr.Button
    confirmation: gr.Column


@dataclass
class Form(Parts):
    """What a person says of a model to be added."""

    name: gr.Textbox
    files: gr.File
    start: gr.Textbox
    end: gr.Textbox


def build(library: Library) -> Refresh:
    """Lay the tab out and wire it."""
    with gr.Row(equal_height=False, elem_classes="shelf"):
        with gr.Column(scale=2, min_width=300):
            listing = listings.listing("Model", "models", "#samples")
            with gr.Column(elem_id="add-model"):
                form, add, words = import_form()
        with gr.Column(scale=3, min_width=300, visible=False) as column:
            samples, about = sheet(), gr.HTML(label="About", elem_id="about-model")
            with gr.Column(elem_id="take-along") as usable:
                direction, file = export_buttons(library, listing)
            delete, confirmation, condemned, confirm = deletion(listing)
    chosen = Chosen(column, samples, about, usable, direction, file, delete, confirmation)
    everything = [listing, *chosen.all()]
    listing.input(
        spoken(details, library),
        [listing],
        chosen.all(),
        api_name="show_model",
        show_progress="hidden",
    )
    add.click(
        spoken(add_model, library),
        form.all(),
        [words, *form.all(), *everything],
        api_name="import_model",
        show_progress_on=[form.files],
        **QUEUE,
    )
    confirm.click(
        spoken(delete_model, library),
        [condemned],
        [words, *everything],
        api_name="delete_model",
        show_progress="hidden",
        **QUEUE,
    )
    gr.api(spoken(actions.listed, library), api_name="list_models")
    return Refresh(partial(newest, library), everything)


# layout


def sheet() -> gr.Image:
    """The samples that lie beside a model."""
    return gr.Image(
        label="Samples",
        show_label=False,
        format="png",
        interactive=False,
        buttons=["fullscreen"],
        elem_id="samples",
    )


def import_form() -> tuple[Form, gr.Button, gr.HTML]:
    """The form for a model to be added, its button, and what is said when it is there."""
    gr.HTML(f"<div class='card'><h3>Add a model</h3><p>{HOW}</p></div>")
    files = gr.File(
        label="Files (.zip or .pth)",
        file_count="multiple",
        file_types=[".zip", ".pth"],
        height=140,
        elem_id="model-files",
    )
    with gr.Row(visible=False) as domains:
        start, end = (
            gr.Textbox(label=label, placeholder=example, max_lines=1, min_width=120)
            for label, example in (("It turns", "photos"), ("into", "paintings"))
        )
    name = gr.Textbox(label="Its name", placeholder="my-emoji", max_lines=1, elem_id="model-name")
    button = gr.Button("Add it", variant="primary", elem_classes="go", elem_id="add")
    words = gr.HTML(label="Result", elem_id="added")
    files.change(ask_domains, [files], [domains], **PRIVATE)
    return Form(name, files, start, end), button, words


def ask_domains(files: list[str] | None) -> gr.Row:
    """A checkpoint does not say what it turns into what; a zip does."""
    return gr.Row(visible=any(file.lower().endswith(".pth") for file in files or []))


def export_buttons(library: Library, listing: gr.HTML) -> tuple[gr.Radio, gr.File]:
    """The two ways to take a model along, wired."""
    gr.HTML("<div class='card'><h4>Take it along</h4></div>")
    direction = gr.Radio(
        list(DIRECTIONS), value=DIRECTIONS[0], label="Direction of the ONNX file", visible=False
    )
    with gr.Row():
        zipped, onnx = (
            gr.Button(label, size="md", min_width=140, elem_id=elem_id)
            for label, elem_id in (
                ("Zip for another Atelier", "zip"),
                ("ONNX for other programs", "onnx"),
            )
        )
    file = gr.File(label="File to download", interactive=False, height=140, elem_id="file")
    zipped.click(spoken(pack, library), [listing], [file], api_name="download_model")
    onnx.click(spoken(to_onnx, library), [listing, direction], [file], api_name="export_onnx")
    return direction, file


def deletion(listing: gr.HTML) -> tuple[gr.Button, gr.Column, gr.Textbox, gr.Button]:
    """The button that asks, what it asks, the name that it asks about, and the button that
    deletes."""
    delete = gr.Button("Delete this model", size="md", elem_id="delete")
    with gr.Column(visible=False, elem_id="confirm") as confirmation:
        question = gr.HTML(label="Question")
        condemned = gr.Textbox(label="Name", visible=False)
        with gr.Row():
            confirm = gr.Button("Delete it for good", variant="primary", size="md", min_width=120)
            keep = gr.Button("Keep it", size="md", min_width=120)
    delete.click(spoken(ask), [listing], [confirmation, question, condemned], **PRIVATE)
    keep.click(lambda: gr.Column(visible=False), None, [confirmation], **PRIVATE)
    return delete, confirmation, condemned, confirm


def rows(library: Library, models: list[Entry]) -> str:
    """The list as HTML; everything in it comes from files and is escaped."""
    return listings.rows("Models", [row(library, model) for model in models]) if models else EMPTY


def row(library: Library, model: Entry) -> str:
    """One model in the list."""
    about = f"<span>{html.escape(model.what)}</span>" if model.what else ""
    if model.problem:
        about += f"<span class='broken'>Cannot be used: {html.escape(model.problem)}</span>"
    picture = actions.thumbnail(library, model)
    return listings.row("listed-model", model.name, picture, about, model.origin)


def problem(model: Entry) -> str:
    """In place of a card: why a model cannot be used."""
    return (
        f"<div class='card'><h3>{html.escape(model.name)}</h3><h4>Cannot be used</h4>"
        f"<p>{html.escape(model.problem)}</p></div>"
    )


# what happens


def newest(library: Library, name: str | None = None) -> tuple:
    """The list as it is now, and of the models in it that one, or else the first."""
    models = actions.entries(library)
    chosen = name or (models[0].name if models else "")
    return gr.HTML(chosen, rows=rows(library, models)), *details(library, chosen)


def details(library: Library, name: str) -> tuple:
    """What is shown of a model: samples, what it is, and what can be done with it."""
    if not name:
        return gr.Column(visible=False), *(gr.skip() for _ in range(7))
    model = actions.entry(library, name)
    samples = actions.samples(library, name)
    return (
        gr.Column(visible=True),
        gr.Image(samples, visible=samples is not None),
        problem(model) if model.problem else library.card(name),
        gr.Column(visible=not model.problem),
        directions(library, model),
        None,
        gr.Button(visible=model.deletable),
        gr.Column(visible=False),
    )


def directions(library: Library, model: Entry) -> gr.Radio:
    """The choice between the directions of a model that has two."""
    loaded = None if model.problem else library.get(model.name)
    if not isinstance(loaded, Translator) or len(loaded.directions) < 2:
        return gr.Radio(value=DIRECTIONS[0], visible=False)
    start, end = loaded.domains
    labels = (f"{start} to {end}", f"{end} to {start}")
    return gr.Radio(list(zip(labels, DIRECTIONS, strict=True)), value=DIRECTIONS[0], visible=True)


def add_model(library: Library, name: str, files: list[str], start: str, end: str) -> tuple:
    """Import, then say so, empty the form, and show the new model."""
    name = imports.import_model(library, name, files, start, end)
    words = (
        f"<p role='status'><b>{html.escape(name)}</b> is in the list. The other tabs offer it when "
        "you open this page again.</p>"
    )
    return words, "", None, "", "", *newest(library, name)


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
        progress((second, EXPORT_LIMIT), "Writing the file and comparing pictures", unit="seconds")

    return str(actions.export_onnx(library, name, direction, tell))


def ask(name: str) -> tuple:
    """Whether a model shall go, and its name, kept for the answer."""
    words = f"<p>Delete <b>{html.escape(name)}</b> for good? Its files go from the disk.</p>"
    return gr.Column(visible=True), words, name


def delete_model(library: Library, name: str) -> tuple:
    """Delete, say so, and show the list without it."""
    actions.delete(library, name)
    gr.Info(f"{html.escape(name)} is deleted.", duration=5)
    return "", *newest(library)
