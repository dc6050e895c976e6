"""What the tabs share: errors in words."""

from collections.abc import Callable
from functools import wraps

import gradio as gr


def spoken(function: Callable) -> Callable:
    """Show what a person can mend as one sentence in the page, never a traceback."""

    @wraps(function)
    def wrapped(*arguments):
        try:
            return function(*arguments)
        except (ValueError, OSError) as error:
            raise gr.Error(
                str(error), duration=8, title="That did not work", print_exception=False
            ) from None

    return wrapped
