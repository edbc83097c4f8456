"""What tests of all three packages share: the real model, compiled once."""

import os

import pytest
from hypothesis import settings

from index import Encoder, load_encoder

# A busy machine is no failure.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The default model. It is kept for later runs where QUOTEBACK_CACHE says so."""
    os.environ.setdefault("QUOTEBACK_CACHE", str(tmp_path_factory.mktemp("cache")))
    return load_encoder()
