"""The page: its head and its tabs."""

from functools import partial

import gradio as gr

from app.draw import tab as draw_tab
from app.draw.actions import model_names as colouring_models
from app.front import opening
from app.front.layout import front_html
from app.generate import tab as generate_tab
from app.generate.actions import sampler_names
from app.languages import LANGUAGES
from app.languages.page import TranslatedPage
from app.learn import tab as learn_tab
from app.made import tab as made_panel
from app.made.store import Shelf
from app.models import tab as models_tab
from app.settings import Settings
from app.shared.library import Library
from app.train import tab as train_tab
from app.translate import tab as translate_tab
from app.translate.actions import model_names as translators
from app.write import tab as write_tab
from app.write.actions import model_names as writers

MASTHEAD = """<h1><a href="?">Atelier<em>.</em></a></h1>
<p>Pictures that a network has learned to draw.</p>"""
SWITCH = "<nav id='languages' aria-label='Language'>{0}</nav>"
# of the language that is spoken the style sheet shows that it is, by the `lang` of the page
CHOICE = """<button type="button" lang="{0}" onclick="speak('{0}')">{1}</button>"""
CACHE = (3600, 6 * 3600)  # look every hour, delete what is older than six


def build(settings: Settings) -> gr.Blocks:
    """The whole page, to be launched."""
    library = Library(settings.weights)
    built_with = library.there()
    shelf = Shelf(settings.made, settings.keep)
    with TranslatedPage(title="Atelier", analytics_enabled=False, delete_cache=CACHE) as page:
        gr.HTML(MASTHEAD + switch(), elem_id="masthead")
        gr.HTML(front_html(library.available()), elem_id="front-page")
        not_there = gr.HTML(elem_id="not-there")
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Generate", id="generate"):
                drawn, generated = generate_tab.build(library, shelf)
            with gr.Tab("Draw", id="draw"):
                outlined, coloured, redrawn = draw_tab.build(library, shelf)
            with gr.Tab("Write", id="write") as writing:
                written, rewritten = write_tab.build(library, shelf, writing)
            with gr.Tab("Translate", id="translate") as translating:
                translated, sizes, door, retranslated = translate_tab.build(
                    library, shelf, translating
                )
            with gr.Tab(train_tab.TITLE, id="train"):
                new = gr.Column()
            with gr.Tab("Learn", id="learn"):
                learn_tab.build()
            with gr.Tab("Models", id="models"):
                listed = models_tab.build(library)
            others = (drawn, outlined, written, translated, listed)
            with new:
                trained = train_tab.build(settings, tabs, others)
        recalls = [redrawn, rewritten, retranslated, *([generated.recall] if generated else [])]
        made_panel.build(shelf, tabs, door, recalls)
        for sender in (generated.sender if generated else None, coloured):
            if sender:
                door.open_for(sender, tabs)
        named = {
            "generate": (drawn, sampler_names),
            "draw": (outlined, colouring_models),
            "write": (written, writers),
            "translate": (translated, translators),
        }
        places = {
            tab: opening.Place(picker, partial(names, library))
            for tab, (refresh, names) in named.items()
            if (picker := train_tab.picker_of(refresh))
        }
        opening.wire(page, tabs, not_there, places, generated.parts if generated else None)
        # What there is when the page is opened again. Not through the queue: its stream closes when
        # the page has loaded, and the server, when it notices, drops what the same page has asked
        # for since: a first click could go unanswered (Gradio 6.31).
        for refresh in (listed, trained, sizes, written):
            refresh.after(page.load)
        for refresh in (drawn, outlined, translated):  # which the page begins with
            refresh.after(page.load, unless=lambda: library.there() == built_with)
    return page


def switch() -> str:
    """The languages to choose from."""
    return SWITCH.format("".join(CHOICE.format(*one) for one in LANGUAGES.items()))
