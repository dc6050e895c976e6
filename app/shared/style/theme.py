"""The look of the page: paper and ink, one accent, light and dark. Nothing is fetched from
elsewhere."""

from pathlib import Path

import gradio as gr
from gradio.themes import Color, Font, sizes

ACCENT = Color(
    "#fdf3ef",
    "#fbe3da",
    "#f6c4b3",
    "#ef9d83",
    "#e57455",
    "#c6492a",
    "#b33f22",
    "#93331d",
    "#77301f",
    "#632c1f",
    "#36130b",
    name="vermilion",
)
PAPER = Color(
    "#fbf9f5",
    "#f4f0e8",
    "#e8e2d6",
    "#d6cebf",
    "#aaa191",
    "#7d7567",
    "#5e574c",
    "#474138",
    "#2d2a25",
    "#1e1c19",
    "#141311",
    name="paper",
)
SANS = (Font("Inter"), Font("Segoe UI"), Font("system-ui"), Font("sans-serif"))
MONO = (Font("ui-monospace"), Font("Consolas"), Font("monospace"))

THEME = gr.themes.Base(
    primary_hue=ACCENT,
    neutral_hue=PAPER,
    radius_size=sizes.radius_md,
    spacing_size=sizes.spacing_md,
    font=SANS,
    font_mono=MONO,
).set(
    body_text_color_subdued="*neutral_600",
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    block_background_fill="white",
    block_background_fill_dark="*neutral_900",
    block_border_color="*neutral_200",
    block_border_color_dark="*neutral_800",
    block_border_width="1px",
    block_shadow="none",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_label_border_width="0px",
    block_label_text_color="*neutral_600",
    block_label_text_color_dark="*neutral_400",
    block_title_text_color="*neutral_700",
    block_title_text_color_dark="*neutral_300",
    input_background_fill="*neutral_50",
    input_background_fill_dark="*neutral_950",
    button_primary_background_fill="*primary_500",
    button_primary_background_fill_hover="*primary_600",
    button_primary_background_fill_dark="*primary_500",
    button_primary_background_fill_hover_dark="*primary_600",
    button_primary_text_color="white",
    button_secondary_background_fill="*neutral_100",
    button_secondary_background_fill_dark="*neutral_800",
    slider_color="*primary_500",
    link_text_color="*primary_600",
    link_text_color_dark="*primary_300",
)

CSS = Path(__file__).with_name("theme.css").read_text("utf-8")
SCRIPTS = [
    Path(__file__).with_name(name).read_text("utf-8")
    for name in ("enter.js", "names.js", "slider.js")
]
HEAD = "".join(f"<script>\n{script}</script>\n" for script in SCRIPTS)
