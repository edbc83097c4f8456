"""Filters: a search confined to some documents finds k passages where there are k."""

import os
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import get_type_hints

import pytest

from index import MODES, BadPattern, Content, DamagedIndex, Filter, Properties, Retriever
from index.filesystem.paths import Paths, anchor_pattern
from index.search.filters import select_documents


@pytest.fixture
def retriever(index, folder, write, paragraphs):
    for number in range(40):
        write(f"old/{number}.md", paragraphs(f"rain {number}"), age=10 * 86_400)
    for number in range(5):
        write(f"new/{number}.txt", paragraphs(f"rain and snow {number}", "other"), age=3_600)
    write("new/notes.md", paragraphs("rain"), age=3_600)
    index.add([folder])
    return Retriever(index)


def found(retriever, chosen, mode="hybrid", k=20):
    hits = retriever.search("all about rain", k, mode, filter=chosen)
    return sorted({Path(hit.document.path).name for hit in hits})


NEW = [f"{number}.txt" for number in range(5)]


def test_k_passages_come_back_where_there_are_k(retriever):
    for mode, k in product(MODES, (1, 3, 10)):
        hits = retriever.search("all about rain", k, mode, filter=Filter(types=("txt",)))
        assert len(hits) == k
        assert all(hit.document.path.endswith(".txt") for hit in hits)


def test_scores_are_in_order_and_ties_as_ever(retriever):
    for mode in MODES:
        every = retriever.search("all about rain", 100, mode)
        some = retriever.search("all about rain", 100, mode, filter=Filter(types=("md",)))
        expected = [hit.passage.id for hit in every if hit.document.path.endswith(".md")]
        if mode != "hybrid":  # whose scores depend on what they are compared with
            assert [hit.passage.id for hit in some] == expected
        assert {hit.passage.id for hit in some} == set(expected)


def test_paths_are_patterns_from_the_working_folder_or_the_root(retriever, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for pattern in ("new/*.txt", "new/**/*.txt", "*.txt", "./new/*.txt", f"{folder}/new/[0-9].*"):
        assert found(retriever, Filter((pattern,))) == NEW


def test_a_folder_stands_for_all_that_is_in_it(retriever, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for pattern in ("new/", "new", "new/**", str(folder / "new"), "../*/new/"):
        assert found(retriever, Filter((pattern,))) == [*NEW, "notes.md"]
    assert found(retriever, Filter(("ew/",))) == []


def test_the_working_folder_is_no_pattern(retriever, index, write, folder, paragraphs, monkeypatch):
    write("[o]*\\x/a.md", paragraphs("rain"))
    index.add([folder])
    monkeypatch.chdir(folder / "[o]*\\x")
    assert found(retriever, Filter(("./a.md",))) == ["a.md"]
    assert found(retriever, Filter(("./1.md",))) == []


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["https://example.org/page"], [3]),
        (["https://example.org/*"], [3, 4]),
        (["https://example.org/a/"], [4]),
        (["*.md", "!notes/drafts/*"], [1]),
        (["*.md", "!./notes/drafts/*"], [1]),
        (["*.md", "!HERE/notes/drafts/*"], [1]),
        (["."], [1, 2]),
        (["./"], [1, 2]),
        ([".."], [1, 2, 5]),
    ],
)
def test_addresses_negations_and_dots_are_paths_too(tmp_path, monkeypatch, patterns, expected):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    paths = [
        *(f"{here}/notes/a.md", f"{here}/notes/drafts/b.md"),
        *("https://example.org/page", "https://example.org/a/b.html"),
        f"{tmp_path}/c.txt",
    ]
    documents = [(number, path, None, None) for number, path in enumerate(paths, 1)]
    given = [pattern.replace("HERE", str(here)) for pattern in patterns]
    assert select_documents(Filter(given), documents) == expected
    # A service anchors once more what the command line has anchored.
    assert select_documents(Filter(map(anchor_pattern, given)), documents) == expected


