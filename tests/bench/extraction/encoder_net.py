"""The network of the encoder, in torch: BERT's layers, and a head of our own.

It begins with the weights of `all-MiniLM-L6-v2` (Apache-2.0), and its teacher with those of
`bge-small-en-v1.5` (MIT).
"""

import math

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

WIDTH, HEADS, INNER, NORM = 384, 12, 1536, 1e-12
FIRST_BIAS, DROPPED, FAR = -3.0, 0.1, -1e4
WEIGHTS = "model.safetensors"
_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "first_norm": "attention.output.LayerNorm",
    "wider": "intermediate.dense",
    "narrower": "output.dense",
    "second_norm": "output.LayerNorm",
}


class Layer(nn.Module):
    """Attention and two dense steps, each added to what it was given."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wider, self.narrower = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.first_norm, self.second_norm = nn.LayerNorm(WIDTH, NORM), nn.LayerNorm(WIDTH, NORM)

    def forward(self, x, mask):
        rows, length, _ = x.shape
        query, key, value = (
            part(x).view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        # the way back of torch's attention in one call takes a third of a step on a processor
        near = query @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        if mask is not None:
            near = near.masked_fill(~mask, FAR)
        seen = near.softmax(-1).to(value.dtype) @ value
        seen = self.joined(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        x = self.first_norm(x + functional.dropout(seen, DROPPED, self.training))
        more = self.narrower(functional.gelu(self.wider(x)))
        return self.second_norm(x + functional.dropout(more, DROPPED, self.training))


class Net(nn.Module):
    """Log odds of each output, and for each piece that it names a flight of it, by what the last layer says.

    Those of an output are a sum over its mean, its highest, and what it says where that output finds what it
    looks for.
    """

    def __init__(self, base, kept, layers, outputs):
        super().__init__()
        weights = load_file(base / WEIGHTS)
        pieces = weights["embeddings.word_embeddings.weight"][kept]
        places = weights["embeddings.position_embeddings.weight"]
        places = places + weights["embeddings.token_type_embeddings.weight"][0]
        self.pieces = nn.Embedding.from_pretrained(pieces, freeze=False)
        self.places = nn.Embedding.from_pretrained(places, freeze=False)
        self.norm = nn.LayerNorm(WIDTH, NORM)
        self.norm.load_state_dict(_part(weights, "embeddings.LayerNorm"))
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        for number, layer in enumerate(self.layers):
            for ours, theirs in _NAMES.items():
                getattr(layer, ours).load_state_dict(_part(weights, f"encoder.layer.{number}.{theirs}"))
        self.head = nn.Linear(2 * WIDTH, outputs)
        self.where, self.what = (nn.Linear(WIDTH, outputs, bias=False) for _ in range(2))
        self.named = nn.Linear(WIDTH, outputs)
        for part in (self.head, self.where, self.what, self.named):
            nn.init.normal_(part.weight, std=0.02)
        nn.init.constant_(self.head.bias, FIRST_BIAS)
        nn.init.constant_(self.named.bias, FIRST_BIAS)

    def forward(self, pieces, held=None):
        """Return log odds for each row of pieces, and for each of its pieces, where `held` is true."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.norm(self.pieces(pieces) + self.places(places))
        mask = None if held is None else held[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        where = self.where(x)
        if held is None:
            mean, most = x.mean(1), x.max(1).values
        else:
            mean = (x * held[..., None]).sum(1) / held.sum(1, keepdim=True)
            most = x.masked_fill(~held[..., None], FAR).max(1).values
            where = where.masked_fill(~held[..., None], FAR)
        found = (where.softmax(1) * self.what(x)).sum(1)
        odds = self.head(functional.dropout(torch.cat([mean, most], 1), DROPPED, self.training)) + found
        return odds, self.named(functional.dropout(x, DROPPED, self.training))

    def heads(self):
        """Return the weights that do not begin with any of the base."""
        return [p for part in (self.head, self.where, self.what, self.named) for p in part.parameters()]


def _part(weights, name):
    return {kind: weights[f"{name}.{kind}"] for kind in ("weight", "bias")}
