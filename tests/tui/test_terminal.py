"""The real program in a real terminal, from its start to its end."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import ROOT
from tui.cli.main import main

pytestmark = pytest.mark.slow

PADDING = "A line of the note that says nothing of importance.\n\n" * 60
NOTE = (
    f"# Boiler\n\n{PADDING}"
    "The boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n\n"
    f"{PADDING}"
)
# Seconds that anything may take: models load, and the machine may be busy.
PATIENCE = 120


class Terminal:
    """A terminal of its own, with a program in it."""

    def __init__(self, folder: Path, command: str, width: int, height: int) -> None:
        self._socket = str(folder / "tmux")
        size = ("-x", str(width), "-y", str(height))
        self._tmux("-f", os.devnull, "new-session", "-d", *size, command)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def in_reverse(self) -> str:
        """What is drawn in reverse video, as the terminal has understood it; one space for any."""
        reverse, found = False, []
        for piece in re.split(r"(\x1b\[[\d;:]*m)", self._tmux("capture-pane", "-p", "-e")):
            if piece.startswith("\x1b["):
                codes = piece[2:-1].split(";")
                # The numbers of a colour are none of an attribute.
                if codes[0] not in ("38", "48"):
                    reverse = "7" in codes or (reverse and not {"", "0", "27"} & set(codes))
            elif reverse:
                found.append(piece)
        return " ".join(" ".join(found).split())

    def see(self, words: str, in_reverse: str = "") -> None:
        """Wait until these words are on the screen, and those highlighted."""
        ends = time.monotonic() + PATIENCE
        while words not in self.screen() or in_reverse not in self.in_reverse():
            assert time.monotonic() < ends, f"{words} ({in_reverse}) not in\n{self.screen()}"
            time.sleep(0.1)

    def close(self) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True)


@pytest.fixture
def terminal(tmp_path, monkeypatch, encoder):
    """The app on one note, in a terminal; all models are in the cache before it starts."""
    (tmp_path / "boiler.md").write_text(NOTE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "person"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("COLUMNS", "LINES"):
        # Whatever runs these tests may have set a size of its own.
        monkeypatch.delenv(name, raising=False)
    assert main(["index", "boiler.md", "--index", "i"]) == 0
    assert main(["ask", "Who installed the boiler?", "--index", "i"]) == 0
    command = f"{sys.executable} -P -m tui --index i; echo it ended with $?; read"
    terminal = Terminal(tmp_path, command, 110, 30)
    yield terminal
    terminal.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_ask_see_the_answer_in_its_source_ask_on_and_quit(terminal):
    terminal.see("Ask your documents a question")
    # Whether or not the models are loaded.
    terminal.type("Who installed the boiler?")
    terminal.press("Enter")
    terminal.see("boiler.md › Boiler", in_reverse="Hanna Voss")
    terminal.type("When was it installed?")
    terminal.see("When was it installed?")
    terminal.press("Enter")
    terminal.see("Searched for: ", in_reverse="March 2019")
    assert "Hanna Voss" not in terminal.in_reverse()
    terminal.press("C-q")
    terminal.see("it ended with 0")
    assert "boiler.md › Boiler" not in terminal.screen()


def test_without_a_terminal_there_is_one_line_that_says_so():
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("quoteback: the app needs a terminal")
    assert done.stderr.count("\n") == 1


def test_where_nothing_can_be_drawn_there_is_one_line_that_says_so():
    controller, terminal = os.openpty()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        timeout=PATIENCE,
    )
    os.close(terminal)
    said = os.read(controller, 1000).decode()
    os.close(controller)
    assert done.returncode == 1
    assert said.startswith("quoteback: the app cannot be drawn where $TERM is dumb")
    assert said.count("\n") == 1
