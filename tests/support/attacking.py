"""Operations interrupted again and again, and the table of what came of it."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.faults import Fault, Outcome, restart_with_faults, run_forked
from tests.support.operations import (
    OPERATIONS,
    Operation,
    State,
    check_interrupted,
    check_resumed,
)

# An operation that takes longer is told of.
_SLOW_SECONDS = 8
# From the number of a try and of a call, what happens at that call.
Choice = Callable[[int, int], Fault]


def interrupt_operations(description: str, name: str, tries: int, choose: Choice) -> int:
    """Interrupt all operations, as the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(description=description)
    names = [operation.name for operation in OPERATIONS]
    parser.add_argument("--tries", type=int, default=tries)
    parser.add_argument("--operations", nargs="*", choices=names, default=names)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--call", type=int, help="at this call alone")
    chosen = parser.parse_args()
    restart_with_faults()
    print(f"seed {chosen.seed}", flush=True)
    operations = [each for each in OPERATIONS if each.name in chosen.operations]
    failed = made = 0
    began = time.monotonic()
    print(
        f"{'operation':12}{'calls':>8}{'tries':>8}{'killed':>8}{'refused':>9}{'done':>8}{'FAILED':>8}"
    )
    for operation in operations:
        with tempfile.TemporaryDirectory(prefix="attack-") as scratch:
            attack = _Attack(operation, Path(scratch).resolve())
            calls = _spread(attack.calls, -(-chosen.tries // len(operations)), chosen.seed)
            for number, call in enumerate([chosen.call] if chosen.call else calls):
                attack.interrupt(choose(number, call))
        counts = attack.outcomes
        made, failed = made + sum(counts.values()), failed + attack.failed
        print(
            f"{operation.name:12}{attack.calls:8}{sum(counts.values()):8}{counts['killed']:8}"
            f"{counts['refused']:9}{counts['acknowledged']:8}{attack.failed:8}",
            flush=True,
        )
    print(f"{made:,} {name}, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _spread(calls: int, tries: int, seed: int) -> Sequence[int]:
    """Numbers of calls, spread over all of them; each once if there are few."""
    if tries >= calls:
        return [1 + number % calls for number in range(tries)]
    chance = random.Random(seed)
    return [1 + int((number + chance.random()) * calls / tries) for number in range(tries)]


class _Attack:
    """One operation, to be interrupted in the same folder again and again."""

    def __init__(self, operation: Operation, scratch: Path) -> None:
        self.operation = operation
        self.outcomes: Counter[str] = Counter()
        self.failed = 0
        self._base, self._work = scratch / "base", scratch / "work"
        self._work.mkdir()
        self.before: State = self._must(lambda: operation.prepare(self._work)).value
        self._work.rename(self._base)
        self._renew()
        self.calls = self._must(lambda: operation.run(self._work)).calls
        self.after: State = self._must(lambda: operation.read(self._work)).value

    def interrupt(self, fault: Fault) -> None:
        """Run the operation with a fault, and check what came of it."""
        self._renew()
        operation, work = self.operation, self._work
        began = time.monotonic()
        outcome = run_forked(lambda: operation.run(work), work, fault)
        if time.monotonic() - began > _SLOW_SECONDS:
            print(f"{operation.name}: {fault}: {time.monotonic() - began:.0f} s", flush=True)
        self.outcomes[outcome.how] += 1
        problems = []
        if outcome.how in ("failed", "hung") or "\n" in outcome.message:
            problems.append(f"{outcome.how}: {outcome.message}")
        done = outcome.how == "acknowledged"
        for check in (
            lambda: check_interrupted(operation, work, self.before, self.after, done),
            lambda: check_resumed(operation, work, self.after),
        ):
            result = run_forked(check, work)
            problems += result.value or ([] if result.how == "acknowledged" else [result.message])
        if problems:
            self.failed += 1
            print(f"{operation.name}: {fault}", *problems, sep="\n    ", flush=True)

    def _renew(self) -> None:
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.with_name("acknowledged").unlink(missing_ok=True)
        shutil.copytree(self._base, self._work, symlinks=True)

    def _must(self, function: Callable[[], object]) -> Outcome:
        outcome = run_forked(function, self._work)
        if outcome.how != "acknowledged":
            sys.exit(f"{self.operation.name}: {outcome.how}: {outcome.message}")
        return outcome
