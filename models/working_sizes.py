"""The size at which a translator works, where a caller may choose it, and that of what it makes."""

from models.decoding import MAX_PIXELS
from models.sampler import is_whole
from models.values.raster import Picture

MAX_LONG_SIDE = 8192
WORKING_SIZE = 512  # of a model that says none itself, where a stroke size is chosen
STROKES = {"fine": 1.5, "medium": 1.0, "bold": 0.75}  # times the working size


class WorkingSizes:
    """Sizes of a translator, and those that it is asked for.

    Attributes:
        name, scale, long_side, working_size: as `models.translator.Translator` has them.
    """

    name: str
    scale: float
    long_side: int
    working_size: int

    def checked_long_side(self, long_side: int | None) -> int:
        """The long side, or the model's default for None."""
        if long_side is None:
            return self.long_side
        if not is_whole(long_side) or not 0 <= long_side <= MAX_LONG_SIDE:
            raise ValueError(
                f"Expected a long side from 0 to {MAX_LONG_SIDE} pixels, found {long_side!r}."
            )
        return int(long_side)

    def checked_working_size(self, stroke_size: str | None, long_side: int | None) -> int:
        """The short side at which every picture is translated, 0 where the long side rules."""
        if stroke_size is None:
            return self.working_size if long_side is None else 0
        if long_side is not None:
            raise ValueError("Expected a long side or a stroke size, found both; choose one.")
        if stroke_size not in STROKES:
            raise ValueError(
                f"Expected a stroke size, {', '.join(STROKES)}, found {stroke_size!r}."
            )
        return round(STROKES[stroke_size] * (self.working_size or WORKING_SIZE))

    def translated_size(self, image: Picture) -> tuple[int, int]:
        """Width and height of an image's translation.

        Raises:
            ValueError: more than `MAX_PIXELS` pixels.
        """
        width, height = (max(1, round(side * self.scale)) for side in image.size)
        if width * height > max(MAX_PIXELS, image.width * image.height):
            raise ValueError(
                f"Expected a picture that {self.name} makes {self.scale:g} times as wide and high "
                f"with at most {MAX_PIXELS // 10**6} megapixels, found {image.width} x "
                f"{image.height}, which becomes {width} x {height}; take a smaller one."
            )
        return width, height
