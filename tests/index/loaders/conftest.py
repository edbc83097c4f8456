"""Files of packed formats for the tests of their loaders."""

import pytest

from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import Sandbox
from tests.support import packed_files


@pytest.fixture(scope="session")
def examples():
    """What makes PDF, DOCX and EPUB files, and one valid file of each."""
    return packed_files


@pytest.fixture(scope="session")
def sandbox():
    """One for all tests that need none of their own."""
    with Sandbox(Budget(Limits(seconds=10))) as opened:
        yield opened
