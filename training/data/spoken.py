"""Spoken words in a folder of sounds, each file called CLASS_VOICE_TAKE.wav; as
`python -m training.data speech` writes them, and as the Free Spoken Digit Dataset lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from models.conditions.hearing import mel_power
from models.sounds import read_sound
from models.walk import natural, walk
from training.data.errors import DataError

ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")
HELD_OUT = 10  # every so manieth voice
QUIET = 45.0  # dB below a word's loudest frame, where it begins and ends


@dataclass(frozen=True)
class Recording:
    """A file and what its name says: the class that is spoken, and by which voice."""

    path: Path
    name: str
    voice: str


def recordings(folder: str | Path, names: Sequence[str]) -> list[Recording]:
    """The sounds of a folder, by whose names they are known.

    Args:
        names: of the classes.

    Raises:
        DataError: no folder, no sounds in it, or one that is called otherwise.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(
            f"Expected a folder of sounds, found none at {folder}; "
            "`python -m training.data speech FOLDER` makes one."
        )
    paths = [path for path in walk(folder).others if path.suffix.lower() in ENDINGS]
    if not paths:
        raise DataError(f"Expected sounds ({', '.join(ENDINGS)}) in {folder}, found none.")
    return [recording(path, names) for path in sorted(paths, key=lambda path: natural(path.name))]


def recording(path: Path, names: Sequence[str]) -> Recording:
    """A file by its name, CLASS_VOICE_TAKE; a DataError where it is called otherwise."""
    name, _, rest = path.stem.partition("_")
    voice, _, take = rest.rpartition("_")
    if name not in names or not voice or not take:
        raise DataError(
            f"Expected sounds called CLASS_VOICE_TAKE with a class of {', '.join(names)}, found "
            f"{path.name}."
        )
    return Recording(path, name, voice)


def voices_apart(found: Sequence[Recording]) -> tuple[list[Recording], list[Recording]]:
    """Recordings to learn from, and those of voices that are held out: every tenth, by name, and
    one of few, in whatever tongue it speaks (what follows a +, as espeak-ng names them)."""
    voices = sorted({one.voice.rpartition("+")[2] for one in found})
    held = set(voices[min(HELD_OUT // 2, len(voices) - 1) :: HELD_OUT])
    parts: tuple[list[Recording], list[Recording]] = [], []
    for one in found:
        parts[one.voice.rpartition("+")[2] in held].append(one)
    return parts


def powers_of(found: Sequence[Recording]) -> list[Tensor]:
    """The mel powers of recordings, each (BANDS, T), without the quiet before and after."""
    return [word_alone(mel_power(read_sound(one.path))) for one in tqdm(found, "Reading sounds")]


def word_alone(power: Tensor) -> Tensor:
    """Mel powers from the first to the last frame that is not quiet."""
    frames = power.sum(0)
    loud = torch.nonzero(frames > frames.max() * 10 ** (-QUIET / 10)).flatten()
    return power[:, int(loud[0]) : int(loud[-1]) + 1] if len(loud) else power
