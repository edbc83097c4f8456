"""Pages: plain lines in a pipe, wrapped and styled ones on a terminal, with the same words."""

import io
import re

import pytest

from tui.cli.output import BOLD, DIM, QUOTED, Page

ESCAPES = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;.*?\x1b\\")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch):
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")


def print_lines(page):
    page.line("The answer [b]is[/b] :smile: here", BOLD)
    page.line("words that stand out in a sentence that is long", indent=2, styled=[(0, 5, QUOTED)])
    page.line("a.md", DIM, indent=2, link="file:///a.md#L3")


def test_in_a_pipe_a_line_is_a_line():
    stream = io.StringIO()
    print_lines(Page(stream))
    assert stream.getvalue() == (
        "The answer [b]is[/b] :smile: here\n"
        "  words that stand out in a sentence that is long\n"
        "  \x1b]8;;file:///a.md#L3\x1b\\a.md\x1b]8;;\x1b\\\n"
    )


def test_on_a_terminal_lines_are_wrapped_styled_and_linked():
    stream = Terminal()
    print_lines(Page(stream))
    drawn = stream.getvalue()
    assert "\x1b[1;7mwords\x1b[0m" in drawn
    assert "\x1b[1mThe answer [b]is[/b] :smile: here\x1b[0m" in drawn
    assert "file:///a.md#L3" in drawn
    lines = [line.rstrip() for line in ESCAPES.sub("", drawn).splitlines()]
    assert lines == [
        "The answer [b]is[/b] :smile: here",
        "  words that stand out in a sentence",
        "  that is long",
        "  a.md",
    ]


@pytest.mark.parametrize(
    ("name", "value", "is_terminal"),
    [("FORCE_COLOR", "1", True), ("TTY_COMPATIBLE", "1", True), ("TTY_COMPATIBLE", "0", False)],
)
def test_a_variable_says_whether_a_pipe_is_a_terminal(monkeypatch, name, value, is_terminal):
    monkeypatch.setenv(name, value)
    stream = io.StringIO()
    print_lines(Page(stream))
    assert ("\x1b[1m" in stream.getvalue()) == is_terminal
