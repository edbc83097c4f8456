"""What was read last is known again in the next session, whatever became of the file."""

from __future__ import annotations

import json
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.search.recent_documents import RecentDocuments


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "recent.json"


def test_what_was_read_is_known_in_the_next_session_for_its_index_alone(file):
    before = RecentDocuments(file)
    for path in ("/a.md", "/b.md", "/a.md"):
        before.add("/index", path)
    before.add("/other", "/c.md")
    after = RecentDocuments(file)
    assert after.recall("/index") == ["/a.md", "/b.md"]
    assert after.recall("/other") == ["/c.md"]
    assert after.recall("/third") == []


def test_the_file_is_its_owners_alone(file):
    RecentDocuments(file).add("/index", "/a.md")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_two_sessions_at_once_forget_nothing_of_each_other(file):
    one, other = RecentDocuments(file), RecentDocuments(file)
    one.add("/index", "/a.md")
    other.add("/index", "/b.md")
    one.add("/index", "/c.md")
    assert RecentDocuments(file).recall("/index") == ["/c.md", "/b.md", "/a.md"]
    assert set(other.recall("/index")) == {"/a.md", "/b.md", "/c.md"}


def test_only_the_latest_are_kept(file):
    recent = RecentDocuments(file)
    for number in range(60):
        recent.add("/index", f"/{number}.md")
    for number in range(22):
        recent.add(f"/index-{number}", "/a.md")
    recent.add("/index", "/last.md")
    kept = json.loads(file.read_text())
    assert len(kept) == 20
    assert kept["/index"] == ["/last.md"]
    assert recent.recall("/index")[:2] == ["/last.md", "/59.md"]
    assert len(recent.recall("/index")) == 50


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"null",
        b'{"/index": 4}',
        b'{"/index": [4, null, ["/a"]]}',
        b'{"/index": ["/' + b"a" * 2**25 + b'"]}',
    ],
)
def test_a_damaged_file_counts_as_empty_and_is_replaced(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    recent = RecentDocuments(file)
    assert recent.recall("/index") == []
    recent.add("/index", "/a.md")
    assert RecentDocuments(file).recall("/index") == ["/a.md"]


@pytest.mark.parametrize("path", [None, "folder", "below/a/file"])
def test_without_a_file_it_is_known_until_the_session_ends(tmp_path, path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "below").write_text("no folder")
    recent = RecentDocuments(tmp_path / path if path else None)
    recent.add("/index", "/a.md")
    assert recent.recall("/index") == ["/a.md"]


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(st.text(), st.lists(st.text(st.characters(codec=None)), max_size=4), max_size=4)
)
def test_any_names_come_back_as_they_were(tmp_path_factory, names):
    file = tmp_path_factory.mktemp("recent") / "recent.json"
    recent = RecentDocuments(file)
    for index, paths in names.items():
        for path in reversed(paths):
            recent.add(index, path)
    again = RecentDocuments(file)
    for index, paths in names.items():
        assert again.recall(index) == list(dict.fromkeys(paths))
