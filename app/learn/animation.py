"""The animation of a lesson: an HTML component that draws the frames of `training.theory`.

Its value is the lines that the process has written so far: a header, then a frame a line. More
lines go on with the same picture, another header begins a new one. What stands in the picture is
named by `words`, in the language of the page.
"""

from pathlib import Path
from typing import Any

import gradio as gr

FRAMES_PER_SECOND = 10
JS = Path(__file__).with_name("animation.js").read_text("utf-8")
CSS = Path(__file__).with_name("animation.css").read_text("utf-8")


def animation(lines: str, lesson: str, words: dict[str, Any]) -> gr.HTML:
    """The animation with its player.

    Args:
        lines: a header and frames, as JSON lines.
        lesson: what it shows; lines of another one, which come late, are left out.
        words: {"labels": {id: text}, "play", "pause", "time", "step"}.
    """
    return gr.HTML(
        lines,
        lesson=lesson,
        words=words,
        label="Animation",
        html_template=HTML,
        js_on_load=JS,
        apply_default_css=False,
        elem_id="animation",
        rate=FRAMES_PER_SECOND,
    )


# Handlebars and then JavaScript read this as a template: no braces in pairs, no backslashes.
HTML = """
<div class="stage"></div>
<div class="player">
  <button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg></button>
  <input type="range" min="0" max="0" value="0">
  <output></output>
</div>
"""
