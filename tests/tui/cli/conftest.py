"""User folders of its own for a test, notes to index, an index of notes and questions about it."""

import json

import pytest

from index import Index
from tests.qa.service.conftest import write_notes

QUESTIONS = [
    {
        "id": "when",
        "question": "When was the boiler installed?",
        "answers": ["March 2019"],
        "document": "boiler.md",
    },
    {
        "id": "who",
        "question": "Who installed the boiler?",
        "answers": ["Hanna Voss", "Hanna Voss of Voss & Sons"],
        "document": "boiler.md",
    },
    {
        "id": "tree",
        "question": "When was the pear tree planted?",
        "answers": ["2004", "in 2004"],
        "document": "garden.txt",
    },
    {"id": "none", "question": "Who won the football world cup in 2018?", "answers": []},
]


@pytest.fixture
def quick_folders(tmp_path, monkeypatch):
    """User folders of the test's own, without a model."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("QUOTEBACK_INDEX", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def own_folders(quick_folders, encoder):
    """User folders of the test's own; `encoder` has filled the cache of models."""


@pytest.fixture
def notes(tmp_path):
    return write_notes(tmp_path / "notes")


@pytest.fixture
def runtime_folder(tmp_path, monkeypatch):
    """A folder for sockets of the test's own."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))


@pytest.fixture(scope="module")
def indexed(tmp_path_factory, encoder):
    """An index of two notes."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "boiler.md").write_text(
        "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n",
        encoding="utf-8",
    )
    (folder / "garden.txt").write_text(
        "The pear tree by the gate was planted in 2004. It bears fruit every second year.\n",
        encoding="utf-8",
    )
    with Index.open(folder / "i", create=True) as index:
        index.add([folder / "boiler.md", folder / "garden.txt"])
    return folder / "i"


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in QUESTIONS), encoding="utf-8")
    return path
