"""Services in processes of their own."""

import signal
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import start_process


@contextmanager
def start_command(*arguments, port=0):
    """Start a command that serves; gives its address, its token and the process."""
    process = start_process(*arguments, "--port", port)
    try:
        address = next(word for word in process.stdout.readline().split() if "://" in word)
        token = Path(process.stdout.readline().removeprefix("Token: ").strip())
        yield address, token.read_text().strip(), process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
