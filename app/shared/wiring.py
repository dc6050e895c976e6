"""How events are wired in every tab: by name, never by position.

A tab keeps its components in a frozen dataclass, its `Layout`. An event takes a set of components,
so that its function gets one dict, {component: value}; the function returns a dict of what changes,
{component: value or update}, and what is not in it stays as it is:

    button.click(spoken(draw, library, layout), {layout.name, layout.seed}, [layout.picture])

    def draw(library: Library, layout: Layout, values: Values) -> Changes:
        name, seed = values[layout.name], values[layout.seed]
        return {layout.picture: actions.draw(library, name, seed)}

`spoken` binds the first arguments, which do not come from the page, and shows errors as one
sentence. Where an event has a public `api_name`, scripts rely on the order and the names of its
parameters: there the inputs are a list, `[layout.name, layout.seed]`, and the function takes them
one by one.
"""

from abc import ABCMeta
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from inspect import signature
from typing import Any, Literal

import gradio as gr
from gradio.blocks import Block
from gradio.component_meta import ComponentMeta

from app.languages.page import FAILED


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


def shown(possible: bool) -> bool | Literal["hidden"]:
    """A tab's `visible`: False leaves its label behind when it comes by an update (Gradio 6.31)."""
    return True if possible else "hidden"


PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
}  # not for scripts
Values = dict[Block, Any]
Changes = dict[Block, Any]


@dataclass(frozen=True)
class Refresh:
    """How a tab shows the models that there are now."""

    function: Callable[..., Any]
    outputs: Sequence[Block]

    def after(self, event: Callable, unless: Callable[[], bool] = lambda: False) -> None:
        """Do so after an event, not through the queue (see app/page.py).

        Args:
            unless: whether there is nothing new; then what a person has chosen meanwhile stays.
        """

        def renewed() -> Any:
            return {one: as_built(one) for one in self.outputs} if unless() else self.function()

        event(renewed, None, self.outputs, queue=False, **PRIVATE)


def as_built(component: Block) -> Any:
    """Nothing, for the page; of a component with properties of its own, these as they were built:
    even an update that changes nothing takes them away where its tab has not been opened yet
    (Gradio 6.31)."""
    own = getattr(component, "props", None)
    return gr.HTML(**own) if own else gr.skip()


def spoken(function: Callable, *given: object) -> Callable:
    """Show what a person can mend as one sentence in the page, never a traceback.

    Args:
        given: the function's first arguments, which do not come from the page.
    """

    @wraps(function)
    def wrapped(*arguments: Any) -> Any:
        try:
            return function(*given, *arguments)
        except (ValueError, OSError) as error:
            raise sentence(error) from None

    return with_signature(wrapped, partial(function, *given))


def spoken_steps(function: Callable, *given: object) -> Callable:
    """The same for a function that yields."""

    @wraps(function)
    def wrapped(*arguments: Any) -> Iterator[Any]:
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
    return gr.Error(str(error), duration=8, title=FAILED, print_exception=False)
