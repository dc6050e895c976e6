"""Teach a finished generator to listen: an encoder from a spoken word to the embedding by which the
generator knows a class.

The generator stays as it is, and the encoder is aligned to it (as Sung-Bin et al. 2023, Sound to
Visual Scene Generation by Audio-to-Visual Latent Alignment, align sounds to images); the task is
that of Wan, Chuang and Lee 2019, Towards Audio to Scene Image Synthesis using GANs.

    python -m training.data speech speech/formants                  # needs Debian's espeak-ng
    python -m training.data speech speech/recorded --program flite --takes 100
    python -m training.sound digits speech             # beside the model itself
    python -m training.metrics.listening digits speech    # how often the right digit is drawn

Each folder that holds sounds is heard as often as the others, however many it holds. A tenth of
the voices is held out. Words are heard in other tempos, throats, rooms, noises and lines each time;
noise and music are taught to be no class at all.
"""

import math
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from models.conditions.hearing import class_logits, log_mel, loudest
from models.images import pixels_to_tensor
from models.model_folder import save_sound_encoder
from models.networks import build
from models.networks.sound_encoder import SOUND_ENCODERS
from models.precision import has_bfloat16
from models.sampler import Sampler
from training.command_line import parse_simple, run_main
from training.data.sound_augmentation import augmented, no_words
from training.data.spoken import Recording, powers_of, recordings, voices_apart
from training.export.beside import copied_to, place_for
from training.inversion import load_sampler

SAY_EVERY = 500  # steps
WARM_UP = 0.2  # of the schedule
SMOOTHING = 0.05  # of labels
NO_WORDS = 12  # so manieth part of a batch is noise or music
INK_SAMPLES = 6_000
TEMPERATURES = [2 ** (step / 8) for step in range(-16, 17)]


@dataclass
class Options:
    """Options of `training.sound`.

    Args:
        model: an exported model that draws classes, by name or folder.
        data: a folder of sounds called CLASS_VOICE_TAKE.wav, or of such folders.
        validation: a folder of sounds unlike those it learns from, by which it is set how sure the
            encoder may be.
        name: write into a copy among one's own models; beside the model where it is not given.
        steps: of AdamW.
        batch_size: words in a step.
        lr: at its highest, on a one-cycle schedule.
        width: channels of the encoder's first layer.
        seed: of weights, order and all that befalls a word.
        max_minutes: the schedule ends by then where its steps would take longer.
    """

    model: str
    data: str
    validation: str | None = None
    name: str | None = None
    steps: int = 6_000
    batch_size: int = 64
    lr: float = 3e-3
    width: int = 16
    seed: int = 0
    max_minutes: float | None = None

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("batch_size", 2), ("width", 1)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"Expected --{name.replace('_', '-')} of at least {least}, found "
                    f"{getattr(self, name)}."
                )


@dataclass(frozen=True)
class Words:
    """Words that are heard.

    Attributes:
        powers: of the mel bands, each (BANDS, T).
        labels: the class of each, (N,).
        shares: how often each is heard, (N,); of all of a folder as much as of another.
    """

    powers: list[Tensor]
    labels: Tensor
    shares: Tensor


def alignment(found: Tensor, embeddings: Tensor, labels: Tensor) -> Tensor:
    """-E log softmax(h . e_k / |e_k|) of the spoken class; of the rows beyond the labels, which
    hold no word, the cross entropy to no class more than any other.

    Args:
        found: h, (N, D).
        embeddings: e, frozen, (K, D).
        labels: (M,) with M <= N.
    """
    logits = class_logits(found, embeddings)
    wanted = torch.full_like(logits, 1 / len(embeddings))
    spoken = F.one_hot(labels, len(embeddings)).to(logits)
    wanted[: len(labels)] = (1 - SMOOTHING) * spoken + SMOOTHING / len(embeddings)
    return F.cross_entropy(logits, wanted)


def direction_of_ink(sampler: Sampler, seed: int = 0) -> Tensor:
    """The unit vector (noise_dim,) along which pictures grow bolder and bigger: the sum of two, by
    which least squares tell from z how much ink a picture has, and how far it lies from its own
    centre of mass, whatever the class."""
    noise = sampler.noise(INK_SAMPLES, seed)
    labels = torch.arange(INK_SAMPLES) % len(sampler.class_names)
    pictures = (pixels_to_tensor(sampler.draw(noise, labels, truncation=1.0)) + 1) / 2
    known = torch.cat([noise, F.one_hot(labels, len(sampler.class_names)).float()], 1)
    measured = torch.stack([ink(pictures), spread(pictures)], 1)
    slopes = torch.linalg.lstsq(known, measured).solution[: sampler.noise_dim]
    return F.normalize(F.normalize(slopes, dim=0).sum(1), dim=0)


def ink(pictures: Tensor) -> Tensor:
    """The mean of pictures (N, C, H, W) in [0, 1], (N,)."""
    return pictures.mean((1, 2, 3))


def spread(pictures: Tensor) -> Tensor:
    """The root mean square distance of ink from its centre of mass, in pixels: (N, C, H, W) in
    [0, 1] to (N,)."""
    density = pictures.mean(1) + 1e-9
    density = density / density.sum((1, 2), keepdim=True)
    rows = torch.arange(density.shape[1])[:, None].float()
    columns = torch.arange(density.shape[2]).float()
    total = torch.zeros(len(pictures))
    for places in (rows, columns):
        centre = (density * places).sum((1, 2), keepdim=True)
        total = total + (density * (places - centre).square()).sum((1, 2))
    return total.sqrt()


