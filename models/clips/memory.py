"""What a translator remembers from frame to frame, so that a clip does not flicker.

The noise on the input is the same in every frame already, for it is drawn from the seed. Beside it

- strokes keep their direction where the camera stands, whose noise would turn them in plain areas;
- instance norms blend their statistics over time, s_t = 0.8 s_(t-1) + 0.2 s(x_t);
- colours keep, within a scene, the mean change that its first frame got;
- what was made is moved along the optical flow of the input and blended with what is made now,
  y_t = w M warp(y_(t-1)) + (1 - w M) G(x_t), where M says how far the flow is to be believed
  (Ruder et al. 2016; Lai et al. 2018);
- where the camera stands w is larger, for nothing is blurred by moving it there, and the input is
  blended with the frame before by the same weights: a network makes more of the camera's noise.

All of it begins anew where a scene does.
"""

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.clips.flow import consistent, flow, similar, warped
from models.networks.layers import InstanceNorm, channel_statistics, constant

if TYPE_CHECKING:
    from models.translator import Translator

OLD = 0.8  # of a norm's statistics
WEIGHT = 0.3  # w, of what was made before, where something moves
STILL_WEIGHT = 0.85  # and where nothing does
CUT = 0.4  # of the pixels, fewer of which are found again where a scene begins
STANDING = 0.5  # pixels that half of a frame moves by at most where the camera stands
ALIKE = 0.8  # of how much a pixel looks as it did along the flow, from which it stands
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. 601


class SteadyNorm(InstanceNorm):
    """`InstanceNorm` whose statistics are blended over the frames of a scene.

    Shapes: (1, C, H, W) -> (1, C, H, W), one frame after the other.
    """

    statistics: tuple[Tensor, Tensor] | None = None

    def settled(self, found: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        if self.statistics is not None:
            pairs = zip(found, self.statistics, strict=True)
            found = tuple(now.lerp(old, OLD) for now, old in pairs)  # type: ignore[assignment]
        self.statistics = found
        return found

    def forward(self, x: Tensor) -> Tensor:
        variance, mean = self.settled(channel_statistics(x))
        normalised = F.batch_norm(x, mean.flatten(), variance.flatten(), eps=self.eps)
        return normalised.masked_fill_(constant(variance, mean), 0)


class Memory:
    """The frame before and what was made of it.

    Attributes:
        edges: the picture (1, C, H, W) whose edges strokes follow, each place as it was when it
            last moved.
        cut: whether a scene began with the newest frame.
    """

    def __init__(self, networks: nn.ModuleDict):
        self.norms = [one for one in networks.modules() if isinstance(one, SteadyNorm)]
        self.seen: np.ndarray | None = None
        self.made: np.ndarray | None = None
        self.edges: Tensor | None = None
        self.shift: Tensor | None = None
        self.cut = True

    def following(self, images: Tensor, make: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """What is made of a frame, steadied by the one before.

        Args:
            images: the frame, (1, C, H, W) in [-1, 1].
            make: what the network makes of such a frame, and of one with the edges that strokes
                follow: (1, C', H, W).
        """
        now = as_array(images).clip(-1, 1) / 2 + 0.5
        moved, weight, still = self.followed(now)
        if self.cut:
            for norm in self.norms:
                norm.statistics = None
        elif self.seen is not None:
            now += (weight * still)[:, :, None] * (self.seen - now)
            images = as_images(2 * now - 1)
        self.edges = self.edges_of(images, still)
        output = self.in_the_scenes_colours(images, make(images, self.edges))
        if not self.cut and self.made is not None:
            output = output.lerp(as_images(warped(self.made, moved)), torch.from_numpy(weight))
        self.seen, self.made = now, as_array(output)
        return output

    def followed(self, now: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The flow from this frame to the one before (H, W, 2), w M, how much of what was made then
        is kept (H, W), in [0, 1], and where nothing moves (H, W); notes whether a scene begins.

        In plain areas the flow is that of the noise, and not to be believed. Where the camera
        stands, what looks as it did before stands too.
        """
        if self.seen is None or self.seen.shape != now.shape:
            self.cut = True
            nothing = np.zeros(now.shape[:2], np.float32)
            return np.zeros((*now.shape[:2], 2), np.float32), nothing, nothing > 0
        one, other = grey(now), grey(self.seen)
        there, back = flow(one, other), flow(other, one)
        along = similar(now, warped(self.seen, there))
        trust, still = consistent(there, back) * along, np.zeros(now.shape[:2], bool)
        if np.median(np.hypot(there[:, :, 0], there[:, :, 1])) < STANDING:
            alike = similar(now, self.seen)
            still = alike > ALIKE * along
            there[still], trust[still] = 0, alike[still]
        self.cut = bool((trust > 0.5).mean() < CUT)
        weight = np.where(still, STILL_WEIGHT, WEIGHT) * trust
        return there, weight.astype(np.float32), still

    def edges_of(self, images: Tensor, still: np.ndarray) -> Tensor:
        """The frame as it first was where nothing has moved since."""
        if self.cut or self.edges is None:
            return images
        return torch.where(torch.from_numpy(still), self.edges, images)

    def in_the_scenes_colours(self, images: Tensor, output: Tensor) -> Tensor:
        """The output with the mean change of colours that the scene began with."""
        if images.shape[1] != output.shape[1]:
            return output
        shift = (output - images).mean((2, 3), keepdim=True)
        if self.cut or self.shift is None:
            self.shift = shift
        return (output + self.shift - shift).clamp(-1, 1)


def steady(translator: "Translator") -> "Translator":
    """The same model, translating one picture after the other as the frames of a clip."""
    copied = copy.copy(translator)
    networks = {
        part: copy.deepcopy(network, {id(weight): weight for weight in network.parameters()})
        for part, network in translator.networks.items()
    }
    for network in networks.values():
        for name, norm in list(network.named_modules()):
            if isinstance(norm, InstanceNorm):
                network.set_submodule(name, SteadyNorm(norm.num_features, norm.eps).eval())
    copied.networks = nn.ModuleDict(networks)
    copied.memory = Memory(copied.networks)
    return copied


def as_array(images: Tensor) -> np.ndarray:
    """One image (1, C, H, W) as (H, W, C), float32."""
    return np.ascontiguousarray(images[0].permute(1, 2, 0).float().numpy())


def as_images(array: np.ndarray) -> Tensor:
    """The inverse of `as_array`."""
    return torch.from_numpy(array).permute(2, 0, 1)[None]


def grey(image: np.ndarray) -> np.ndarray:
    """An image (H, W, C) in [0, 1] as OpenCV's flow takes it, uint8 (H, W)."""
    light = image[:, :, :3] @ LUMA if image.shape[2] >= 3 else image[:, :, 0]
    return (light * 255).round().astype(np.uint8)
