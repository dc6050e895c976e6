"""What tests of encoders share: a small untrained one beside an exported model."""

import shutil
from pathlib import Path


def described(noise_dim: int = 16, classes: int = 10) -> dict:
    """A small encoder, as it stands in config.json."""
    arguments = {"size": 28, "channels": 1, "classes": classes, "noise_dim": noise_dim}
    return {"name": "convolutional", "arguments": {**arguments, "width": 4, "hidden": 16}}


def with_encoder(model: Path, place: Path, classes: int = 10) -> Path:
    """A copy of an exported model with an untrained encoder."""
    import torch

    from models.model_folder import save_encoder
    from models.networks.encoder import Encoder

    folder = shutil.copytree(model, place)
    torch.manual_seed(0)
    about = described(classes=classes)
    save_encoder(folder, Encoder(**about["arguments"]), about)
    return folder
