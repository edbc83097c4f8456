"""Progress on standard error: a bar on a terminal, quiet lines elsewhere."""

import io
import re
import threading

import pytest

from index import Progress
from tui.cli import progress
from tui.cli.progress import ProgressBar


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when told to."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_short_work_goes_by_without_a_word(capsys, clock):
    with ProgressBar() as bar:
        for done in range(4):
            bar.show(Progress("reading", done, 3))
            clock[0] += 0.05
    assert capsys.readouterr() == ("", "")


def test_long_work_is_told_in_a_line_now_and_then(capsys, clock):
    with ProgressBar() as bar:
        for done in range(0, 3_001, 10):
            bar.show(Progress("reading", done, 3_000, "/a\x1b.md"))
            clock[0] += 0.125
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "reading files: 30 of 3,000 …",
        "reading files: 830 of 3,000 …",
        "reading files: 1,630 of 3,000 …",
        "reading files: 2,430 of 3,000 …",
    ]


def test_what_is_done_is_not_said_to_go_on(capsys, clock):
    with ProgressBar() as bar:
        bar.show(Progress("embedding", 0, 100))
        clock[0] += 5
        bar.show(Progress("embedding", 100, 100))
    assert capsys.readouterr().err == ""


def test_two_things_at_once_are_told_apart(capsys, clock):
    with ProgressBar() as bar:
        for done in range(8):
            bar.show(Progress("reading", done, 100))
            bar.show(Progress("embedding", done, 400 + done))
            clock[0] += 0.125
    assert capsys.readouterr().err.splitlines() == [
        "reading files: 3 of 100 …",
        # How many there are is known only when all files have been read.
        "embedding passages: 3 …",
    ]


def test_how_many_passages_there_are_is_told_once_all_files_are_read(capsys, clock):
    with ProgressBar() as bar:
        bar.show(Progress("reading", 0, 10))
        bar.show(Progress("embedding", 16, 100))
        clock[0] += 1
        bar.show(Progress("reading", 10, 10))
        bar.show(Progress("embedding", 32, 400))
    assert capsys.readouterr().err == "embedding passages: 32 of 400 …\n"


def test_how_many_passages_there_are_is_told_if_there_are_no_files_to_read(capsys, clock):
    with ProgressBar() as bar:
        bar.show(Progress("reading", 0, 0))
        bar.show(Progress("embedding", 16, 100))
        clock[0] += 1
        bar.show(Progress("embedding", 32, 100))
    assert capsys.readouterr().err == "embedding passages: 32 of 100 …\n"


def test_waiting_has_no_numbers(capsys, clock):
    with ProgressBar() as bar:
        for _ in range(8):
            bar.show(Progress("waiting for another process that is writing", 0, 0))
            clock[0] += 0.1
    assert capsys.readouterr().err == "waiting for another process that is writing …\n"


def test_looking_for_files_has_no_end_in_sight(capsys, clock):
    with ProgressBar() as bar:
        for done in range(8):
            bar.show(Progress("looking for files", done, 0, "/notes"))
            clock[0] += 0.1
        bar.show(Progress("reading", 0, 8))
    assert capsys.readouterr().err == "looking for files …\n"


@pytest.fixture
def terminal(monkeypatch, clock):
    """What is drawn on a terminal."""
    screen = io.StringIO()
    make = progress.Console

    def console(**options):
        return make(**options | {"stderr": False}, file=screen, force_terminal=True, width=160)

    monkeypatch.setattr(progress, "Console", console)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return screen


def test_a_terminal_gets_a_line_for_each_with_the_file_at_hand(terminal, clock):
    with ProgressBar() as bar:
        for done in range(5):
            bar.show(Progress("reading", done, 100, "/notes/\x1b[31m.md"))
            bar.show(Progress("embedding", done, 400))
            clock[0] += 0.2
        bar._bar.refresh()
    drawn = terminal.getvalue()
    for text in ("reading files", "4/100", "embedding passages", "4/?", "/notes/␛[31m.md"):
        assert text in drawn
    assert "\x1b[31m.md" not in drawn


def test_a_file_that_takes_long_shows_the_time_gone_by(terminal, clock):
    with ProgressBar() as bar:
        bar.show(Progress("reading", 0, 1, "/big.log"))
        clock[0] += 1
        bar.show(Progress("reading", 0, 1, "/big.log"))
        bar._bar.refresh()
    assert re.search(r"0/1\S*  \S*0:00:0", terminal.getvalue())


def test_many_threads_may_tell(terminal, clock):
    with ProgressBar() as bar:
        bar.show(Progress("embedding", 0, 100))
        clock[0] += 1

        def tell(stage):
            for done in range(1, 101):
                bar.show(Progress(stage, done, 100))

        threads = [threading.Thread(target=tell, args=(s,)) for s in ("reading", "embedding")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert bar._tasks == {}
