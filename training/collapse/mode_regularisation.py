"""Mode regularisation: real images led through an encoder and the generator, so that no mode is
forgotten (Che et al. 2017)."""

from typing import Any

from torch import Tensor
from torch.nn import functional as F


def reconstruction_term(again: Tensor, real: Tensor) -> Tensor:
    """E ||x - G(E(x))||^2, the mean over pixels (Che et al. 2017, section 3.1); generator and
    encoder descend it.

    Args:
        again: G(E(x)), (N, C, H, W).
        real: x, of the same shape.
    """
    return F.mse_loss(again, real)


def encoder_of(critic: dict[str, Any], noise_dim: int, channels: int) -> dict[str, Any]:
    """Name and arguments of E: x -> z, a network like the critic's that sees one image and no
    class."""
    left_out = ("classes", "condition", "kernels", "norm")
    kept = {key: value for key, value in critic["arguments"].items() if key not in left_out}
    if "spectral" in kept:  # which bounds a critic, not what leads back to z
        kept["spectral"] = False
    own = {"channels": channels, "outputs": noise_dim}
    return {"name": critic["name"], "arguments": {**kept, **own}}
