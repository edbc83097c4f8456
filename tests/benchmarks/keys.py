"""Key latency: how soon a pressed key is seen, at rest and while indexing and reading run.

python tests/benchmarks/keys.py [FOLDER]. The real app in a terminal of its own. Under load it indexes
FOLDER (default: copies of the sample documents) in its own process, as the app does, and answers one
question after the other, while somebody types a letter every tenth of a second. A key's latency is
the time from its byte sent to the terminal until the letter comes back, drawn. Wants p95 under
100 ms. By turns, keys are pressed in a minimal Textual app, whose latency tells what the machine
allows. On a machine with other work, Linux shares the processor among sessions: give that of the
app and of this script a larger share (`echo -15 > /proc/PID/autogroup`), or measure at rest.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import numpy as np

ROOT = Path(__file__).parents[2]
KEYS, PAUSE = 100, 0.1
# Letters that nothing else on the screen has, so that what comes back is the key.
LETTERS = [chr(code) for code in range(0x0531, 0x0557)]
QUESTION = b"When did the rain museum open its doors?\r"
ERASE = b"\x15"
# The question asked before comes back with the key up: no burst of letters comes between.
AGAIN = b"\x15\x1b[A\r"
MINIMAL = """
from textual.app import App
from textual.widgets import Input
class Minimal(App):
    def compose(self):
        yield Input(placeholder="Ready")
Minimal().run()
"""


class Terminal:
    """An app in a terminal."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.execve(sys.executable, [sys.executable, "-P", *arguments], environment)
        ioctl(self._terminal, TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))

    def send(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def until(self, words: str, seconds: float = 120) -> float:
        """Seconds until these words are drawn."""
        begun, seen, wanted = time.perf_counter(), b"", words.encode()
        while wanted not in seen:
            left = seconds - (time.perf_counter() - begun)
            if not select.select([self._terminal], [], [], max(0, left))[0]:
                raise TimeoutError(f"{words!r} was not drawn")
            seen += os.read(self._terminal, 65536)
        return time.perf_counter() - begun

    def rest(self, seconds: float) -> None:
        """Let time go by, taking what is drawn."""
        ends = time.perf_counter() + seconds
        while (left := ends - time.perf_counter()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                os.read(self._terminal, 65536)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._process, 0)


def latencies(app: Terminal, minimal: Terminal, asking: bool) -> tuple[list[float], list[float]]:
    """Seconds of each key in both; with `asking`, a question is being answered all the time."""
    ours, theirs = [], []
    for number in range(KEYS):
        if asking and number % 5 == 0:
            app.send(AGAIN)
            app.rest(PAUSE)
        for terminal, found in ((app, ours), (minimal, theirs)):
            if number % len(LETTERS) == 0:
                terminal.send(ERASE)
                terminal.rest(PAUSE)
            letter = LETTERS[number % len(LETTERS)]
            terminal.send(letter.encode())
            found.append(terminal.until(letter))
        for terminal in (app, minimal):
            terminal.rest(PAUSE / 2)
    return ours, theirs


def say(what: str, found: tuple[list[float], list[float]]) -> None:
    for whose, seconds in zip(("Quoteback", "minimal app"), found, strict=True):
        middle, high = np.percentile(np.array(seconds) * 1000, [50, 95])
        print(f"{what:28} {whose:12} p50 {middle:6.1f} ms   p95 {high:6.1f} ms", flush=True)


def documents(scratch: Path) -> Path:
    """Copies of the samples, each with words of its own, enough to index for a while."""
    folder = scratch / "documents"
    folder.mkdir()
    for number in range(200):
        for path in (ROOT / "seeds").glob("*.md"):
            text = re.sub(r"\b(the|of|and)\b", rf"\1 {number}", path.read_text(encoding="utf-8"))
            (folder / f"{number}-{path.name}").write_text(text, encoding="utf-8")
    return folder


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": place,
            "XDG_CONFIG_HOME": place,
            "QUOTEBACK_INDEX": str(scratch / "index"),
        }
        cli = [sys.executable, "-P", "-m", "tui", "index", str(ROOT / "seeds")]
        subprocess.run(cli, env=environment, check=True, capture_output=True)
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else documents(scratch)
        terminal = Terminal(environment, "-m", "tui")
        minimal = Terminal(environment, "-c", MINIMAL)
        try:
            terminal.until("Ready")
            minimal.until("Ready")
            terminal.send(QUESTION)
            terminal.rest(5)
            say("at rest", latencies(terminal, minimal, asking=False))
            indexer = [sys.executable, "-P", "-m", "tui.documents.indexing_process", "--index"]
            indexer += [environment["QUOTEBACK_INDEX"], "add", str(folder)]
            indexing = subprocess.Popen(
                indexer, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
            terminal.rest(2)
            say("while indexing and reading", latencies(terminal, minimal, asking=True))
            print("indexing went on" if indexing.poll() is None else "indexing ended before")
            indexing.kill()
            indexing.wait()
        finally:
            terminal.close()
            minimal.close()


if __name__ == "__main__":
    main()
