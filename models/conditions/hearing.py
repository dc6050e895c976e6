"""A spoken word as a condition: the log-mel spectrogram of what is loudest in a sound, how loud it
is, and which of a generator's classes it is taken for.

Loudness is kept apart: the spectrogram is relative to its own peak, and the level moves z along a
direction in which digits grow bolder and bigger.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from models.networks.sound_encoder import BANDS
from models.sounds import RATE, UnreadableSound

LOWEST, HIGHEST = 60.0, 3_800.0  # hertz, between which the mel bands lie
WINDOW, HOP, FFT = 200, 80, 256  # samples: 25 ms every 10 ms
FRAMES = 100  # a second: no spoken digit is longer
RANGE = 60.0  # dB below the peak that the spectrogram shows
SILENT = -70.0  # dB of full scale
USUAL_LEVEL, STEP, MOST_STEPS = -26.0, 6.0, 2.5  # dB of full scale; dB for 1 along the direction
WORD = 20.0  # dB below the loudest frame, within which a frame counts for the level


@dataclass(frozen=True)
class Heard:
    """What a model heard.

    Attributes:
        probabilities: of its classes, (K,).
        level: how loud the word is, in dB of full scale.
        spectrogram: log-mel, (BANDS, FRAMES) in [0, 1], relative to its peak.
    """

    probabilities: Tensor
    level: float
    spectrogram: Tensor


def mel(hertz: Tensor) -> Tensor:
    """m = 2595 log10(1 + f / 700) (O'Shaughnessy 1987)."""
    return 2595 * torch.log10(1 + hertz / 700)


@cache
def filterbank() -> Tensor:
    """Triangles of height 1, (BANDS, FFT / 2 + 1), whose corners lie evenly on the mel scale."""
    low, high = mel(torch.tensor([LOWEST, HIGHEST], dtype=torch.float64))
    corners = torch.linspace(low.item(), high.item(), BANDS + 2, dtype=torch.float64)
    bins = mel(torch.linspace(0, RATE / 2, FFT // 2 + 1, dtype=torch.float64))
    width = corners[1] - corners[0]
    return (1 - (bins - corners[1:-1, None]).abs() / width).clamp(min=0).float()


def mel_power(sound: Tensor) -> Tensor:
    """sum_f H(b, f) |X(t, f)|^2 of Hann windows that are centred on every `HOP`th sample.

    Shapes: (N,) -> (BANDS, N // HOP + 1).
    """
    window = torch.hann_window(WINDOW, device=sound.device)
    spectrum = torch.stft(
        sound, FFT, HOP, WINDOW, window, center=True, pad_mode="constant", return_complex=True
    )
    return filterbank() @ spectrum.abs().square()


def loudest(power: Tensor) -> Tensor:
    """The second of a sound in which most of its power lies, in the middle of silence where it is
    shorter: (BANDS, T) -> (BANDS, FRAMES)."""
    if power.shape[1] < FRAMES:
        missing = FRAMES - power.shape[1]
        return nn.functional.pad(power, (missing // 2, missing - missing // 2))
    sums = power.sum(0).unfold(0, FRAMES, 1).sum(1)
    start = int(sums.argmax())
    return power[:, start : start + FRAMES]


def log_mel(power: Tensor) -> Tensor:
    """1 + 10 log10(P / max P) / `RANGE`, from 0 on: powers (..., BANDS, FRAMES) to [0, 1]; zeros
    stay zeros."""
    peak = power.amax((-2, -1), keepdim=True).clamp(min=1e-20)
    return (1 + 10 * torch.log10(power / peak + 1e-10) / RANGE).clamp(0, 1)


def level(sound: Tensor) -> float:
    """How loud a word is: the mean square of the frames within `WORD` dB of the loudest, in dB of
    full scale; (N,), at least one sample."""
    frames = nn.functional.pad(sound, (0, -len(sound) % WINDOW)).reshape(-1, WINDOW)
    powers = frames.square().mean(1)
    of_word = powers[powers >= powers.max() * 10 ** (-WORD / 10)]
    return 10 * float(torch.log10(of_word.mean() + 1e-12))


def boldness(decibels: float) -> float:
    """How far along the direction of ink a level leads: 1 for every `STEP` dB above the usual one,
    bounded."""
    return max(-MOST_STEPS, min(MOST_STEPS, (decibels - USUAL_LEVEL) / STEP))


def hear(encoder: nn.Module, embeddings: Tensor, sound: Tensor, name: str = "the sound") -> Heard:
    """What an encoder takes a sound for.

    Args:
        encoder: log-mel to the generator's embedding of the class.
        embeddings: those of the classes, (K, D).
        sound: (N,) in [-1, 1], at `RATE`.
        name: of the sound, for messages.

    Raises:
        UnreadableSound: silence.
    """
    loud = level(sound)
    if loud < SILENT:
        raise UnreadableSound(
            f"Expected a spoken word in {name}, found silence; speak nearer to the microphone."
        )
    spectrogram = log_mel(loudest(mel_power(sound)))
    with torch.no_grad():
        logits = class_logits(encoder(spectrogram[None]), embeddings)
    return Heard(logits.softmax(1)[0], loud, spectrogram)


def class_logits(found: Tensor, embeddings: Tensor) -> Tensor:
    """h . e_k / |e_k|: how well vectors (N, D) fit the embeddings of the classes (K, D), (N, K)."""
    return found @ nn.functional.normalize(embeddings, dim=1).T


def louder(noise: Tensor, direction: Tensor, steps: float) -> Tensor:
    """z' = z - (z . d) d + s d: z (N, dim), with so many steps s along the unit vector d (dim,), in
    place of what lay there."""
    along = (noise @ direction)[:, None]
    return noise + (steps - along) * direction
