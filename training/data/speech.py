"""Synthetic speech: each digit by every voice of a program, as WAV files CLASS_VOICE_TAKE.wav.

Their output is free of the programs' licences. Speed and pitch of a take are drawn by the seed and
the take's number.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from models.sounds import RATE
from training.data.errors import DataError
from training.data.synthesisers import SYNTHESISERS


def write_speech(
    folder: Path,
    takes: int = 1,
    seed: int = 0,
    voices: int | None = None,
    processes: int = 1,
    program: str = "espeak-ng",
) -> int:
    """Let each voice count `takes` times from zero to nine, into a new folder.

    Args:
        voices: at most so many of the program's; espeak-ng puts each of them on in every tongue.
        processes: that speak at the same time.
        program: a key of `SYNTHESISERS`.

    Returns:
        The number of files.

    Raises:
        DataError: the folder is there already, a number is out of range, or there is no such
            program.
    """
    if folder.exists():
        raise DataError(f"Expected a new folder, found {folder} there already.")
    if min(takes, processes, 1 if voices is None else voices) < 1:
        raise DataError(
            f"Expected at least 1 take, voice and process, found {takes}, {voices}, {processes}."
        )
    speaker = SYNTHESISERS[program]
    jobs = list(product(speaker.voices(voices), range(takes)))
    partial = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)

    def count(number: int) -> int:
        voice, take = jobs[number]
        digits = speaker.count(voice, np.random.Generator(np.random.Philox(key=[seed, number])))
        for digit, samples in enumerate(digits):
            path = partial / f"{digit}_{voice}_{take}.wav"
            soundfile.write(path, samples, RATE, subtype="PCM_16")
        return len(digits)

    with ThreadPoolExecutor(processes) as pool:
        written = sum(pool.map(count, range(len(jobs))))
    partial.replace(folder)
    return written
