"""Strangers' sounds, decoded safely: WAV, MP3, FLAC, Ogg, AIFF and what else libsndfile reads, as
one channel of `RATE` hertz."""

from math import gcd
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor, nn

RATE = 8_000  # hertz: what speech has above 4 kHz, telephones leave out as well
MOST_SECONDS = 60
RATES = (1_000, 192_000)  # hertz of a file
MOST_CHANNELS = 8
BLOCK = 2**16  # samples that are decoded at a time
HEARD = "WAV, MP3, FLAC, Ogg or AIFF"


class UnreadableSound(ValueError):
    """A file that is no sound, or one that is not taken; the message is one sentence."""


def read_sound(source: str | Path | BinaryIO, name: str | None = None) -> Tensor:
    """The sound of a file, float32 (N,) in [-1, 1], its channels averaged.

    Args:
        source: a path, or an open file.
        name: of the file, for messages; the path's where it is not given.

    Raises:
        UnreadableSound: no sound, a damaged one, one of more than `MOST_SECONDS`, or none in it.
        FileNotFoundError: no such file.
    """
    if isinstance(source, (str, Path)):
        if not Path(source).is_file():
            raise FileNotFoundError(f"Expected a sound, found no file {source}.")
        with Path(source).open("rb") as file:
            return read_sound(file, name or Path(source).name)
    import soundfile

    name = name or "the sound"
    try:
        with soundfile.SoundFile(source) as file:
            check_form(file.samplerate, file.channels, name)
            seconds = file.frames / file.samplerate
            if seconds > MOST_SECONDS:
                raise UnreadableSound(
                    f"Expected a sound of at most {MOST_SECONDS} seconds, found {seconds:,.0f} in "
                    f"{name}; cut out the word."
                )
            most = MOST_SECONDS * file.samplerate  # a header may lie
            blocks = file.blocks(BLOCK, frames=most, dtype="float32", always_2d=True)
            mono = [block.mean(1) for block in blocks]
            return as_heard(np.concatenate(mono or [np.empty(0)]), file.samplerate, name)
    except (soundfile.SoundFileError, OSError, TypeError) as error:
        why = str(error).rpartition(": ")[2].rstrip(".")
        raise UnreadableSound(
            f"Expected a sound ({HEARD}) in {name}, found none that can be read ({why})."
        ) from None


def as_heard(samples: np.ndarray, rate: int, name: str = "the sound") -> Tensor:
    """Samples (N,) or (N, channels) of any rate as one channel of `RATE` hertz, float32 in [-1, 1].

    Whole numbers are taken by the range of their type, as microphones give them.

    Raises:
        UnreadableSound: no samples, or a rate or number of channels out of range.
    """
    check_form(rate, 1 if samples.ndim == 1 else samples.shape[1], name)
    if samples.size == 0:
        raise UnreadableSound(f"Expected a sound in {name}, found one of no length.")
    if np.issubdtype(samples.dtype, np.signedinteger):
        samples = samples / -float(np.iinfo(samples.dtype).min)
    mono = samples.reshape(len(samples), -1).mean(1, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise UnreadableSound(f"Expected finite numbers in {name}, found others.")
    return resampled(torch.from_numpy(mono), rate).clamp(-1, 1)


def resampled(sound: Tensor, rate: int) -> Tensor:
    """A sound (N,) of any rate at `RATE`, (ceil(N RATE / rate),), by its Fourier series: what lies
    above half of the lower rate is left out."""
    step = rate // gcd(rate, RATE)  # samples that become a whole number of others
    padded = nn.functional.pad(sound, (0, -len(sound) % step))
    count = len(padded) * RATE // rate
    found = torch.fft.irfft(torch.fft.rfft(padded), count) * (count / len(padded))
    return found[: -(-len(sound) * RATE // rate)]


def check_form(rate: int, channels: int, name: str) -> None:
    """Raise UnreadableSound for a rate or a number of channels that no sound has."""
    if not RATES[0] <= rate <= RATES[1] or not 1 <= channels <= MOST_CHANNELS:
        raise UnreadableSound(
            f"Expected a sound of {RATES[0]:,} to {RATES[1]:,} Hz and up to {MOST_CHANNELS} "
            f"channels in {name}, found {rate:,} Hz and {channels}."
        )
