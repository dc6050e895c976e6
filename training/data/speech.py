"""Synthetic speech: each digit by every voice of Debian's `espeak-ng`, in eight accents of English
and in Mandarin, as WAV files CLASS_VOICE_TAKE.wav.

The program's output is free of its licence (GPL 3). Speed and pitch of a take are drawn by the seed
and the take's number, so the same seed speaks the same files.
"""

import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from models.sounds import RATE, read_sound
from training.data.errors import DataError

PROGRAM = "espeak-ng"
MISSING = (
    "Expected the program espeak-ng, found none; on Debian `apt-get install espeak-ng` installs it."
)
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MANDARIN = tuple("零一二三四五六七八九")
TONGUES = {
    "en-gb": ENGLISH,
    "en-us": ENGLISH,
    "en-us-nyc": ENGLISH,
    "en-029": ENGLISH,
    "en-gb-scotland": ENGLISH,
    "en-gb-x-gbclan": ENGLISH,
    "en-gb-x-gbcwmd": ENGLISH,
    "en-gb-x-rp": ENGLISH,
    "cmn": MANDARIN,
}
SPEEDS = (100, 240)  # words a minute
PITCHES = (20, 85)  # of 0 to 99
BREAK = '<break time="600ms"/>'
GAP_SECONDS = 0.25  # of silence between two words, longer than any inside one
QUIET = 1e-3  # of full scale
MARGIN = RATE // 50  # samples kept before and after a word


def write_speech(
    folder: Path, takes: int = 1, seed: int = 0, voices: int | None = None, processes: int = 1
) -> int:
    """Let each voice count `takes` times from zero to nine in each tongue, into a new folder.

    Args:
        voices: at most so many of the program's.
        processes: that speak at the same time.

    Returns:
        The number of files.

    Raises:
        DataError: the folder is there already, a number is out of range, or there is no espeak-ng.
    """
    if folder.exists():
        raise DataError(f"Expected a new folder, found {folder} there already.")
    if min(takes, processes, 1 if voices is None else voices) < 1:
        raise DataError(
            f"Expected at least 1 take, voice and process, found {takes}, {voices}, {processes}."
        )
    names = voice_names()[:voices]
    jobs = list(product(TONGUES, names, range(takes)))
    partial = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)

    def count(number: int) -> int:
        tongue, voice, take = jobs[number]
        drawn = np.random.Generator(np.random.Philox(key=[seed, number]))
        speed, pitch = (int(drawn.integers(*bounds)) for bounds in (SPEEDS, PITCHES))
        digits = spoken_apart(TONGUES[tongue], f"{tongue}+{voice}", speed, pitch)
        for digit, samples in enumerate(digits):
            path = partial / f"{digit}_{tongue}+{voice}_{take}.wav"
            soundfile.write(path, samples, RATE, subtype="PCM_16")
        return len(digits)

    with ThreadPoolExecutor(processes) as pool:
        written = sum(pool.map(count, range(len(jobs))))
    partial.replace(folder)
    return written


def voice_names() -> list[str]:
    """The voices that the program can put on, sorted.

    Raises:
        DataError: there is no such program.
    """
    if not shutil.which(PROGRAM):
        raise DataError(MISSING)
    listed = subprocess.run(
        [PROGRAM, "--voices=variant"], capture_output=True, text=True, check=True
    )
    fields = (line.split("!v/") for line in listed.stdout.splitlines()[1:])
    return sorted(rest[1].split()[0] for rest in fields if len(rest) == 2)


def spoken_apart(words: Sequence[str], voice: str, speed: int, pitch: int) -> list[np.ndarray]:
    """The sound of each word at `RATE` hertz; none where the voice runs them together.

    One call speaks them all, for the program takes longer to start than to speak.
    """
    text = f"<speak>{BREAK.join(words)}</speak>"
    command = [PROGRAM, "-m", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    done = subprocess.run(command, check=True, capture_output=True)
    samples = read_sound(BytesIO(done.stdout), f"{voice}'s counting").numpy()
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    ends = np.flatnonzero(np.diff(loud) > GAP_SECONDS * RATE)
    if len(ends) != len(words) - 1:
        return []
    begins = loud[np.concatenate([[0], ends + 1])] - MARGIN
    ends = loud[np.concatenate([ends, [-1]])] + MARGIN
    return [samples[max(0, a) : b] for a, b in zip(begins, ends, strict=True)]
