"""How near translated images are to the true ones, pixel by pixel."""

from collections.abc import Iterable

import torch
from PIL import Image
from torch import Tensor

from models.images import pixels_to_tensor


def pixel_figures(output: Tensor, target: Tensor) -> dict[str, float]:
    """L1, PSNR and SSIM of images (N, C, H, W) in [-1, 1], averaged over the images.

    l1: mean |x - y| on the scale from 0 to 1. psnr: 10 log10(1 / MSE), in dB, of each image.
    ssim: Wang 2004, with a Gaussian window of 11.
    """
    from kornia.metrics import ssim

    x, y = (images.float().add(1).div(2).clamp(0, 1) for images in (output, target))
    error = (x - y).square().mean(dim=(1, 2, 3)).clamp(min=1e-10)
    return {
        "l1": (x - y).abs().mean().item(),
        "psnr": (-10 * torch.log10(error)).mean().item(),
        "ssim": ssim(x, y, window_size=11).mean().item(),
    }


def luminance(images: Tensor) -> Tensor:
    """Rec. 601 luma (N, 1, H, W) of images (N, C, H, W), grey or RGB."""
    weights = torch.tensor([0.299, 0.587, 0.114]).to(images)[:, None, None]
    return (images * weights).sum(1, keepdim=True) if images.shape[1] == 3 else images


def luminance_correlation(one: Tensor, other: Tensor) -> float:
    """Pearson's correlation of the luminance of two images (1, C, H, W); -1 is a negative."""
    rows = torch.stack([luminance(image).flatten() for image in (one, other)])
    found = torch.corrcoef(rows)[0, 1]
    return found.item() if torch.isfinite(found) else 0.0


def tensors(images: Iterable[Image.Image]) -> list[Tensor]:
    """PIL images as RGB (3, H, W) in [-1, 1]."""
    return [pixels_to_tensor(image.convert("RGB"))[0] for image in images]
