"""Train the encoder of the space pack, and write it beside the pack with a note of where it is from.

    pip install torch onnx onnxscript safetensors
    python -m tests.bench.extraction.train_encoder BASE SMALL LARGE ARCHIVE...

All three are folders with `model.safetensors` and `vocab.txt`, of all-MiniLM-L6-v2, bge-small-en-v1.5 and
all-mpnet-base-v2, which share their pieces. What teaches the vote, and `authored_near.tsv`, teaches the last
two; the encoder is taught by that too, and by what both say of it on average, which is all that there is of
items in whose types two labellings differ, and of `variants`. Pieces that no text holds are left out of its
table, and its weights are kept in bytes.
"""

import hashlib
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import onnx
import torch

from tests.bench.extraction.articles import archive, is_held, unlabelled
from tests.bench.extraction.encoder_net import VOCABULARY, WEIGHTS, Net, vocabulary
from tests.bench.extraction.lessons import DRAWN, FACTS, NEAR, authored, labelled, news, told_by
from tests.bench.extraction.named import marks_of
from tests.bench.extraction.train_vote import outputs_of, taught_by_less
from tests.bench.extraction.variants import variants
from transforms.extract.encoder import NO_TELEMETRY
from transforms.extract.entries import ENCODER, EncoderTable
from transforms.extract.pack import BUNDLED, load_pack
from transforms.extract.pieces import BEGIN, END, UNKNOWN, Pieces

LAYERS, EPOCHS = 6, 3
TEACHERS, TEACHER_LAYERS, TEACHER_EPOCHS = 2, 12, 2
ROWS = 32
RATE, HEAD_RATE, WARM_UP, DECAY, STEEPEST = 1e-4, 1e-3, 0.06, 0.01, 1.0
WIDTH = 384  # of networks that have that rate; wider ones have a lower one
OF_LABEL = 0.6  # how much a label counts; the rest is what the teachers say
OF_NAMES = 0.2  # how much it counts to know the pieces of a flight's name
STEP = 8  # pieces by which rows are longer or shorter
SORTED = 20  # batches whose texts are put in the order of their length
NOTE = BUNDLED / "encoder.toml"


def main(base, teachers, files):
    """Train and write."""
    if why := taught_by_less(files) or lacking(base, teachers):
        print(why, file=sys.stderr)
        return 2
    archived, others = ([a for a in of(files) if not is_held(a)] for of in (archive, unlabelled))
    named, nameless = [*labelled(), *archived, *news(FACTS), *news(DRAWN)], [*authored(), *authored(NEAR)]
    articles = [*named, *nameless]
    outputs = outputs_of(load_pack(BUNDLED).manifest)
    data = msgspec.msgpack.encode(trained(base, teachers, named, nameless, others, outputs))
    (BUNDLED / ENCODER).write_bytes(data)
    NOTE.write_text(note(base, teachers, articles, others, data), encoding="utf8")
    print(NOTE.read_text(encoding="utf8"))
    return 0


def trained(base, teachers, named, nameless, others, outputs):
    """Return the table that articles and larger networks teach; the same ones give nearly the same.

    What flights are called is known of `named` articles alone, what `others` tell of is not known.
    """
    seed(0)
    articles = [*named, *nameless]
    texts = [*articles, *others, *variants(named)]
    pieces = kept_pieces(base, texts)
    splitter = Pieces(pieces)
    splits = [splitter.split(article["title"], article["text"]) for article in texts]
    rows = [split.numbers for split in splits]
    told = torch.tensor([[output in told_by(article) for output in outputs] for article in articles]).float()
    marks = [marks_of(article, split, outputs) for article, split in zip(named, splits, strict=False)]
    marks = [{o: torch.tensor(m) for o, m in some.items()} for some in marks]
    marks += [{} for _ in texts[len(named) :]]
    larger = [
        taught(folder, pieces, TEACHER_LAYERS, rows[: len(articles)], told, marks, TEACHER_EPOCHS)
        for folder in teachers
    ]
    said, names = mean_of([said_by(net, rows, marks) for net in larger])
    said[: len(articles)] += OF_LABEL * (told - said[: len(articles)])
    for mark, name in zip(marks, names, strict=True):
        name |= {o: name[o] + OF_LABEL * (label - name[o]) for o, label in mark.items()}
    net = taught(base, pieces, LAYERS, rows, said, names, EPOCHS)
    return EncoderTable(outputs=outputs, pieces=pieces, network=exported(net))


def taught(base, pieces, layers, rows, told, marks, epochs):
    """Return a network that rows of pieces have taught."""
    seed(0)
    net = Net(base, pieces, layers, told.shape[1])
    learn(net, rows, told, marks, epochs)
    return net.eval()


def seed(number):
    """Make what is random the same each time, whatever was drawn before."""
    random.seed(number)
    torch.manual_seed(number)


def mean_of(answers):
    """Return the means of what several networks say (`said_by`), of names where all say something."""
    said = sum(said for said, _ in answers) / len(answers)
    every = [(each, set.intersection(*map(set, each))) for each in zip(*(n for _, n in answers), strict=True)]
    return said, [{o: sum(name[o] for name in each) / len(each) for o in shared} for each, shared in every]


@torch.no_grad()
def said_by(net, rows, marks):
    """Return the probability of each output that a network gives for each row, and for the pieces of names.

    Those are of the outputs that have marks, or of the likely ones where none has.
    """
    said, names = torch.empty(len(rows), net.head.out_features), [{} for _ in rows]
    for batch in batches(rows):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            odds, named = net(*padded([rows[n] for n in batch]))
        said[batch] = odds.float().sigmoid()
        for n, odd, name in zip(batch, odds, named, strict=True):
            wanted = marks[n] or (odd > 0).nonzero()[:, 0].tolist()
            names[n] = {o: name[: len(rows[n]), o].float().sigmoid() for o in wanted}
    return said, names


