"""The index of the sample documents: made, and kept in step with the copy that runs."""

import pytest

from index import Retriever
from qa import Assistant
from tui.app import start
from tui.common import index_choice


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch, encoder):
    """Every test has user folders of its own; `encoder` has filled the cache of models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("QUOTEBACK_INDEX", raising=False)


def test_copies_of_the_program_take_turns_at_one_index_of_samples(tmp_path, monkeypatch):
    for copy in ("one", "two", "one"):
        folder = tmp_path / copy
        folder.mkdir(exist_ok=True)
        (folder / "rain.md").write_text(f"The rain museum of copy {copy} opened in 1998.")
        monkeypatch.setattr(index_choice, "sample_folder", lambda folder=folder: folder)
        with index_choice.open_index(None, lambda _: None) as index:
            assert [document.path for document in index.documents()] == [str(folder / "rain.md")]
            assert index.status().folders == (str(folder),)
            assert index.removed == set()


def test_of_the_questions_to_try_all_but_the_last_are_answered_and_that_cannot_be():
    with index_choice.open_index(None, lambda _: None) as index:
        assistant = Assistant(Retriever(index))
        replies = [assistant.ask(question) for question in start._make_samples().questions]
    assert [reply.answered for reply in replies] == [True, True, True, True, False]
