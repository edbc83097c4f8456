"""Opening a document in another program: the right one, the right file, and never a shell."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from tui.source.programs import (
    NoEditor,
    NoViewer,
    command_at_line,
    find_editor,
    find_viewer,
    open_in_editor,
    open_original,
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
    assert find_editor({"EDITOR": "vi", "PAGER": "less -S"}, ["PAGER"]) == ["less", "-S"]


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


# Viewers


def make_program(folder, name: str, script: str = ":"):
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def desktop(tmp_path):
    """An environment with a desktop, and programs as they are made in its folder."""
    return {"PATH": str(tmp_path), "DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("name", "option"),
    [("evince", "--page-index=7"), ("okular", "--page=7"), ("zathura", "--page=7")],
)
def test_a_pdf_opens_at_its_page_where_the_viewer_can(tmp_path, desktop, name, option):
    viewer = make_program(tmp_path, name)
    make_program(tmp_path, "xdg-open")
    assert find_viewer("/a/-b.pdf", 7, desktop, "linux") == [viewer, option, "/a/-b.pdf"]


def test_without_the_systems_opener_a_viewer_of_pdf_will_do(tmp_path, desktop):
    viewer = make_program(tmp_path, "zathura")
    assert find_viewer("/a.pdf", 7, desktop, "linux") == [viewer, "--page=7", "/a.pdf"]
    assert find_viewer("/a.pdf", None, desktop, "linux") == [viewer, "/a.pdf"]
    with pytest.raises(NoViewer, match="xdg-utils"):
        find_viewer("/a.docx", None, desktop, "linux")


@pytest.mark.e2e
def test_the_viewer_that_a_person_has_chosen_is_used(tmp_path, desktop):
    make_program(tmp_path, "evince")
    okular = make_program(tmp_path, "okular")
    opener = make_program(tmp_path, "xdg-open")
    make_program(tmp_path, "xdg-mime", "echo org.kde.okular.desktop")
    assert find_viewer("/a.pdf", 7, desktop, "linux")[0] == okular
    # Of this one it is not known how it opens a page.
    make_program(tmp_path, "xdg-mime", "echo firefox.desktop")
    assert find_viewer("/a.pdf", 7, desktop, "linux") == [opener, "/a.pdf"]


def test_anything_else_opens_as_the_system_does(tmp_path, desktop):
    make_program(tmp_path, "evince")
    opener = make_program(tmp_path, "xdg-open")
    assert find_viewer("/a.docx", 3, desktop, "linux") == [opener, "/a.docx"]
    assert find_viewer("/a.pdf", None, desktop, "linux") == [opener, "/a.pdf"]
    assert find_viewer("/a.pdf", 3, desktop, "darwin") == ["open", "/a.pdf"]


@pytest.mark.parametrize("name", ["a.sh", "a.desktop", "a.py", "a.exe", "a.js", "a", "a.docm"])
def test_what_a_system_might_run_is_not_opened(name, tmp_path, desktop):
    make_program(tmp_path, "xdg-open")
    with pytest.raises(NoViewer, match="editor"):
        find_viewer(f"/{name}", None, desktop, "linux")


def test_without_a_desktop_or_a_viewer_it_says_so(desktop):
    with pytest.raises(NoViewer, match="desktop"):
        find_viewer("/a.pdf", 1, {"PATH": desktop["PATH"]}, "linux")
    with pytest.raises(NoViewer, match="xdg-open"):
        find_viewer("/a.pdf", 1, desktop, "linux")


@pytest.fixture
def here(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":0")
    file = tmp_path / "$(touch pwned) '; a.pdf"
    file.write_bytes(b"%PDF")
    return file


@pytest.mark.e2e
def test_the_file_is_given_to_the_viewer_without_a_shell(here, tmp_path):
    make_program(
        tmp_path, "evince", f'printf "%s\\n" "$@" > "{tmp_path}/called"; exec /bin/sleep 3'
    )
    started = time.monotonic()
    open_original(str(here), 7)
    assert time.monotonic() - started < 3
    assert (tmp_path / "called").read_text().split("\n")[:2] == ["--page-index=7", str(here)]


@pytest.mark.e2e
def test_a_viewer_that_fails_is_told(here, tmp_path):
    make_program(tmp_path, "xdg-open", "exit 3")
    with pytest.raises(NoViewer, match="xdg-open cannot open it"):
        open_original(str(here), None)


def test_a_file_that_has_gone_is_told(here):
    with pytest.raises(NoViewer, match="no longer there"):
        open_original(str(here) + "x.pdf", None)


@pytest.mark.e2e
def test_of_a_document_in_a_file_that_file_opens(tmp_path, monkeypatch):
    (tmp_path / "mail.mbox").write_bytes(b"x")
    make_program(tmp_path, "xdg-open", f'echo "$1" > {tmp_path}/opened')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    open_original(str(tmp_path / "mail.mbox" / "12"), 3)
    assert (tmp_path / "opened").read_text().strip() == str(tmp_path / "mail.mbox")


def test_a_page_from_the_web_opens_under_its_address(tmp_path, desktop):
    opener = make_program(tmp_path, "xdg-open")
    address = "https://example.org/rain"
    assert find_viewer(address, None, desktop, "linux") == [opener, address]
