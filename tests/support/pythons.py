"""Pythons for processes that tests start."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def make_python_without_site(folder: Path) -> str:
    """A Python that finds no installed package by itself, not even what is tested."""
    python = folder / "python-without-site"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S "$@"\n')
    python.chmod(0o755)
    return str(python)
