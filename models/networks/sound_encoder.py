"""From a spoken word to the embedding by which a generator knows a class."""

import torch
from torch import nn

BANDS = 40  # of the mel scale


class SoundEncoder(nn.Module):
    """Convolutions over the log-mel spectrogram, mean and maximum over time, a linear layer; and
    the direction in z in which the generator's pictures grow bolder and bigger.

    Shapes: spectrograms (N, 40, T) in [0, 1] -> (N, embedding_dim).

    Args:
        embedding_dim: of the generator's classes.
        noise_dim: of the generator.
        width: channels of the first layer; the others have two, three and four times as many.

    Attributes:
        louder: the direction, a unit vector (noise_dim,).
    """

    louder: torch.Tensor

    def __init__(self, embedding_dim: int = 32, noise_dim: int = 64, width: int = 32):
        super().__init__()

        def stage(
            before: int,
            after: int,
            kernel: tuple[int, int],
            stride: tuple[int, int],
            padding: tuple[int, int],
        ) -> nn.Sequential:
            return nn.Sequential(
                nn.Conv2d(width * before, width * after, kernel, stride, padding, bias=False),
                nn.BatchNorm2d(width * after),
                nn.ReLU(),
            )

        self.first = nn.Sequential(
            nn.Conv2d(1, width, 3, (2, 1), 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        self.features = nn.Sequential(
            stage(1, 2, (3, 3), (2, 2), (1, 1)),
            stage(2, 3, (3, 3), (2, 2), (1, 1)),
            stage(3, 4, (BANDS // 8, 3), (1, 1), (0, 1)),  # the bands become channels
            stage(4, 4, (1, 5), (1, 1), (0, 2)),
        )
        self.dropout = nn.Dropout(0.3)
        self.last = nn.Linear(2 * 4 * width, embedding_dim)
        self.register_buffer("louder", torch.zeros(noise_dim))

    def forward(self, spectrograms: torch.Tensor) -> torch.Tensor:
        found = self.features(self.first(2 * spectrograms[:, None] - 1)).flatten(2)
        return self.last(self.dropout(torch.cat([found.mean(2), found.amax(2)], 1)))


SOUND_ENCODERS: dict[str, type[nn.Module]] = {"convolutional": SoundEncoder}
