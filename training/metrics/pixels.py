"""How near translated images are to the true ones, pixel by pixel."""

import torch
from torch import Tensor


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
