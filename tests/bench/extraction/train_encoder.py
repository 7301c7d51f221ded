"""Train the encoder of the space pack, and write it beside the pack with a note of where it is from.

    pip install torch onnx onnxscript safetensors
    python -m tests.bench.extraction.train_encoder BASE TEACHER ARCHIVE...

BASE and TEACHER are folders with `model.safetensors` and `vocab.txt` of all-MiniLM-L6-v2 and of
bge-small-en-v1.5, which share their pieces. What teaches the vote, and `authored_near.tsv`, teaches the
larger one, twice, from other random beginnings; the encoder is taught by that too, and by what both say of
it on average, which is all that there is of items in whose types two labellings differ, and of `variants`.
Pieces that no text holds are left out of its table, and its weights are kept in bytes.
"""

import hashlib
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from tests.bench.extraction.articles import archive, is_held, unlabelled
from tests.bench.extraction.encoder_net import WEIGHTS, Net
from tests.bench.extraction.lessons import NEAR, authored, labelled, told_by
from tests.bench.extraction.named import marks_of
from tests.bench.extraction.train_vote import outputs_of, taught_by_less
from tests.bench.extraction.variants import variants
from transforms.extract.entries import ENCODER, EncoderTable
from transforms.extract.pack import BUNDLED, load_pack
from transforms.extract.pieces import BEGIN, END, UNKNOWN, Pieces

LAYERS, EPOCHS = 6, 3
TEACHER_LAYERS, TEACHER_EPOCHS, TEACHERS = 12, 2, 2
ROWS = 32
RATE, HEAD_RATE, WARM_UP, DECAY, STEEPEST = 1e-4, 1e-3, 0.06, 0.01, 1.0
OF_LABEL = 0.6  # how much a label counts; the rest is what the teachers say
OF_NAMES = 0.2  # how much it counts to know the pieces of a flight's name
STEP = 8  # pieces by which rows are longer or shorter
SORTED = 20  # batches whose texts are put in the order of their length
NOTE, VOCABULARY = BUNDLED / "encoder.toml", "vocab.txt"


def main(base, teacher, files):
    """Train and write."""
    if why := taught_by_less(files) or other_pieces(base, teacher):
        print(why, file=sys.stderr)
        return 2
    archived, others = ([a for a in of(files) if not is_held(a)] for of in (archive, unlabelled))
    named, nameless = [*labelled(), *archived], [*authored(), *authored(NEAR)]
    articles = [*named, *nameless]
    outputs = outputs_of(load_pack(BUNDLED).manifest)
    data = msgspec.msgpack.encode(trained(base, teacher, named, nameless, others, outputs))
    (BUNDLED / ENCODER).write_bytes(data)
    NOTE.write_text(note(base, teacher, articles, others, data), encoding="utf8")
    print(NOTE.read_text(encoding="utf8"))
    return 0


def trained(base, teacher, named, nameless, others, outputs):
    """Return the table that articles and larger networks teach; the same ones give nearly the same.

    What flights are called is known of `named` articles alone, what `others` tell of is not known.
    """
    seed(0)
    articles = [*named, *nameless]
    texts = [*articles, *others, *variants(named)]
    pieces, kept = kept_pieces(base, texts)
    splitter = Pieces(pieces)
    splits = [splitter.split(article["title"], article["text"]) for article in texts]
    rows = [split.numbers for split in splits]
    told = torch.tensor([[output in told_by(article) for output in outputs] for article in articles]).float()
    marks = [marks_of(article, split, outputs) for article, split in zip(named, splits, strict=False)]
    marks = [{o: torch.tensor(m) for o, m in some.items()} for some in marks]
    marks += [{} for _ in texts[len(named) :]]
    larger = [
        taught(teacher, kept, TEACHER_LAYERS, rows[: len(articles)], told, marks, TEACHER_EPOCHS, number)
        for number in range(TEACHERS)
    ]
    said, names = mean_of([said_by(net, rows, marks) for net in larger])
    said[: len(articles)] += OF_LABEL * (told - said[: len(articles)])
    for mark, name in zip(marks, names, strict=True):
        name |= {o: name[o] + OF_LABEL * (label - name[o]) for o, label in mark.items()}
    net = taught(base, kept, LAYERS, rows, said, names, EPOCHS, 0)
    return EncoderTable(outputs=outputs, pieces=pieces, network=exported(net))


