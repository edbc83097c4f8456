"""The package as others use it: what is in it, and what is given to it in haste."""

import ast
import os
from datetime import date
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from index import (
    Content,
    DamagedIndex,
    Filter,
    Heading,
    Index,
    ModelError,
    NotAnIndex,
    Retriever,
    Span,
    Table,
)
from tests.support import ROOT

STUBS = [stub for name in ("index", "qa", "tui") for stub in (ROOT / name).rglob("__init__.pyi")]


@pytest.mark.parametrize("stub", STUBS, ids=lambda stub: stub.parent.name)
def test_all_that_is_exported_is_listed_and_there(stub):
    package = import_module(".".join(stub.parent.relative_to(ROOT).parts))
    statements = ast.parse(stub.read_text(encoding="utf-8")).body
    assert sorted(each.asname for statement in statements for each in statement.names) == sorted(
        package.__all__
    )
    listed = dir(package)
    for name in package.__all__:
        assert name in listed
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing


def test_one_path_may_be_given_as_it_is(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    write("b.md", paragraphs("snow"))
    for given in (str(folder), Path(folder), [str(folder)]):
        report = index.add(given)
        assert report.added + report.unchanged == 2
    assert index.add(folder, exclude="*.md").removed == 1
    assert index.update(str(folder)).unchanged == 1
    assert index.remove(str(folder / "a.txt")) == 1


def test_a_retriever_wants_an_open_index(index):
    for path in (str(index.path), index.path):
        with pytest.raises(TypeError, match=r"Retriever\(Index\.open\("):
            Retriever(path)


def test_what_is_no_question_and_no_filter_is_refused(index):
    retriever = Retriever(index)
    for wrong in (
        lambda: retriever.search(None),
        lambda: retriever.search(["one", "two"]),
        lambda: retriever.search_many("one"),
    ):
        with pytest.raises(TypeError, match="a question is a string"):
            wrong()
    with pytest.raises(TypeError, match=r"filter is an index\.Filter, not '\*\.md'"):
        retriever.search("rain", filter="*.md")
    for since in ("2026-01-31", date(2026, 1, 31)):
        with pytest.raises(TypeError, match="since is a datetime"):
            Filter(since=since)


def test_texts_without_files_are_given_as_they_are(index):
    text = "# Rain\n\nIt rained all day."
    report = index.add_texts([("mail/1", text), ("mail/2", Content("Snow.", title="Weather"))])
    assert report.added == 2
    assert index.text("mail/1") == text
    assert [document.title for document in index.documents()] == [None, "Weather"]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"m1": "It rained."}, TypeError, r"pairs of a name and a text: give its .items"),
        (["m1"], TypeError, r"pairs of a name and a text, not 'm1'"),
        ([("m1", b"It rained.")], TypeError, "pairs of a name and a text, not "),
        ([(Path("m1"), "It rained.")], TypeError, "pairs of a name and a text, not "),
        ([("", "It rained.")], ValueError, "a text needs a name"),
        ([(" ", "It rained.")], ValueError, "a text needs a name"),
    ],
)
def test_texts_without_files_have_names(index, given, error, said):
    with pytest.raises(error, match=said):
        index.add_texts(given)
    assert index.is_empty


@pytest.mark.parametrize(
    "spans",
    [
        {"paragraphs": (Span(0, 300),)},
        {"paragraphs": (Span(5, 8), Span(0, 4))},
        {"paragraphs": (Span(-3, 4),)},
        {"headings": (Heading(Span(4, 2), 1, "x"),)},
        {"tables": (Table(Span(0, 10)),)},
    ],
)
def test_contents_have_their_spans_in_the_text_and_in_order(spans):
    with pytest.raises(ValueError, match="out of order, or outside a text of 9 characters"):
        Content("some text", **spans)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda count: np.ones((count, 3)) / 2, "shape .*, not .*, 256"),
        (lambda count: np.full((count + 1, 256), 1e-3), "shape .*, not"),
        (lambda count: [None] * count, "shape .*, not"),
        (lambda count: np.full((count, 256), np.nan), "not of length 1"),
        (lambda count: np.ones((count, 256)), "not of length 1"),
    ],
)
def test_vectors_that_are_none_are_refused(index, words, made, why):
    words.encode_passages = lambda texts: made(len(texts))
    with pytest.raises(ValueError, match=f"the encoder words gives vectors .*{why}"):
        index.add_texts([("one", "rain")])


def test_vectors_may_be_lists_and_of_any_precision(index, words):
    words.encode_passages = lambda texts: [[1.0] + [0.0] * (words.dimension - 1)] * len(texts)
    index.add_texts([("one", "rain")])
    assert index.embedded == 1


def test_objects_say_what_they_are(index):
    assert repr(index) == f"Index.open({str(index.path)!r})"
    assert repr(Retriever(index)) == f"Retriever({index!r})"


@pytest.mark.parametrize("closed", [".", "index.sqlite", "vectors"])
def test_what_may_not_be_read_is_told_with_what_to_do(
    closed, index, folder, write, paragraphs, child
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    index.path.parent.chmod(0o755)
    (index.path / closed).chmod(0)
    said, _ = child(
        "import os\n"
        "from index import CannotRead\n"
        "import index.engines.local.keywords\n"
        # Nothing is closed to root.
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try:\n"
        "    with Index.open(place) as opened: opened.engine.vectors\n"
        "except CannotRead as error: print(error)\n",
        index.path,
        folder,
    ).communicate(timeout=60)
    (index.path / closed).chmod(0o755)
    assert "permissions" in said
    assert "another --index" in said
    assert said.count("\n") == 1


def test_an_empty_store_is_told_from_a_damaged_one(tmp_path):
    place = tmp_path / "an.index"
    place.mkdir()
    (place / "index.sqlite").touch()
    for create in (False, True):
        with pytest.raises(DamagedIndex, match=r"index\.sqlite is empty .*remove the folder"):
            Index.open(place, create=create)


def test_who_opens_an_index_without_its_own_encoder_is_told_to_give_it(
    index, folder, write, paragraphs
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    with (
        Index.open(index.path) as again,
        pytest.raises(ModelError, match=r"The model words is not on this machine: .*encoder="),
    ):
        Retriever(again).search("rain")


def test_who_opens_what_is_no_index_is_told_how_to_make_one(tmp_path):
    with pytest.raises(NotAnIndex, match="create=True"):
        Index.open(tmp_path / "missing")


def test_a_closed_index_holds_no_file_open_and_may_be_used_again(index, write, folder):
    def held():
        there = (os.path.realpath(handle) for handle in Path("/proc/self/fd").iterdir())
        return [name for name in there if name.startswith(str(index.path / "index.sqlite"))]

    write("rain.md", "It rained all day.")
    index.add(folder)
    assert held()
    index.close()
    assert not held()
    [hit] = Retriever(index).search("Did it rain?")
    assert hit.passage.text == "It rained all day."
    assert index.add(folder).unchanged == 1
    assert not held()
