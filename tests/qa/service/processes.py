"""Services in processes of their own."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.support import ROOT


@contextmanager
def start_command(*arguments, port=0):
    """Start a command that serves; gives its address, its token and the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *map(str, arguments), "--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = next(word for word in process.stdout.readline().split() if "://" in word)
        token = Path(process.stdout.readline().removeprefix("Token: ").strip())
        yield address, token.read_text().strip(), process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
