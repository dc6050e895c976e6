"""Measure how often a generator that listens draws what was spoken.

    python -m training.metrics.listening digits speech --held-out true    # voices never heard
    python -m training.metrics.listening digits spoken-digits             # a folder of people

Each sound, called CLASS_VOICE_TAKE.wav, is drawn once, and the classifier of the generator's data
reads the picture. Prints a table by voice, and writes the figures to listening.json beside the
model, under the folder's name.
"""

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from models.images import pixels_to_tensor
from models.sampler import Sampler
from training.command_line import parse_simple, run_main
from training.data.labelled.sources import find_source
from training.data.spoken import Recording, recordings, voices_apart
from training.inversion import load_sampler
from training.metrics.classifier import Classifier, classifier_of, describe
from training.runs.folder import write_whole

FILE = "listening.json"
TABLE_VOICES = 20  # more of them are not told apart


@dataclass
class Options:
    """Options of `training.metrics.listening`.

    Args:
        model: an exported model that listens, by name or folder.
        data: a folder of sounds called CLASS_VOICE_TAKE.wav.
        held_out: only those of the voices that `training.sound` holds out.
        seed: of the pictures.
        write: write the figures beside the model.
    """

    model: str
    data: str
    held_out: bool = False
    seed: int = 0
    write: bool = True


@dataclass(frozen=True)
class Results:
    """Of each sound: whether it was taken for what was spoken, whether the picture shows it, and
    the seconds from the file to the picture."""

    heard: np.ndarray
    drawn: np.ndarray
    seconds: np.ndarray


def measure(
    sampler: Sampler, classifier: Classifier, found: list[Recording], seed: int = 0
) -> Results:
    """Draw each recording, the i-th by seed + i, and read the pictures."""
    spoken = np.array([sampler.class_index(one.name) for one in found])
    heard, pictures, seconds = [], [], []
    for index, one in enumerate(tqdm(found, "Listening", leave=False)):
        began = time.monotonic()
        said = sampler.hear(one.path)
        pictures.append(np.asarray(sampler.draw_heard(said, seed + index)))
        seconds.append(time.monotonic() - began)
        heard.append(int(said.probabilities.argmax()))
    shape = (len(found), sampler.size, sampler.size, sampler.channels)
    _, read = describe(classifier, pixels_to_tensor(np.stack(pictures).reshape(shape)))
    return Results(np.array(heard) == spoken, read.numpy() == spoken, np.array(seconds))


def by_voice(found: list[Recording], right: np.ndarray) -> dict[str, float]:
    """The share of a voice's sounds that are right."""
    rows = defaultdict(list)
    for one, is_right in zip(found, right.tolist(), strict=True):
        rows[one.voice].append(is_right)
    return {voice: float(np.mean(values)) for voice, values in sorted(rows.items())}


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    sampler = load_sampler(options.model)
    found = recordings(options.data, sampler.class_names)
    if options.held_out:
        found = voices_apart(found)[1]
    data = sampler.config["training"]["data"]
    classifier = classifier_of(
        data, find_source(data), sampler.size, sampler.channels, sampler.class_names
    )
    results = measure(sampler, classifier, found, options.seed)
    voices = by_voice(found, results.drawn)
    record = {
        "sounds": len(found),
        "voices": len(voices),
        "held_out": options.held_out,
        "seed": options.seed,
        "drawn": results.drawn.mean().item(),
        "heard": results.heard.mean().item(),
        "median_seconds": round(float(np.median(results.seconds)), 4),
        **({"by_voice": voices} if len(voices) <= TABLE_VOICES else {}),
    }
    print(f"{sampler.name}: {len(found):,} sounds of {len(voices)} voices in {options.data}")
    print(f"{'the picture shows what was spoken':36}{record['drawn']:8.2%}")
    print(f"{'taken for what was spoken':36}{record['heard']:8.2%}")
    print(f"{'seconds a sound, median':36}{record['median_seconds']:8.3f}")
    for voice, share in record.get("by_voice", {}).items():
        print(f"  {voice:34}{share:8.2%}")
    if options.write:
        path = sampler.folder / FILE
        known = json.loads(path.read_text()) if path.is_file() else {}
        known[Path(options.data).resolve().name] = record
        write_whole(path, json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    run_main(main)