def test_the_home_folder_may_be_written_short(retriever, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert found(retriever, Filter(("~/new/*.txt",))) == NEW


def test_several_paths_and_types_add_up_and_conditions_confine(retriever):
    assert found(retriever, Filter(("1.*", "2.txt"), ("md", "txt"))) == ["1.md", "1.txt", "2.txt"]
    assert found(retriever, Filter(("new/",), ("md",))) == ["notes.md"]
    others = found(retriever, Filter(("*.md", "!1.md")), k=100)
    assert len(others) == 40
    assert "1.md" not in others


def test_types_are_suffixes_whatever_the_case_the_dot_or_the_packing(retriever, index):
    index.add_texts([("A.PDF", Content("all about rain in a PDF")), ("b.pdf.gz", Content("rain"))])
    for kind in ("pdf", ".pdf", "PDF"):
        assert found(retriever, Filter(types=(kind,))) == ["A.PDF", "b.pdf.gz"]
    assert found(retriever, Filter(types=("gz",))) == []


def test_since_is_the_time_of_the_file(retriever):
    now = datetime.now()
    assert found(retriever, Filter(since=now - timedelta(days=1))) == [*NEW, "notes.md"]
    assert found(retriever, Filter(since=now.astimezone(UTC) - timedelta(hours=2))) == [
        *NEW,
        "notes.md",
    ]
    assert found(retriever, Filter(since=now)) == []


def test_a_file_just_written_counts_by_its_time(index, folder, paragraphs):
    (folder / "fresh.md").write_text(paragraphs("rain"))
    index.add([folder])
    since = datetime.now() - timedelta(minutes=1)
    assert found(Retriever(index), Filter(since=since)) == ["fresh.md"]


def test_what_is_let_through_follows_the_index(retriever, index, folder, write, paragraphs):
    chosen = Filter(types=("txt",))
    assert found(retriever, chosen) == NEW
    write("new/later.txt", paragraphs("rain"))
    index.add([folder])
    assert "later.txt" in found(retriever, chosen)
    index.remove([folder / "new"])
    assert found(retriever, chosen) == []


def test_a_filter_that_confines_nothing_is_none(retriever):
    assert not Filter()
    assert len(found(retriever, Filter(), k=100)) == len(found(retriever, None, k=100)) == 46


def test_a_pattern_that_is_none_is_an_error(retriever):
    with pytest.raises(BadPattern, match="gitignore"):
        found(retriever, Filter(("!",)))


def test_a_file_of_before_1970_is_not_taken_for_one_as_long_after(index, folder, paragraphs):
    old = folder / "old.md"
    old.write_text(paragraphs("rain"))
    then = datetime(1960, 5, 1).timestamp()
    os.utime(old, (then, then))
    index.add([folder])
    assert found(Retriever(index), Filter(since=datetime(1975, 1, 1))) == []
    assert found(Retriever(index), Filter(since=datetime(1955, 1, 1))) == ["old.md"]
    assert index.status().stale == ()


def test_odd_names_can_be_filtered_by(index, folder, paragraphs):
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/not utf-8 \xff.txt"))
    odd.write_text(paragraphs("rain"))
    index.add([folder])
    assert found(Retriever(index), Filter(("*utf-8*",))) == [odd.name]


def test_what_is_let_through_and_damaged_is_said(retriever, index, folder):
    damaged = os.fsencode(folder / "new" / "1.txt")
    with index.engine.writing() as connection:
        connection.execute("UPDATE documents SET title = 'x' WHERE path = ?", (damaged,))
    assert found(retriever, Filter(("2.txt",))) == ["2.txt"]
    with pytest.raises(DamagedIndex, match="verify --repair"):
        found(retriever, Filter(types=("txt",)))


def test_properties_that_are_damaged_are_not_believed(retriever, index):
    chosen = Filter(tags="rain")
    index.add_texts([("sound", Content("all about rain", properties=Properties(tags=("rain",))))])
    index.add_texts([("bad", Content("all about rain", properties=Properties(tags=("rain",))))])
    for damage in ("{", "[]", '{"tags": 1}', '{"date": 1}', '{"date": "soon"}', "null"):
        with index.engine.writing() as connection:
            connection.execute(
                "UPDATE documents SET properties = ? WHERE path = ?", (damage, b"bad")
            )
        assert found(retriever, chosen) == ["sound"]
    assert index.verify() != []


def test_one_path_or_type_may_be_given_as_it_is(retriever, folder, monkeypatch):
    hints = get_type_hints(Filter.__init__)
    assert hints["paths"] == hints["types"] == Paths
    monkeypatch.chdir(folder)
    assert found(retriever, Filter(types="md")) == found(retriever, Filter(types=("md",))) != []
    assert Filter(paths="*.md", types=["md"]) == Filter(("*.md",), ("md",))
    assert hash(Filter(types=["md"])) == hash(Filter(types=("md",)))
