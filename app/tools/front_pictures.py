"""Make the pictures of the front page anew, from the models and the data that ship:
`python -m app.tools.front_pictures`.

Small WebP files in app/front/pictures, which the page shows without loading a model.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

import models
from app.front.layout import PICTURES
from app.shared.examples import BUNDLED, OUTLINES, PHOTOGRAPHS, Examples
from models.images import read_image
from models.translator import Translator

SIDE = 320
QUALITY = 80
OUTLINE, WORDS = "1F419.webp", "octopus"
PHOTOGRAPH = "fanoewindmill.jpg"
PRINTS = ("great-wave", "poppies", "ejiri-in-suruga", "oiran-and-kamuro")


def main() -> None:
    """Write all of them."""
    drawing = picture(OUTLINES, OUTLINE).convert("L")
    save(drawing, "outline")
    emoji = translator("emoji")
    words = WORDS if emoji.takes_words else ""
    save(emoji.translate(drawing, seed=2, words=words), "coloured")
    photograph = picture(PHOTOGRAPHS, PHOTOGRAPH)
    save(photograph, "photograph")
    save(translator("photo-vangogh").translate(photograph), "painted")
    save(sheet_of_prints(), "folder")
    save(translator("photo-ukiyoe").translate(picture(PHOTOGRAPHS, "kingfisher.jpg")), "own")


def translator(name: str) -> Translator:
    """A model that ships."""
    model = models.load(name)
    assert isinstance(model, Translator)
    return model


def picture(examples: Examples, name: str) -> Image.Image:
    """One of the bundled pictures."""
    return read_image(examples.read(examples.folder + name), name).convert("RGB")


def sheet_of_prints() -> Image.Image:
    """Four pictures, as in a folder."""
    sheet, half = Image.new("RGB", (SIDE, SIDE), "white"), SIDE // 2 - 3
    for at, name in enumerate(PRINTS):
        whole = read_image((BUNDLED / "ukiyo-e" / f"{name}.webp").read_bytes(), name)
        small = ImageOps.fit(whole.convert("RGB"), (half, half))
        sheet.paste(small, ((at % 2) * (half + 6), (at // 2) * (half + 6)))
    return sheet


def save(image: Image.Image, name: str) -> None:
    """Square, small, without metadata."""
    square = ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    written = BytesIO()
    square.save(written, "WEBP", quality=QUALITY, method=6)
    Path(PICTURES / f"{name}.webp").write_bytes(written.getvalue())


if __name__ == "__main__":
    main()
