"""First paint: how soon the app can be seen and typed into, against a minimal Textual app.

python tests/benchmarks/painting.py. Every start is a fresh process in a terminal of its own, all
of them by turns, ours on an index of the sample documents. An app has painted when its input has
reached the terminal, and takes keys when a letter that is typed then is drawn; the models load
meanwhile.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

ROOT = Path(__file__).parents[2]
ROUNDS = 7
MINIMAL = """
from textual.app import App
from textual.widgets import Input, Footer
class Minimal(App):
    def compose(self):
        yield Input(placeholder="Ask your documents a question")
        yield Footer()
Minimal().run()
"""
PAINTED, TYPED = b"Ask your documents", "Ж".encode()


def started(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of a process until it has painted, and until it shows a letter."""
    begun = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)
    try:
        ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
        painted = until(terminal, PAINTED)
        os.write(terminal, TYPED)
        return painted - begun, until(terminal, TYPED) - begun
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)


def until(terminal: int, words: bytes) -> float:
    """When the terminal was sent these words; waits for a minute at most."""
    seen, ends = b"", time.monotonic() + 60
    while words not in seen:
        left = ends - time.monotonic()
        assert select.select([terminal], [], [], max(0, left))[0], f"{words!r} did not come"
        seen += os.read(terminal, 65536)
    return time.perf_counter()


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": scratch,
            "XDG_CONFIG_HOME": scratch,
            "QUOTEBACK_INDEX": str(Path(scratch, "index")),
        }
        index = [sys.executable, "-P", "-m", "tui", "index", str(ROOT / "seeds")]
        subprocess.run(index, env=environment, check=True, capture_output=True)
        minimal, ours = ["-c", MINIMAL], ["-P", "-m", "tui"]
        rows = [
            (started(minimal, environment), started(ours, environment)) for _ in range(ROUNDS + 1)
        ][1:]  # the first fills the page cache
    for what, number in (("first paint", 0), ("a typed letter is drawn", 1)):
        least, quoteback = (statistics.median(row[app][number] for row in rows) for app in range(2))
        print(
            f"{what:26} minimal app {least:.2f} s   quoteback {quoteback:.2f} s   "
            f"{quoteback / least:.2f} times"
        )


if __name__ == "__main__":
    main()
