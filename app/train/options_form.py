"""The further options of a training script, from `python -m training.describe`: fields for the
page, and a check of values."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from app.shared import processes
from app.shared.wiring import PRIVATE
from app.train.tasks import find_task

# what this page calls an option; the field's own word stands in the hint
LABELS: dict[str, str] = json.loads(
    Path(__file__).with_name("option_labels.json").read_text("utf-8")
)
SET_OPTION = (Path(__file__).parent / "set_option.js").read_text(encoding="utf-8").strip()

# set by the page itself, or of no use to it; no path comes from a request
LEFT_OUT = {
    "data",
    "name",
    "runs",
    "resume",
    "dry-run",
    "init-from",
    "device",
    "workers",
    "size",
    "max-steps",
    "max-minutes",
    "minutes",
    "log-with",
    "recipe",
    "domains",
    "n-epochs",
    "n-epochs-decay",
}
DESCRIBE_LIMIT = 180  # seconds, of which it takes ten where nothing else runs
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
    """The training scripts with their options and recipes, as they describe themselves."""
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


def render(asked: gr.JSON, options: gr.JSON) -> None:
    """Fields for the further options, which take some seconds to ask for.

    Args:
        asked: the key of a task and the name of a preset, whose options are shown; None for none.
        options: gets what a person sets, by name, while they type: without the server, so that a
            click right after it finds all.
    """

    @gr.render([asked, options], [asked.change], queue=False, show_progress="minimal")
    def render_fields(asked: list[str] | None, values: dict[str, Any] | None) -> None:
        if asked is None:
            return
        task = find_task(asked[0])
        preset = task.presets.get(asked[1], next(iter(task.presets.values())))
        for option in with_usual(task.script_of(asked[1]), preset):
            entry = field(option, (values or {}).get(option["name"]))
            change = (
                f"(value, options) => ({SET_OPTION})({json.dumps(option['name'])}, value, options)"
            )
            entry.input(None, [entry, options], [options], js=change, queue=False, **PRIVATE)


def with_usual(script: str, preset: dict[str, Any]) -> list[dict[str, Any]]:
    """The options of a script, with a preset's values as their defaults."""
    usual = {**recipes()[script].get(preset.get("recipe", ""), {}), **preset}
    usual = {name.replace("_", "-"): value for name, value in usual.items()}
    known = described()[script]
    return [{**one, "default": usual.get(one["name"], one["default"])} for one in known]


def field(option: dict[str, Any], value: Any) -> gr.Dropdown | gr.Checkbox | gr.Number | gr.Textbox:
    """The component of an option, which shows the default; left empty it stands for it."""
    name, default = option["name"], option["default"]
    usual = "" if default is None else str(default)
    common: dict[str, Any] = {
        "label": LABELS.get(name, name),
        "info": f"{name}: {option['help']}",
        "elem_id": f"option-{name}",
        "interactive": True,
    }
    if option["kind"] == "choice":
        choices = [
            (f"{usual or 'none'} (usual)", ""),
            *((str(one), str(one)) for one in option["choices"]),
        ]
        return gr.Dropdown(choices, value=value or "", filterable=False, **common)
    if option["kind"] == "switch":
        return gr.Checkbox(default if value is None else value, **common)
    if option["kind"] in NUMBERS and default is not None:  # an empty one would show 0 at first
        precision = 0 if option["kind"] == "whole" else None
        start = default if value is None else value
        return gr.Number(start, placeholder=usual, precision=precision, **common)
    return gr.Textbox(value, placeholder=usual, max_lines=1, **common)
