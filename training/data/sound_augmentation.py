"""What befalls a spoken word on its way to a microphone, on its mel powers: other tempos, throats,
rooms, microphones, noises and lines. Synthetic speech separates trivially; so made, it does not.

All draws follow from PyTorch's random numbers.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from models.conditions.hearing import BANDS, FRAMES, HIGHEST, LOWEST, log_mel, mel

TEMPO = (0.75, 1.4)  # of the length of a word
WARP = 0.5  # at most, of its flow
THROAT = (0.82, 1.22)  # of all frequencies: long and short vocal tracts
COMPANDING = (0.7, 1.1)  # the exponent of powers
RING_SECONDS = (0.1, 0.7)  # until a room's sound has fallen by 60 dB
RING_LEVEL = (-18.0, 2.0)  # dB of the room against the voice
NOISE_LEVEL = (-45.0, -2.0)  # dB of noise against the voice
OTHER_LEVEL = (-35.0, -8.0)  # dB of another voice
LINE = ((100.0, 400.0), (2_600.0, 3_800.0))  # hertz between which a poor line carries
LINE_LOSS = 30.0  # dB outside
MASKS, MASKED_BANDS, MASKED_FRAMES = 2, 6, 12  # SpecAugment (Park et al. 2019)


def uniform(count: int, bounds: tuple[float, float]) -> Tensor:
    """(count, 1, 1)."""
    return bounds[0] + (bounds[1] - bounds[0]) * torch.rand(count, 1, 1)


def gain(decibels: Tensor) -> Tensor:
    """A factor of powers."""
    return 10 ** (decibels / 10)


def sometimes(probability: float, count: int) -> Tensor:
    """Where something happens, (count, 1, 1) of 0 and 1."""
    return (torch.rand(count, 1, 1) < probability).float()


def together(powers: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Mel powers (BANDS, T_i), each brought to a mean of 1, as one tensor (N, BANDS, max T), and
    their lengths (N,)."""
    lengths = torch.tensor([power.shape[1] for power in powers])
    batch = torch.zeros(len(powers), BANDS, int(lengths.max()))
    for row, power in enumerate(powers):
        batch[row, :, : power.shape[1]] = power / power.mean().clamp(min=1e-12)
    return batch, lengths


def augmented(powers: list[Tensor]) -> Tensor:
    """Spectrograms (N, BANDS, FRAMES) in [0, 1] of words, each heard in its own way."""
    batch, lengths = together(powers)
    word, inside = spoken_otherwise(batch, lengths)
    count = len(word)
    word = word ** (1 + sometimes(0.3, count) * (uniform(count, COMPANDING) - 1))
    word = in_a_room(word)
    other = word[torch.randperm(count)]
    word = word + sometimes(0.3, count) * gain(uniform(count, OTHER_LEVEL)) * other
    everywhere = sometimes(0.5, count)  # else the recording ends where the word ends
    heard = word * gain(coloured(count, 6.0))
    heard = heard + noise(count) * torch.maximum(everywhere, inside)
    return masked(log_mel(on_a_line(heard)))


