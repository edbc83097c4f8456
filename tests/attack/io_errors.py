"""Errors of the disk at every call that changes a file, in everything that is done to the stores.

python tests/attack/io_errors.py [--tries N] [--operations create repair …] [--seed S]

A call fails (input/output error, no space, no rights), or writes only half, once or from then
on. The operation must say so in one line, or have done its work all the same; all else is as
after a kill (see kills.py). Exit code 1 where anything else happens.
"""

from __future__ import annotations

import sys

from tests.support.attacking import interrupt_operations
from tests.support.faults import Fault

_KINDS = ("EIO", "ENOSPC", "EROFS", "short", "EDQUOT")


def _choose(number: int, call: int) -> Fault:
    return Fault(_KINDS[number % len(_KINDS)], call, lasting=number % 2 == 1)


if __name__ == "__main__":
    sys.exit(interrupt_operations(__doc__ or "", "I/O errors", 500, _choose))
