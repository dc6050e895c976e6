"""Both ends of a critic: the class at its input; minibatch discrimination and the logit behind its
layers."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

CONDITIONS = ("projection", "concat")


class MinibatchDiscrimination(nn.Module):
    """Features beside how close each sample is to the others of its batch (Salimans 2016, section
    3.2).

    With M_i = f(x_i) T, a matrix of `kernels` rows: o(x_i)_b = sum_j exp(-||M_ib - M_jb||_1) over
    the whole batch, the sample itself among them. A generator that repeats itself can be told by o
    alone.

    Shapes: (N, features) -> (N, features + kernels). Not per sample: real and generated images have
    to be judged in batches of their own.
    """

    def __init__(self, features: int, kernels: int, length: int = 5):
        super().__init__()
        self.tensor = nn.Parameter(torch.randn(features, kernels, length) * features**-0.5)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        rows = torch.einsum("nf,fkl->knl", features, self.tensor)
        distances = torch.cdist(rows.float(), rows.float(), p=1)  # (kernels, N, N)
        return torch.cat([features, torch.exp(-distances).sum(2).T.to(features.dtype)], dim=1)


class Head(nn.Module):
    """Features to one logit, or to several outputs: psi(h) + <embed(y), h>, the projection of the
    class (Miyato and Koyama 2018, equation 3).

    Shapes: h (N, features), labels (N,) -> (N,), or (N, outputs) where outputs are more than one.
    Without classes only psi, a linear layer, is left.

    Args:
        classes: of the projection.
        condition_dim: length of the vectors that take the classes' place: <A y, h> with a matrix A,
            which is the same for a one-hot y.
        outputs: 1 for a logit; the length of z where the network is an encoder.
        kernels: of minibatch discrimination, 0 for none.
    """

    embedding: nn.Module | None

    def __init__(
        self,
        features: int,
        classes: int = 0,
        outputs: int = 1,
        kernels: int = 0,
        condition_dim: int = 0,
    ):
        super().__init__()
        self.classes, self.condition_dim = classes, condition_dim
        self.minibatch = MinibatchDiscrimination(features, kernels) if kernels else None
        features += kernels
        self.linear = nn.Linear(features, outputs)
        self.embedding = None
        if classes:
            self.embedding = nn.Embedding(classes, features)
            nn.init.normal_(self.embedding.weight, std=features**-0.5)
        elif condition_dim:
            self.embedding = nn.Linear(condition_dim, features, bias=False)
            nn.init.normal_(self.embedding.weight, std=(condition_dim * features) ** -0.5)

    def forward(self, features: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        require_condition(self.classes, self.condition_dim, labels)
        if self.minibatch is not None:
            features = self.minibatch(features)
        features = repeated(features, labels)
        outputs = self.linear(features)
        if outputs.shape[1] > 1:
            return outputs
        logits = outputs.squeeze(1)
        if self.embedding is not None:
            logits = logits + (self.embedding(labels) * features).sum(dim=1)
        return logits


class Conditioned(nn.Module):
    """A critic of images, and of their class where there are classes: a body, then a head.

    Labels beyond as many as there are images judge the first images once more; what describes an
    image without its class is computed once.

    Subclasses make `features`, (N, channels + planes, size, size) -> (N, features), and call
    `finish`.

    Attributes:
        classes: number of classes, 0 for none.
        planes: channels that the class takes beside the image: a one-hot label repeated over all
            pixels where the condition is "concat" (Mirza and Osindero 2014; Reed 2016), none where
            it is "projection".
        condition_dim: length of the vectors that are seen in place of a class, 0 for none.
    """

    features: Callable[[torch.Tensor], torch.Tensor]

    def __init__(self, classes: int, condition: str, condition_dim: int = 0):
        super().__init__()
        if condition not in CONDITIONS:
            raise ValueError(
                f"Expected the condition {' or '.join(CONDITIONS)}, found {condition!r}."
            )
        self.classes, self.condition_dim = classes, condition_dim
        self.planes = classes if condition == "concat" else 0

    def finish(self, features: int, outputs: int, kernels: int) -> None:
        """The head, for so many features."""
        self.head = Head(
            features, 0 if self.planes else self.classes, outputs, kernels, self.condition_dim
        )

    def forward(self, images: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        if not self.planes:
            return self.head(self.features(images), labels)
        require_labels(self.classes, labels)
        assert labels is not None
        images = repeated(images, labels)
        hot = F.one_hot(labels, self.classes)[:, :, None, None].to(images.dtype)
        planes = hot.expand(-1, -1, *images.shape[2:])
        return self.head(self.features(torch.cat([images, planes], dim=1)))


def repeated(x: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
    """A batch (N, ...), its first ones once more for the labels (M,) beyond N, M <= 2 N."""
    if labels is None or len(labels) <= len(x):
        return x
    return torch.cat([x, x[: len(labels) - len(x)]])


def require_condition(classes: int, condition_dim: int, given: torch.Tensor | None) -> None:
    """`require_labels`, or for a network that is told vectors, that it gets vectors of their
    length, (N, condition_dim)."""
    if not condition_dim:
        return require_labels(classes, given)
    if given is None or not given.is_floating_point() or given.shape[1:] != (condition_dim,):
        found = "none" if given is None else f"a tensor {tuple(given.shape)} of {given.dtype}"
        raise ValueError(
            f"This network takes a vector of {condition_dim} numbers for each image; found {found}."
        )


def require_labels(classes: int, labels: torch.Tensor | None) -> None:
    """Raise a ValueError where a class-conditional network gets no labels, or another one gets
    some."""
    if bool(classes) != (labels is not None):
        wants = f"a label from 0 to {classes - 1} for each image" if classes else "no labels"
        raise ValueError(
            f"This network takes {wants}; found {'none' if labels is None else 'labels'}."
        )
