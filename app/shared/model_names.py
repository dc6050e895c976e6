"""Names for new models of the user's own."""

import re
import unicodedata

from app.shared.library import Library

MAX_NAME = 60
# names that mean a device on Windows, whatever follows a dot; and those of unfinished folders
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.tmp", re.IGNORECASE)


def free_model_name(library: Library, text: str) -> str:
    """A name that a person typed, for a new model's folder, spaces as hyphens.

    Raises:
        ValueError: empty, too long, with odd characters, or the name of a model that there is.
    """
    name = re.sub(" +", "-", unicodedata.normalize("NFC", str(text or "")).strip())
    if not name:
        raise ValueError("Expected a name for the model, found none; type one such as my-emoji.")
    if len(name) > MAX_NAME:
        raise ValueError(
            f"Expected a name of at most {MAX_NAME} characters, found {len(name)}; shorten it."
        )
    if odd := re.search(r"[^\w.-]", name):
        raise ValueError(
            f"Expected letters, digits, spaces and - _ . in the name, found {odd[0]!r}; leave it "
            "out."
        )
    if not (name[0].isalnum() and name[-1].isalnum()) or RESERVED.fullmatch(name):
        raise ValueError(
            "Expected a name that begins and ends with a letter or digit, and that no system keeps "
            f"for itself, found {name!r}; choose another."
        )
    there = library.own.iterdir() if library.own.is_dir() else []
    names = {*library.available(), *(path.name for path in there)}
    # many file systems do not tell a from A
    if name.casefold() in {one.casefold() for one in names}:
        raise ValueError(taken(name))
    return name


def taken(name: str) -> str:
    """The sentence that refuses the name of a model that is there."""
    return f"Expected a new name, found that there is a {name} already; choose another."
