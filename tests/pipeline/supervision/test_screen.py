"""Lines of children and the status line share a terminal without mixing."""

import io
import os

from pipeline.supervision.screen import Screen


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_status_is_rewritten_in_place_below_what_is_said():
    err = Terminal()
    screen = Screen(io.StringIO(), err, lambda: 80)
    screen.show("articles 1")
    screen.write("a log line\n")
    screen.show("articles 2")
    screen.leave()
    assert err.getvalue() == (
        "\r\x1b[2Karticles 1\r\x1b[2Ka log line\narticles 1\r\x1b[2Karticles 2\r\x1b[2K"
    )


def test_a_status_never_wraps():
    err = Terminal()
    Screen(io.StringIO(), err, lambda: 10).show("0123456789abc")
    assert err.getvalue() == "\r\x1b[2K012345678"


def test_elsewhere_the_status_is_a_plain_line():
    err = io.StringIO()
    screen = Screen(io.StringIO(), err)
    screen.show("articles 1")
    screen.leave()
    assert err.getvalue() == "articles 1\n"


def test_alerts_go_to_stdout_in_whole_lines_with_the_status_below():
    out, err = Terminal(), Terminal()
    screen = Screen(out, err, lambda: 80)
    screen.show("status")
    reading, writing = os.pipe()
    os.write(writing, b"one alert\nof two lines\nand a rest")
    os.close(writing)
    screen.relay(reading, to_out=True).join()
    assert out.getvalue() == "one alert\nof two lines\nand a rest\n"
    assert err.getvalue().endswith("\r\x1b[2Kstatus")


def test_a_redirected_stdout_is_left_to_the_children():
    assert Screen(io.StringIO(), Terminal()).relays_out is False
    assert Screen(Terminal(), io.StringIO()).relays_out is False
    assert Screen(Terminal(), Terminal()).relays_out is True
