"""A person's own data for a new run: dropped, taken with the camera, named, and deleted."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.settings import Settings
from app.shared.drawings import read_photograph
from app.shared.upload_components import UploadedFiles
from app.shared.wiring import PRIVATE, Changes, spoken
from app.train import cards, datasets
from app.train.adding.files import FONTS
from app.train.tasks import Task, find_task
from models.images import EXTENSIONS

DROP_JS = Path(__file__).with_name("drop.js").read_text("utf-8")
CAMERA_JS = Path(__file__).with_name("camera.js").read_text("utf-8")
# Handlebars and then JavaScript read these as templates: no braces in pairs, no backslashes.
FOLDER_HTML = """<button type="button" class="sm secondary">Choose a folder</button>
<input type="file" webkitdirectory multiple hidden aria-label="Choose a folder">"""
CAMERA_HTML = """
<div class="camera">
  <video muted playsinline></video>
  <button type="button"><span>Start the camera</span><span hidden>Stop the camera</span></button>
  <button type="button" disabled>Hold to take pictures <b></b></button>
  <p class="trouble" role="status" hidden>The browser may use no camera: allow it, and open the page
    at localhost or over https.</p>
</div>
"""
TAKEN = "{count} pictures of {group} so far. Take some of another class too."
CLASSES_KEY = "classes"  # of the task whose data the camera takes
SIDE, MOST = 256, 50  # pixels of a picture of the camera, and pictures of one press
QUEUE: dict[str, Any] = {"concurrency_id": "datasets", "concurrency_limit": 1}


@dataclass(frozen=True)
class OwnData:
    """The components by which a data set is added, renamed and deleted.

    Attributes:
        drop: takes a zip, a folder or pictures, and is the first step.
        said: what was left out, or why it was not taken.
        new_name: of the chosen one.
        name, archive, first, second, folder, add: a zip, or the files of A and of B.
        taking, class_name, camera: pictures of the camera, straight into a class.
    """

    drop: gr.File
    said: gr.HTML
    new_name: gr.Textbox
    new_name_trouble: gr.HTML
    name: gr.Textbox
    archive: gr.File
    first: gr.File
    second: gr.File
    folder: gr.Textbox
    add: gr.Button
    taking: gr.Accordion
    class_name: gr.Textbox
    camera: gr.HTML
    taken: gr.HTML
    delete: gr.Button
    confirmation: gr.Column
    confirm: gr.Button
    keep: gr.Button


def lay_out(
    settings: Settings, task: Task, picker: Callable[[], gr.Dropdown]
) -> tuple[gr.Dropdown, OwnData]:
    """The drop zone, the data sets to choose from, and what can be done with the chosen one.

    Args:
        picker: makes the dropdown of data sets.
    """
    with gr.Column(elem_id="own-data"):
        drop = UploadedFiles(
            label="Drop your own here: a zip, a folder, or pictures",
            file_count="multiple",
            height=170,
            elem_id="data-drop",
        )
        gr.HTML(
            html_template=FOLDER_HTML,
            js_on_load=DROP_JS,
            apply_default_css=False,
            elem_id="choose-folder",
        )
        said = gr.HTML(label="Result", visible=False, elem_id="data-added")
        with gr.Row():
            data = picker()
            new_name = gr.Textbox(
                label="Its name",
                info="Made from your files; type another to change it.",
                max_lines=1,
                min_width=160,
                visible=False,
                elem_id="data-name",
            )
        new_name_trouble = gr.HTML(visible=False, elem_classes="trouble")
        with gr.Accordion(
            "Take pictures with the camera",
            open=False,
            visible=task.key == CLASSES_KEY,
            elem_id="take-pictures",
        ) as taking:
            class_name = gr.Textbox(label="Into which class", placeholder="cats", max_lines=1)
            camera = gr.HTML(
                "",
                label="Camera",
                html_template=CAMERA_HTML,
                js_on_load=CAMERA_JS,
                apply_default_css=False,
                elem_id="class-camera",
                side=SIDE,
                most=MOST,
            )
            taken = gr.HTML(label="Taken", elem_id="taken")
        with gr.Accordion("Other ways to add or delete", open=False, elem_id="other-ways"):
            name = gr.Textbox(label="A name for the data", placeholder="my-pictures", max_lines=1)
            archive = UploadedFiles(label="A zip", file_count="single", visible=False)
            with gr.Row():
                first, second = (side_files(task, index) for index in (0, 1))
            folder = gr.Textbox(
                label="Or a folder of this machine",
                placeholder="/home/me/pictures",
                max_lines=1,
                visible=settings.allow_folders,
            )
            add = gr.Button("Add it", size="md", elem_id="add-data")
            delete = gr.Button(
                "Delete the chosen data", size="md", variant="stop", elem_id="delete-data"
            )
            with gr.Column(visible=False) as confirmation:
                gr.HTML(
                    "<p>Delete these pictures for good? Models that learned from them stay.</p>"
                )
                with gr.Row():
                    confirm = gr.Button("Delete the data", size="md", variant="stop", min_width=120)
                    keep = gr.Button("Keep the data", size="md", min_width=120)
    own = OwnData(
        drop=drop,
        said=said,
        new_name=new_name,
        new_name_trouble=new_name_trouble,
        name=name,
        archive=archive,
        first=first,
        second=second,
        folder=folder,
        add=add,
        taking=taking,
        class_name=class_name,
        camera=camera,
        taken=taken,
        delete=delete,
        confirmation=confirmation,
        confirm=confirm,
        keep=keep,
    )
    return data, own


def side_files(task: Task, index: int) -> gr.File:
    """The files of A, or of B."""
    return UploadedFiles(
        label=(*task.sides, "", "")[index],
        file_count="multiple",
        file_types=["image", *EXTENSIONS, *FONTS],
        height=130,
        min_width=140,
        visible=len(task.sides) > index,
        elem_id=f"data-{'ab'[index]}",
    )


def wire(settings: Settings, task: gr.Radio, data: gr.Dropdown, own: OwnData) -> Any:
    """What is dropped is added at once; adding by a form has a name for scripts, whose arguments
    are in this order.

    Returns:
        The event of the camera, after which the same data set has more in it.
    """
    own.drop.upload(
        partial(drop, settings, data, own),
        [task, own.drop],
        [own.drop, own.said, data],
        show_progress_on=[own.drop],
        api_visibility="private",
        **QUEUE,
    )
    own.add.click(
        spoken(add, settings, data, own),
        [task, own.name, own.archive, own.first, own.second, own.folder],
        [own.said, own.name, own.archive, own.first, own.second, own.folder, data],
        api_name="add_data",
        show_progress_on=[own.said],
        **QUEUE,
    )
    taken = own.camera.input(
        spoken(take, settings, data, own),
        [task, data, own.class_name, own.camera],
        [own.taken, data],
        **PRIVATE,
        **QUEUE,
    )
    gr.on(
        [own.new_name.submit, own.new_name.blur],
        partial(rename, settings, data, own),
        [task, data, own.new_name],
        [own.new_name_trouble, data],
        **PRIVATE,
        **QUEUE,
    )
    own.delete.click(
        lambda: gr.Column(visible=True), None, [own.confirmation], queue=False, **PRIVATE
    )
    own.keep.click(
        lambda: gr.Column(visible=False), None, [own.confirmation], queue=False, **PRIVATE
    )
    own.confirm.click(
        spoken(delete, settings, data, own),
        [task, data],
        [own.confirmation, own.said, data],
        **PRIVATE,
        **QUEUE,
    )
    return taken


def other_task(task: Task, own: OwnData) -> Changes:
    """What another task changes here."""
    first, second = (*task.sides, "", "")[:2]
    return {
        own.first: gr.File(label=first, visible=bool(first), value=None),
        own.second: gr.File(label=second, visible=bool(second), value=None),
        own.taking: gr.Accordion(visible=task.key == CLASSES_KEY),
    }


def chosen(settings: Settings, own: OwnData, data: str | None) -> Changes:
    """What another data set changes here: its name can be changed where it is a person's own."""
    there = data in datasets.own(settings)
    return {
        own.new_name: gr.Textbox(value=data if there else "", visible=there),
        own.new_name_trouble: gr.HTML("", visible=False),
        own.confirmation: gr.Column(visible=False),
    }


