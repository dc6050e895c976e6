"""How a tab is brought up to date when the page is opened."""

import gradio as gr

from app.shared.wiring import Refresh


def called(refresh: Refresh, **options):
    """The answer that the page would be sent."""
    functions = []
    refresh.after(lambda function, *_, **__: functions.append(function), **options)
    return functions[0]()


def test_what_is_new_is_shown():
    with gr.Blocks():
        shown = gr.HTML()
    assert called(Refresh(lambda: {shown: "a"}, [shown])) == {shown: "a"}


def test_where_nothing_is_new_the_choice_of_a_person_stays():
    """A late answer would put the first model back in its place."""
    with gr.Blocks():
        one, other = gr.HTML(), gr.HTML()
    refresh = Refresh(lambda: {one: "a", other: "b"}, [one, other])
    assert called(refresh, unless=lambda: True) == {one: gr.skip(), other: gr.skip()}


def test_properties_of_its_own_are_sent_again_where_nothing_is_new():
    """The page would lose them with an update that changes nothing (Gradio 6.31)."""
    with gr.Blocks():
        shown = gr.HTML(rows="<p>a</p>", listens=True)
    sent = called(Refresh(lambda: {}, [shown]), unless=lambda: True)[shown]
    assert sent.props == {"rows": "<p>a</p>", "listens": True}
