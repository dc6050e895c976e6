"""The image pool of CycleGAN."""

import numpy as np
import torch

from training.engine.image_pool import ImagePool


def test_a_pool_passes_images_through_until_it_is_full():
    pool, images = ImagePool(3), torch.arange(3.0).reshape(3, 1, 1, 1)
    assert torch.equal(pool.exchange(images), images)
    assert len(pool.images) == 3


def test_a_full_pool_exchanges_half_of_the_images_for_earlier_ones():
    torch.manual_seed(0)
    pool = ImagePool(50)
    pool.exchange(torch.zeros(50, 1, 1, 1))
    shown = [pool.exchange(torch.full((1, 1, 1, 1), float(i))).item() for i in range(1, 2001)]
    earlier = [i - value for i, value in enumerate(shown, 1) if value != i]
    assert 0.45 < len(earlier) / len(shown) < 0.55
    assert len(pool.images) == 50
    # an image stays until it is drawn: 50 / 0.5 = 100 images on average
    assert 75 < np.mean(earlier[500:]) < 125


def test_a_pool_of_none_passes_everything_through():
    pool, images = ImagePool(0), torch.rand(4, 3, 2, 2)
    assert torch.equal(pool.exchange(images), images) and not pool.images


def test_a_pool_keeps_no_graph():
    images = torch.rand(1, 3, 2, 2, requires_grad=True)
    assert not ImagePool(2).exchange(images * 2).requires_grad
