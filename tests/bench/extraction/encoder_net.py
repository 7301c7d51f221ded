"""The network of the encoder, in torch: the layers of its base, and a head of our own.

A base is a folder with `model.safetensors` and `vocab.txt`, of BERT's kind (`all-MiniLM-L6-v2`, Apache-2.0,
of the encoder itself; `bge-small-en-v1.5`, MIT) or of MPNet's (`all-mpnet-base-v2`, Apache-2.0), whose
attention hears as well how far apart two pieces stand.
"""

import math

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from transforms.extract.pieces import BEGIN, END

HEADS, WIDER = 12, 4
FIRST_BIAS, DROPPED, FAR = -3.0, 0.1, -1e4
APART, SINGLE, FARTHEST = 16, 8, 128  # MPNet's steps of distance on a side, those of one piece, and its end
WEIGHTS, VOCABULARY = "model.safetensors", "vocab.txt"
_DISTANCES = "encoder.relative_attention_bias"
_BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "first_norm": "attention.output.LayerNorm",
    "wider": "intermediate.dense",
    "narrower": "output.dense",
    "second_norm": "output.LayerNorm",
}
_MPNET = _BERT | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "joined": "attention.attn.o",
    "first_norm": "attention.LayerNorm",
}
_MPNET_MARKS, _MPNET_FIRST = {BEGIN: "<s>", END: "</s>"}, 2  # how it writes marks, and where its places begin


class Layer(nn.Module):
    """Attention and two dense steps, each added to what it was given."""

    def __init__(self, width, norm):
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(width, width) for _ in range(4))
        self.wider, self.narrower = nn.Linear(width, WIDER * width), nn.Linear(WIDER * width, width)
        self.first_norm, self.second_norm = nn.LayerNorm(width, norm), nn.LayerNorm(width, norm)

    def forward(self, x, mask, apart):
        rows, length, width = x.shape
        query, key, value = (
            part(x).view(rows, length, HEADS, width // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        # the way back of torch's attention in one call takes a third of a step on a processor
        near = query @ key.transpose(2, 3) / math.sqrt(width // HEADS)
        if apart is not None:
            near = near + apart
        if mask is not None:
            near = near.masked_fill(~mask, FAR)
        seen = near.softmax(-1).to(value.dtype) @ value
        seen = self.joined(seen.transpose(1, 2).reshape(rows, length, width))
        x = self.first_norm(x + functional.dropout(seen, DROPPED, self.training))
        more = self.narrower(functional.gelu(self.wider(x)))
        return self.second_norm(x + functional.dropout(more, DROPPED, self.training))


class Net(nn.Module):
    """Log odds of each output, and for each piece that it names a flight of it, by what the last layer says.

    Those of an output are a sum over its mean, its highest, and what it says where that output finds what it
    looks for.
    """

    def __init__(self, base, pieces, layers, outputs):
        super().__init__()
        weights = load_file(base / WEIGHTS)
        of_mpnet = f"{_DISTANCES}.weight" in weights
        table = weights["embeddings.word_embeddings.weight"][_numbers(base, pieces, of_mpnet)]
        places = weights["embeddings.position_embeddings.weight"]
        if of_mpnet:
            places = places[_MPNET_FIRST:]
        else:
            places = places + weights["embeddings.token_type_embeddings.weight"][0]
        width, norm = table.shape[1], 1e-5 if of_mpnet else 1e-12
        self.pieces = nn.Embedding.from_pretrained(table, freeze=False)
        self.places = nn.Embedding.from_pretrained(places, freeze=False)
        self.apart = None
        if of_mpnet:
            self.apart = nn.Embedding.from_pretrained(weights[f"{_DISTANCES}.weight"], freeze=False)
        self.norm = nn.LayerNorm(width, norm)
        self.norm.load_state_dict(_part(weights, "embeddings.LayerNorm"))
        self.layers = nn.ModuleList(Layer(width, norm) for _ in range(layers))
        for number, layer in enumerate(self.layers):
            for ours, theirs in (_MPNET if of_mpnet else _BERT).items():
                getattr(layer, ours).load_state_dict(_part(weights, f"encoder.layer.{number}.{theirs}"))
        self.head = nn.Linear(2 * width, outputs)
        self.where, self.what = (nn.Linear(width, outputs, bias=False) for _ in range(2))
        self.named = nn.Linear(width, outputs)
        for part in (self.head, self.where, self.what, self.named):
            nn.init.normal_(part.weight, std=0.02)
        nn.init.constant_(self.head.bias, FIRST_BIAS)
        nn.init.constant_(self.named.bias, FIRST_BIAS)

    def forward(self, pieces, held=None):
        """Return log odds for each row of pieces, and for each of its pieces, where `held` is true."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.norm(self.pieces(pieces) + self.places(places))
        mask = None if held is None else held[:, None, None, :]
        apart = None if self.apart is None else self.apart(_steps(places)).permute(2, 0, 1)
        for layer in self.layers:
            x = layer(x, mask, apart)
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


def _steps(places):
    """Return by which of MPNet's steps places are apart: first what stands at or before one, then behind."""
    distance = places[None, :] - places[:, None]
    far = distance.abs().clamp(min=1) / SINGLE
    steps = SINGLE + (far.log() / math.log(FARTHEST / SINGLE) * (APART - SINGLE)).long()
    steps = torch.where(distance.abs() < SINGLE, distance.abs(), steps.clamp(max=APART - 1))
    return steps + APART * (distance > 0)


def _numbers(base, pieces, of_mpnet):
    """Return by which numbers a base knows pieces."""
    number = {piece: n for n, piece in enumerate(vocabulary(base))}
    marks = _MPNET_MARKS if of_mpnet else {}
    return [number[marks.get(piece, piece)] for piece in pieces]


def vocabulary(base):
    """Return the pieces of a base, in the order of their numbers."""
    return (base / VOCABULARY).read_text(encoding="utf8").splitlines()


def _part(weights, name):
    return {kind: weights[f"{name}.{kind}"] for kind in ("weight", "bias")}
