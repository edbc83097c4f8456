"""Copying: it is said only where it was done."""

import pytest
from textual.app import App

from tui.common.screens.copying import (
    CopyScreen,
    copy_by_command,
    copy_text,
    copy_to_tmux,
    find_copy_commands,
    takes_osc_52,
)


def make_program(folder, name: str, script: str):
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("environment", "known"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "xterm-256color"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ({"WT_SESSION": "x", "STY": "1"}, False),
        ({}, False),
    ],
)
def test_only_of_some_terminals_it_is_known_that_they_copy(environment, known):
    assert takes_osc_52(environment) is known


def test_the_program_that_copies_is_that_of_the_desktop(tmp_path):
    for name in ("wl-copy", "xclip", "pbcopy", "clip.exe"):
        make_program(tmp_path, name, "cat")
    path = {"PATH": str(tmp_path)}

    def found(platform: str = "linux", **environment: str) -> list[str]:
        commands = find_copy_commands(path | environment, platform)
        return [program.rsplit("/", 1)[-1] for program, *_ in commands]

    assert found(WAYLAND_DISPLAY="wayland-0", DISPLAY=":0") == ["wl-copy", "xclip"]
    assert found(DISPLAY=":0") == ["xclip"]
    assert found("darwin") == ["pbcopy"]
    assert found(WSL_DISTRO_NAME="Debian") == ["clip.exe"]
    assert found() == []


@pytest.mark.e2e
def test_the_program_gets_the_text_and_its_failure_is_known(tmp_path):
    environment = {"PATH": str(tmp_path), "DISPLAY": ":0"}
    assert not copy_by_command("x", environment)
    make_program(tmp_path, "xclip", f'/bin/cat > "{tmp_path}/copied"')
    assert copy_by_command("4 May – 日", environment)
    assert (tmp_path / "copied").read_text() == "4 May – 日"
    make_program(tmp_path, "xclip", "exit 1")
    assert not copy_by_command("x", environment)
    make_program(tmp_path, "xclip", "exec /bin/sleep 60")
    assert not copy_by_command("x", environment)


@pytest.mark.e2e
def test_where_one_program_fails_the_next_one_is_tried(tmp_path):
    environment = {"PATH": str(tmp_path), "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    make_program(tmp_path, "wl-copy", "exit 1")
    make_program(tmp_path, "xclip", f'/bin/cat > "{tmp_path}/copied"')
    assert copy_by_command("4 May", environment)
    assert (tmp_path / "copied").read_text() == "4 May"


@pytest.mark.e2e
def test_within_tmux_its_buffer_takes_the_text(tmp_path):
    environment = {"PATH": str(tmp_path), "TMUX": "/tmp/tmux-0/default,1,0"}
    assert not copy_to_tmux("4 May", environment)
    make_program(tmp_path, "tmux", f'echo "$@" > "{tmp_path}/how"; /bin/cat > "{tmp_path}/buffer"')
    assert copy_to_tmux("4 May", environment)
    assert (tmp_path / "buffer").read_text() == "4 May"
    assert (tmp_path / "how").read_text() == "load-buffer -w -\n"
    assert not copy_to_tmux("4 May", {"PATH": str(tmp_path)})


@pytest.mark.e2e
def test_an_old_tmux_takes_the_text_without_sending_it_on(tmp_path):
    environment = {"PATH": str(tmp_path), "TMUX": "/tmp/tmux-0/default,1,0"}
    make_program(tmp_path, "tmux", f'[ "$2" = - ] && /bin/cat > "{tmp_path}/buffer"')
    assert copy_to_tmux("4 May", environment)
    assert (tmp_path / "buffer").read_text() == "4 May"


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """No terminal that copies, and no program."""
    for name in ("TMUX", "STY", "ZELLIJ", "WT_SESSION", "TERM_PROGRAM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.e2e
async def test_what_was_copied_is_said(bare, tmp_path, screen_text, until):
    make_program(tmp_path, "xclip", f'/bin/cat > "{tmp_path}/copied"')
    app = App()
    async with app.run_test(size=(80, 24), notifications=True):
        await copy_text(app, "4 May 1998")
        await until(lambda: "Copied: 4 May 1998" in screen_text(app))
        assert app.clipboard == "4 May 1998"


async def test_what_is_not_known_to_be_copied_is_shown(bare, screen_text, until):
    app = App()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await copy_text(app, "[b]4 May[/b] 1998")
        await until(lambda: isinstance(app.screen, CopyScreen))
        await until(lambda: "[b]4 May[/b] 1998" in screen_text(app))
        assert "may not have been copied" in screen_text(app)
        assert "Copied:" not in screen_text(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, CopyScreen)


@pytest.mark.e2e
async def test_what_only_tmux_has_is_said_to_be_there(
    bare, tmp_path, monkeypatch, screen_text, until
):
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    make_program(tmp_path, "tmux", f'/bin/cat > "{tmp_path}/buffer"')
    app = App()
    async with app.run_test(size=(80, 24), notifications=True):
        await copy_text(app, "4 May 1998")
        await until(lambda: "Copied to tmux's buffer" in screen_text(app))
        assert (tmp_path / "buffer").read_text() == "4 May 1998"
