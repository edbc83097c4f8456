"""A served index, and what attacks on servers have in common: honest questions and hostile bytes."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import run_process

QUESTION = "When was the canal dug?"
ANSWER = "1794"
# What a mutation puts into a message.
_PIECES = [
    *(b"{", b"[", b'"', b"null", b"1e999", b"\\u0000", b"\\ud800", b"-1", b",", b":", b"}"),
    *(b"\r\n", b"\0", b"\n", b" ", b"\t", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"%00", b".."),
]


@contextmanager
def served_index() -> Iterator[Path]:
    """An index of a few documents with odd names, and user folders of its own."""
    with tempfile.TemporaryDirectory(prefix="attack-") as scratch:
        folder = Path(scratch)
        for name in ("data", "config", "run", "notes"):
            (folder / name).mkdir(mode=0o700)
        kinds = {"DATA_HOME": "data", "CONFIG_HOME": "config", "RUNTIME_DIR": "run"}
        os.environ |= {f"XDG_{kind}": str(folder / name) for kind, name in kinds.items()}
        odd = os.fsencode(folder / "notes") + b"/canal-caf\xe9.txt"
        Path(os.fsdecode(odd)).write_text("The canal was dug in 1794, by hand.", encoding="utf-8")
        (folder / "notes" / "\x1b]0;x\x07\u202emill.txt").write_text(
            "The mill burned \x1b[2J down."
        )
        made = run_process("index", folder / "notes", "--index", folder / "index", text=True)
        assert made.returncode == 0, made.stderr
        yield folder / "index"


def mutate(message: bytes, chance: random.Random) -> bytes:
    """A message with some bytes changed, taken out or put in."""
    changed = bytearray(message)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(changed) or 1)
        kind = chance.randrange(4)
        if kind == 0:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del changed[at : at + chance.choice((1, 1, 10))]
        else:
            changed[at:at] = chance.choice(_PIECES)
    return bytes(changed)


class Tally:
    """How many tries were made, and which of them failed."""

    def __init__(self) -> None:
        self.tries = self.failed = 0
        self._began = time.monotonic()

    def note(self, name: str, problem: str | None) -> None:
        """Count a try; `problem` is None where nothing went wrong."""
        self.tries += 1
        if problem is not None:
            self.failed += 1
            print(f"FAILED  {name}: {problem}", flush=True)

    def check_log(self, log: str) -> None:
        """A server says one line for a fault, and the same one once a minute."""
        lines = log.splitlines()
        minutes = 1 + (time.monotonic() - self._began) / 60
        problem = None
        if "Traceback" in log or any(not line.startswith("quoteback: ") for line in lines):
            problem = log[:500]
        elif len(lines) > 5 * minutes:
            problem = f"{len(lines)} lines in {minutes:.0f} minutes: {lines[:10]}"
        self.note("standard error", problem)

    def report(self, what: str) -> int:
        """Print the sum; returns the exit code."""
        seconds = time.monotonic() - self._began
        print(f"{self.tries:,} {what}, {self.failed} failed, {seconds:.0f} s")
        return 1 if self.failed else 0


def read_options(description: str, tries: int) -> tuple[int, random.Random]:
    """How many tries the command line asks for, and the source of their chance."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tries", type=int, default=tries)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    return chosen.tries, random.Random(chosen.seed)


def read_memory(process: int) -> int:
    """Megabytes that a process has had at most; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
