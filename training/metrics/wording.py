"""How well a generator that takes words draws what they say, in pictures that it never saw.

The judge is two towers, a linear map of frozen features of a picture (EfficientNet-Lite2) and one
of its words, brought together by InfoNCE (van den Oord et al. 2018, equation 4) on the pictures of
all hands but the one that is judged, so that it has seen neither that hand nor what a generator
draws. Of a hundred captions it picks the picture's: recall at 1 and 5, beside the same of the real
held-out pictures, which is the ceiling. Held-out pairs are drawings of a thing whose other drawings
were trained on, held-out things are in no train folder.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm, trange

from models.conditions.words import WORDS_FILE
from models.images import pixels_to_tensor
from models.sampler import Sampler
from training.data.errors import DataError
from training.data.labelled.sources import find_source
from training.data.labelled.worded_images import WordedImages
from training.data.paired.captions import Captions, read_captions
from training.features.efficientnet import frozen_backbone, pooled_features
from training.metrics.fidelity import kernel_distance
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options

CANDIDATES = 100
LOOKED_AT = 128  # pixels at which pictures are described
DIM, TEMPERATURE = 128, 0.07
STEPS, BATCH, RATE = 1_000, 256, 1e-3
NOISE = 0.3  # on the words, so that words nearby lie near
KIDS = ("kid", "kid_real")
HELD_OUT = {"pairs": "held-out pairs", "things": "held-out things"}


@dataclass(frozen=True)
class Recall:
    """Shares of pictures whose caption is the first, or among the first five, of a hundred."""

    at_1: float
    at_5: float


class TwoTowers(nn.Module):
    """cos(A f, B w) / t: how well words (M, D) fit features (N, F) of pictures, (N, M)."""

    def __init__(self, features: int, words: int):
        super().__init__()
        self.of_pictures = nn.Linear(features, DIM)
        self.of_words = nn.Linear(words, DIM)

    def forward(self, features: Tensor, words: Tensor) -> Tensor:
        one = F.normalize(self.of_pictures(features), dim=1)
        other = F.normalize(self.of_words(words), dim=1)
        return one @ other.T / TEMPERATURE


def contrast(fits: Tensor, things: Tensor) -> Tensor:
    """InfoNCE both ways over a batch, (N, N) of pictures and words: -log of the share that the
    right words have, where all words of the same thing are right.

    Args:
        things: a number for each thing, (N,).
    """
    right = torch.eq(things[:, None], things[None]).float()
    right = right / right.sum(1, keepdim=True)
    return (F.cross_entropy(fits, right) + F.cross_entropy(fits.T, right)) / 2


def fit_judge(features: Tensor, words: Tensor, things: Tensor, steps: int = STEPS) -> TwoTowers:
    """A judge of pictures' features (N, F), their words (N, D) and things (N,)."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        judge = TwoTowers(features.shape[1], words.shape[1])
        optimiser = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=0.05)
        for _ in trange(steps, desc="Training a judge", leave=False):
            rows = torch.randint(len(features), (min(BATCH, len(features)),))
            said = words[rows] + NOISE * torch.randn_like(words[rows])
            loss = contrast(judge(features[rows], said), things[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return judge.eval().requires_grad_(False)


def recall(fits: Tensor, right: Tensor, seed: int = 0) -> Recall:
    """How often the right words are among the first, of so many candidates.

    Args:
        fits: of pictures to all words, (N, M).
        right: the place of each picture's own words, (N,).
        seed: of the other candidates.
    """
    stream = np.random.default_rng(seed)
    ranks = []
    for row, own in zip(fits.numpy(), right.tolist(), strict=True):
        others = np.delete(np.arange(len(row)), own)
        others = stream.permutation(others)[: CANDIDATES - 1]
        ranks.append(int((row[others] >= row[own]).sum()))
    found = np.array(ranks)
    return Recall(float((found < 1).mean()), float((found < 5).mean()))


def described(images: Tensor) -> Tensor:
    """Features (N, 1280) of pictures (N, C, H, W) in [-1, 1]."""
    network = frozen_backbone("lite2")
    found = []
    with torch.inference_mode():
        for part in tqdm(images.split(64), "Describing", leave=False):
            large = F.interpolate(part, LOOKED_AT, mode="bicubic", align_corners=False)
            found.append(pooled_features(network, large))
    return torch.cat(found).clone()


@dataclass(frozen=True)
class Drawings:
    """Pictures of a split with what is known of each: features (N, F), words (N, D), the number of
    its thing (N,) and of its hand (N,)."""

    features: Tensor
    words: Tensor
    things: Tensor
    hands: Tensor
    texts: list[str]

    @classmethod
    def of(cls, data: WordedImages, codes: list[str]) -> "Drawings":
        images, told = data.plain().images, data.told(np.arange(len(data)))
        dim = data.captions.table.dim
        things = torch.tensor([codes.index(path.stem.lower()) for path in data.files])
        texts = [data.captions.of(path).text for path in data.files]
        hands = told[:, dim:].argmax(1)
        return cls(described(images), told[:, :dim], things, hands, texts)


def drawn(sampler: Sampler, texts: list[str], hand: str, seed: int) -> Tensor:
    """A picture of each text, (N, C, H, W) in [-1, 1]."""
    told = sampler.told(texts, hand=hand)
    return pixels_to_tensor(sampler.draw(sampler.noise(len(texts), seed), told))


def measure(
    sampler: Sampler, data: str | list[str], options: "Options"
) -> tuple[list[Figure], dict]:
    """The figures over all hands, and those of each.

    Args:
        options: of `training.evaluate`.

    Raises:
        ValueError: it draws in fewer than two hands, so that there is no judge.
    """
    if len(sampler.hands) < 2:
        raise ValueError(
            f"Expected a model that draws in several hands, found {sampler.name}: a hand is judged "
            "by the others."
        )
    captions = captions_of(sampler, str(data))
    codes = sorted(captions.by_name)
    train, test = (
        Drawings.of(load_split(sampler, str(data), split, captions), codes)
        for split in ("train", options.split)
    )
    hands = by_hand(sampler, train, test, options.seed)
    return [*recalls(hands), distance(hands)], {"hands": hands}


def recalls(hands: dict[str, dict]) -> list[Figure]:
    """The share of the pictures of all hands that are recalled, beside that of the real ones."""
    found = []
    for name, words in HELD_OUT.items():
        measured = [hand[name] for hand in hands.values() if name in hand]
        count = sum(one["n"] for one in measured)
        for rank in ("at_1", "at_5") if count else ():
            drawn, real = (
                sum(one["n"] * one[which][rank] for one in measured) / count
                for which in ("drawn", "real")
            )
            text = f"{drawn:.1%} (real: {real:.1%})"
            label = f"recall {rank.replace('_', ' ')} of {CANDIDATES}, {words}"
            found.append(Figure(f"recall_{name}_{rank}", label, drawn, text, count))
    return found


def distance(hands: dict[str, dict]) -> Figure:
    """The mean over hands of the kernel distance to the real test pictures."""
    drawn, real = (sum(hand[key] for hand in hands.values()) / len(hands) for key in KIDS)
    text = f"{drawn:.4f} (real: {real:.4f})"
    count = sum(hand["n"] for hand in hands.values())
    return Figure("kid_efficientnet_lite2", "KID (EfficientNet-Lite2)", drawn, text, count)


def by_hand(sampler: Sampler, train: Drawings, test: Drawings, seed: int) -> dict[str, dict]:
    """For each hand, recall of held-out pairs and of held-out things, generated and real, and the
    kernel distance of generated to real test pictures beside that of real train ones."""
    known = torch.isin(test.things, train.things)
    figures: dict[str, dict] = {}
    for number, hand in enumerate(sampler.hands):
        others, own = train.hands != number, test.hands == number
        judge = fit_judge(train.features[others], train.words[others], train.things[others])
        rows = torch.nonzero(own).flatten().tolist()
        generated = described(drawn(sampler, [test.texts[row] for row in rows], hand, seed))
        found: dict = {
            "n": len(rows),
            "kid": kernel_distance(test.features[own], generated),
            "kid_real": kernel_distance(test.features[own], train.features[train.hands == number]),
        }
        words = test.words[own]
        for name, chosen in (("pairs", known[own]), ("things", ~known[own])):
            if chosen.any():
                right = torch.nonzero(chosen).flatten()
                found[name] = {
                    "n": len(right),
                    "drawn": asdict(recall(judge(generated[chosen], words), right, seed)),
                    "real": asdict(recall(judge(test.features[own][chosen], words), right, seed)),
                }
        figures[hand] = found
    return figures


def load_split(sampler: Sampler, data: str, split: str, captions: Captions) -> WordedImages:
    """The pictures of a split by the hands of a model.

    Raises:
        DataError: other hands.
    """
    source = find_source(data, split)
    if source.class_names != sampler.hands:
        raise DataError(
            f"Expected the hands {', '.join(sampler.hands)} in {data}, found "
            f"{', '.join(source.class_names) or 'none'}."
        )
    return WordedImages(source, sampler.size, sampler.channels, captions=captions)


def captions_of(sampler: Sampler, data: str) -> Captions:
    """The words of a folder of hands, by the model's own table."""
    return read_captions(data, sampler.folder / WORDS_FILE)
