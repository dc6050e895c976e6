"""Mode regularisation: real images led through an encoder and the generator, so that no mode is
forgotten (Che et al. 2017)."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

from training.engine.game import Game


def mode_terms(
    game: Game, real: Tensor, labels: Tensor | None, judge: Callable[[Tensor], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """Real images pass through the encoder E and the generator, so that no mode is forgotten (Che
    2017, section 3.1).

    lambda_1 E ||x - G(E(x))||^2, which both descend, and lambda_2 times the generator's adversarial
    term for G(E(x)).

    Args:
        judge: generated images to the generator's terms.
    """
    options = game.options
    if "encoder" not in game.networks:
        return {}
    again = game.generator(game.encoder(real), labels)
    terms = {"reconstruction": options.lambda_reconstruction * F.mse_loss(again, real)}
    if options.lambda_mode:
        (adversarial,) = judge(again).values()
        terms["mode"] = options.lambda_mode * adversarial
    return terms


def encoder_of(critic: dict, noise_dim: int, channels: int) -> dict:
    """Name and arguments of E: x -> z, a network like the critic's that sees one image and no
    class."""
    left_out = ("classes", "condition", "kernels", "norm")
    kept = {key: value for key, value in critic["arguments"].items() if key not in left_out}
    if "spectral" in kept:  # which bounds a critic, not what leads back to z
        kept["spectral"] = False
    own = {"channels": channels, "outputs": noise_dim}
    return {"name": critic["name"], "arguments": {**kept, **own}}
