"""The list of models as HTML; everything in it comes from files and is escaped."""

import html

from app.models import actions
from app.models.actions import Entry
from app.shared import listing
from app.shared.library import Library

EMPTY = "<p>There is no model yet: add one, or train one.</p>"


def rows(library: Library, entries: list[Entry]) -> str:
    """The whole list."""
    if not entries:
        return EMPTY
    return listing.rows("Models", [row(library, entry) for entry in entries])


def row(library: Library, model: Entry) -> str:
    """One model in the list."""
    about = f"<span>{html.escape(model.what)}</span>" if model.what else ""
    if model.problem:
        about += f"<span class='broken'>Cannot be used: {html.escape(model.problem)}</span>"
    picture = actions.thumbnail(library, model)
    return listing.row("listed-model", model.name, picture, about, model.origin)


def problem(model: Entry) -> str:
    """In place of a card: why a model cannot be used."""
    return (
        f"<div class='card'><h3>{html.escape(model.name)}</h3><h4>Cannot be used</h4>"
        f"<p>{html.escape(model.problem)}</p></div>"
    )
