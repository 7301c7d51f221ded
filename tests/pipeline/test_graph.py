"""The built graph holds nothing that FnApiRunner cannot carry in one fused stage."""

from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner, worker_handlers

from connectors.log.interface import Partition
from connectors.log.location import LogLocation
from pipeline.fn_api_runner import local_options, local_runner
from pipeline.graph import Plan, build

FORBIDDEN = {
    common_urns.primitives.FLATTEN.urn: "Flatten",
    common_urns.primitives.GROUP_BY_KEY.urn: "GroupByKey",
    common_urns.primitives.ASSIGN_WINDOWS.urn: "a window",
    common_urns.composites.RESHUFFLE.urn: "Reshuffle",
}
PLAN = Plan(LogLocation(Path("nowhere.sqlite")), {Partition("articles", 0): 0}, (), "0")


def proto_of(lay):
    pipeline = beam.Pipeline(runner=local_runner(), options=local_options())
    lay(pipeline)
    return pipeline.to_runner_api()


def found_in(proto):
    """Return what a proto holds of the forbidden, timers included."""
    transforms = proto.components.transforms.values()
    par_dos = [t for t in transforms if t.spec.urn == common_urns.primitives.PAR_DO.urn]
    timers = {"a timer" for t in par_dos if payload_of(t).timer_family_specs}
    return {FORBIDDEN[t.spec.urn] for t in transforms if t.spec.urn in FORBIDDEN} | timers


def payload_of(transform):
    return beam_runner_api_pb2.ParDoPayload.FromString(transform.spec.payload)


def stages_with_state(proto):
    """Return the stages, after fusion, that hold a keyed state, with the number of their states."""
    _, stages = local_runner().create_stages(proto)
    counts = {stage.name: len(stateful(stage)) for stage in stages}
    return {name: count for name, count in counts.items() if count}


def stateful(stage):
    par_dos = [t for t in stage.transforms if t.spec.urn == common_urns.primitives.PAR_DO.urn]
    return [t for t in par_dos if payload_of(t).state_specs]


@pytest.mark.parametrize(("sharded", "states"), [(False, 1), (True, 5)], ids=["single", "sharded"])
class TestTheGraph:
    def test_holds_no_timer_window_flatten_or_shuffle(self, sharded, states):
        plan = replace(PLAN, sharded=sharded)
        assert found_in(proto_of(lambda pipeline: build(pipeline, plan))) == set()

    def test_fuses_all_its_keyed_states_into_one_stage(self, sharded, states):
        plan = replace(PLAN, sharded=sharded)
        assert list(stages_with_state(proto_of(lambda p: build(p, plan))).values()) == [states]


@pytest.mark.parametrize(
    ("lay", "name"),
    [
        (lambda p: (p | "a" >> beam.Create([1]), p | "b" >> beam.Create([2])) | beam.Flatten(), "Flatten"),
        (lambda p: p | beam.Create([("a", 1)]) | beam.GroupByKey(), "GroupByKey"),
        (lambda p: p | beam.Create([1]) | beam.WindowInto(beam.window.FixedWindows(1)), "a window"),
    ],
)
def test_the_check_sees_what_it_looks_for(lay, name):
    assert name in found_in(proto_of(lay))


def test_what_the_runner_module_sets_aside_is_still_there():
    assert isinstance(worker_handlers.STATE_CACHE_SIZE_MB, int)
    assert callable(fn_runner.consolidate_monitoring_infos)
    local_runner()
    assert worker_handlers.STATE_CACHE_SIZE_MB == 0
    assert fn_runner.consolidate_monitoring_infos([], {}) == []
