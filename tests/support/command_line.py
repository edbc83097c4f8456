"""Commands run as a person runs them: within this process, or in one of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tui.cli.main import main


def run_command(capsys, *arguments):
    """Exit code, standard output and standard error of a command."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def run_eval(capsys, *arguments):
    """What `eval` prints, which must succeed."""
    code, out, err = run_command(capsys, "eval", *arguments)
    assert code == 0, err
    return out


def run_refused(capsys, *arguments):
    """The one line with which a command was refused, and its exit code."""
    code, _, err = run_command(capsys, *arguments)
    lines = [line for line in err.splitlines() if line.startswith("quoteback: ")]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return code, lines[0].removeprefix("quoteback: ")


def index_notes(capsys, notes):
    """Index a folder at `i`; returns the report."""
    code, out, _ = run_command(capsys, "index", notes, "--index", "i", "--json")
    assert code == 0
    return json.loads(out)


def run_process(*arguments, **options):
    """Run a command in a process of its own, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, **options.pop("env", {})},
        capture_output=True,
        **options,
    )


def start_process(*arguments, **options):
    """Start a command in a process of its own, whose output is text."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    return subprocess.Popen([sys.executable, "-m", "tui", *map(str, arguments)], **options)


@contextmanager
def serve_command(*arguments, port=0):
    """Run a command that serves; gives its address, its token and the process."""
    process = start_process(*arguments, "--port", port)
    try:
        address = next(word for word in process.stdout.readline().split() if "://" in word)
        token = Path(process.stdout.readline().removeprefix("Token: ").strip())
        yield address, token.read_text().strip(), process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def run_shell(script, **options):
    """Run a line of a shell, in which `quoteback` is this program, to its end."""
    program = f'quoteback() {{ {sys.executable} -m tui "$@"; }}'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{program}; {script}"],
        capture_output=True,
        text=True,
        **options,
    )