def lacking(base, teachers):
    """Return what is wrong where teachers lack pieces of the base; empty if none does."""
    wanted = set(vocabulary(base)) - {BEGIN, END}  # marks that each writes in its own way
    short = [folder for folder in teachers if wanted - set(vocabulary(folder))]
    return "; ".join(
        f"{folder}: {VOCABULARY} lacks pieces of {base}, so it cannot teach that" for folder in short
    )


def kept_pieces(base, texts):
    """Return the pieces that the texts hold, and the marks and single characters."""
    every = vocabulary(base)
    splitter = Pieces(every)
    used = {n for text in texts for n in splitter.split(text["title"], text["text"]).numbers}
    single = {n for n, piece in enumerate(every) if len(piece.removeprefix("##")) == 1}
    return [every[n] for n in sorted(used | single | {every.index(mark) for mark in (UNKNOWN, BEGIN, END)})]


def learn(net, rows, told, marks, epochs):
    """Teach a network, at a rate that rises for a short while and then falls to nothing."""
    heads = net.heads()
    known = set(map(id, heads))
    body = [p for p in net.parameters() if id(p) not in known]
    slower = (WIDTH / net.places.embedding_dim) ** 2
    groups = [{"params": body, "lr": RATE * slower}, {"params": heads, "lr": HEAD_RATE * slower}]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY, fused=True)
    total = epochs * -(-len(rows) // ROWS)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (total * WARM_UP)) * max(0.0, 1 - step / total)
    )
    net.train()
    for epoch in range(epochs):
        lost = 0.0
        for batch in batches(rows):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                odds, names = net(*padded([rows[n] for n in batch]))
            loss = lost_by(odds, told[batch]) / len(batch)
            named = [(names[i, : len(m), o], m) for i, n in enumerate(batch) for o, m in marks[n].items()]
            if named:
                loss = loss + OF_NAMES * lost_by(*map(torch.cat, zip(*named, strict=True))) / len(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), STEEPEST)
            optimizer.step()
            rate.step()
            lost += loss.item() * len(batch)
        print(f"epoch {epoch + 1} of {epochs}: loss {lost / len(rows):.3f}", flush=True)


def lost_by(odds, told):
    """Return the sum of what is lost by log odds where probabilities are known."""
    return torch.nn.functional.binary_cross_entropy_with_logits(odds.float(), told, reduction="sum")


def batches(rows):
    """Return the numbers of all rows in batches, texts of like length together, in a random order."""
    order = random.sample(range(len(rows)), len(rows))
    found = []
    for start in range(0, len(order), ROWS * SORTED):
        near = sorted(order[start : start + ROWS * SORTED], key=lambda n: len(rows[n]))
        found += [near[n : n + ROWS] for n in range(0, len(near), ROWS)]
    return random.sample(found, len(found))


def padded(rows):
    """Return rows of pieces as one tensor, and where it holds one; few lengths, for each is compiled anew."""
    length = -(-max(map(len, rows)) // STEP) * STEP
    pieces = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    return pieces, torch.arange(length) < torch.tensor([[len(row)] for row in rows])


def exported(net):
    """Return a network for one row of pieces as ONNX, its weights in seven bits, which no processor clips.

    Where in our files its operations are from is left out, with the paths of the machine.
    """
    os.environ[NO_TELEMETRY] = "1"
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            net,
            (torch.ones(1, 8, dtype=torch.long),),
            whole,
            input_names=["pieces"],
            output_names=["odds", "names"],
            dynamic_axes={"pieces": {1: "length"}, "names": {1: "length"}},
            opset_version=20,
        )
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        made = onnx.load(small)
    for part in (made, made.graph, *made.graph.node, *made.graph.value_info, *made.graph.initializer):
        del part.metadata_props[:]
    return made.SerializeToString()


def note(base, teachers, articles, others, data):
    """Return where a table is from, as TOML."""
    ids = hashlib.blake2b("\n".join(sorted(a["id"] for a in articles)).encode(), digest_size=8)
    weights, *of_teachers = (_sha256(folder / WEIGHTS) for folder in (base, *teachers))
    ours = sum(a["id"].startswith("authored") for a in articles)
    taught = Counter(output for article in articles for output in told_by(article))
    return (
        "# Where encoder.msgpack is from; written by tests/bench/extraction/train_encoder.py.\n"
        f'table = "{hashlib.blake2b(data, digest_size=8).hexdigest()}"\n'
        f'base = "the first {LAYERS} of 6 layers of sentence-transformers/all-MiniLM-L6-v2, taught further"\n'
        f'base_sha256 = "{weights}"  # of model.safetensors\n'
        f'teachers = "{TEACHER_LAYERS} layers of each of BAAI/bge-small-en-v1.5 (MIT) and '
        'sentence-transformers/all-mpnet-base-v2 (Apache-2.0)"\n'
        f"teachers_sha256 = {of_teachers}  # of theirs\n"
        f'texts = "{ours} that we wrote (authored*.tsv), {len(articles) - ours} labelled ones of vote.toml, '
        f'and what the teachers say of these, of {len(others)} others, and of parts of the labelled ones"\n'
        f'ids = "{ids.hexdigest()}"\n'
        'held = "a network and the pieces of words that the texts hold, no text"\n'
        'licence = "Apache-2.0, as base and project; the articles are those of their publishers"\n'
        "\n[taught]\n" + "".join(f'"{name}" = {count}\n' for name, count in sorted(taught.items()))
    )


def _sha256(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    base, *teachers = map(Path, sys.argv[1 : 2 + TEACHERS])
    sys.exit(main(base, teachers, sys.argv[2 + TEACHERS :]))
