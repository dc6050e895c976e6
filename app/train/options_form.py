"""The further options of a training script, from `python -m training.describe`: a form for the
page, and a check of what comes back."""

import html
import json
from functools import cache
from typing import Any

from app.shared import processes

# set by the page itself, or of no use to it; no path comes from a request
LEFT_OUT = {
    *("data", "name", "runs", "resume", "dry-run", "init-from", "device", "workers", "size"),
    *("max-steps", "max-minutes", "log-with", "recipe", "n-epochs", "n-epochs-decay"),
}
DESCRIBE_LIMIT = 60  # seconds
NUMBERS = {"whole": int, "number": float}


def described() -> dict[str, list[dict]]:
    """The options of each script that a person may set."""
    return {
        one["script"]: [option for option in one["options"] if option["name"] not in LEFT_OUT]
        for one in scripts()
    }


def recipes() -> dict[str, dict[str, dict]]:
    """The recipes of each script: other defaults, by name."""
    return {one["script"]: one["recipes"] for one in scripts()}


@cache
def scripts() -> list[dict]:
    """What the scripts say of themselves."""
    return json.loads(processes.run("training.describe", limit=DESCRIBE_LIMIT))


def checked(script: str, values: dict, strict: bool = True) -> dict:
    """Values by name as the script takes them.

    Args:
        strict: or leave out what the script does not have.

    Raises:
        ValueError: an option that there is not, or a value of another kind.
    """
    if not isinstance(values, dict):
        raise ValueError(f"Expected options by name, found {values!r}.")
    known = {option["name"]: option for option in described()[script]} if values else {}
    if unknown := [name for name in values if name not in known and strict]:
        raise ValueError(
            f"Expected options of {script}, found {str(unknown[0])!r}; it has {', '.join(known)}."
        )
    return {name: value_of(known[name], value) for name, value in values.items() if name in known}


def value_of(option: dict, value: Any) -> Any:
    """A value as the option takes it.

    Raises:
        ValueError: it is of another kind.
    """
    kind, words = option["kind"], str(value).strip()
    if kind == "choice":
        if match := [one for one in option["choices"] if str(one) == words]:
            return match[0]
        wanted = " or ".join(map(str, option["choices"]))
    elif kind == "switch":
        if words.lower() in ("true", "false"):
            return words.lower()
        wanted = "true or false"
    elif kind in NUMBERS:
        try:
            return NUMBERS[kind](words)
        except ValueError:
            wanted = "a whole number" if kind == "whole" else "a number"
    else:
        if words and "\n" not in words and len(words) < 200:
            return words
        wanted = "a short text"
    raise ValueError(f"Expected {wanted} as {option['name']}, found {words!r}.")


def form(script: str, preset: dict) -> str:
    """The options as HTML fields; an empty one stands for what the preset or else the script
    says."""
    usual = {**recipes()[script].get(preset.get("recipe"), {}), **preset}
    usual = {name.replace("_", "-"): value for name, value in usual.items()}
    known = described()[script]
    return "".join(
        field({**one, "default": usual.get(one["name"], one["default"])}) for one in known
    )


def field(option: dict) -> str:
    """One option: its name, its field and its sentence."""
    name, default = html.escape(option["name"]), option["default"]
    usual = "" if default is None else html.escape(str(default))
    if option["kind"] in ("choice", "switch"):
        choices = option["choices"] or ["true", "false"]
        rows = "".join(f"<option>{html.escape(str(one))}</option>" for one in choices)
        entry = f"<select name='{name}'><option value=''>{usual or 'usual'}</option>{rows}</select>"
    else:
        numeric = " inputmode='decimal'" if option["kind"] in NUMBERS else ""
        entry = f"<input name='{name}' placeholder='{usual}' autocomplete='off'{numeric}>"
    text = html.escape(option["help"])
    return f"<label><span>{name}</span>{entry}<small>{text}</small></label>"
