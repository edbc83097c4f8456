"""The engines that the contract holds for: each gives a place where there is no index yet."""

import os
from uuid import uuid4

import pytest

from index import Index, MissingEngine
from index.engines import registry
from index.locations import read_location
from tests.support import memory_engine
from tests.support.encoders import WordEncoder

# Of each engine that needs a server: what names an address that new indexes may be made at, in
# which `{name}` stands for a name that is not taken.
SERVERS = {"postgres": "QUOTEBACK_TEST_POSTGRES", "milvus": "QUOTEBACK_TEST_MILVUS"}


_PLACES = [
    "local",
    "memory",
    "milvus lite",
    pytest.param("postgres", marks=pytest.mark.e2e),
    "milvus",
]


@pytest.fixture(params=_PLACES)
def place(request, tmp_path, monkeypatch):
    """Where there is no index yet, in each engine."""
    name = f"test_{uuid4().hex[:12]}"
    match request.param:
        case "local":
            given = str(tmp_path / "an.index")
        case "memory":
            known = {**registry._ENGINES, "memory": (memory_engine.__name__, "")}
            monkeypatch.setattr(registry, "_ENGINES", known)
            given = f"memory://{name}"
        case "milvus lite":
            given = f"milvus+file://{tmp_path / 'an.milvus.db'}"
        case "postgres" if SERVERS["postgres"] not in os.environ:
            given = request.getfixturevalue("postgres").address(schema=name)
        case server:
            address = os.environ.get(SERVERS[server])
            if not address:
                pytest.skip(f"no {server} server: ${SERVERS[server]} gives none")
            given = address.format(name=name)
    try:
        registry.find_engine(read_location(given))
    except MissingEngine as error:
        pytest.skip(str(error))
    return given


@pytest.fixture
def index(place):
    with Index.open(place, create=True, encoder=WordEncoder()) as opened:
        yield opened


@pytest.fixture
def reopen(place):
    """Opens the index once more, as another process would."""
    opened = []

    def reopen(encoder=None):
        opened.append(Index.open(place, encoder=encoder or WordEncoder()))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()
