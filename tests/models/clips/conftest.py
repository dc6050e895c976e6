"""A small model from colours to colours."""

import pytest
from helpers import save_checkpoint

from models.interchange.import_checkpoints import import_checkpoints
from models.translator import Translator


@pytest.fixture(scope="session")
def translator(tmp_path_factory) -> Translator:
    """An untrained model that takes any size."""
    place = tmp_path_factory.mktemp("clips")
    import_checkpoints([save_checkpoint(place / "net_G.pth")], place / "mine")
    return Translator(place / "mine")
