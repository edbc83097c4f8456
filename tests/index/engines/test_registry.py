"""From a place to its engine: built in, of another package, or missing; what is told before that."""

import sys

import pytest

from index import (
    DamagedIndex,
    Index,
    MissingEngine,
    NotAnIndex,
    PluginError,
    QuotebackError,
    Retriever,
    holds_documents,
)
from index.engines import registry
from index.plugins import list_plugins
from tests.support.encoders import WordEncoder

ENTRY_POINTS = """
[quoteback.engines]
shelf = tests.support.memory_engine
gone = no_such_module
postgresql = no_such_module
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that brings engines."""
    info = tmp_path / "site" / "shelves-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shelves\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path / "site")
    list_plugins.cache_clear()
    yield
    list_plugins.cache_clear()


@pytest.mark.usefixtures("installed")
def test_an_engine_of_another_package_is_found_by_the_scheme():
    with Index.open("shelf://one", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("a", "The heron stood in the river for all of the morning.")])
        assert Retriever(index).search("heron")[0].document.path == "a"
        assert str(index.location) == "shelf://one"


@pytest.mark.usefixtures("installed")
def test_a_package_can_neither_fail_unnoticed_nor_take_our_schemes():
    with pytest.raises(PluginError, match="no_such_module"):
        Index.open("gone://one")
    # The entry point of our own scheme is never imported.
    with pytest.raises(QuotebackError) as error:
        Index.open("postgresql://nowhere.invalid/one")
    assert "no_such_module" not in str(error.value)


def test_an_unknown_scheme_is_told_with_those_that_are_known():
    with pytest.raises(MissingEngine) as error:
        Index.open("https://example.org/index", create=True)
    assert "https://" in str(error.value)
    assert "postgresql://" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_package_is_told_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    (tmp_path / "needy_engine.py").write_text("import no_such_driver\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_ENGINES", {"milvus": ("needy_engine", "milvus")})
    monkeypatch.setattr("sys.prefix", sys.base_prefix)
    with pytest.raises(MissingEngine, match=r"pipx install --force '\.\[milvus\]'") as error:
        Index.open("milvus://user:s3cret@host/one")
    assert "no_such_driver" in str(error.value)
    assert "s3cret" not in str(error.value)


def test_an_index_holds_documents_once_one_is_added(tmp_path, encoder):
    (tmp_path / "note.txt").write_text("The pear tree was planted in 2004.", encoding="utf-8")
    with Index.open(tmp_path / "i", create=True) as index:
        assert not holds_documents(tmp_path / "i")
        index.add([tmp_path / "note.txt"])
        assert holds_documents(tmp_path / "i")
        index.remove([tmp_path / "note.txt"])
        assert not holds_documents(tmp_path / "i")


def test_what_is_no_index_or_a_damaged_one_is_said(tmp_path, encoder):
    with pytest.raises(NotAnIndex):
        holds_documents(tmp_path / "nowhere")
    Index.open(tmp_path / "i", create=True).close()
    (tmp_path / "i" / "index.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedIndex):
        holds_documents(tmp_path / "i")
