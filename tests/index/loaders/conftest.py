"""Files of packed formats for the tests of their loaders."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.loaders.sandbox import Sandbox


@pytest.fixture(scope="session")
def examples():
    """What makes PDF, DOCX and EPUB files, and one valid file of each."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("examples.py"))))


@pytest.fixture(scope="session")
def sandbox():
    """One process for all tests that need none of their own."""
    with Sandbox() as opened:
        yield opened
