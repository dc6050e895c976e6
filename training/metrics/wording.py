"""How well a generator that takes words draws what they say, in pictures that it never saw.

The judge is two towers, a linear map of frozen features of a picture (EfficientNet-Lite2) and one
of its words, brought together by InfoNCE (van den Oord et al. 2018, equation 4) on the pictures of
all hands but the one that is judged, so that it has seen neither that hand nor what a generator
draws. Of a hundred captions it picks the picture's: recall at 1 and 5, beside the same of the real
held-out pictures. What is drawn as another hand drew it is recognised more easily than these, for
the judge has seen that: so another one, a linear map of the same features learned from all train
pictures, says how often a picture is told as the hand's that was asked for. Held-out pairs are
drawings of a thing whose other drawings were trained on, held-out things are in no train folder.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

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
from training.losses.matching import TwoTowers, contrast
from training.metrics.fidelity import kernel_distance
from training.metrics.figure import Figure

if TYPE_CHECKING:
    from training.evaluate import Options

CANDIDATES = 100
LOOKED_AT = 128  # pixels at which pictures are described
STEPS, BATCH, RATE = 1_000, 256, 1e-3
NOISE = 0.3  # on the words, so that words nearby lie near
KIDS = ("kid", "kid_real")
Judge = TypeVar("Judge", bound=nn.Module)
HELD_OUT = {"pairs": "held-out pairs", "things": "held-out things"}


@dataclass(frozen=True)
class Recall:
    """Shares of pictures whose caption is the first, or among the first five, of a hundred."""

    at_1: float
    at_5: float


def fit_judge(features: Tensor, words: Tensor, things: Tensor, steps: int = STEPS) -> TwoTowers:
    """A judge of pictures' features (N, F), their words (N, D) and things (N,)."""

    def loss(judge: TwoTowers, rows: Tensor) -> Tensor:
        said = words[rows] + NOISE * torch.randn_like(words[rows])
        return contrast(judge(features[rows], said), things[rows])

    return fitted(lambda: TwoTowers(features.shape[1], words.shape[1]), loss, len(features), steps)


def fit_linear(features: Tensor, labels: Tensor, steps: int = STEPS) -> nn.Linear:
    """A linear map of pictures' features (N, F) to a logit for each of the labels (N,)."""

    def loss(judge: nn.Linear, rows: Tensor) -> Tensor:
        return F.cross_entropy(judge(features[rows]), labels[rows])

    outputs = int(labels.max()) + 1
    return fitted(lambda: nn.Linear(features.shape[1], outputs), loss, len(features), steps)


def fitted(
    make: Callable[[], Judge], loss: Callable[[Judge, Tensor], Tensor], count: int, steps: int
) -> Judge:
    """A new judge that has learned from random rows of so many, always the same from the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        judge = make()
        optimiser = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=0.05)
        for _ in trange(steps, desc="Training a judge", leave=False):
            value = loss(judge, torch.randint(count, (min(BATCH, count),)))
            optimiser.zero_grad()
            value.backward()
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
    images = sampler.sample(texts, seed, hand=hand)
    return torch.cat([pixels_to_tensor(image) for image in images])


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
    return [*recalls(hands), manner(hands), distance(hands)], {"hands": hands}


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


def manner(hands: dict[str, dict]) -> Figure:
    """The share of pictures that are told as the hand's that was asked for, over all hands."""
    count = sum(hand["n"] for hand in hands.values())
    drawn, real = (
        sum(hand["n"] * hand[key] for hand in hands.values()) / count
        for key in ("told", "told_real")
    )
    text = f"{drawn:.1%} (real: {real:.1%})"
    return Figure("hand_told", "told as the hand asked for", drawn, text, count)


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
    of_hands = fit_linear(train.features, train.hands)
    figures: dict[str, dict] = {}
    for number, hand in enumerate(sampler.hands):
        others, own = train.hands != number, test.hands == number
        judge = fit_judge(train.features[others], train.words[others], train.things[others])
        rows = torch.nonzero(own).flatten().tolist()
        generated = described(drawn(sampler, [test.texts[row] for row in rows], hand, seed))
        found: dict = {
            "n": len(rows),
            "told": float((of_hands(generated).argmax(1) == number).float().mean()),
            "told_real": float((of_hands(test.features[own]).argmax(1) == number).float().mean()),
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
