"""Opening a document at a line: the right program, the right file, and never a shell."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tui.source.programs.editor import (
    NoEditor,
    command_at_line,
    find_editor,
    find_pager,
    open_in_editor,
)


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """A program that notes how it was called and what the file held."""
    notes = tmp_path / "called.json"
    program = tmp_path / "my editor.py"
    program.write_text(
        "import json, pathlib, sys\n"
        f"pathlib.Path({str(notes)!r}).write_text(json.dumps(\n"
        "    [sys.argv[1:], pathlib.Path(sys.argv[-1]).read_text(encoding='utf-8')]))\n"
    )
    for name in ("VISUAL", "EDITOR", "PAGER"):
        monkeypatch.delenv(name, raising=False)

    def use(variable: str) -> Path:
        monkeypatch.setenv(variable, f'"{sys.executable}" "{program}" --flag')
        return notes

    return use


def test_the_editor_is_the_one_that_is_named():
    assert find_editor({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert find_editor({"EDITOR": "'/opt/my editor' -n"}) == ["/opt/my editor", "-n"]
    assert find_editor({"EDITOR": " ", "PAGER": "less -S"}) == ["less", "-S"]
    assert find_pager({"EDITOR": "vi", "PAGER": "less -S"}) == ["less", "-S"]


def test_without_one_it_is_a_pager_that_is_installed(tmp_path, monkeypatch):
    pager = tmp_path / "more"
    pager.write_text("#!/bin/sh\n")
    pager.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_editor({}) == ["more"]
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(NoEditor, match=r"\$EDITOR"):
        find_editor({})


def test_a_name_that_cannot_be_read_is_said():
    with pytest.raises(NoEditor, match=r"\$EDITOR cannot be read"):
        find_editor({"EDITOR": "vi 'open"})


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["vim"], ["vim", "+12", "/a/b c.md"]),
        (["/usr/bin/nano", "-w"], ["/usr/bin/nano", "-w", "+12", "/a/b c.md"]),
        (["code", "--wait"], ["code", "--wait", "--goto", "/a/b c.md:12"]),
        (["hx"], ["hx", "/a/b c.md:12"]),
        (["something-else"], ["something-else", "/a/b c.md"]),
    ],
)
def test_every_editor_is_told_the_line_in_its_own_way(command, expected):
    assert command_at_line(command, Path("/a/b c.md"), 12) == expected


def test_a_file_that_holds_the_text_is_opened_itself(tmp_path, recorded):
    notes = recorded("EDITOR")
    path = tmp_path / "$(touch owned); notes.md"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    open_in_editor(str(path), "one\r\ntwo\r\n", 2)
    arguments, _ = json.loads(notes.read_text())
    assert arguments == ["--flag", str(path)]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("data", [b"<p>one</p>", b"\xff\xfe\x00", b"changed since", None])
def test_else_a_copy_of_the_text_is_opened_in_the_pager_and_goes_when_it_is_closed(
    tmp_path, recorded, data
):
    notes = recorded("PAGER")
    path = tmp_path / "notes.html"
    if data is not None:
        path.write_bytes(data)
    open_in_editor(str(path), "one \x1b[31m two\n", 1)
    arguments, held = json.loads(notes.read_text())
    assert held == "one ␛[31m two\n"
    assert arguments[-1] != str(path)
    assert not Path(arguments[-1]).exists()


def test_a_program_that_is_not_there_is_said(tmp_path, monkeypatch):
    path = tmp_path / "notes.md"
    path.write_text("one")
    monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
    with pytest.raises(NoEditor, match="no-such-editor-anywhere cannot be started"):
        open_in_editor(str(path), "one", 1)
