"""FnApiRunner, fit to run for weeks: two of its internals are set aside.

* `worker_handlers.STATE_CACHE_SIZE_MB` is a fixed 100 MB cache whose size accounting walks the globals
  of every loaded module: 1.5 to 2 ms for each new state value. With 0 there is no cache.
* `fn_runner.consolidate_monitoring_infos` adds up protobuf metrics for ever, 22 kB a bundle, which is a
  gigabyte in two minutes of short bundles. Our metrics are counted where things happen, so nothing is kept.

A test fails when a new Beam no longer has what is touched here.
"""

import gc
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner, fn_runner, worker_handlers

# A bundle leaves a few thousand short-lived objects; the default threshold scans them far too often.
_GC_THRESHOLD = 50_000


def local_runner() -> FnApiRunner:
    """Return a runner of the streaming graph in this process."""
    worker_handlers.STATE_CACHE_SIZE_MB = 0
    fn_runner.consolidate_monitoring_infos = _keep_nothing
    gc.set_threshold(_GC_THRESHOLD)
    return FnApiRunner()


def local_options() -> PipelineOptions:
    """Return the options for `local_runner`."""
    return PipelineOptions(["--streaming"])


def _keep_nothing(*_infos: Any, **_options: Any) -> list[Any]:
    return []
