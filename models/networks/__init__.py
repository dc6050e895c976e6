"""Networks by family, and the table of names that exported models and options use."""

from torch import nn

from models.networks import dcgan, mlp, patchgan, residual, resnet, unet

GENERATORS: dict[str, type[nn.Module]] = {
    "dcgan": dcgan.Generator,
    "residual": residual.Generator,
    "mlp": mlp.Generator,
    "unet": unet.Generator,
    "resnet": resnet.Generator,
}
CRITICS: dict[str, type[nn.Module]] = {
    "dcgan": dcgan.Critic,
    "residual": residual.Critic,
    "mlp": mlp.Critic,
    "maxout": mlp.MaxoutCritic,
    "patchgan": patchgan.Critic,
}

NoiseToImage = dcgan.Generator | residual.Generator | mlp.Generator
ImageToImage = unet.Generator | resnet.Generator


def build(table: dict[str, type[nn.Module]], name: str, arguments: dict) -> nn.Module:
    """Make the network `name` of a table with these arguments.

    Raises:
        ValueError: the name is not in the table, or the arguments are not the network's.
    """
    if name not in table:
        raise ValueError(
            f"Expected one of the networks {', '.join(sorted(table))}, found {name!r}."
        )
    try:
        return table[name](**arguments)
    except TypeError as error:
        raise ValueError(
            f"The network {name!r} cannot be made from {arguments}: {error}."
        ) from None
