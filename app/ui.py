"""The page: its head and its tabs."""

import gradio as gr

from app.tabs import draw, generate, models, translate

MASTHEAD = """<h1>Atelier<em>.</em></h1><p>Pictures that a network has learned to draw.</p>"""
CACHE = (3600, 6 * 3600)  # look every hour, delete what is older than six


def build() -> gr.Blocks:
    """The whole page, to be launched."""
    with gr.Blocks(title="Atelier", analytics_enabled=False, delete_cache=CACHE) as page:
        gr.HTML(MASTHEAD, elem_id="masthead")
        with gr.Tabs():
            with gr.Tab("Generate", id="generate"):
                generate.build(page)
            with gr.Tab("Draw", id="draw"):
                draw.build(page)
            with gr.Tab("Translate", id="translate"):
                translate.build(page)
            with gr.Tab("Models", id="models"):
                models.build(page)
    return page
