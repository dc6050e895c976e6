"""Sampler: noise, and a class where there are classes, to images."""

import secrets
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeGuard, cast

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import nn

from models.conditions.hearing import Heard, boldness, hear, louder
from models.conditions.manners import Manner, manner_weights
from models.conditions.wording import Wording
from models.conditions.words import WordTable, table_of
from models.config import InvalidModel, read_config
from models.images import pixels_to_images, pixels_to_tensor, tensor_to_images, tensor_to_pixels
from models.inversion import STEPS, Twin, guess, refine
from models.model_folder import (
    has_encoder,
    has_sound_encoder,
    load_encoder,
    load_network,
    load_sound_encoder,
)
from models.morphing import way_between
from models.networks import NoiseToImage
from models.sounds import read_sound
from models.values.value_range import from_json

MAX_COUNT = 100_000
MAX_SEED = 2**32 - 1
BATCH = 256


class Sampler:
    """An exported generator that draws images.

    The same seed gives the same images (within 1/255), whatever the count or the batch: the noise
    of image i is row i of the stream that the seed starts.

    Attributes:
        name: the model's name.
        size: height and width in pixels.
        channels: 1 for grey, 3 for RGB.
        class_names: empty where there are no classes.
        truncation: the model's default truncation.
        takes_words: whether it draws what words say, in place of a class.
        hands: in which it draws, none where there is only one; the first unless told otherwise.
        values: the range of the numbers that became its 8 bits.
        config: all that config.json says.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.config = read_config(self.folder)
        self.network = cast(NoiseToImage, load_network(self.folder, self.config))
        self.name: str = self.config["name"]
        self.size: int = self.config["size"]
        self.channels: int = self.config["channels"]
        self.class_names: list[str] = self.config["class_names"]
        self.noise_dim: int = self.config["noise"]["dim"]
        self.truncation: float = self.config["noise"].get("truncation", 1.0)
        self.condition: dict[str, int] = self.config.get("condition", {})
        self.takes_words = "words" in self.condition
        self.hands: list[str] = self.config.get("manners", [])
        self.values = from_json(self.config.get("values", {}))

    def sample(
        self,
        what: int | Iterable[int | str],
        seed: int | None = None,
        truncation: float | None = None,
        one_style: bool = False,
        count: int = 1,
        hand: Manner | None = None,
    ) -> list[Image.Image]:
        """Draw images.

        Args:
            what: how many, of random classes where there are classes; or the class of each image,
                an int being a class index and a str a class name. Of a model that takes words, what
                to draw: a text, or one for each image; where it may mean several things each image
                is of one of them, and a colour in front of a thing that it did not learn in that
                colour is given to it afterwards (`models.conditions.wording`).
            seed: 0 to 2^32 - 1; a new one each time where it is not given.
            truncation: the noise's standard deviation, 0 (all alike) to 2; None for the model's
                default.
            one_style: give every image the same noise, so that different classes come in one
                handwriting.
            count: images of a text.
            hand: one of the model's hands, or weights by name for a blend; None for the first.

        Returns:
            PIL images of mode L or RGB, `size` x `size`.

        Raises:
            ValueError: a count, class, seed, truncation or hand out of range, or words of more than
                500 characters.
        """
        seed = new_seed() if seed is None else check_seed(seed)
        texts: list[str] = []
        if self.takes_words:
            texts = self.texts(what, count)
            labels = self.told(texts, hand)
        elif count != 1 or hand is not None:
            raise ValueError(
                f"Expected neither count nor hand for {self.name}, which takes no words; give the "
                "number of images, or the class of each."
            )
        else:
            labels = self.labels(what, seed)
        noise = self.noise(1 if one_style else len(labels), seed).expand(len(labels), -1)
        given = labels if self.class_names or self.takes_words else None
        images = pixels_to_images(self.draw(noise, given, truncation))
        return self.wording.coloured(images, texts) if texts else images

    @cached_property
    def word_table(self) -> WordTable:
        """The table by which words are told.

        Raises:
            InvalidModel: none, or another than that of the config.
        """
        return table_of(self.folder, self.condition["words"])

    def texts(self, what: int | str | Iterable[int | str], count: int = 1) -> list[str]:
        """The words of each image, as `sample` is asked for them; none of them for a count.

        Raises:
            ValueError: a count out of range, or what is no text.
        """
        if is_whole(what):
            check_count(int(what))
            return [""] * int(what)
        if isinstance(what, str):
            check_count(count)
            return [what] * count
        texts = list(what)  # type: ignore[arg-type]
        check_count(len(texts))
        if wrong := [one for one in texts if not isinstance(one, str)]:
            raise ValueError(f"Expected words for {self.name}, found {wrong[0]!r}.")
        return cast(list[str], texts)

    def told(self, texts: Sequence[str], hand: Manner | None = None) -> torch.Tensor:
        """What words and a hand, as in `sample`, tell the generator, (N, condition_dim): the things
        alone, to whose pictures `wording.coloured` gives the colours that the words ask for."""
        if isinstance(texts, str):
            raise ValueError(f"Expected a list of texts, found {texts!r}; put it into one.")
        words = self.wording.vectors(texts)
        weights = manner_weights(self.hands, hand, self.name)
        return torch.cat([words, weights.expand(len(texts), -1)], 1)

    @cached_property
    def wording(self) -> Wording:
        """What words mean to it.

        Raises:
            InvalidModel: as `word_table`.
        """
        memory = self.network.input.memory
        on_white = memory is not None and self.channels == 3 and memory.on_white()
        return Wording(self.word_table, memory.keys.detach() if memory and on_white else None)

    def labels(self, what: int | Iterable[int | str], seed: int = 0) -> torch.Tensor:
        """Class indices (N,), int64: those asked for, or random ones for a count (zeros without
        classes)."""
        if is_whole(what):
            check_count(int(what))
            stream = np.random.Generator(np.random.Philox(key=[seed, 1]))
            return torch.from_numpy(stream.integers(0, max(1, len(self.class_names)), int(what)))
        if not self.class_names:
            raise ValueError(f"{self.name} has no classes: expected a count, found {what!r}.")
        wanted = [what] if isinstance(what, str) else list(what)  # type: ignore[arg-type]
        check_count(len(wanted))
        return torch.tensor([self.class_index(one) for one in wanted])

    def class_index(self, which: int | str) -> int:
        """The index of a class given by index or by name.

        Raises:
            ValueError: there is no such class; the message lists those that exist.
        """
        if isinstance(which, str) and which in self.class_names:
            return self.class_names.index(which)
        if is_whole(which) and 0 <= which < len(self.class_names):
            return int(which)
        names = ", ".join(self.class_names[:30]) + (", ..." if len(self.class_names) > 30 else "")
        raise ValueError(f"{self.name} has no class {which!r}; expected one of {names}.")

    def noise(self, count: int, seed: int) -> torch.Tensor:
        """Noise of mean 0 and variance 1 (count, noise_dim), float32, normal or uniform as the
        model learned with; row i depends on (seed, i) alone."""
        stream = np.random.Generator(np.random.Philox(key=[check_seed(seed), 0]))
        shape = (count, self.noise_dim)
        if self.config["noise"]["distribution"] == "uniform":
            drawn = stream.random(shape, dtype=np.float32)
            return torch.from_numpy((2 * drawn - 1) * np.float32(3**0.5))
        return torch.from_numpy(stream.standard_normal(shape, dtype=np.float32))

    def draw(
        self,
        noise: torch.Tensor,
        labels: torch.Tensor | None = None,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Noise (N, noise_dim), before truncation, and labels (N,), or what `told` gives, to uint8
        pixels (N, size, size, channels)."""
        noise = noise * self.checked(truncation)
        return self.pixels(noise, self.settled(noise, labels))

    def pixels(self, noise: torch.Tensor, labels: torch.Tensor | None) -> np.ndarray:
        """As `draw`, of noise after truncation and of labels that are settled."""
        pixels = []
        with torch.inference_mode():
            for start in range(0, len(noise), BATCH):
                part = slice(start, start + BATCH)
                images = self.network(noise[part], None if labels is None else labels[part])
                pixels.append(tensor_to_pixels(images))
        return np.concatenate(pixels)

    def settled(self, noise: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor | None:
        """Labels as they are; where things are remembered by words those of one each, which the
        noise (N, noise_dim) chooses among those that may be meant."""
        memory = self.network.input.memory
        if memory is None or labels is None:
            return labels
        with torch.inference_mode():
            return memory.settled(labels, noise)

    def morph(
        self,
        start: int | str | None = None,
        end: int | str | None = None,
        frames: int = 24,
        seed: int | None = None,
        truncation: float | None = None,
        hand: Manner | None = None,
    ) -> list[Image.Image]:
        """Images on the way from one class to another in one handwriting, or between two
        handwritings.

        Of a model that takes words, start and end are texts. Where the classes are the same, or
        there are none, the noise goes from row 0 of the seed's stream to row 1, on the sphere
        (White 2016): halfway points keep the length that the generator knows. Else the class
        embedding goes from one to the other.

        Raises:
            ValueError: fewer than 2 or more than 240 frames, a class that does not exist.
        """
        if not 2 <= frames <= 240:
            raise ValueError(f"Expected 2 to 240 frames, found {frames}.")
        seed = new_seed() if seed is None else check_seed(seed)
        labels, same = None, True
        texts: list[str] = []
        if self.takes_words:
            texts = [str(start or ""), str(end or "")]
            labels = self.told(texts, hand)
            same = len({self.wording.meant(text)[0] for text in texts}) == 1
        elif self.class_names:
            labels = self.labels([start, end], seed)  # type: ignore[list-item]
        noise = self.noise(2, seed)
        if labels is not None and not (same and torch.equal(labels[0], labels[1])):
            noise[1] = noise[0]
        return self.between(noise, labels, frames, truncation, texts)

    def between(
        self,
        noise: torch.Tensor,
        labels: torch.Tensor | None = None,
        frames: int = 24,
        truncation: float | None = None,
        texts: Sequence[str] = (),
    ) -> list[Image.Image]:
        """Images on the way from one to another, of whose noise (2, noise_dim) and labels `draw`
        would make both; with the texts of both, where there are some, in their colours."""
        noise = noise * self.checked(truncation)
        labels = self.settled(noise, labels)
        images = way_between(self.network, noise, labels, frames)
        return tensor_to_images(self.wording.coloured_way(images, *texts) if texts else images)

    @property
    def can_find(self) -> bool:
        """Whether `find` works: the model has an encoder."""
        return has_encoder(self.folder, self.config)

    @cached_property
    def encoder(self) -> nn.Module:
        """The network that guesses the noise behind an image; an InvalidModel where the model has
        none."""
        return load_encoder(self.folder, self.config)

    def find(self, image: Image.Image, steps: int = STEPS) -> Twin:
        """The generated image that is nearest to a given one: the encoder's guess of z and class,
        and some steps of gradient descent on z.

        Args:
            image: a PIL image like those that the model was trained on; its middle is taken, at
                the model's size and in its colours.
            steps: 0 for the guess alone.

        Raises:
            InvalidModel: the model has no encoder (a ValueError).
        """
        fitted = ImageOps.fit(
            image.convert("L" if self.channels == 1 else "RGB"),
            (self.size, self.size),
            Image.Resampling.LANCZOS,
        )
        given = pixels_to_tensor(np.array(fitted).reshape(1, self.size, self.size, -1))
        noise, labels = guess(self.encoder, given)
        noise = refine(self.network, given, noise, labels, steps)
        twin = self.draw(noise, labels, truncation=1.0)
        error = np.abs(twin / 255.0 - tensor_to_pixels(given) / 255.0).mean()
        label = None if labels is None else int(labels[0])
        return Twin(pixels_to_images(twin)[0], noise, label, float(error))

    @property
    def can_listen(self) -> bool:
        """Whether `listen` works: the model has an encoder of sounds."""
        return has_sound_encoder(self.folder, self.config)

    @cached_property
    def sound_encoder(self) -> nn.Module:
        """The network from a spoken word to the embedding of a class; an InvalidModel where the
        model has none, or one for other embeddings."""
        encoder = load_sound_encoder(self.folder, self.config)
        dim = self.config["sound"]["arguments"].get("embedding_dim")
        if not self.class_names or self.embeddings.shape[1] != dim:
            raise InvalidModel(
                f"Expected an encoder of sounds in {self.folder} for the embeddings of its "
                f"generator's classes, found one for {dim} numbers."
            )
        return encoder

    @property
    def embeddings(self) -> torch.Tensor:
        """What the generator knows its classes by, (K, embedding_dim)."""
        return cast(nn.Embedding, self.network.input.embedding).weight.detach()

    def hear(self, sound: str | Path | BinaryIO | torch.Tensor, name: str | None = None) -> Heard:
        """Which class a spoken word is taken for, and how loud it is.

        Args:
            sound: a file (WAV, MP3, FLAC, Ogg, AIFF), or samples (N,) in [-1, 1] of 8 kHz.
            name: of the sound, for messages; the file's where it is not given.

        Raises:
            UnreadableSound: no sound, one of more than a minute, or silence (a ValueError).
            InvalidModel: the model does not listen (a ValueError).
        """
        encoder = self.sound_encoder
        if not isinstance(sound, torch.Tensor):
            name = name or (Path(sound).name if isinstance(sound, (str, Path)) else None)
            sound = read_sound(sound, name)
        return hear(encoder, self.embeddings, sound, name or "the sound")

    def listen(
        self,
        sound: str | Path | BinaryIO | torch.Tensor,
        seed: int | None = None,
        truncation: float | None = None,
    ) -> Image.Image:
        """Draw what is spoken: what is unclear by the mean of the classes that it may be, and
        louder words bolder and bigger.

        Args:
            sound: as `hear` takes it.
            seed, truncation: as in `sample`.

        Raises:
            ValueError: as `hear`, or a seed or truncation out of range.
        """
        return self.draw_heard(self.hear(sound), seed, truncation)

    def draw_heard(
        self, heard: Heard, seed: int | None = None, truncation: float | None = None
    ) -> Image.Image:
        """The picture of what was heard, as `listen` draws it."""
        noise = self.noise(1, new_seed() if seed is None else seed) * self.checked(truncation)
        with torch.inference_mode():
            direction = cast(torch.Tensor, self.sound_encoder.louder)
            noise = louder(noise, direction, boldness(heard.level))
            embedding = heard.probabilities[None] @ self.embeddings
            images = self.network.decode(torch.cat([noise, embedding], 1))
        return tensor_to_images(images)[0]

    def checked(self, truncation: float | None) -> float:
        """The truncation, or the model's default; a ValueError where it is not from 0 to 2."""
        truncation = self.truncation if truncation is None else float(truncation)
        if not 0 <= truncation <= 2:
            raise ValueError(f"Expected a truncation from 0 to 2, found {truncation}.")
        return truncation


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, Python's or NumPy's, and no bool."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def new_seed() -> int:
    """A random seed."""
    return secrets.randbelow(MAX_SEED + 1)


def check_seed(seed: int) -> int:
    """The seed, if it is a whole number from 0 to 2^32 - 1."""
    if not is_whole(seed) or not 0 <= seed <= MAX_SEED:
        raise ValueError(
            f"Expected a seed that is a whole number from 0 to {MAX_SEED}, found {seed!r}."
        )
    return int(seed)


def check_count(count: int) -> None:
    """Raise a ValueError for a count of images below 1 or above `MAX_COUNT`."""
    if not 1 <= count <= MAX_COUNT:
        raise ValueError(f"Expected 1 to {MAX_COUNT:,} images, found {count:,}.")
