"""Kills at every call that changes a file, in everything that the program does to its stores.

python tests/attack/kills.py [--tries N] [--operations create repair …] [--seed S]

Each operation on the index (making, updating, removing, repairing, restoring …), on
conversations, settings, judgements and compiled models is killed at calls spread over all of its
work; every third time the call itself is done by half. What was acknowledged must be there, the
rest must be as before or as after, nothing may say "sound" that is not, and the same operation
must then come to its end. Exit code 1 where anything else happens.
"""

from __future__ import annotations

import sys

from tests.support.attacking import interrupt_operations
from tests.support.faults import Fault


def _choose(number: int, call: int) -> Fault:
    return Fault("torn" if number % 3 == 2 else "kill", call)


if __name__ == "__main__":
    sys.exit(interrupt_operations(__doc__ or "", "kills", 1_000, _choose))
