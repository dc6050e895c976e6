"""Pictures of any range as what networks take and give, in [-1, 1]."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from models.images import pixels_to_tensor
from models.values.raster import Raster
from models.values.value_range import ValueRange


def to_tensor(arrays: np.ndarray, values: ValueRange) -> Tensor:
    """Pictures as a network takes them: (N, C, H, W), float32 in [-1, 1].

    Args:
        arrays: (N, H, W, C): uint8 pixels of the ordinary range; of a mask indices, which become
            one channel for each class, the palette's colours, or i / (classes - 1) spread over the
            range; else float32 in [0, 1].
    """
    if not values.mask and arrays.dtype == np.uint8:
        return pixels_to_tensor(arrays)
    if not values.mask:
        return torch.from_numpy(arrays).permute(0, 3, 1, 2).float().mul(2).sub(1)
    indices = torch.from_numpy(arrays[..., 0].astype(np.int64))
    if values.one_hot:
        return F.one_hot(indices, values.count).permute(0, 3, 1, 2).float().mul(2).sub(1)
    if values.colours:
        return pixels_to_tensor(values.table[:, : values.channels][indices.numpy()])
    return indices[:, None].float().div(values.count - 1).mul(2).sub(1)


def to_indices(images: Tensor, values: ValueRange) -> Tensor:
    """The most likely, or nearest, class of each pixel of a mask that a network takes or gives, in
    [-1, 1]: (N, H, W)."""
    if values.one_hot:
        return images.argmax(1)
    if values.colours:
        table = torch.from_numpy(values.table[:, : images.shape[1]].copy()).to(images)
        pixels = images.add(1).mul(127.5)
        apart = [(pixels - colour[:, None, None]).abs().sum(1) for colour in table]
        return torch.stack(apart).argmin(0)
    unit = images.mean(1).add(1).div(2).clamp(0, 1)
    return unit.mul(values.count - 1).round().long()


def to_raster(image: Tensor, values: ValueRange) -> Raster:
    """One image (1, C, H, W) in [-1, 1] as a picture of the range."""
    image = image.float().cpu()
    if values.mask:
        return Raster(to_indices(image, values)[0].numpy().astype(np.uint8)[:, :, None])
    return Raster(image[0].add(1).div(2).clamp(0, 1).permute(1, 2, 0).numpy())


def to_shown(images: Tensor, values: ValueRange) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] as a person sees them, 1 or 3 channels in [-1, 1]: a mask in
    colours, of other numbers of channels the first three, or the first."""
    if values.mask:
        return pixels_to_tensor(values.table[to_indices(images.float().cpu(), values).numpy()])
    count = images.shape[1]
    return images if count in (1, 3) else images[:, : 3 if count > 3 else 1]
