"""Pages: plain lines in a pipe, wrapped and styled ones on a terminal, with the same words."""

import io
import re

import pytest

from tui.cli.pages import BOLD, DIM, QUOTED, PlainPage, StyledPage, open_page

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
    page = open_page(stream)
    assert isinstance(page, PlainPage)
    print_lines(page)
    assert stream.getvalue() == (
        "The answer [b]is[/b] :smile: here\n"
        "  words that stand out in a sentence that is long\n"
        "  \x1b]8;;file:///a.md#L3\x1b\\a.md\x1b]8;;\x1b\\\n"
    )


def test_on_a_terminal_lines_are_wrapped_styled_and_linked():
    stream = Terminal()
    page = open_page(stream)
    assert isinstance(page, StyledPage)
    print_lines(page)
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


@pytest.mark.parametrize(("name", "value"), [("FORCE_COLOR", "1"), ("TTY_COMPATIBLE", "1")])
def test_a_variable_makes_a_pipe_a_terminal(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert isinstance(open_page(io.StringIO()), StyledPage)


def test_a_variable_that_says_no_leaves_a_pipe_a_pipe(monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    assert isinstance(open_page(io.StringIO()), PlainPage)