def taught(base, kept, layers, rows, told, marks, epochs, number):
    """Return a network that rows of pieces have taught; what is random in it hangs on `number`."""
    seed(number)
    net = Net(base, kept, layers, told.shape[1])
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


def other_pieces(base, teacher):
    """Return what is wrong where base and teacher do not share their pieces; empty if they do."""
    same = len({(folder / VOCABULARY).read_bytes() for folder in (base, teacher)}) == 1
    return "" if same else f"{base} and {teacher}: {VOCABULARY} differs, so one cannot teach the other"


def kept_pieces(base, texts):
    """Return the pieces that the texts hold, and the marks and single characters, with their numbers."""
    every = (base / VOCABULARY).read_text(encoding="utf8").splitlines()
    splitter = Pieces(every)
    used = {n for text in texts for n in splitter.split(text["title"], text["text"]).numbers}
    single = {n for n, piece in enumerate(every) if len(piece.removeprefix("##")) == 1}
    kept = sorted(used | single | {every.index(mark) for mark in (UNKNOWN, BEGIN, END)})
    return [every[n] for n in kept], kept


def learn(net, rows, told, marks, epochs):
    """Teach a network, at a rate that rises for a short while and then falls to nothing."""
    heads = net.heads()
    known = set(map(id, heads))
    body = [p for p in net.parameters() if id(p) not in known]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
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
    """Return a network for one row of pieces as ONNX, its weights in seven bits, which no processor clips."""
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            net,
            (torch.ones(1, 8, dtype=torch.long),),
            whole,
            input_names=["pieces"],
            output_names=["odds", "names"],
            dynamic_axes={"pieces": {1: "length"}, "names": {1: "length"}},
            opset_version=17,
        )
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        return small.read_bytes()


def note(base, teacher, articles, others, data):
    """Return where a table is from, as TOML."""
    ids = hashlib.blake2b("\n".join(sorted(a["id"] for a in articles)).encode(), digest_size=8)
    base_weights, teacher_weights = (
        hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest() for folder in (base, teacher)
    )
    ours = sum(a["id"].startswith("authored") for a in articles)
    taught = Counter(output for article in articles for output in told_by(article))
    return (
        "# Where encoder.msgpack is from; written by tests/bench/extraction/train_encoder.py.\n"
        f'table = "{hashlib.blake2b(data, digest_size=8).hexdigest()}"\n'
        f'base = "the first {LAYERS} of 6 layers of sentence-transformers/all-MiniLM-L6-v2, taught further"\n'
        f'base_sha256 = "{base_weights}"  # of model.safetensors\n'
        f'teacher = "{TEACHER_LAYERS} layers of BAAI/bge-small-en-v1.5 (MIT), taught {TEACHERS} times"\n'
        f'teacher_sha256 = "{teacher_weights}"  # of model.safetensors\n'
        f'texts = "{ours} that we wrote (authored*.tsv), {len(articles) - ours} labelled ones of vote.toml, '
        f'and what the teachers say of these, of {len(others)} others, and of parts of the labelled ones"\n'
        f'ids = "{ids.hexdigest()}"\n'
        'held = "a network and the pieces of words that the texts hold, no text"\n'
        'licence = "Apache-2.0, as base and project; the articles are those of their publishers"\n'
        "\n[taught]\n" + "".join(f'"{name}" = {count}\n' for name, count in sorted(taught.items()))
    )


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3]), sys.argv[3:]))
