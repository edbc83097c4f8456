"""User folders for every test of `eval`, and a question set with a corpus of its own."""

import json

import pytest

from index.locations import cache_folder


@pytest.fixture(autouse=True)
def own_cache(own_folders, tmp_path, monkeypatch):
    """Every test has user folders of its own, and a cache that shares the compiled models."""
    (tmp_path / "cache").mkdir()
    for part in ("models", "sources"):
        (cache_folder() / part).mkdir(exist_ok=True)
        (tmp_path / "cache" / part).symlink_to(cache_folder() / part)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = {"pear tree": "Pears grow on trees.", "boiler": "A boiler heats water."}
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": name, "text": text}) for name, text in documents.items())
    )
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "pear trees"}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tpear tree\t1\n")
    return folder
