"""The image pool of CycleGAN."""

import torch
from torch import Tensor


class ImagePool:
    """Shows a critic earlier translations beside new ones, so that it does not forget them (Zhu et
    al. 2017, section 4, after Shrivastava 2017).

    Until it is full, images pass through and are kept. Then each one is, half the time, exchanged
    for a random one of the pool.

    Args:
        size: how many images it keeps; 0 passes everything through.
    """

    def __init__(self, size: int):
        self.size = size
        self.images: list[Tensor] = []

    def exchange(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W), some of them earlier ones; random draws are torch's."""
        return torch.stack([self.exchange_one(image) for image in images.detach()])

    def exchange_one(self, image: Tensor) -> Tensor:
        """One image (C, H, W), or an earlier one in its place."""
        if len(self.images) < self.size:
            self.images.append(image.clone())  # of a batch, which would stay in memory whole
            return image
        if not self.size or torch.rand(()) < 0.5:
            return image
        index = int(torch.randint(self.size, ()))
        earlier, self.images[index] = self.images[index], image.clone()
        return earlier.to(image.device)  # a checkpoint is read to the CPU

    def state_dict(self) -> dict[str, Tensor]:
        return {str(index): image for index, image in enumerate(self.images)}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.images = [state[str(index)] for index in range(len(state))]
