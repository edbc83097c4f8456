"""Kills and errors at chosen calls to the system, in processes that are forked and cheap.

A program that uses this begins with `restart_with_faults`: it starts itself again with
`faults.c` between it and the system. From then on `run_forked` lets a child do something while
one of its calls that change files kills it, is cut short, or fails.
"""

from __future__ import annotations

import ctypes
import errno
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import QuotebackError

_SOURCE = Path(__file__).with_suffix(".c")
_ACKNOWLEDGED, _REFUSED, _FAILED = 0, 3, 4
# Seconds after which a child counts as hanging.
_MOST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a child, and when.

    Attributes:
        what: "kill"; "torn" (half of it is done, then the process is killed); "short" (half of
            it is done); or the name of an error, such as "EIO".
        call: the number of the call, from 1.
        lasting: whether it happens from then on, and not once.
    """

    what: str
    call: int
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child has ended.

    Attributes:
        how: "acknowledged", "refused" (with an error of ours), "killed", "hung" or "failed".
        message: of the error.
        calls: how many there were, where it was not killed.
        value: what the function returned.
    """

    how: str
    message: str = ""
    calls: int = 0
    value: Any = None


def can_be_built() -> bool:
    """Whether there is a compiler, and a system that lets a library stand in between."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def restart_with_faults() -> None:
    """Start this program again with `faults.c` in between, unless it is so already."""
    if "QUOTEBACK_FAULTS" in os.environ:
        return
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "faults.so")
        command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
        subprocess.run([*command, "-lpthread"], check=True)
        environment = {**os.environ, "LD_PRELOAD": str(library), "QUOTEBACK_FAULTS": "1"}
        # Arithmetic in threads of its own is of no use in children, and outlives no fork.
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        sys.exit(
            subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode
        )


def run_forked(
    function: Callable[[], Any],
    folder: Path,
    fault: Fault | None = None,
    record: Path | None = None,
) -> Outcome:
    """Call a function in a child.

    Args:
        folder: calls that change files below it are counted.
        fault: what happens at one of them.
        record: a file to which they are recorded.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_run(function, folder, fault, record, writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        how = "hung" if os.WTERMSIG(status) == 14 else "killed"
        return Outcome(how)
    how = {_ACKNOWLEDGED: "acknowledged", _REFUSED: "refused"}.get(os.WEXITSTATUS(status), "failed")
    return Outcome(how, *(pickle.loads(data) if data else ()))


def mark(text: str) -> None:
    """Put a mark among the calls that are recorded, if they are."""
    if "QUOTEBACK_FAULTS" in os.environ:
        ctypes.CDLL(None).faults_mark(text.encode())


def _run(
    function: Callable[[], Any], folder: Path, fault: Fault | None, record: Path | None, pipe: int
) -> int:
    import signal

    signal.alarm(_MOST_SECONDS)
    library = ctypes.CDLL(None)
    library.faults_calls.restype = ctypes.c_long
    code, message, value = _ACKNOWLEDGED, "", None
    try:
        kinds = {"kill": 1, "torn": 2, "short": 4}
        what = kinds.get(fault.what, 3) if fault else 0
        number = getattr(errno, fault.what, 0) if fault else 0
        name = os.fsencode(record) if record else None
        library.faults_arm(
            os.fsencode(folder),
            what,
            ctypes.c_long(fault.call if fault else 0),
            number,
            int(bool(fault and fault.lasting)),
            name,
        )
        value = function()
    except QuotebackError as error:
        code, message = _REFUSED, str(error)
    except BaseException:
        code, message = _FAILED, traceback.format_exc()
    calls = library.faults_calls()
    # From here on nothing happens to it.
    library.faults_arm(b"", 0, ctypes.c_long(0), 0, 0, None)
    with os.fdopen(pipe, "wb") as file:
        file.write(pickle.dumps((message, calls, value)))
    return code
