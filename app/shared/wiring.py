"""What the tabs share: errors in words, parts that belong together, events of the page alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps

import gradio as gr

PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}  # of no use to a script


@dataclass(frozen=True)
class Refresh:
    """How a tab shows the models that there are now."""

    function: Callable
    outputs: list

    def after(self, event: Callable, unless: Callable[[], bool] = lambda: False) -> None:
        """Do so after an event, not through the queue (see ui.py).

        Args:
            unless: whether there is nothing new; then what a person has chosen meanwhile stays.
        """

        def renewed():
            if not unless():
                return self.function()
            nothing = [gr.skip() for _ in self.outputs]
            return nothing if len(nothing) > 1 else nothing[0]

        event(renewed, None, self.outputs, queue=False, **PRIVATE)


@dataclass
class Parts:
    """Components that belong together, in the order in which functions take or return them."""

    def all(self) -> list:
        return list(vars(self).values())


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
