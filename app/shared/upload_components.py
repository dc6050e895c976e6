"""Components that take files from strangers as they are: `models.images` and `models.sounds`
decode them, and nothing before."""

from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData, ImageData, ListFiles
from gradio_client.utils import is_http_url_like

from app.shared.uploads import File, Upload, read_upload
from app.shared.wiring import OwnComponent, sentence, spoken


class UploadedPicture(gr.Image, metaclass=OwnComponent):
    """A picture from a stranger, decoded."""

    is_template = True

    async def async_move_resource_to_block_cache(
        self, url_or_file_path: str | Path | None
    ) -> str | None:
        return await super().async_move_resource_to_block_cache(no_address(url_or_file_path))

    # what its function gets is ours alone; Gradio only passes it on
    def preprocess(self, payload: ImageData | None) -> Upload | None:  # type: ignore[override]
        if payload is None:
            return None
        return spoken(read_upload)(payload.path, payload.orig_name)


class UploadedFiles(gr.File, metaclass=OwnComponent):
    """Files from a stranger as they are; each is decoded when its turn comes."""

    is_template = True

    async def async_move_resource_to_block_cache(
        self, url_or_file_path: str | Path | None
    ) -> str | None:
        return await super().async_move_resource_to_block_cache(no_address(url_or_file_path))

    def preprocess(  # type: ignore[override]
        self, payload: ListFiles | FileData | None
    ) -> list[File]:
        if payload is None:
            return []
        files = payload if isinstance(payload, ListFiles) else [payload]
        return [File(Path(file.path), file.orig_name or Path(file.path).name) for file in files]


class RecordedClip(gr.Video, metaclass=OwnComponent):
    """A clip that a camera records, as the browser makes it."""

    is_template = True

    async def async_move_resource_to_block_cache(
        self, url_or_file_path: str | Path | None
    ) -> str | None:
        return await super().async_move_resource_to_block_cache(no_address(url_or_file_path))

    # Gradio's own would have ffmpeg, which need not be there, turn and mute it
    def preprocess(self, payload: FileData | None) -> File | None:  # type: ignore[override]
        if payload is None:
            return None
        return File(Path(payload.path), payload.orig_name or Path(payload.path).name)


class UploadedSound(gr.Audio, metaclass=OwnComponent):
    """A sound from a stranger as it is; `models.sounds` decodes it."""

    is_template = True

    async def async_move_resource_to_block_cache(
        self, url_or_file_path: str | Path | None
    ) -> str | None:
        return await super().async_move_resource_to_block_cache(no_address(url_or_file_path))

    def preprocess(self, payload: FileData | None) -> File | None:  # type: ignore[override]
        if payload is None:
            return None
        return File(Path(payload.path), payload.orig_name or Path(payload.path).name)


def no_address(place: str | Path | None) -> str | Path | None:
    """A script could send an address in place of a file, which Gradio would fetch: refuse it."""
    if place and is_http_url_like(str(place)):
        raise sentence("Expected an uploaded file, found an address; upload the file itself.")
    return place
