"""What the tabs share: errors in words, parts that belong together, events of the page alone."""

from abc import ABCMeta
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, wraps
from inspect import signature

import gradio as gr
from gradio.component_meta import ComponentMeta


class OwnComponent(ComponentMeta):
    """The type of our own component classes.

    Gradio's own writes a .pyi beside the file of every class that is derived from a component
    (Gradio 6.31), which a type checker then believes, and which cannot be written where the app is
    installed. It is for further events; ours have none, and no `__init__` either.
    """

    def __new__(
        cls, name: str, bases: tuple[type, ...], attributes: dict[str, object]
    ) -> "OwnComponent":
        return ABCMeta.__new__(cls, name, bases, attributes)


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


def spoken(function: Callable, *given: object) -> Callable:
    """Show what a person can mend as one sentence in the page, never a traceback.

    Args:
        given: the function's first arguments, which do not come from the page.
    """

    @wraps(function)
    def wrapped(*arguments):
        try:
            return function(*given, *arguments)
        except (ValueError, OSError) as error:
            raise sentence(error) from None

    return with_signature(wrapped, partial(function, *given))


def spoken_steps(function: Callable, *given: object) -> Callable:
    """The same for a function that yields."""

    @wraps(function)
    def wrapped(*arguments) -> Iterator:
        try:
            yield from function(*given, *arguments)
        except (ValueError, OSError) as error:
            raise sentence(error) from None

    return with_signature(wrapped, partial(function, *given))


def with_signature(function: Callable, other: Callable) -> Callable:
    """A function as Gradio shall see it: the API takes its parameters from the signature."""
    function.__signature__ = signature(other)  # type: ignore[attr-defined]
    return function


def sentence(error: Exception | str) -> gr.Error:
    """An error as the page shows it."""
    return gr.Error(str(error), duration=8, title="That did not work", print_exception=False)
