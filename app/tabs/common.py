"""What the tabs share: errors in words."""

from collections.abc import Callable, Iterator
from functools import wraps

import gradio as gr


def spoken(function: Callable) -> Callable:
    """Show what a person can mend as one sentence in the page, never a traceback."""

    @wraps(function)
    def wrapped(*arguments):
        try:
            return function(*arguments)
        except (ValueError, OSError) as error:
            raise sentence(error) from None

    return wrapped


def spoken_steps(function: Callable) -> Callable:
    """The same for a function that yields."""

    @wraps(function)
    def wrapped(*arguments) -> Iterator:
        try:
            yield from function(*arguments)
        except (ValueError, OSError) as error:
            raise sentence(error) from None

    return wrapped


def sentence(error: Exception | str) -> gr.Error:
    """An error as the page shows it."""
    return gr.Error(str(error), duration=8, title="That did not work", print_exception=False)