# what happens


def drop(
    settings: Settings,
    data: gr.Dropdown,
    own: OwnData,
    key: str,
    files: list,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> Changes:
    """Add what was dropped, choose it, and say what was left out, or why it was not taken."""
    try:
        name, left_out = datasets.add_dropped(settings, files, telling(progress))
    except (ValueError, OSError) as error:
        return {own.drop: None, own.said: said(cards.trouble(error))}
    words = cards.bullets("Left out", left_out)
    return {own.drop: None, own.said: said(words), data: renewed(settings, key, name)}


def add(
    settings: Settings,
    data: gr.Dropdown,
    own: OwnData,
    key: str,
    name: str,
    archive: list,
    first: list,
    second: list,
    folder: str,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> Changes:
    """Add a data set, say what was left out, empty the form, and choose it."""
    task = find_task(key)
    left_out: list[str] = []
    if folder:
        name = datasets.add_folder(settings, name, folder)
    else:
        sides = (first, second)[: max(1, len(task.sides))]
        zipped = archive[0] if archive else None
        name, left_out = datasets.add(settings, name, zipped, sides, telling(progress))
    return {
        own.said: said(cards.bullets("Left out", left_out)),
        **dict.fromkeys((own.name, own.folder), ""),
        **dict.fromkeys((own.archive, own.first, own.second)),
        data: renewed(settings, key, name),
    }


def take(
    settings: Settings, data: gr.Dropdown, own: OwnData, key: str, name: str, group: str, taken: str
) -> Changes:
    """Put pictures of the camera into a class of the chosen data set, or of a new one."""
    pictures = [read_photograph(one).convert("RGB") for one in frames(taken)]
    target = name if datasets.is_taken(settings, name) else ""
    name, count = datasets.add_to_class(settings, target, group, pictures)
    words = TAKEN.format(count=count, group=group)
    return {own.taken: f"<p role='status'>{words}</p>", data: renewed(settings, key, name)}


def frames(taken: str) -> list:
    """The pictures of one press, as data URLs.

    Raises:
        ValueError: other than a list of some in JSON.
    """
    with suppress(ValueError, TypeError):
        found = json.loads(taken)
        if isinstance(found, list) and 0 < len(found) <= MOST:
            return found
    raise ValueError(
        f"Expected 1 to {MOST} pictures of the camera, found others; hold the button again."
    )


def rename(
    settings: Settings, data: gr.Dropdown, own: OwnData, key: str, name: str, new: str
) -> dict[Block, Any]:
    """Rename the chosen data set, or say beside its name why that cannot be."""
    if new.strip() in ("", name):
        return {own.new_name_trouble: gr.HTML("", visible=False)}
    try:
        name = datasets.rename(settings, name, new)
    except (ValueError, OSError) as error:
        return {own.new_name_trouble: said(cards.trouble(error))}
    return {
        own.new_name_trouble: gr.HTML("", visible=False),
        data: renewed(settings, key, name),
    }


def delete(
    settings: Settings, data: gr.Dropdown, own: OwnData, key: str, name: str | None
) -> Changes:
    """Delete a person's own data set, and choose the first that is left."""
    datasets.delete(settings, name)
    gr.Info("The data is deleted.", duration=5)
    first = datasets.names(settings, find_task(key))[0]
    return {
        own.confirmation: gr.Column(visible=False),
        own.said: said(""),
        data: renewed(settings, key, first),
    }


def renewed(settings: Settings, key: str, name: str) -> gr.Dropdown:
    """The data sets that there are now, one of them chosen."""
    return gr.Dropdown(choices=datasets.names(settings, find_task(key)), value=name)


def said(words: str) -> gr.HTML:
    """Words where there are some, and no gap where there are none."""
    return gr.HTML(words, visible=bool(words))


def telling(progress: gr.Progress) -> datasets.Tell:
    """How far the decoding is, in the page."""
    return lambda done, total: progress((done, total), "Decoding", unit="files")
