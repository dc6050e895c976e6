"""PatchGAN (Isola et al. 2017): a critic that judges every patch of an image by itself."""

import torch
from torch import nn

from models.networks.layers import normal_weights, normalisation, with_spectral_norm

SLOPE = 0.2


class Critic(nn.Module):
    """Images to one logit for each patch.

    Shapes: (N, channels, H, W) -> (N, 1, h, w). A pix2pix critic gets input and output side by
    side as channels.

    Args:
        channels: of what it judges.
        width: channels of the first layer; they double up to 8 times that.
        layers: layers of stride 2; 3 gives the paper's 70x70 patches, 5 its 286x286 (the whole
            image at 256 pixels), 0 a critic of single pixels.
        norm: "batch" (the paper), "instance" or "none".
        spectral: bound every layer with spectral norm.
        classes: of images, which `classify` tells apart; 0 for none.
    """

    def __init__(
        self,
        channels: int = 6,
        width: int = 64,
        layers: int = 3,
        norm: str = "batch",
        spectral: bool = False,
        classes: int = 0,
    ):
        super().__init__()
        # batch norm has a bias of its own
        self.layers = pixels(channels, width, norm) if layers == 0 else nn.ModuleList()
        if layers:
            widths = [width * min(8, 2**i) for i in range(layers + 1)]
            self.layers.append(nn.Sequential(nn.Conv2d(channels, width, 4, 2, 1), activation()))
            for i in range(1, layers + 1):
                stride = 2 if i < layers else 1
                self.layers.append(
                    nn.Sequential(
                        nn.Conv2d(widths[i - 1], widths[i], 4, stride, 1, bias=norm != "batch"),
                        *normalisation(norm, widths[i]),
                        activation(),
                    )
                )
            self.layers.append(nn.Sequential(nn.Conv2d(widths[-1], 1, 4, 1, 1)))
        wide = width * min(8, 2**layers) if layers else 2 * width
        self.classes = nn.Linear(wide, classes) if classes else None
        normal_weights(self)
        if spectral:
            with_spectral_norm(self)

    def forward(
        self, images: torch.Tensor, all_layers: bool = False
    ) -> torch.Tensor | list[torch.Tensor]:
        """The logits, or what every layer makes of the images, the logits last."""
        found = [images]
        for layer in self.layers:
            found.append(layer(found[-1]))
        return found[1:] if all_layers else found[-1]

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        """Logits of the classes (N, classes) from what the layer before the last makes of images,
        (N, C, h, w), whose patches vote."""
        assert self.classes is not None
        return self.classes(features.float().mean((2, 3)))


def pixels(channels: int, width: int, norm: str) -> nn.ModuleList:
    """1x1 convolutions, so that each pixel is judged alone."""
    bias = norm != "batch"
    return nn.ModuleList(
        [
            nn.Sequential(nn.Conv2d(channels, width, 1), activation()),
            nn.Sequential(
                nn.Conv2d(width, 2 * width, 1, bias=bias),
                *normalisation(norm, 2 * width),
                activation(),
            ),
            nn.Sequential(nn.Conv2d(2 * width, 1, 1, bias=bias)),
        ]
    )


def activation() -> nn.Module:
    return nn.LeakyReLU(SLOPE)


def layers_for_whole_image(size: int) -> int:
    """The layers of a critic whose patch covers an image of `size` pixels: 5 for 256."""
    return max(1, (size - 1).bit_length() - 3)
