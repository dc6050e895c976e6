"""What tests of sounds share: tones, files of them, and a model that listens."""

import shutil
from io import BytesIO
from pathlib import Path

import numpy as np

RATE = 8_000


def tone(seconds: float = 0.5, hertz: float = 440.0, rate: int = RATE, level: float = -20.0):
    """A sine of so many dB of full scale in mean square, float32."""
    time = np.arange(round(seconds * rate)) / rate
    amplitude = 2**0.5 * 10 ** (level / 20)
    return (amplitude * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def sound_file(samples: np.ndarray, rate: int = RATE, kind: str = "WAV") -> BytesIO:
    """Samples as an open file."""
    import soundfile

    file = BytesIO()
    soundfile.write(file, samples, rate, format=kind)
    file.seek(0)
    return file


def with_sound_encoder(model: Path, place: Path, noise_dim: int = 16) -> Path:
    """A copy of an exported model with an untrained encoder of sounds."""
    import torch

    from models.model_folder import save_sound_encoder
    from models.networks.sound_encoder import SoundEncoder

    folder = shutil.copytree(model, place)
    torch.manual_seed(0)
    arguments = {"embedding_dim": 32, "noise_dim": noise_dim, "width": 4}
    encoder = SoundEncoder(**arguments)
    encoder.louder[0] = 1
    save_sound_encoder(folder, encoder, {"name": "convolutional", "arguments": arguments})
    return folder


def counting(folder: Path, voices: int = 10) -> Path:
    """A folder of 0 and 1 by several voices: low and high tones."""
    import soundfile

    folder.mkdir()
    for voice in range(voices):
        for name, hertz in (("0", 300 + 10 * voice), ("1", 1_800 + 10 * voice)):
            path = folder / f"{name}_en+voice{voice}_0.wav"
            soundfile.write(path, tone(0.3, hertz), RATE)
    return folder
