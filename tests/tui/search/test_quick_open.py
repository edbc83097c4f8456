"""Documents and headings by name; what was read last is known again when the app is next opened."""

from __future__ import annotations

import json
import stat
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App
from textual.widgets import OptionList

from tests.support.timing import takes_at_most
from tests.tui.conftest import PASSAGES
from tui.search.quick_open import (
    QuickOpenScreen,
    RecentDocuments,
    Target,
    list_headings,
    rank_targets,
)
from tui.source.places import Position

TARGETS = [
    Target("/n/espresso-manual.md"),
    Target("/n/fermentation.md"),
    Target("/n/espresso-manual.md", "Descaling and water", 40),
    Target("/n/fermentation.md", "Kimchi", 90),
]


def test_a_part_of_a_name_finds_the_document_first_and_its_headings_after_it():
    assert rank_targets("espr", TARGETS, 9) == [TARGETS[0], TARGETS[2]]


def test_a_heading_with_what_is_typed_comes_before_those_of_a_document_of_that_name():
    targets = [
        Target("/n/reflog.html"),
        Target("/n/reflog.html", "NAME"),
        Target("/n/glossary.html", "What a reflog is, at length"),
    ]
    assert rank_targets("reflog", targets, 9) == [targets[0], targets[2], targets[1]]


def test_letters_with_others_between_find_a_heading():
    assert rank_targets("dscl", TARGETS, 9)[0] == TARGETS[2]


def test_all_words_are_wanted_in_any_order():
    assert rank_targets("espresso descal", TARGETS, 9) == [TARGETS[2]]
    assert rank_targets("kimchi espresso", TARGETS, 9) == []


def test_no_more_are_given_than_wanted():
    assert len(rank_targets("m", TARGETS, 1)) == 1


def test_headings_come_once_each_in_reading_order():
    path = "/library/rain-museum.md"
    headings = list(list_headings([path], PASSAGES.get))
    assert [target.heading for target in headings] == ["History", "The collection", "Visiting"]
    assert headings[0].offset == PASSAGES[path][0].span.start


@given(st.text(max_size=30), st.text(min_size=1, max_size=40))
def test_anything_may_be_typed(typed, name):
    rank_targets(typed, [Target(f"/n/{name}")], 5)


def test_a_name_of_many_like_letters_takes_no_time():
    with takes_at_most(2):
        rank_targets("aeaeaeaeaeae", [Target("/n/" + "ae" * 60)] * 50, 5)


# Enter before all is read


class Reading:
    """The screen alone, over documents and headings that are read when they may be."""

    def __init__(self) -> None:
        self.documents, self.headings = Event(), Event()
        self.given: list[Position | None] = []
        self.app: App[None] = App()

    def _list_paths(self):
        self.documents.wait(30)
        return list(PASSAGES)

    def _read_passages(self, path):
        self.headings.wait(30)
        return PASSAGES[path]

    async def press(self, pilot, *keys: str) -> None:
        screen = QuickOpenScreen(self._list_paths, self._read_passages, [], list)
        self.app.push_screen(screen, self.given.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert self.given == []


@pytest.mark.parametrize(
    ("typed", "path"), [("manu", "/library/manual.txt"), ("", "/library/rain-museum.md")]
)
async def test_enter_opens_the_first_document_as_soon_as_they_are_read(
    typed, path, until, screen_text
):
    reading = Reading()
    async with reading.app.run_test(size=(80, 24)) as pilot:
        await reading.press(pilot, *typed, "enter")
        assert "Reading…" in screen_text(reading.app)
        reading.documents.set()
        await until(lambda: reading.given == [Position(path, 0)])
        reading.headings.set()


async def test_enter_opens_the_first_heading_as_soon_as_they_are_read(until):
    reading = Reading()
    async with reading.app.run_test(size=(80, 24)) as pilot:
        reading.documents.set()
        await reading.press(pilot, *"visit", "enter")
        reading.headings.set()
        start = PASSAGES["/library/rain-museum.md"][2].span.start
        await until(lambda: reading.given == [Position("/library/rain-museum.md", start)])


async def test_nothing_is_opened_from_under_another_screen_and_esc_leaves_both(until, screen_text):
    reading = Reading()
    async with reading.app.run_test(size=(80, 24)) as pilot:
        reading.documents.set()
        await reading.press(pilot, *"visit", "enter", "ctrl+p")
        reading.headings.set()
        quick_open = reading.app.screen_stack[1]
        await until(lambda: quick_open.query_one(OptionList).options)
        assert len(reading.app.screen_stack) == 3
        await pilot.press("escape")
        await until(lambda: "Visiting" in screen_text(reading.app))
        assert reading.given == []
        await pilot.press("escape")
        await until(lambda: reading.given == [None])


async def test_enter_opens_nothing_when_something_else_is_typed_meanwhile(until, screen_text):
    reading = Reading()
    async with reading.app.run_test(size=(80, 24)) as pilot:
        await reading.press(pilot, *"manu", "enter", "q")
        reading.documents.set()
        reading.headings.set()
        await until(lambda: "No document and no heading has this name." in screen_text(reading.app))
        await pilot.press("backspace")
        await until(lambda: "manual.txt" in screen_text(reading.app))
        assert reading.given == []


async def test_the_panel_is_as_high_as_what_is_listed(until, screen_text):
    reading = Reading()
    async with reading.app.run_test(size=(80, 24)) as pilot:
        reading.documents.set()
        reading.headings.set()
        reading.app.push_screen(
            QuickOpenScreen(reading._list_paths, reading._read_passages, [], list)
        )
        await until(lambda: "recipe.txt" in screen_text(reading.app))
        panel = reading.app.screen.query_one(".panel")
        full = panel.region.height
        await pilot.press(*"xyz")
        await until(lambda: "No document and no heading" in screen_text(reading.app))
        await until(lambda: panel.region.height == full - len(PASSAGES) + 1)


# What was read last


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "recent.json"


def test_what_was_read_is_known_again_later_for_its_index_alone(file):
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


def test_two_apps_at_once_forget_nothing_of_each_other(file):
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
def test_without_a_file_it_is_known_until_the_app_is_closed(tmp_path, path):
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
