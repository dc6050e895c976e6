"""What words mean to a generator: which thing, and in which colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from models.conditions.colours import BY_WORD, SPELT, Colour, on_the_way, recoloured
from models.conditions.words import INSIDE, WordTable, check_length, folded
from models.images import pixels_to_tensor, tensor_to_images

CALLED_SO = 0.955  # cosine, from which on a caption is what was said, with or without "a"
BEFORE = ("a", "an", "the", "dark", "light", "bright", "pale")  # before a colour, and say no other
OF = "的"  # after one


@dataclass(frozen=True)
class Wording:
    """How texts are told to a generator.

    One that remembers things by their captions knows each in the colours that the captions say. A
    colour in front of a thing that no caption calls so, as in "a blue apple", is set aside, the
    thing drawn, and brought to that colour. (The vectors of Chinese words are means over several
    things, and less near to any caption: there nearly every colour in front of one is set aside.)

    Attributes:
        table: of the vectors of words.
        captions: vectors (M, dim) of the things on white ground that the generator remembers; None
            for one that draws anything else, whose colours are left as they are.
    """

    table: WordTable
    captions: Tensor | None = None

    def meant(self, text: str) -> tuple[Colour | None, Tensor]:
        """The colour that a thing is to be brought to, None for its own; and the vector (dim,) of
        what is to be drawn.

        Raises:
            ValueError: a text that is too long.
        """
        check_length(text)
        text = reduce(lambda said, word: said.replace(word, SPELT[word]), SPELT, folded(text))
        whole = self.table.encode(text)
        if self.captions is None:
            return None, whole
        pieces = self.table.split(text)
        while pieces and pieces[0] in BEFORE:
            pieces = pieces[1:]
        colour, *thing = pieces or [""]
        thing = thing[1:] if thing[:1] == [OF] else thing
        if colour not in BY_WORD or not thing or thing[0].startswith(INSIDE):
            return None, whole
        alone = self.table.vector(thing)
        near = F.cosine_similarity(whole[None], self.captions)
        best = near.argmax()
        nearer = near[best] > F.cosine_similarity(alone, self.captions[best], 0)
        if nearer and near[best] >= CALLED_SO:  # by that colour
            return None, whole
        return BY_WORD[colour], alone

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """What the generator is told of texts, (N, dim)."""
        known = {text: self.meant(text)[1] for text in set(texts)}
        return torch.stack([known[text] for text in texts])

    def coloured(self, images: list[Image.Image], texts: Sequence[str]) -> list[Image.Image]:
        """The images that a generator draws of texts, in the colours that these ask for."""
        colours = {text: self.meant(text)[0] for text in set(texts)}
        return [
            image if (colour := colours[text]) is None else in_colour(image, colour)
            for image, text in zip(images, texts, strict=True)
        ]

    def coloured_way(self, images: Tensor, start: str, end: str) -> Tensor:
        """Images (N, 3, H, W) on the way from what one text says to what another does, in the
        colours that these ask for."""
        colours = self.meant(start)[0], self.meant(end)[0]
        return on_the_way(images, *colours) if any(colours) else images


def in_colour(image: Image.Image, colour: Colour) -> Image.Image:
    """An image with its thing in a colour."""
    return tensor_to_images(recoloured(pixels_to_tensor(image)[0], colour)[None])[0]