def spoken_otherwise(batch: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Words (N, BANDS, T) at another tempo and by another throat, somewhere within a second; and
    where they are, (N, 1, FRAMES)."""
    count, _, longest = batch.shape
    lasts = lengths[:, None] * uniform(count, TEMPO)[:, 0]
    begins = (FRAMES - lasts) * torch.rand(count, 1)
    u = (torch.arange(FRAMES) - begins) / lasts  # (N, FRAMES), 0 to 1 within the word
    warp = WARP * (2 * torch.rand(count, 1) - 1)
    frames = (u + warp * torch.sin(2 * math.pi * u) / (2 * math.pi)) * lengths[:, None]
    low, high = mel(torch.tensor([LOWEST, HIGHEST]))
    step = (high - low) / (BANDS + 1)
    centres = 700 * (10 ** ((low + step * torch.arange(1, BANDS + 1)) / 2595) - 1)
    bands = (mel(centres * uniform(count, THROAT)[:, 0]) - low) / step - 1  # (N, BANDS)
    grid = torch.stack(
        [
            (2 * frames / longest - 1)[:, None].expand(-1, BANDS, -1),
            ((2 * bands + 1) / BANDS - 1)[:, :, None].expand(-1, -1, FRAMES),
        ],
        dim=3,
    )
    moved = F.grid_sample(batch[:, None], grid, align_corners=False)[:, 0]
    return moved, ((u >= 0) & (u <= 1)).float()[:, None]


def in_a_room(word: Tensor) -> Tensor:
    """With the exponential decay of a room (N, BANDS, FRAMES), for half of the words."""
    count, taps = len(word), 60
    seconds = uniform(count, RING_SECONDS)
    decay = 10 ** (-6 * 0.01 * torch.arange(1, taps + 1) / seconds)  # (N, 1, taps)
    level = sometimes(0.5, count) * gain(uniform(count, RING_LEVEL))
    kernel = torch.cat([torch.ones(count, 1, 1), level * decay / decay.sum(2, keepdim=True)], 2)
    padded = F.pad(word, (taps, 0))[None]
    return F.conv2d(padded, kernel.flip(2)[:, :, None], groups=count)[0]


def coloured(count: int, decibels: float) -> Tensor:
    """Smooth random curves over the bands in dB, (count, BANDS, 1): microphones, and the colours of
    noise."""
    bands = (torch.arange(BANDS) + 0.5) / BANDS
    waves = torch.cos(math.pi * torch.arange(1, 7)[:, None] * bands)
    heights = torch.randn(count, 6) * decibels / torch.arange(1, 7) ** 0.5
    return (heights @ waves)[:, :, None]


def noise(count: int) -> Tensor:
    """Noise (count, BANDS, FRAMES): a colour, a flow, and the chance of a periodogram's values."""
    chance = -torch.log(torch.rand(count, BANDS, FRAMES).clamp(min=1e-6))
    flow = F.interpolate(torch.randn(count, 1, 6), FRAMES, mode="linear")
    level = uniform(count, NOISE_LEVEL) + coloured(count, 6.0) + 3 * flow
    return chance * gain(level)


def music(count: int) -> Tensor:
    """Notes, (count, BANDS, FRAMES): a few bands at a time, for a tenth of a second each."""
    notes = torch.rand(count, BANDS, FRAMES // 10) ** 12
    return notes.repeat_interleave(10, 2) * gain(coloured(count, 6.0))


def no_words(count: int) -> Tensor:
    """Spectrograms (N, BANDS, FRAMES) of noise and of music, in which nothing is spoken."""
    of_music = sometimes(0.5, count)
    return log_mel(of_music * music(count) + gain(-30 * of_music) * noise(count))


def on_a_line(heard: Tensor) -> Tensor:
    """Less outside of the frequencies that a line carries, for a third of the words."""
    count = len(heard)
    low, high = mel(torch.tensor([LOWEST, HIGHEST]))
    centres = low + (high - low) * torch.arange(1, BANDS + 1)[:, None] / (BANDS + 1)
    below = centres < mel(uniform(count, LINE[0]))
    above = centres > mel(uniform(count, LINE[1]))
    lost = sometimes(0.33, count) * (below | above)
    return heard * gain(-LINE_LOSS * lost)


def masked(spectrograms: Tensor) -> Tensor:
    """Without some bands and some frames."""
    count = len(spectrograms)
    for dim, most in ((1, MASKED_BANDS), (2, MASKED_FRAMES)):
        size = spectrograms.shape[dim]
        place = torch.arange(size)[:, None] if dim == 1 else torch.arange(size)
        for _ in range(MASKS):
            begin = torch.rand(count, 1, 1) * size
            width = torch.rand(count, 1, 1) * most
            spectrograms = spectrograms * ~((place >= begin) & (place < begin + width))
    return spectrograms
