"""Translator: an image of any size to an image of that size."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models import flat_art, tiles
from models.blending import blend, check_strength
from models.calligraphy.writer import Writer
from models.clips.translating import MadeClip, translate_clip
from models.conditions.manners import Manner
from models.config import read_config
from models.images import (
    numbers_of,
    pixels_to_images,
    pixels_to_tensor,
    tensor_to_pixels,
    upright,
)
from models.model_folder import load_network, part
from models.networks import ImageToImage
from models.noise import as_expected
from models.passes import drawing_from, in_train_mode, pad_to
from models.precision import computing_in
from models.scaling import enlarged, scaled_to, shrunk
from models.upsampling import with_edges_of
from models.values.numbers import Numbers
from models.values.raster import Picture, Raster
from models.values.tensors import to_raster, to_tensor
from models.values.value_range import (
    ORDINARY,
    Ranges,
    ValuesCut,
    from_json,
    shown,
    with_channels,
)
from models.values.writing import ending_of
from models.working_sizes import WorkingSizes

if TYPE_CHECKING:
    from models.clips.memory import Memory


class Translator(Writer, WorkingSizes):
    """Exported generators that translate images, one for each direction.

    The same image gives the same translation each time.

    Attributes:
        name: the model's name.
        directions: "A to B", and "B to A" where the model has the way back.
        domains: what A and B are called.
        size: the height and width that the model was trained at.
        long_side: the long side in pixels at which it works unless told otherwise, 0 for any.
        short_side: a picture whose short side is below so many pixels is enlarged to it first, 0
            for none.
        working_size: the short side at which it paints every picture unless told otherwise, large
            ones and small ones, so that strokes are of one size; 0 where the two above rule.
        scale: height and width of a translation over those of its picture.
        values: the ranges of the numbers of A and of B that it was trained with.
        memory: of the frame before, where it translates those of a clip.
        config: all that config.json says.
    """

    memory: "Memory | None" = None

    def __init__(self, folder: str | Path):
        super().__init__(Path(folder), read_config(folder))
        self.networks = cast(nn.ModuleDict, load_network(self.folder, self.config))
        self.directions: list[str] = self.config["directions"]
        self.domains: list[str] = self.config["domains"]
        self.size: int = self.config["size"]
        self.long_side: int = self.config["long_side"]
        self.short_side: int = self.config.get("short_side", 0)
        self.working_size: int = self.config.get("working_size", 0)
        self.scale: float = self.config.get("scale", 1.0)
        described = self.config.get("values", {})
        self.values: Ranges = tuple(  # type: ignore[assignment]  # of two
            from_json(described[side]) if side in described else ORDINARY for side in "AB"
        )

    def translate(
        self,
        image: Picture | np.ndarray | Numbers,
        direction: str | None = None,
        long_side: int | None = None,
        precision: str = "auto",
        train_mode: bool = False,
        seed: int | None = None,
        strength: float = 1.0,
        keep_colours: bool = False,
        stroke_size: str | None = None,
        words: str = "",
        hints: Image.Image | None = None,
        manner: Manner | None = None,
        near: list[int] | tuple[int, ...] = (),
    ) -> Image.Image:
        """Translate an image.

        A model with a working size, or a stroke size, translates every image at one short side
        (within `scaling.STRIP` times it for the long one) and carries the result to the image's own
        size with its edges, as `models.upsampling` does: strokes belong to the picture and not to
        its pixels, and twelve megapixels take little longer than one.

        Transparency is laid over white, EXIF orientation applied, 16 bits scaled to 8. The image
        is padded by reflection to what the network needs, and the result cropped back.

        A model of other pictures than those of 8 bits takes an image of any mode by the range of
        values that it was trained with, and gives what it makes of it to be looked at: in 8 bits, a
        mask in colours, of more than three channels the first three. `translate_numbers` gives the
        numbers themselves.

        Args:
            image: a PIL image; for a model of other pictures also what `translate_numbers` takes,
                or a raster of its range.
            direction: "A to B" or "B to A"; the first one where it is not given.
            long_side: work at most at this long side, and scale the result back; 0 for any, None
                for the model's default.
            precision: "bf16" computes in bfloat16, "fp32" in float32; "auto" takes bfloat16 where
                the hardware has it.
            train_mode: translate as Isola et al. 2017, section 3.4, do: dropout stays on in place
                of noise, and batch norm takes the statistics of this image with its padding.
            seed: 0 to 2^32 - 1; what is drawn follows from it: dropout in train mode, the noise on
                the input of a model that was trained with some, and which of its answers a model
                gives that has several. None for the likeliest answer, and 0 for the rest.
            strength: 1 for the translation, less for something between it and the image, 0 for the
                image itself; blended in Lab.
            keep_colours: take only the lightness of the translation, and the image's own colours.
            stroke_size: "fine", "medium" or "bold", a short side of 1.5, 1 or 0.75 times the
                working size; None for "medium" where the model has a working size and no long side
                is given, else for none.
            words: what the picture shows, for a model that takes words; unknown ones say nothing.
            hints: dabs of colour, for a model that takes them: RGBA, of the picture's size.
            manner: one of `manners`, or weights by name; the model's own where it is not given.
            near: seeds of an answer that this one shall be like, each near that of those before.

        Returns:
            a PIL image of the same size as the upright image, times `scale`, mode L or RGB.

        Raises:
            ValueError: a direction, words, hints or a manner that the model does not take, a value
                out of range, or both a long side and a stroke size.
        """
        direction = self.checked_direction(direction)
        short_side = self.checked_working_size(stroke_size, long_side)
        limit = self.checked_long_side(long_side)
        check_strength(strength)
        if not (self.usual and isinstance(image, Image.Image)):
            before, after = self.ranges(direction)
            raster = self.taken(image, direction)
            condition = self.conditioned(words, seed, manner, near)
            dabs = self.checked_dabs(hints, raster.size)
            how = (limit, short_side, precision, train_mode, seed or 0)
            made = self.through(raster, direction, *how, condition, dabs)
            seen = shown(raster, before).resize(made.size, Image.Resampling.BICUBIC)
            return blend(seen, shown(made, after), strength, keep_colours)
        original = upright(image)
        condition = self.conditioned(words, seed, manner, near)
        dabs = self.checked_dabs(hints, original.size)
        size = self.translated_size(original)
        if self.scale > 1:  # as in training, where the smaller side of a pair is enlarged
            original = original.resize(size, Image.Resampling.BICUBIC)
        given = original.convert("L" if self.channels(direction)[0] == 1 else "RGB")
        if short_side:
            work = scaled_to(given, short_side)
        else:
            work = enlarged(shrunk(given, limit), self.short_side, limit)
        images = pixels_to_tensor(work)
        told = self.with_hints(images, dabs)
        with torch.inference_mode(), computing_in(precision), drawing_from(seed or 0):
            output = self.run(
                told, direction, train_mode, condition, self.outline(given, direction)
            )
        if short_side and max(work.size) < max(given.size):
            picture = with_edges_of(given, images, output)
        else:
            picture = pixels_to_images(tensor_to_pixels(output))[0]
        if picture.size != given.size:
            picture = picture.resize(given.size, Image.Resampling.LANCZOS)
        picture = blend(original, picture, strength, keep_colours)
        return picture if picture.size == size else picture.resize(size, Image.Resampling.BICUBIC)

    def translate_numbers(
        self,
        image: Image.Image | np.ndarray | Numbers,
        direction: str | None = None,
        long_side: int | None = None,
        precision: str = "auto",
        train_mode: bool = False,
        seed: int | None = None,
        value_range: tuple[float, float] | None = None,
    ) -> Numbers:
        """Translate the numbers of a picture to numbers of the kind that the model was trained to
        give: 12 bits in 16, floats, the classes of a mask, or the indices of a palette's colours.

        Args:
            image: an array (H, W) or (H, W, C), a PIL image of any mode, or what `read_numbers`
                gives.
            direction: and the rest are those of `translate`.
            value_range: the numbers of the picture that are the ends of the range, in place of
                those of training.

        Returns:
            `Numbers` of the height and width of the image, times `scale`.

        Warns:
            ValuesCut: numbers outside the range of training, where no other is given.

        Raises:
            ValueError: as `translate`, or the picture does not fit the model.
        """
        direction = self.checked_direction(direction)
        short_side = self.checked_working_size(None, long_side)
        limit = self.checked_long_side(long_side)
        picture = self.taken(image, direction, value_range)
        how = (limit, short_side, precision, train_mode, seed or 0)
        made = self.through(picture, direction, *how, self.conditioned("", seed))
        return self.ranges(direction)[1].numbers(made)

    def translate_clip(
        self,
        source: str | Path,
        out: str | Path,
        direction: str | None = None,
        overwrite: bool = False,
        **options: Any,
    ) -> MadeClip:
        """Translate a clip into a clip with as many frames, of the same size and for the same
        times, that does not flicker: `models.clips.memory` says how.

        Args:
            source: a GIF, an animated WebP or PNG, an MP4 or a WebM, within the bounds of
                `models.clips.reading`; of a damaged one what lies before the damage.
            out: a .gif, .webp or .webm, or with the extra `clips` an .mp4, which keeps the sound.
            direction: "A to B" or "B to A"; the first one where it is not given.
            overwrite: replace a file that is there.
            options: `long_side`, `precision`, `seed`, `strength`, `keep_colours`, `stroke_size`,
                `words` and `manner` of `translate`; `watch` is called with each `Step`.

        Raises:
            ValueError: no clip, a bound that it exceeds, a file that is there, or as `translate`.
        """
        return translate_clip(
            self, Path(source), Path(out), overwrite, direction=direction, **options
        )

    @property
    def usual(self) -> bool:
        """Whether it takes and gives pictures of 8 bits alone."""
        return all(values.ordinary for values in self.values)

    def example(self, size: int, direction: str | None = None) -> Image.Image | Raster:
        """A black square that a direction takes."""
        direction = self.checked_direction(direction)
        values, channels = self.ranges(direction)[0], self.channels(direction)[0]
        if self.usual:
            return Image.new("RGB", (size, size))
        if values.mask:
            return Raster(np.zeros((size, size, 1), np.uint8))
        return Raster(np.zeros((size, size, channels), np.float32))

    def ending(self, direction: str | None, source: Path) -> str:
        """The ending of the file that the numbers of a picture's translation fit."""
        direction = self.checked_direction(direction)
        after = self.ranges(direction)[1]
        channels = 1 if after.mask else self.channels(direction)[1]
        return ending_of(after.dtype, channels, source.suffix)

    def ranges(self, direction: str) -> Ranges:
        """The ranges of the numbers of input and output."""
        return self.values if direction == "A to B" else self.values[::-1]

    def taken(
        self,
        image: Picture | np.ndarray | Numbers,
        direction: str,
        value_range: tuple[float, float] | None = None,
    ) -> Raster:
        """A picture by the range and the channels of a direction's input."""
        values = self.ranges(direction)[0]
        if isinstance(image, Raster):
            picture = image
        elif value_range:
            picture = values.with_ends(value_range, self.name).picture(numbers_of(image), True)
        else:
            numbers = numbers_of(image)
            if words := values.cut(numbers):
                warnings.warn(f"{numbers.name}: {words}", ValuesCut, stacklevel=3)
            picture = values.picture(numbers)
        if values.mask:
            return picture
        return Raster(with_channels(picture.values, self.channels(direction)[0]))

    def through(
        self,
        picture: Raster,
        direction: str,
        limit: int,
        short_side: int,
        precision: str,
        train_mode: bool,
        seed: int,
        condition: Tensor | None,
        hints: Image.Image | None = None,
    ) -> Raster:
        """A picture of any range through a direction's generator, at its own size times
        `scale`."""
        before, after = self.ranges(direction)
        size = self.translated_size(picture)
        if self.scale > 1:  # as in training, where the smaller side of a pair is enlarged
            picture = picture.resize(size, Image.Resampling.BICUBIC)
        if short_side:
            work = scaled_to(picture, short_side)
        else:
            work = enlarged(shrunk(picture, limit), self.short_side, limit)
        images = to_tensor(work.values[None], before)
        channels = self.channels(direction)[0]
        if images.shape[1] != channels:  # of a mask beside a domain with colours
            images = images.repeat(1, channels, 1, 1)
        told = self.with_hints(images, hints)
        with torch.inference_mode(), computing_in(precision), drawing_from(seed):
            output = self.run(told, direction, train_mode, condition)
        return to_raster(output, after).resize(size)

    def run(
        self,
        images: Tensor,
        direction: str,
        train_mode: bool = False,
        condition: Tensor | None = None,
        outline: Tensor | None = None,
    ) -> Tensor:
        """Images (N, C, H, W) of any size, in [-1, 1], with hints where the model takes them, and
        the condition of one that takes some, (N, condition_dim), through a direction's generator:
        float32 (N, C', H, W). Large ones go through in tiles, except in train mode.

        Where the generator expects noise on its input, torch's global stream draws it.

        Args:
            outline: of a generator that keeps lines, the images at another size, which becomes the
                output's; not of a clip's frames.
        """
        if self.memory is None:
            return self.run_once(images, direction, train_mode, condition, outline)
        own, told = images.tensor_split([self.channels(direction)[0]], dim=1)

        def make(frame: Tensor, edges: Tensor) -> Tensor:
            given = torch.cat([frame, told], 1)
            return self.run_once(given, direction, train_mode, condition, edges=edges)

        return self.memory.following(own, make)

    def run_once(
        self,
        images: Tensor,
        direction: str,
        train_mode: bool,
        condition: Tensor | None,
        outline: Tensor | None = None,
        edges: Tensor | None = None,
    ) -> Tensor:
        """`run` of images that follow no others; strokes follow the edges of some, or theirs."""
        network = cast(ImageToImage, self.networks[part(direction)])
        noisy: Callable[..., Tensor] = partial(as_expected, network)
        if train_mode:
            network = in_train_mode(network)
            noisy = lambda given, *_: given  # noqa: E731, it draws noise of its own
        padded = pad_to(images, network.multiple, network.smallest)
        if edges is not None:
            edges = pad_to(edges, network.multiple, network.smallest)
        if tiles.large(padded) and not train_mode:
            small = noisy(tiles.looked_at(padded, network.multiple, network.smallest))
            frozen = tiles.with_statistics_of(small, network, condition)
            output = tiles.translated(frozen, noisy(padded, edges), condition)
        elif outline is not None:
            size = images.shape[2], images.shape[3]
            return flat_art.coloured(network, noisy(padded), condition, size, outline)
        else:
            output = flat_art.translated(network, noisy(padded, edges), condition)
        return output[:, :, : images.shape[2], : images.shape[3]].float()

    def outline(self, image: Image.Image, direction: str) -> Tensor | None:
        """The picture (1, C, H, W) for a generator that keeps its lines, at its own size within
        `flat_art.LARGEST`; None for others."""
        if not getattr(self.networks[part(direction)], "keep_lines", False):
            return None
        return pixels_to_tensor(shrunk(image, flat_art.LARGEST))

    def channels(self, direction: str) -> tuple[int, int]:
        """Channels of input and output."""
        ends = self.config["channels"]["A"], self.config["channels"]["B"]
        return ends if direction == "A to B" else ends[::-1]

    def checked_direction(self, direction: str | None) -> str:
        """The direction, or the first one for None."""
        if direction is None:
            return self.directions[0]
        if direction not in self.directions:
            raise ValueError(
                f"Expected a direction of {self.name}, {' or '.join(self.directions)}, found "
                f"{direction!r}."
            )
        return direction
