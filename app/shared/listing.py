"""A list to choose from, a row with a picture for each; its value is the name of the chosen one."""

import base64
import html
import json
from io import BytesIO
from pathlib import Path

import gradio as gr
from PIL import Image, ImageOps

# What Handlebars puts into a template is run as JavaScript afterwards; what `${}` puts in is not.
ROWS = "${rows}"
THUMBNAIL = 160  # pixels
JS = Path(__file__).with_name("listing.js").read_text("utf-8")


def listing(label: str, elem_id: str, shown: str, first: str = "") -> gr.HTML:
    """A list. Its rows are its only property: an update of a component in a tab that has not been
    opened yet takes all others away (Gradio 6.31).

    Args:
        shown: the selector of where the chosen one is shown.
        first: its rows, as HTML; none at first unless given.
    """
    return gr.HTML(
        "",
        rows=first,
        label=label,
        html_template=ROWS,
        js_on_load=f"const shown = {json.dumps(shown)};\n{JS}",
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes="listing",
    )


def rows(label: str, items: list[str]) -> str:
    """The list as HTML."""
    return f"<div role='radiogroup' aria-label='{label}'>{''.join(items)}</div>"


def row(group: str, name: str, picture: str, about: str, small: str) -> str:
    """One row.

    Args:
        group: of the radio buttons.
        picture: a data URL, or empty.
        about: HTML.
    """
    shown = f"<img src='{picture}' alt=''>" if picture else "<i></i>"
    return (
        f"<label><input type='radio' name='{group}' value='{html.escape(name)}'>{shown}"
        f"<span><b>{html.escape(name)}</b>{about}<small>{html.escape(small)}</small></span></label>"
    )


def thumbnail(sheet: Image.Image, share: float = 1.0) -> str:
    """A square from the upper left of a sheet, small, as a data URL.

    Args:
        share: of the sheet's shorter side.
    """
    side = max(1, int(min(sheet.size) * share))
    square = ImageOps.fit(sheet.crop((0, 0, side, side)), (THUMBNAIL, THUMBNAIL))
    out = BytesIO()
    square.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
