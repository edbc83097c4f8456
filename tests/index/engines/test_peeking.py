"""Whether an index holds documents, said before it is opened."""

import pytest

from index import DamagedIndex, Index, NotAnIndex, holds_documents


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
