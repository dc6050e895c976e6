"""The drawing canvas: an HTML component whose value is the drawing as a PNG data URL.

While a person draws, its value is renewed and `input` triggered up to `RATE` times a second. A new
value from Python replaces the drawing, which can be undone like a stroke. Dabs of colour lie on a
layer of their own, transparent elsewhere: a PNG data URL in the attribute `data-hints` of the
element, empty where there are none (`HINTS`). `settled` comes half a second after the last change,
and `surprise` is the event of the button that asks for an outline to start from.

`photograph` is the event of an uploaded picture, which then is a JPEG data URL in the attribute
`data-photograph` (`PHOTOGRAPH`); its lines, in the property `lines`, are shown over the drawing
until they are used or put away.
"""

from pathlib import Path

import gradio as gr

SIDE = 256  # pixels of the value
ZOOM = 3  # the canvas on the page has so many times more, to look smooth
RATE = 8  # updates a second at most
PEN, ERASER, BRUSH = 7, 20, 14  # thickness in pixels of the value; outlines of emoji are 7 thick
THINNEST, THICKEST = 2, 32
# of things as emoji are painted
COLOURS = "#ea5a47 #f4aa41 #fcea2b #b1cc33 #5c9e31 #61b2e4 #1e50a0 #8967aa #ffa7c0 #a57939 #6a462f"
COLOURS += " #ffffff #9b9b9a #3f3f3f"
JS = Path(__file__).with_name("canvas.js").read_text("utf-8")
HINTS = "document.querySelector('#canvas [data-hints]')?.dataset.hints ?? ''"  # in JavaScript
PHOTOGRAPH = "document.querySelector('#canvas [data-photograph]')?.dataset.photograph ?? ''"
CSS = Path(__file__).with_name("canvas.css").read_text("utf-8")


def canvas(
    elem_id: str = "canvas",
    pen: int = PEN,
    starts: bool = True,
    value: str = "",
    listens: bool = False,
    sampled: str = ".sampled",
) -> gr.HTML:
    """The canvas with its tools.

    Args:
        pen: its thickness at first.
        starts: offer an outline or a picture to start from.
        value: the drawing that is there at first, as a data URL.
        listens: offer a brush for dabs of colour; may be changed later.
        sampled: the selector of the picture from which the brush takes colours as well.
    """
    numbers = {"side": SIDE, "zoom": ZOOM, "rate": RATE, "eraser": ERASER, "brush": BRUSH}
    said = {**numbers, "pen": pen, "sampled": sampled}
    data = " ".join(f'data-{name}="{value}"' for name, value in said.items())
    template = HTML.replace('class="easel"', f'class="easel" {data}')
    template = template.replace(f'value="{PEN}"', f'value="{pen}"')
    if not starts:
        template = template.replace('<div class="tools starts">', '<div class="tools" hidden>')
    return gr.HTML(
        value,
        label="Drawing",
        html_template=template,
        js_on_load=JS,
        apply_default_css=False,
        elem_id=elem_id,
        listens=listens,
        lines="",
    )


def icon(path: str) -> str:
    """A line icon on a field of 24 x 24."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'


def button(act: str, label: str, path: str, words: bool = False, more: str = "") -> str:
    """A tool of the canvas; its label is read out, and shown where `words`, else as a hint."""
    text = f"<span>{label}</span>" if words else ""
    plain = label.split(" (")[0]
    return (
        f'<button type="button" data-act="{act}" aria-label="{plain}" title="{label}" {more}>'
        f"{icon(path)}{text}</button>"
    )


def swatch(colour: str) -> str:
    """A colour to dab with."""
    return (
        f'<button type="button" class="swatch" data-colour="{colour}" aria-label="{colour}" '
        f'style="background:{colour}"></button>'
    )


PENCIL = "M4 20l1-4L16.5 4.5a2 2 0 0 1 3 3L8 19zM14.5 6.5l3 3"
RUBBER = (
    "M8.5 20l-5-5a1.5 1.5 0 0 1 0-2L13 3.5a1.5 1.5 0 0 1 2 0l5.5 5.5a1.5 1.5 0 0 1 0 2L11.5 20z"
    "M20 20H8M8 8.5l7.5 7.5"
)
BACK = "M8 5L3.5 9.5 8 14M4 9.5h10a5.5 5.5 0 0 1 0 11h-4"
FORTH = "M16 5l4.5 4.5L16 14M20 9.5H10a5.5 5.5 0 0 0 0 11h4"
BIN = "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5"
DICE = (
    "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"
    "M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01"
)
BRUSHES = "M20 4c-4 2-8 6-10 9l2 2c3-2 7-6 8-11zM9.5 14c-3 0-3 3-6 5.5 4 1 8 0 8-3.5z"
DROPPER = "M4 20l1-4 8-8 3 3-8 8zM12 7l5 5M14 9l3-4a2 2 0 0 1 3 3l-4 3"
UPLOAD = "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4"

# Handlebars and then JavaScript read this as a template: no braces in pairs, no backslashes.
HTML = f"""
<div class="easel">
  <div class="paper">
    <canvas class="ink" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" role="img"
      aria-label="Drawing, empty"></canvas>
    <canvas class="dabs" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" hidden></canvas>
    <canvas class="traced" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" hidden></canvas>
    <canvas class="lines" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" hidden></canvas>
    <p class="invitation">Draw here</p>
  </div>
  <div class="tools" role="toolbar" aria-label="Drawing tools">
    {button("pen", "Pen", PENCIL, more='aria-pressed="true"')}
    {button("eraser", "Eraser", RUBBER, more='aria-pressed="false"')}
    <label class="thickness"><span>Thickness</span>
      <input type="range" min="{THINNEST}" max="{THICKEST}" value="{PEN}"
        aria-label="Thickness"></label>
    {button("undo", "Undo (Ctrl+Z)", BACK, more="disabled")}
    {button("redo", "Redo (Ctrl+Shift+Z)", FORTH, more="disabled")}
    {button("clear", "Clear", BIN, more="disabled")}
  </div>
  <div class="tools colours" role="toolbar" aria-label="Colours" hidden>
    {button("brush", "Dab colours", BRUSHES, more='aria-pressed="false"')}
    {button("sample", "Take a colour from a picture", DROPPER, more='aria-pressed="false"')}
    <input type="color" value="#ea5a47" aria-label="Colour of the brush">
    {"".join(map(swatch, COLOURS.split()))}
  </div>
  <div class="tools starts">
    {button("surprise", "Surprise me", DICE, words=True)}
    {button("upload", "Upload a picture", UPLOAD, words=True)}
    <input type="file" accept="image/*" aria-label="Picture to start from" hidden>
  </div>
  <div class="tools tracing" hidden>
    <button type="button" data-act="adopt" disabled>Use these lines</button>
    <button type="button" data-act="by-hand">Trace it by hand</button>
    <button type="button" data-act="remove">Remove it</button>
  </div>
  <p class="trouble" role="status"></p>
</div>
"""
