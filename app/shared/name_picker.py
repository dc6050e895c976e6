"""A dropdown of names that come and go."""

from typing import Any

import gradio as gr

from app.shared.wiring import OwnComponent


class NamePicker(gr.Dropdown, metaclass=OwnComponent):
    """A dropdown whose choices change while a page looks: one that was chosen before they did is no
    fault, for every name is looked up where it is used."""

    is_template = True

    def preprocess(self, payload: Any) -> Any:
        return payload
