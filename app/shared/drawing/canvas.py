"""The drawing canvas: an HTML component whose value is the drawing as a PNG data URL.

While a person draws, its value is renewed and `input` triggered up to `RATE` times a second. A new
value from Python replaces the drawing, which can be undone like a stroke. `surprise` is the event
of the button that asks for an outline to start from.
"""

from pathlib import Path

import gradio as gr

SIDE = 256  # pixels of the value
ZOOM = 3  # the canvas on the page has so many times more, to look smooth
RATE = 8  # updates a second at most
PEN, ERASER = 7, 20  # thickness in pixels of the value; outlines of emoji are 7 thick
THINNEST, THICKEST = 2, 32
JS = Path(__file__).with_name("canvas.js").read_text("utf-8")
CSS = Path(__file__).with_name("canvas.css").read_text("utf-8")


def canvas(elem_id: str = "canvas", pen: int = PEN, starts: bool = True) -> gr.HTML:
    """The canvas with its tools, empty.

    Args:
        pen: its thickness at first.
        starts: offer an outline or a picture to start from.
    """
    template = HTML.replace(f'value="{PEN}"', f'value="{pen}"')
    if not starts:
        template = template.replace('<div class="tools">', '<div class="tools" hidden>')
    return gr.HTML(
        "",
        label="Drawing",
        html_template=template,
        js_on_load=JS,
        apply_default_css=False,
        elem_id=elem_id,
        side=SIDE,
        zoom=ZOOM,
        rate=RATE,
        pen=pen,
        eraser=ERASER,
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
UPLOAD = "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4"

# Handlebars and then JavaScript read this as a template: no braces in pairs, no backslashes.
HTML = f"""
<div class="easel">
  <div class="paper">
    <canvas class="ink" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" role="img"
      aria-label="Drawing, empty"></canvas>
    <canvas class="traced" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" hidden></canvas>
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
  <div class="tools">
    {button("surprise", "Surprise me", DICE, words=True)}
    {button("upload", "Upload a picture", UPLOAD, words=True)}
    <input type="file" accept="image/*" aria-label="Picture to start from" hidden>
  </div>
  <div class="tools tracing" hidden>
    <span>Trace the picture, or</span>
    <button type="button" data-act="adopt">Use it as outline</button>
    <button type="button" data-act="remove">Remove it</button>
  </div>
  <p class="trouble" role="status"></p>
</div>
"""
