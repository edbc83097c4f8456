"""Models that ship with their weights: checked, compiled once, and without a cache each time."""

import json

import pytest

from index import ModelError
from index.models import CARD, ShippedModel, hash_file

FILE = "letters.safetensors"


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / FILE).write_text("weights")
    (folder / CARD).write_text(json.dumps({"sha256": hash_file(folder / FILE)}))
    return ShippedModel(folder, FILE, "model of letters")


@pytest.fixture
def compiler():
    """Compiles to capital letters, and counts how often."""

    class Compiler:
        times = 0

        def compile(self, weights, folder):
            self.times += 1
            (folder / "compiled").write_text(weights.read_text().upper())

        def load(self, shipped):
            return shipped.load(self.compile, lambda folder: (folder / "compiled").read_text())

    return Compiler()


def test_it_is_compiled_once(shipped, compiler, tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    assert [compiler.load(shipped) for _ in range(2)] == ["WEIGHTS"] * 2
    assert compiler.times == 1


def test_a_cache_that_cannot_be_written_costs_time_not_the_model(
    shipped, compiler, tmp_path, monkeypatch
):
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the cache's folder should be")
    monkeypatch.setenv("QUOTEBACK_CACHE", str(blocked))
    with pytest.warns(match="cannot be written"):
        assert compiler.load(shipped) == "WEIGHTS"


def test_altered_weights_are_never_compiled(shipped, compiler, tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    (shipped.folder / FILE).write_text("other weights")
    with pytest.raises(ModelError, match="the model of letters's weights are damaged: reinstall"):
        compiler.load(shipped)
    assert compiler.times == 0
