"""What is left of indexing, in a sentence."""

from index import Status
from tui.app.opening import describe_unfinished
from tui.documents.document_tree import build_document_tree


def read(*, new: tuple[str, ...] = (), embedded: int = 10):
    return build_document_tree(
        Status("/i", 1, 10, embedded, "m", 0, ("/n",), (), (), new, (), None), ["/n/a.md"]
    )


def test_nothing_is_said_where_nothing_is_left():
    assert describe_unfinished(read()) == ""


def test_files_and_passages_that_wait_are_counted():
    assert describe_unfinished(read(new=("/n/b.md", "/n/c.md"), embedded=9)) == (
        "Indexing is not finished: 2 files in your folders are not indexed yet, and 1 passage is "
        "found by its words alone so far."
    )
