"""How a tab is brought up to date when the page is opened."""

import gradio as gr

from app.shared.wiring import Refresh


def called(refresh: Refresh, **options):
    """What the page would be sent."""
    functions = []
    refresh.after(lambda function, *_, **__: functions.append(function), **options)
    return functions[0]()


def test_what_is_new_is_shown():
    assert called(Refresh(lambda: ("a", "b"), [None, None])) == ("a", "b")


def test_where_nothing_is_new_the_choice_of_a_person_stays():
    """A late answer would put the first model back in its place."""
    two = called(Refresh(lambda: ("a", "b"), [None, None]), unless=lambda: True)
    assert two == [gr.skip(), gr.skip()]
    assert called(Refresh(lambda: "a", [None]), unless=lambda: True) == gr.skip()
