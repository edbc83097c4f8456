"""Kills and errors of the system at every step of a writer's work: nothing committed is lost.

python tests/benchmarks/crash.py [--steps N] [--times N] [--calls N] [--errors N] [--seed S]

A process makes an index, adds, changes, moves, removes and repairs; it is killed (SIGKILL)
at N of its steps, spread over all of them, at N moments by the clock, and at N calls to the
system by any thread, SQLite's and the keyword engine's among them; and N times such a call
fails: no space, an input/output error, a disk that can only be read. Each time the index
must open, be sound and hold exactly what was said to be committed; then another run must
bring all in step and embed only what is left. The last two need `strace`. Exit code 1 where
anything else happens; what was left then is kept for a look.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import crashing

# Calls that change what is on disk; in a thread of its own each is counted from 1.
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir")
MOST_CALLS = 120
ERRORS = ("ENOSPC", "EIO", "EROFS", "EDQUOT")


def attempts(chosen: argparse.Namespace, chance: random.Random, steps: int) -> Iterator[Any]:
    """What is done to the process, each with its name."""
    for number in range(chosen.steps):
        step = 1 + int((number + chance.random()) * steps / chosen.steps)
        yield "at a step", f"step {step}", {"step": step}
    for _ in range(chosen.times):
        seconds = chance.uniform(0, chosen.seconds)
        yield "by the clock", f"{seconds:.2f} s", {"seconds": seconds}
    for kind, count in (("at a call", chosen.calls), ("error", chosen.errors)):
        for _ in range(count):
            # Most threads make few calls of a kind.
            call, number = chance.choice(CALLS), int(MOST_CALLS ** chance.random())
            harm = "signal=KILL" if kind == "at a call" else f"error={chance.choice(ERRORS)}"
            inject = f"inject={call}:{harm}:when={number}"
            strace = ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", f"trace={call}"]
            yield kind, inject, {"under": [*strace, "-e", inject]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--errors", type=int, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    if shutil.which("strace") is None and (chosen.calls or chosen.errors):
        parser.error("strace is not installed: give --calls 0 --errors 0")
    chance = random.Random(chosen.seed)
    base = Path(tempfile.mkdtemp(prefix="crash-"))
    place, folder = base / "an.index", base / "notes"
    crashing.fill(folder)
    began = time.monotonic()
    _, whole = crashing.run(place, folder)
    chosen.seconds = time.monotonic() - began
    print(f"seed {chosen.seed}; a whole run: {whole.steps} steps", flush=True)
    outcomes: Counter[tuple[str, str]] = Counter()
    for number, (kind, name, harm) in enumerate(attempts(chosen, chance, whole.steps)):
        place, folder = base / str(number) / "an.index", base / str(number) / "notes"
        crashing.fill(folder)
        try:
            killed, journal = crashing.run(place, folder, **harm)
            crashing.check(place, journal)
            crashing.resume(place, folder)
            outcome = "killed" if killed else "refused" if journal.refused else "ran through"
        except Exception:
            outcome = "FAILED"
            print(f"{kind}: {name}, in {place.parent}\n{traceback.format_exc()}", flush=True)
        else:
            shutil.rmtree(place.parent, ignore_errors=True)
        outcomes[kind, outcome] += 1
    names = ("killed", "refused", "ran through", "FAILED")
    if not (failed := any(outcome == "FAILED" for _, outcome in outcomes)):
        shutil.rmtree(base, ignore_errors=True)
    print(f"{'':14}" + "".join(f"{name:>13}" for name in names))
    for kind in dict.fromkeys(kind for kind, _ in outcomes):
        print(f"{kind:14}" + "".join(f"{outcomes[kind, name]:13,}" for name in names))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
