"""What tests of all three packages share: the real models, compiled once, and the markers."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from index import Encoder, load_encoder

# A busy machine is no failure.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

# A test that asks for one of these loads a model that ships.
_MODEL_FIXTURES = {"encoder", "assistant", "reader", "reranker", "installed_assistant"}
# Files whose tests start the program, or take long; relative to this folder.
_END_TO_END = (
    "test_packaging.py",
    "tui/test_terminal.py",
    "tui/cli/test_serve.py",
    "tui/cli/serve",
    "tui/documents/test_indexing_process.py",
)
_SLOW = (
    "index/test_crash.py",
    "index/test_stress.py",
    "index/loaders/test_fuzz.py",
    "qa/training",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for and where they stand, so that no list has to be kept."""
    here = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(here).as_posix()
        if _MODEL_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("model")
        if place.startswith(_END_TO_END):
            item.add_marker("e2e")
        if place.startswith(_SLOW):
            item.add_marker("slow")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The default model. It is kept for later runs where QUOTEBACK_CACHE says so."""
    os.environ.setdefault("QUOTEBACK_CACHE", str(tmp_path_factory.mktemp("cache")))
    return load_encoder()
