"""Extraction: from an article to the mission events it states, each with the words that state it.

Rules over a blank tokenizer; every word they know is data of a pack. With a model, a parser beside them.
Loading spaCy waits for `Extractor.load`.
"""

from transforms.extract.extraction import Extraction, Reason, Skip
from transforms.extract.extractor import Extractor
from transforms.extract.pack import PackError

__all__ = ["Extraction", "Extractor", "PackError", "Reason", "Skip"]
