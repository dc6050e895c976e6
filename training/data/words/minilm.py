"""MiniLM (Wang et al. 2020, as sentence-transformers/all-MiniLM-L6-v2 trained it), as far as it
takes to make the vectors of words once: a BERT encoder and the mean of what it gives."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F

from models.conditions.words import WordTable

FIRST, LAST = "[CLS]", "[SEP]"
HEADS, EPSILON = 12, 1e-12
BATCH = 256


class MiniLM:
    """The encoder in a folder with vocab.txt and model.safetensors.

    Attributes:
        vocabulary: pieces of words, the commonest of them first.
    """

    def __init__(self, folder: Path):
        self.vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.weights = load_file(folder / "model.safetensors")
        count = len(self.vocabulary)
        no_vectors = torch.zeros(count, 1, dtype=torch.int8), torch.zeros(count)
        self.pieces = WordTable(self.vocabulary, *no_vectors)
        self.layers = 1 + max(int(k.split(".")[2]) for k in self.weights if "layer." in k)

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors (N, 384); a text that is a piece of the vocabulary stands for that piece."""
        numbers = [self.numbers(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda index: len(numbers[index]))
        found = torch.empty(len(texts), self.weights["embeddings.LayerNorm.weight"].shape[0])
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                found[part] = self.pooled([numbers[index] for index in part])
        return found

    def numbers(self, text: str) -> list[int]:
        """The pieces of a text by their numbers, between the marks of its ends."""
        own = [text] if text in self.pieces.index else self.pieces.split(text)
        return [self.pieces.index[piece] for piece in (FIRST, *own, LAST)]

    def pooled(self, numbers: list[list[int]]) -> Tensor:
        """Unit vectors of some texts: the mean over their pieces."""
        longest = max(map(len, numbers))
        rows = torch.tensor([row + [0] * (longest - len(row)) for row in numbers])
        there = torch.tensor([[i < len(row) for i in range(longest)] for row in numbers])
        x = self.weights["embeddings.word_embeddings.weight"][rows]
        x = x + self.weights["embeddings.position_embeddings.weight"][:longest]
        x = x + self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        for index in range(self.layers):
            x = self.layer(x, there, f"encoder.layer.{index}")
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return F.normalize(mean)

    def layer(self, x: Tensor, there: Tensor, name: str) -> Tensor:
        """Attention and a hidden layer, each with its residual and norm (Vaswani et al. 2017)."""
        attention = f"{name}.attention"
        query, key, value = (
            self.linear(x, f"{attention}.self.{part}").unflatten(2, (HEADS, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        seen = F.scaled_dot_product_attention(query, key, value, there[:, None, None])
        attended = self.linear(seen.transpose(1, 2).flatten(2), f"{attention}.output.dense")
        x = self.norm(x + attended, f"{attention}.output.LayerNorm")
        hidden = F.gelu(self.linear(x, f"{name}.intermediate.dense"))
        output = self.linear(hidden, f"{name}.output.dense")
        return self.norm(x + output, f"{name}.output.LayerNorm")

    def linear(self, x: Tensor, name: str) -> Tensor:
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return F.layer_norm(x, weight.shape, weight, bias, EPSILON)
