"""Files of packed formats for the tests of their loaders."""

import pytest

from index.loaders.sandbox.parent import Sandbox
from tests.support import packed_files
from tests.support.parsers import PARSERS


@pytest.fixture(scope="session")
def examples():
    """What makes PDF, DOCX and EPUB files, and one valid file of each."""
    return packed_files


@pytest.fixture(scope="session")
def sandbox():
    """One process for all tests that need none of their own."""
    with Sandbox(modules=PARSERS) as opened:
        yield opened
