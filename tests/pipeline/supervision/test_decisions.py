"""When a part starts again, and in which order parts stop."""

from datetime import timedelta

import pytest

from pipeline.supervision.decisions import after_exit, stop_step, words_of_exit

S = timedelta(seconds=1)
ALL = ("collect", "process", "notify")


@pytest.mark.parametrize(
    ("failures", "lived", "restart"),
    [
        (0, 0 * S, (1 * S, 1)),
        (1, 0 * S, (2 * S, 2)),
        (2, 5 * S, (4 * S, 3)),
        (5, 59 * S, (32 * S, 6)),
        (6, 0 * S, (60 * S, 7)),
        (5000, 0 * S, (60 * S, 5001)),
        (6, 60 * S, (1 * S, 1)),
        (6, 3600 * S, (1 * S, 1)),
    ],
)
def test_the_delay_doubles_up_to_a_minute_and_a_minute_of_health_forgives(failures, lived, restart):
    assert after_exit(failures, lived) == restart


@pytest.mark.parametrize(
    ("alive", "asked", "waited", "hurry", "step"),
    [
        (ALL, set(), 0 * S, False, ("ask", ("collect",))),
        (ALL, {"collect"}, 1 * S, False, ("wait", ("collect",))),
        (("process", "notify"), {"collect"}, 1 * S, False, ("ask", ("process",))),
        (("process", "notify"), {"collect", "process"}, 2 * S, False, ("wait", ("process",))),
        (("notify",), {"collect", "process"}, 2 * S, False, ("ask", ("notify",))),
        ((), {"collect", "process", "notify"}, 3 * S, False, ("done", ())),
        (("process", "notify"), {"collect", "process"}, 20 * S, False, ("kill", ("process", "notify"))),
        (ALL, {"collect"}, 0 * S, True, ("kill", ALL)),
        ((), set(), 0 * S, True, ("done", ())),
    ],
)
def test_parts_stop_in_order_until_the_deadline_or_a_hurry(alive, asked, waited, hurry, step):
    assert stop_step(alive, asked, waited, hurry=hurry) == step


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (3, "exit code 3"), (-9, "killed by SIGKILL"), (-200, "killed by signal 200")],
)
def test_an_exit_is_said_in_words(code, words):
    assert words_of_exit(code) == words
