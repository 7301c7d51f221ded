"""Only `process` carries Beam and spaCy: the other loops must start fast and stay small."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("part", ["collect", "notify"])
def test_a_loop_that_needs_no_beam_imports_none(part):
    code = f"import sys, pipeline.{part}; print([m for m in ('apache_beam', 'spacy') if m in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
