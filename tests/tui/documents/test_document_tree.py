"""What is in an index, as a tree."""

from __future__ import annotations

import pytest

from index import Failure, Filter, Index, NotAnIndex, Properties, Status
from tui.documents.document_tree import (
    DocumentTree,
    Scope,
    TreeEntry,
    build_document_tree,
    complete_marks,
    filter_tree,
    read_document_tree,
)


def status(*folders: str, **kinds: object) -> Status:
    """What an index says of itself that has these folders."""
    known = {"stale": (), "gone": (), "new": (), "failed": ()} | kinds
    return Status("/index", 0, 10, 7, "model", 0, folders, threshold=None, **known)


def test_documents_stand_in_their_folders_with_a_count_for_each():
    [notes] = build_document_tree(
        status("/notes"), ["/notes/a.md", "/notes/sub/b.md", "/notes/sub/c.md"]
    ).folders
    assert (notes.path, notes.indexed) == ("/notes", 3)
    assert [entry.path for entry in notes.entries] == ["/notes/a.md"]
    assert notes.folders["sub"].path == "/notes/sub"
    assert notes.folders["sub"].indexed == 2


def test_every_state_is_told_and_a_failure_with_its_reason():
    contents = build_document_tree(
        status(
            "/n",
            stale=("/n/changed.md", "/n/gone.md"),
            gone=("/n/gone.md",),
            new=("/n/new.md",),
            failed=(Failure("/n/bad.pdf", "encrypted"),),
        ),
        ["/n/changed.md", "/n/gone.md", "/n/well.md"],
    )
    assert contents.folders[0].entries == [
        TreeEntry("/n/bad.pdf", "failed", "encrypted"),
        TreeEntry("/n/changed.md", "changed"),
        TreeEntry("/n/gone.md", "gone"),
        TreeEntry("/n/new.md", "waiting"),
        TreeEntry("/n/well.md", "indexed"),
    ]
    assert contents.counts == {"failed": 1, "changed": 1, "gone": 1, "waiting": 1, "indexed": 1}
    assert contents.waiting == 3


def test_a_filter_knows_words_of_paths_tags_and_authors():
    said = {
        "/n/a.md": Properties(("Ann Smith",), ("rain", "Work/Travel")),
        "/n/b.md": Properties(("Bo Smithers",), ("rain",)),
    }
    contents = build_document_tree(status("/n"), ["/n/a.md", "/n/b.md", "/n/#rain.md"], said)

    def left(words):
        return [
            entry.path[3:]
            for each in filter_tree(contents, words).folders
            for entry in each.entries
        ]

    assert left("#rain") == ["#rain.md", "a.md", "b.md"]
    assert left("#work a") == left("@SMITH @ann") == left("#Work/T @ann") == ["a.md"]
    assert left("@smi") == left("@") == ["a.md", "b.md"]
    assert left("#ain") == left("@mith") == left("rain @bo") == []
    assert complete_marks(contents, "#wo n @smi #RAIN @x") == (("work/travel", "rain"), ("smith",))
    assert complete_marks(contents, "rain # @") == ((), ())
    assert left(" ") == ["#rain.md", "a.md", "b.md"]


@pytest.mark.parametrize("folders", [("/a", "/a/b"), ("/a/b", "/a")])
def test_a_folder_within_another_that_was_named_too_stands_in_that(folders):
    [a] = build_document_tree(status(*folders), ["/a/x.md", "/a/b/y.md"]).folders
    assert (a.path, a.indexed) == ("/a", 2)
    assert a.folders["b"].indexed == 1


def test_a_file_that_was_named_itself_stands_in_its_folder():
    contents = build_document_tree(status("/a/x.md"), ["/a/x.md"])
    assert [(folder.path, folder.indexed) for folder in contents.folders] == [("/a", 1)]


def test_a_folder_in_which_nothing_is_yet_is_shown():
    [folder] = build_document_tree(status("/empty"), []).folders
    assert folder.indexed == 0


def test_folders_that_only_begin_alike_are_told_apart():
    contents = build_document_tree(status("/a"), ["/ab/x.md"])
    assert [folder.path for folder in contents.folders] == ["/a", "/ab"]


def test_where_there_is_no_index_yet_there_is_nothing(tmp_path):
    assert read_document_tree(tmp_path / "none") == DocumentTree()
    (tmp_path / "empty").mkdir()
    assert read_document_tree(tmp_path / "empty") == DocumentTree()


def test_a_folder_that_holds_something_else_is_an_error(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotAnIndex):
        read_document_tree(tmp_path)


@pytest.fixture
def opened(tmp_path, encoder):
    with Index.open(tmp_path / "an.index", create=True, encoder=encoder) as index:
        yield index


ODD = ["plain", "with space", "star*", "[1]", "back\\slash", "#hash", "!bang", "q?"]


def test_questions_are_confined_to_exactly_what_was_chosen_whatever_its_name(opened, tmp_path):
    for name in ODD:
        for folder in (name, f"{name}2", "star x" if name == "star*" else "1"):
            place = tmp_path / "docs" / folder
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{name}.md").write_text(f"A paragraph that stands in the folder {folder}.\n")
    opened.add([tmp_path / "docs"])
    every = {document.path for document in opened.documents()}

    def through(chosen: Filter) -> set[str]:
        numbers = opened.engine.select(chosen)
        found = opened.engine.passages(numbers.tolist()).values()
        return {document.path for _, document in found}

    for name in ODD:
        folder = tmp_path / "docs" / name
        assert through(Scope(str(folder), True).to_filter()) == {
            p for p in every if p.startswith(f"{folder}/")
        }
        file = str(folder / f"{name}.md")
        assert through(Scope(file, False).to_filter()) == {file}
        assert through(Scope(str(folder), True, ("rain",)).to_filter()) == set()


def test_what_is_indexed_is_read_from_the_index_itself(opened, tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("a.md", "b.md"):
        (notes / name).write_text("The boiler is serviced every eighteen months by the firm.\n")
    (notes / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    opened.add([notes])
    (notes / "b.md").unlink()
    (notes / "c.md").write_text("new")
    contents = read_document_tree(opened.path)
    [folder] = contents.folders
    assert {entry.path.rpartition("/")[2]: entry.state for entry in folder.entries} == {
        "a.md": "indexed",
        "b.md": "gone",
        "bad.pdf": "failed",
        "c.md": "waiting",
    }
    assert next(entry for entry in folder.entries if entry.state == "failed").reason
