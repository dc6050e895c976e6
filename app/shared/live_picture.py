"""A picture that is renewed many times a second."""

from typing import Any

import gradio as gr
from gradio.data_classes import Base64ImageData, ImageData
from PIL import Image

from app.shared.drawings import to_data_url
from app.shared.wiring import OwnComponent


class LivePicture(gr.Image, metaclass=OwnComponent):
    """A picture that is renewed while a person draws or types, or while a clip is made.

    It travels inside the answer as a data URL: as a file, each of the many updates would be asked
    for once more, and would lie in the cache for hours.
    """

    is_template = True

    def postprocess(  # type: ignore[override]
        self, value: Image.Image | None
    ) -> ImageData | None:
        if value is None:
            return None
        return ImageData(url=to_data_url(value), orig_name="picture.png")

    def api_info_as_output(self) -> dict[str, Any]:
        return {**Base64ImageData.model_json_schema(), "description": "a PNG as data URL"}
