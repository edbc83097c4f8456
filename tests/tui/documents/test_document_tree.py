"""What is in an index, as a tree, and what is known of one document."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from index import (
    Failure,
    Filter,
    Index,
    NotAnIndex,
    Passage,
    Properties,
    Span,
    Status,
    describe_kind,
)
from tui.documents.document_tree import (
    DocumentDetails,
    DocumentTree,
    Scope,
    TreeEntry,
    build_document_tree,
    complete_marks,
    describe_details,
    draw_details,
    filter_tree,
    read_details,
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


def test_case_and_accents_do_not_count_in_a_filter_however_a_file_system_writes_them():
    said = {"/n/Fu\u0308r.md": Properties(("José Núñez",), ("Éclair",))}
    contents = build_document_tree(status("/n"), [*said], said)
    for words in ("für", "FUR", "fu\u0308r", "@jose", "@JOSÉ", "#eclair", "@nun #éc"):
        assert filter_tree(contents, words).counts == {"indexed": 1}, words
    assert complete_marks(contents, "@jose #Ecl") == (("éclair",), ("josé",))


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


# Details


DETAILS = DocumentDetails(3400, datetime(2026, 3, 4, 9, 5), 7)


def test_all_that_is_known_stands_on_one_line_or_on_several():
    entry = TreeEntry("/notes/plan.md", "changed")
    assert describe_details(entry, DETAILS) == (
        "Markdown · 3.4 kB · 4 Mar 2026 · 7 passages · changed since it was indexed"
    )
    assert draw_details(entry, DETAILS).plain.split("\n") == [
        "plan.md",
        "/notes",
        "",
        "Kind      Markdown",
        "Size      3.4 kB",
        "Changed   4 March 2026, 09:05",
        "Passages  7",
        "State     changed since it was indexed",
    ]


def test_what_a_document_says_of_itself_stands_with_it_and_is_drawn_safely():
    properties = Properties(
        ("Ann [b]Smith", "Bo\x1b[31m"),
        ("rain", "work/travel", *map(str, range(30))),
        date(2024, 2, 29),
    )
    entry = TreeEntry("/notes/plan.md", "indexed", properties=properties)
    lines = draw_details(entry, DETAILS).plain.split("\n")
    assert lines[5:7] == ["Author    Ann [b]Smith, Bo [31m", "Dated     29 Feb 2024"]
    assert lines[7].startswith("Tags      #rain #work/travel #0 #1")
    assert lines[7].endswith("#17 and 12 more")
    assert describe_details(entry, DETAILS).startswith(
        "Ann [b]Smith, Bo [31m · 29 Feb 2024 · #rain #work/travel #0 #1 and 28 more · Markdown"
    )


def test_a_file_that_is_gone_and_passages_that_cannot_be_counted_are_left_out(tmp_path):
    def fail(_: str) -> list[Passage]:
        raise OSError

    assert read_details(str(tmp_path / "gone.md"), fail) == DocumentDetails()


def test_a_failure_comes_with_its_reason_and_is_drawn_safely():
    entry = TreeEntry("/n/bad\x1b[31m.pdf", "failed", "it is [b]encrypted\x1b[0m")
    drawn = draw_details(entry, DocumentDetails()).plain
    assert "State     could not be read: it is [b]encrypted␛[0m" in drawn
    assert "\x1b" not in drawn


def test_below_it_stand_the_headings_of_the_document(tmp_path):
    above = ("Rain",), ("Rain", "His[b]tory"), ("Rain", "His[b]tory", "1998"), ("Rain", "Visits")
    passages = [Passage(number, Span(0, 4), "Wet.", each) for number, each in enumerate(above)]
    details = read_details(str(tmp_path / "a.md"), lambda _: [*passages, *passages])
    assert details.passages == 8
    lines = draw_details(TreeEntry("/notes/a.md", "indexed"), details).plain.split("\n")
    assert lines[-5:] == ["", "Rain", "  His[b]tory", "    1998", "  Visits"]


def test_of_a_document_without_headings_the_first_words_are_shown(tmp_path):
    passages = [Passage(1, Span(0, 9), "Salt\x1b[0m\nand water " * 100)]
    details = read_details(str(tmp_path / "a.txt"), lambda _: passages)
    lines = draw_details(TreeEntry("/notes/a.txt", "indexed"), details).plain.split("\n")
    assert lines[-2] == ""
    assert lines[-1].startswith("Salt␛[0m and water")
    assert len(lines[-1]) < 700


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a/b.md", "Markdown"),
        ("b.PDF", "PDF"),
        ("b.html.gz", "packed HTML"),
        ("Makefile", "plain text"),
    ],
)
def test_kinds_are_named_by_the_name_of_the_file(path, kind):
    assert describe_kind(path) == kind
