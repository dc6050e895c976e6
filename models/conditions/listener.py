"""What a translator is told beside the picture: words, dabs of colour, and which of its answers is
asked for."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.conditions.hints import checked_hints, hint_planes, no_hints
from models.conditions.manners import Manner, as_taught, manner_weights
from models.conditions.words import WordTable, table_of
from models.sampler import check_seed, is_whole

MOST_VARIANTS = 64
NEARNESS = 0.9  # the part of an answer's noise that one near it keeps


class Listener:
    """An exported model that can be told things, and which ones.

    Attributes:
        config: all that config.json says.
        condition: the parts of its condition, and how many numbers each has.
        takes_words, takes_hints: whether it can be told what a picture shows, and dabs of colour.
        z_dim: length of the noise by which it has several answers to one picture, 0 for one answer.
        manners: in which it was trained to work, as they are taught; none where there is only one.
        manner: the one in which it works unless told otherwise: the first.
    """

    translate: Any  # of the translator

    def __init__(self, folder: Path, config: dict[str, Any]):
        self.folder, self.config = folder, config
        self.name: str = config["name"]
        self.condition: dict[str, int] = self.config.get("condition", {})
        self.takes_words = "words" in self.condition
        self.takes_hints = bool(self.config["network"]["arguments"].get("hints"))
        self.z_dim = self.condition.get("z", 0)
        self.manners = as_taught(self.config.get("manners", []))
        self.manner: Manner | None = self.manners[0] if self.manners else None

    @cached_property
    def word_table(self) -> WordTable:
        """The table by which words are told.

        Raises:
            InvalidModel: none, or another than that of the config.
        """
        return table_of(self.folder, self.condition["words"])

    def variants(
        self,
        image: Image.Image,
        count: int = 4,
        words: str = "",
        hints: Image.Image | None = None,
        seed: int = 0,
        **options: Any,
    ) -> list[Image.Image]:
        """Several answers to one picture; each is `translate` of its seed in `variant_seeds`.

        Args:
            options: further ones of `translate`.

        Raises:
            ValueError: the model has only one answer, a count out of range, or as `translate`.
        """
        if not self.z_dim:
            raise ValueError(
                f"Expected a model with several answers, found {self.name}, which was trained for "
                "one; `training.pix2pix --z-dim 8` trains for more."
            )
        seeds = variant_seeds(seed, count)
        return [self.translate(image, seed=s, words=words, hints=hints, **options) for s in seeds]

    def conditioned(
        self,
        words: str,
        seed: int | None,
        manner: Manner | None = None,
        near: Sequence[int] = (),
    ) -> Tensor | None:
        """What words, seeds and a manner tell the generator, (1, condition_dim); None where it
        takes none of them."""
        if words and not self.takes_words:
            raise ValueError(
                f"Expected no words for {self.name}, which was trained without, found {words!r}; "
                "leave them out."
            )
        if seed is not None:
            check_seed(seed)
        said = []
        if self.takes_words:
            said.append(self.word_table.encode(words))
        if self.z_dim:
            said.append(noise_near(near, seed, self.z_dim))
        chosen = self.manner if manner is None else manner
        trained = self.config.get("manners", [])
        told = torch.cat([*said, manner_weights(trained, chosen, self.name)])
        return told[None] if len(told) else None

    def checked_dabs(self, hints: Image.Image | None, size: tuple[int, int]) -> Image.Image | None:
        """The hints, if the model takes them and they have the picture's size."""
        if hints is None:
            return None
        if not self.takes_hints:
            raise ValueError(
                f"Expected no hints for {self.name}, which was trained without; leave them out."
            )
        return checked_hints(hints, size)

    def with_hints(self, images: Tensor, hints: Image.Image | None) -> Tensor:
        """Images (1, C, H, W) and their hints as a generator takes them; without, where it takes
        none."""
        if not self.takes_hints:
            return images
        channels, (height, width) = self.config["channels"]["B"], images.shape[2:]
        if hints is None:
            planes = no_hints(len(images), channels, (height, width))
        else:
            planes = hint_planes(hints, (width, height), channels)
        return torch.cat([images, planes], 1)


def variant_seeds(seed: int, count: int) -> list[int]:
    """Seeds of so many variants; the first ones of a larger count are those of a smaller.

    Raises:
        ValueError: no seed, or a count out of range.
    """
    if not is_whole(count) or not 1 <= count <= MOST_VARIANTS:
        raise ValueError(f"Expected 1 to {MOST_VARIANTS} variants, found {count!r}.")
    return np.random.SeedSequence(check_seed(seed)).generate_state(count).tolist()


def noise_near(near: Sequence[int], seed: int | None, z_dim: int) -> Tensor:
    """Noise (z_dim,) of a seed near that of others: z = 0.9 z' + sqrt(1 - 0.9^2) e, one after the
    other, which keeps it standard normal; that of the others alone where the seed is None.

    Raises:
        ValueError: no seed among the others.
    """
    seeds = [check_seed(one) for one in (*near, seed) if one is not None]
    noise = noise_of(seeds[0] if seeds else None, z_dim)
    for other in seeds[1:]:
        noise = NEARNESS * noise + (1 - NEARNESS**2) ** 0.5 * noise_of(other, z_dim)
    return noise


def noise_of(seed: int | None, z_dim: int) -> Tensor:
    """Standard normal noise (z_dim,) by seed; its mean, 0, for None."""
    if seed is None:
        return torch.zeros(z_dim)
    stream = np.random.Generator(np.random.Philox(key=[seed, 0]))
    return torch.from_numpy(stream.standard_normal(z_dim, dtype=np.float32))
