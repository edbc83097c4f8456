"""The document of a hit is read again from the index, if it is still there."""

from index import Content, Index, Retriever
from qa.answering.stored_documents import read_document
from tests.support.encoders import WordEncoder


def test_text_and_passages_of_a_document_are_read_until_it_is_removed(tmp_path):
    index = Index.open(tmp_path / "index", create=True, encoder=WordEncoder())
    index.add_texts([("pump", Content("The pump is in the cellar."))])
    [hit] = Retriever(index).search("Where is the pump?")
    assert read_document(hit, index) == ("The pump is in the cellar.", [hit.passage])
    index.remove(["pump"])
    assert read_document(hit, index) is None