def described(sampler: Sampler, width: int) -> dict:
    """Name and arguments of the encoder that fits a generator, as they stand in config.json."""
    dim = sampler.embeddings.shape[1]
    arguments = {"embedding_dim": dim, "noise_dim": sampler.noise_dim, "width": width}
    return {"name": "convolutional", "arguments": arguments}


def fit(sampler: Sampler, options: Options, words: Words, held_out: Words) -> nn.Module:
    """Train the encoder with AdamW and a one-cycle schedule (Smith 2018)."""
    torch.manual_seed(options.seed)
    encoder = build(SOUND_ENCODERS, **described(sampler, options.width)).train()
    optimiser = torch.optim.AdamW(encoder.parameters(), weight_decay=0.02, fused=True)
    progress = tqdm(range(options.steps), "Teaching to listen", mininterval=10)
    began, allowed = time.monotonic(), 60 * (options.max_minutes or math.inf)
    for step in progress:
        spent = (time.monotonic() - began) / allowed  # of the time, from 0 to 1
        if spent >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = options.lr * one_cycle(max(step / options.steps, spent))
        rows = torch.multinomial(words.shares, options.batch_size, replacement=True)
        heard = augmented([words.powers[row] for row in rows.tolist()])
        heard = torch.cat([heard, no_words(-(-options.batch_size // NO_WORDS))])
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            found = encoder(heard).float()
        loss = alignment(found, sampler.embeddings, words.labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % SAY_EVERY == SAY_EVERY - 1:
            right = accuracy(encoder, sampler.embeddings, held_out)
            progress.set_postfix(loss=f"{loss.item():.3f}", held_out=f"{right:.2%}")
    print(f"Of the held-out voices {accuracy(encoder, sampler.embeddings, held_out):.2%}.")
    encoder.get_buffer("louder").copy_(direction_of_ink(sampler, options.seed))
    return encoder.eval().requires_grad_(False)


def one_cycle(progress: float) -> float:
    """The learning rate in parts of its highest: up over the first fifth, down on a cosine."""
    if progress < WARM_UP:
        return progress / WARM_UP + 1e-3
    return 0.5 + 0.5 * math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))


def calibrate(encoder: nn.Module, embeddings: Tensor, words: Words) -> float:
    """Divide what the encoder finds by the temperature of the least cross entropy (Guo et al. 2017,
    On Calibration of Modern Neural Networks), which is returned: softened labels and hard lines
    leave it less sure of a clear word than it is right."""
    logits = recognised(encoder, embeddings, words)
    losses = [F.cross_entropy(logits / t, words.labels).item() for t in TEMPERATURES]
    temperature = TEMPERATURES[int(np.argmin(losses))]
    last = encoder.get_submodule("last")
    for parameter in last.parameters():
        parameter.data /= temperature
    return temperature


def accuracy(encoder: nn.Module, embeddings: Tensor, words: Words) -> float:
    """The share of words, as they were recorded, that are taken for what was spoken."""
    found = recognised(encoder, embeddings, words).argmax(1)
    return torch.eq(found, words.labels).float().mean().item()


def recognised(encoder: nn.Module, embeddings: Tensor, words: Words) -> Tensor:
    """The logits of the classes of words as they were recorded, (N, K)."""
    before = encoder.training
    encoder.eval()
    heard = torch.stack([log_mel(loudest(power)) for power in words.powers])
    with torch.no_grad():
        found = torch.cat([encoder(part) for part in heard.split(256)])
    encoder.train(before)
    return class_logits(found, embeddings)


def load_words(sampler: Sampler, folder: str) -> tuple[Words, Words]:
    """Words to learn from, and those of voices that are held out.

    Raises:
        ValueError: too few voices to hold one out.
    """
    learned, held_out = voices_apart(recordings(folder, sampler.class_names))
    if not (learned and held_out):
        raise ValueError(
            f"Expected sounds of several voices in {folder}, found "
            f"{len({one.voice for one in learned + held_out})}; one in ten is held out."
        )
    return words_of(learned, sampler.class_names), words_of(held_out, sampler.class_names)


def words_of(found: list[Recording], names: list[str]) -> Words:
    """The words of recordings."""
    held = Counter(one.path.parent for one in found)
    shares = torch.tensor([1 / held[one.path.parent] for one in found])
    return Words(powers_of(found), torch.tensor([names.index(one.name) for one in found]), shares)


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    sampler = load_sampler(options.model)
    if not sampler.class_names:
        raise ValueError(
            f"Expected a model with classes, found {sampler.name}, which has none to be spoken."
        )
    folder, names = place_for(sampler, options.name), sampler.class_names
    words, held_out = load_words(sampler, options.data)
    unlike = words_of(recordings(options.validation, names), names) if options.validation else None
    encoder = fit(sampler, options, words, held_out)
    if unlike:
        temperature = calibrate(encoder, sampler.embeddings, unlike)
        right = accuracy(encoder, sampler.embeddings, unlike)
        print(f"Of {options.validation} {right:.2%}; the temperature is {temperature:.2f}.")
    save_sound_encoder(copied_to(folder, sampler), encoder, described(sampler, options.width))
    print(
        f"{sampler.name} listens, in {folder}; `python -m training.metrics.listening` measures how "
        "well."
    )


if __name__ == "__main__":
    run_main(main)
