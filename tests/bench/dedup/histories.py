"""Play invented histories through the core as a cluster runs it, and look whether any story is lost.

    python -m tests.bench.dedup.histories [--histories 100000]

Articles of some stories, copied, trimmed and changed, come up to a day out of order, race through all stages
event by event, and are delivered more than once. For each: one verdict an article, folds into what was let
through, nothing folded in which anything is new, every story keeps an article, no number is lost.
"""

import argparse
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from multiprocessing import Pool

from tests.transforms.deduplicate.invented import history
from tests.transforms.deduplicate.racing import raced
from tests.transforms.deduplicate.test_properties import check_safety

_CHUNK = 200


def main(arguments):
    """Run and print; return 1 if a history went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=100_000)
    wanted = parser.parse_args(arguments).histories
    started, found = time.perf_counter(), Counter()
    with Pool(os.cpu_count()) as pool:
        for each in pool.imap_unordered(played, range(wanted), chunksize=_CHUNK):
            found.update(each)
    wrong = found.pop("wrong", 0)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in found.most_common())
    print(f"{wanted:,} histories in {time.perf_counter() - started:.0f} s: {kinds}")
    print(f"histories in which something was lost or wrongly folded: {wrong}")
    return 1 if wrong else 0


def played(seed):
    """Return how often each verdict was given in a history; `wrong` where it broke a promise."""
    spread = timedelta(hours=24) if seed % 2 else timedelta(seconds=20)
    told = history(seed, spread)
    verdicts = raced([intake for _, intake in told], seed, redelivered=0.1)
    try:
        check_safety(told, verdicts, exactly_once=False)
    except AssertionError as e:
        print(f"seed {seed}: {e}", file=sys.stderr)
        return {"wrong": 1}
    return Counter(verdict.fold.kind for verdict in verdicts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
