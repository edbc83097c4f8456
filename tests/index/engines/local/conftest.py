"""The local engine's own tests take an index in a folder, and no other engine."""

import pytest

from index import Index


@pytest.fixture
def index(tmp_path, words):
    """An empty index beside the folder of the documents."""
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as opened:
        yield opened
