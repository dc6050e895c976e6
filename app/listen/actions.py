"""The Listen part as plain functions: a spoken word to its picture, beside its spectrogram."""

import json
import secrets
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from app.shared.library import Library
from app.shared.uploads import File, harmless
from app.shared.validation import whole_number
from models.conditions.hearing import USUAL_LEVEL, Heard
from models.sampler import MAX_SEED, Sampler

VOICES = Path(__file__).parent / "voices"  # espeak-ng's counting, whose output is free
SIDE = 320  # pixels of the picture, and of the spectrogram beside it, about
COLOURS = ("#0b1021", "#ffe9b0", "#b8405e")  # of quiet, of loud, and between
CLEAR, POSSIBLE = 0.75, 0.1  # probabilities
LOUDER = 6.0  # dB above the usual level, from which on a word is said to be loud
EMPTY = "Expected a spoken word, found none; record one, or upload a sound."


def draw(
    library: Library, name: str, sound: File | None, seed: float, variety: float
) -> tuple[Image.Image, str]:
    """A sound -> its spectrogram and the picture side by side, and what was heard in words."""
    if sound is None:
        raise ValueError(EMPTY)
    model = library.sampler(name)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    heard = model.hear(sound.path, harmless(sound.name))
    drawn = model.draw_heard(heard, seed, variety)
    side = model.size * max(1, SIDE // model.size)
    left = spectrogram(heard).resize((side, side), Image.Resampling.BILINEAR)
    pair = Image.new("RGB", (2 * side + 4, side), "white")
    pair.paste(left, (0, 0))
    pair.paste(drawn.convert("RGB").resize((side, side), Image.Resampling.NEAREST), (side + 4, 0))
    about = {"model": name, "level": round(heard.level, 1), "seed": seed, "truncation": variety}
    pair.info["parameters"] = json.dumps(about, ensure_ascii=False)
    return pair, words(model, heard)


def spectrogram(heard: Heard) -> Image.Image:
    """The log-mel spectrogram in colours, low bands below."""
    pixels = (255 * heard.spectrogram.flip(0).numpy()).round().astype(np.uint8)
    return ImageOps.colorize(Image.fromarray(pixels), *COLOURS)


def words(model: Sampler, heard: Heard) -> str:
    """What was heard and how loud, as a sentence."""
    order = heard.probabilities.argsort(descending=True).tolist()
    shares = [(model.class_names[row], float(heard.probabilities[row])) for row in order[:3]]
    if shares[0][1] >= CLEAR:
        what = f"Heard {shares[0][0]} ({shares[0][1]:.0%})."
    else:
        likely = [f"{one} ({share:.0%})" for one, share in shares if share >= POSSIBLE]
        what = f"Unclear: {' or '.join(likely) or 'no word'}; the picture lies between them."
    above = heard.level - USUAL_LEVEL
    how = "bold and big" if above > LOUDER else "thin and small" if above < -LOUDER else "usual"
    return f"{what} At {heard.level:.0f} dB it is {how}. Left the spectrogram, right the picture."


def a_voice() -> str:
    """A sound for people without a microphone."""
    return str(secrets.choice(sorted(VOICES.glob("*.flac"))))
