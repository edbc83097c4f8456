"""Power cuts: all that was acknowledged is there, whatever else the disk has lost.

python tests/attack/power_loss.py [--tries N] [--operations create repair …] [--seed S]

Each operation (see kills.py) is recorded with all that it writes, and played back to points
spread over the recording, and to its end. There the power goes: of each file any part of what
was not put on the disk by fsync is lost, and of the names of files any part of the last changes.
What must hold then is what must hold after a kill. Exit code 1 where it does not.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from copy import deepcopy
from functools import partial
from pathlib import Path

from tests.support.faults import restart_with_faults, run_forked
from tests.support.operations import (
    INDEX_OPERATIONS,
    OTHER_OPERATIONS,
    Operation,
    State,
    acknowledge,
    check_interrupted,
    check_resumed,
)
from tests.support.recorded_disk import Event, RecordedDisk, read_events

# Of so many cuts, one is at the end of the recording.
_ENDS = 5


class _Recording:
    """One operation, as it was recorded."""

    def __init__(self, operation: Operation, scratch: Path) -> None:
        self.operation = operation
        self._work = scratch / "work"
        self._work.mkdir()
        prepared = run_forked(lambda: operation.prepare(self._work), self._work)
        self._before: State = prepared.value
        self._start = RecordedDisk(self._work)
        record = scratch / "record"
        done = run_forked(lambda: operation.run(self._work), self._work, record=record)
        if done.how != "acknowledged":
            sys.exit(f"{operation.name}: {done.how}: {done.message}")
        self._after: State = run_forked(lambda: operation.read(self._work), self._work).value
        self.events: list[Event] = read_events(record)

    def cut(self, end: int, chance: random.Random) -> list[str]:
        """Cut the power after so many events; what is wrong then, a line each."""
        work, operation = self._work, self.operation
        disk = deepcopy(self._start)
        work.with_name("acknowledged").unlink(missing_ok=True)
        for event in self.events[:end]:
            if event.kind == "!":
                acknowledge(work, json.loads(event.path))
            disk.play(event)
        disk.cut_power(chance)
        shutil.rmtree(work, ignore_errors=True)
        disk.write_to_disk()
        done = end == len(self.events)
        problems = []
        for check in (
            partial(check_interrupted, operation, work, self._before, self._after, done),
            partial(check_resumed, operation, work, self._after),
        ):
            result = run_forked(check, work)
            problems += result.value or ([] if result.how == "acknowledged" else [result.message])
        return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    # What is written once, at a person's wish, is written again where it is lost.
    lasting = {each.name: each for each in (*INDEX_OPERATIONS, *OTHER_OPERATIONS)}
    parser.add_argument("--tries", type=int, default=500)
    parser.add_argument("--operations", nargs="*", choices=lasting, default=list(lasting))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    restart_with_faults()
    print(f"seed {chosen.seed}", flush=True)
    began, tries, failed = time.monotonic(), 0, 0
    print(f"{'operation':12}{'events':>8}{'tries':>8}{'FAILED':>8}")
    for operation in map(lasting.__getitem__, chosen.operations):
        with tempfile.TemporaryDirectory(prefix="attack-") as scratch:
            recording = _Recording(operation, Path(scratch).resolve())
            total, bad = len(recording.events), 0
            count = -(-chosen.tries // len(chosen.operations))
            for number in range(count):
                chance = random.Random(f"{chosen.seed} {number}")
                end = total if number % _ENDS == 0 else chance.randint(0, total)
                if problems := recording.cut(end, chance):
                    bad += 1
                    print(f"{operation.name}: cut {number} after {end}", *problems, sep="\n    ")
            print(f"{operation.name:12}{total:8}{count:8}{bad:8}", flush=True)
            tries, failed = tries + count, failed + bad
    print(f"{tries:,} power cuts, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
