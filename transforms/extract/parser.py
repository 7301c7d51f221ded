"""The parser: what the trees of an article's telling sentences say of the mentions in them.

All sentences of an article are one batch, and nothing of spaCy outlives it. thinc's own BLIS does the sums.
On one thread numpy's OpenBLAS is a quarter faster, but the threads of a process are not ours to set, and with
as many as there are cores it took seven times the CPU beside other work. Nor does a stopwatch choose at the
start: the last bits, and once in a while a tree, would then hang on how busy the machine was.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from transforms.extract.manifest import Manifest
from transforms.extract.mentions import Mention
from transforms.extract.page import Page, Sentence
from transforms.extract.tree import Tree
from transforms.extract.tree_arguments import named_by_tree
from transforms.extract.tree_rulings import ruled_by_tree
from transforms.extract.vocabulary import WARM_WORDS
from transforms.parser_model import verified_files

MAX_TOKENS, BATCH = 1_000, 16
# Parts of the model that are neither read nor verified; words are tokenized by the pack's pipeline.
UNUSED = ("tokenizer", "attribute_ruler", "lemmatizer", "senter", "ner", "meta.json")


class Parser:
    """A verified model, ready to parse; not to be used by two threads at once."""

    def __init__(self, model: str) -> None:
        """Load a model by the name of its package or its path; raise `ParserModelError`."""
        self._nlp = _language(verified_files(model))
        from spacy.tokens import Doc  # noqa: PLC0415 - loaded by now

        self._new = Doc
        # A word that is not known before a memory zone begins is made anew in each.
        self._new(self._nlp.vocab, words=WARM_WORDS.read_text().split())

    def advised(
        self, mentions: Iterable[tuple[int, Mention]], page: Page, manifest: Manifest
    ) -> list[tuple[int, Mention]]:
        """Return mentions (each with the number of its line) with what their trees are sure of.

        Headlines, and what follows the first `MAX_TOKENS` tokens of telling sentences, stay as they are.
        """
        given = list(mentions)
        telling = (m.line.sentence for _, m in given if not m.skip and not m.line.title)
        trees = self.trees(page, list(dict.fromkeys(telling)))
        return [(n, _advised(m, trees.get(m.line.start), manifest)) for n, m in given]

    def trees(self, page: Page, sentences: Sequence[Sentence]) -> dict[int, Tree]:
        """Return the trees of sentences, by first token; none for those after `MAX_TOKENS` tokens."""
        chosen, room = [], MAX_TOKENS
        for sentence in sentences:
            room -= sentence.end - sentence.start
            if room < 0:
                break
            chosen.append(sentence)
        with self._nlp.memory_zone():
            parsed = self._nlp.pipe([self._doc(page, s) for s in chosen], batch_size=BATCH)
            return {s.start: _tree(s.start, doc) for s, doc in zip(chosen, parsed, strict=True)}

    def _doc(self, page: Page, sentence: Sentence) -> Any:
        tokens = range(sentence.start, sentence.end)
        ends = (page.span_end(t) for t in tokens)
        return self._new(
            self._nlp.vocab,
            words=[page.forms[t] for t in tokens],
            spaces=[page.source[end : end + 1] == " " for end in ends],
            sent_starts=[t == sentence.start for t in tokens],
        )


def _advised(mention: Mention, tree: Tree | None, manifest: Manifest) -> Mention:
    if tree is None or mention.skip:
        return mention
    kinds = manifest.kinds_naming(mention.type)
    return named_by_tree(ruled_by_tree(mention, tree), tree, kinds)


def _tree(start: int, doc: Any) -> Tree:
    heads = [start + token.head.i for token in doc]
    return Tree(start, heads, [token.dep_ for token in doc], [token.tag_ for token in doc])


def _language(files: dict[str, bytes]) -> Any:
    """Return spaCy's pipeline of tok2vec, tagger and parser that the contents of a model's files make."""
    from spacy.util import load_config, load_model_from_config  # noqa: PLC0415 - two seconds, for workers alone

    with tempfile.TemporaryDirectory(prefix="missionwire-model-") as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        nlp = load_model_from_config(load_config(Path(folder, "config.cfg")), exclude=list(UNUSED))
        return nlp.from_disk(folder, exclude=list(UNUSED))
