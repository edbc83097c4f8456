"""Small question sets of every format, and an index to ask them of."""

import json

import pytest

from index import Content, Index, Retriever
from qa import Assistant

NOTES = {
    "boiler.md": "The boiler was installed in March 2019 by Hanna Voss of Voss and Sons, who came "
    "all the way from Lübeck with a van full of copper pipes.",
    "garden.md": "The pear tree by the gate was planted in 2004, and it bears fruit every second "
    "year. Beside it grow gooseberries, rhubarb and mint.",
    "house.md": "The house has eleven windows, four of which face the lake. The roof was made new "
    "in 1998 after the great storm had taken a third of its tiles.",
}


@pytest.fixture
def lines(tmp_path):
    """Writes a file of JSON lines; returns its path."""

    def lines(*rows, name="questions.jsonl"):
        path = tmp_path / name
        texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return lines


@pytest.fixture
def beir(tmp_path):
    """Writes a folder in BEIR's layout; returns its path."""

    def beir(corpus, queries, judgements):
        folder = tmp_path / "beir"
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        for name, rows in (("corpus", corpus), ("queries", queries)):
            text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        table = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in judgements)]
        (folder / "qrels" / "test.tsv").write_text("\n".join(table), encoding="utf-8")
        return folder

    return beir


@pytest.fixture(scope="session")
def notes(tmp_path_factory, encoder):
    """An index of three short notes, known by their file names."""
    place = tmp_path_factory.mktemp("evaluation") / "index"
    with Index.open(place, create=True, encoder=encoder) as index:
        index.add_texts((name, Content(text)) for name, text in NOTES.items())
        yield index


@pytest.fixture(scope="session")
def assistant(notes):
    return Assistant(Retriever(notes))
