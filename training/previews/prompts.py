"""A sheet of what a model draws of words: forty-eight prompts, by each hand in turn, beside the
nearest training pictures."""

from pathlib import Path

import torch

from models.images import pixels_to_images, pixels_to_tensor
from models.sampler import Sampler
from training.data.labelled.labelled_images import images_for
from training.export.sample_sheet import sample_sheet
from training.previews.neighbours import neighbours

KNOWN = (  # things that emoji show
    *("red apple", "green apple", "lemon", "grapes", "strawberry", "carrot"),
    *("cat face", "dog face", "panda", "fish", "butterfly", "snake"),
    *("grinning face", "crying face", "angry face", "skull", "alien", "ghost"),
    *("red heart", "blue heart", "star", "full moon", "sun", "rainbow"),
    *("automobile", "bicycle", "rocket", "sailboat", "house", "castle"),
    *("guitar", "soccer ball", "umbrella", "key", "clock", "红苹果"),
)
UNSEEN = (  # what no emoji shows
    *("a blue apple", "a purple banana", "a green cat", "a pink car", "a red moon", "a black sun"),
    *("an angry star", "a crying apple", "a yellow house", "a blue rose", "a cat in a car"),
    "蓝色的狗",
)
COLUMNS = 6  # of pairs


def write(sampler: Sampler, data: str, seed: int = 0) -> list[Path]:
    """prompts.png in the model's folder: pairs of a drawing and the training picture whose pixels
    are nearest, in the order of `KNOWN` and `UNSEEN`."""
    train = images_for(sampler, data)
    texts = [*KNOWN, *UNSEEN]
    hands = [sampler.hands[row % len(sampler.hands)] for row in range(len(texts))]
    told = [sampler.told([text], hand) for text, hand in zip(texts, hands, strict=True)]
    images = pixels_to_images(sampler.draw(sampler.noise(len(texts), seed), torch.cat(told)))
    images = sampler.wording.coloured(images, texts)
    drawn = torch.cat([pixels_to_tensor(image) for image in images])
    indices, _ = neighbours(drawn, train, 1)
    near = train.plain(indices[:, 0].numpy()).images
    path = sampler.folder / "prompts.png"
    sheet = sample_sheet(torch.stack([drawn, near], 1).flatten(0, 1), 2 * COLUMNS)
    sheet.save(path, optimize=True)
    return [path]
