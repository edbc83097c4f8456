"""Passages that were found, by document, with the words marked."""

from dataclasses import replace
from threading import Event

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from index import Document, Hit, Passage, Span
from tui.search.search_screen import (
    SearchScreen,
    draw_excerpt,
    group_by_document,
    leave_other_words_out,
)

A, B = Document(1, "/a.md", None), Document(2, "/b.md", None)


def hit(document: Document, start: int, text: str) -> Hit:
    return Hit(Passage(start, Span(start, start + len(text)), text), document, 0.5)


def in_german(start: int, text: str) -> Hit:
    found = hit(A, start, text)
    return replace(found, passage=replace(found.passage, language="de"))


def marked(drawn) -> list[str]:
    return [drawn.plain[span.start : span.end] for span in drawn.spans]


def test_hits_stand_by_document_the_best_one_first_and_in_reading_order():
    hits = [hit(B, 9, "x"), hit(A, 5, "x"), hit(B, 2, "x")]
    groups = group_by_document(hits)
    assert [group[0].document for group in groups] == [B, A]
    assert [each.passage.span.start for each in groups[0]] == [2, 9]


def test_in_other_languages_a_passage_has_the_beginning_of_a_word():
    texts = {
        "Das Ausgrabungsprojekt: excavation project, Hovland.": False,
        "Die Rotationen der Erde": True,
        "In der Fruchtrotation liegt der Gewinn": True,
        "Das Häuschen": False,
    }
    hits = [in_german(start, text) for start, text in enumerate(texts)]
    assert leave_other_words_out(hits, "password rotation") == [hits[1], hits[2]]
    assert leave_other_words_out(hits, "häuser") == [hits[3]]
    # Its heading counts, too.
    headed = Hit(replace(hits[0].passage, headings=("Rotation",)), A, 0.5)
    assert leave_other_words_out([headed], "rotation") == [headed]


def test_in_other_languages_a_small_word_counts_only_as_a_whole():
    hits = [in_german(0, "Das Ausgrabungsprojekt: oft in Hovland"), in_german(50, "Rotation")]
    assert leave_other_words_out(hits, "rotation of a crop") == hits[1:]
    assert leave_other_words_out(hits, "in") == hits[:1]


def test_in_other_languages_a_passage_has_a_part_of_a_compound():
    hits = [in_german(0, "Der Beitrag zur Krankenversicherung"), in_german(50, "Die Versöhnung")]
    assert leave_other_words_out(hits, "Krankenversicherungsbeitrag") == hits[:1]


def test_what_is_in_english_or_asked_in_a_script_without_spaces_is_left_to_the_search():
    found = [hit(A, 0, "The cities"), in_german(9, "東京タワーは1958年に完成した。")]
    assert leave_other_words_out(found[:1], "city") == found[:1]
    assert leave_other_words_out(found, "東京タワーの高さ") == found


def test_the_words_are_marked_with_their_endings():
    drawn = draw_excerpt(hit(A, 0, "Tanks of water; a tanker is none."), "tank WATER", 80)
    assert marked(drawn) == ["Tanks", "water", "tanker"]


def test_in_other_languages_parts_of_compounds_are_marked():
    drawn = draw_excerpt(in_german(0, "In der Fruchtrotation liegt der Gewinn"), "Rotation", 80)
    assert marked(drawn) == ["rotation"]
    drawn = draw_excerpt(in_german(0, "Kein Gewinn in der Ordination"), "in Rotation", 80)
    assert marked(drawn) == ["in"]


def test_a_shorter_word_that_begins_alike_is_not_marked():
    text = "Check it: a checkpoint, checkpoints, checkpointing; a company."
    assert marked(draw_excerpt(hit(A, 0, text), "checkpoint companies", 80)) == [
        "checkpoint",
        "checkpoints",
        "checkpointing",
        "company",
    ]


def test_a_long_passage_is_shown_from_the_first_word_on():
    drawn = draw_excerpt(hit(A, 0, "before " * 40 + "the tank " + "after " * 80), "tank", 80)
    assert drawn.plain.startswith("… before")
    assert drawn.plain.endswith(" …")
    assert marked(drawn) == ["tank"]


def test_the_first_word_is_in_sight_where_there_is_little_room():
    drawn = draw_excerpt(hit(A, 0, "before " * 40 + "the tank " + "after " * 80), "tank", 30)
    assert "tank" in drawn.plain[:30]


def test_what_a_passage_holds_is_text():
    drawn = draw_excerpt(hit(A, 0, "[b]tank\x1b[31m\u202e"), "tank", 80)
    assert drawn.plain == "[b]tank␛[31m�"


def test_without_a_word_nothing_is_marked():
    assert marked(draw_excerpt(hit(A, 0, "a tank"), "?", 80)) == []


async def test_enter_opens_what_the_words_in_the_line_find(until):
    found = {"tank": hit(A, 0, "a tank"), "pump": hit(B, 0, "a pump")}
    given: list[Hit | None] = []
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(SearchScreen(lambda words: [found[words]], "tank"), given.append)
        await until(lambda: any(each.options for each in app.screen.query(OptionList)))
        app.screen.query_one(Input).value = "pump"
        await pilot.press("enter")
        await until(lambda: given == [found["pump"]])


async def test_what_is_found_under_another_screen_is_listed_and_not_opened(until):
    found, given = Event(), []

    def search(_words: str) -> list[Hit]:
        found.wait(30)
        return [hit(A, 0, "a tank")]

    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = SearchScreen(search, "tank")
        app.push_screen(screen, given.append)
        await pilot.pause()
        await pilot.press("enter", "ctrl+p")
        found.set()
        await until(lambda: screen.query_one(OptionList).options)
        assert len(app.screen_stack) == 3
        await pilot.press("escape", "enter")
        await until(lambda: given == [hit(A, 0, "a tank")])


@pytest.mark.parametrize("in_list", ["click", "enter"])
async def test_what_is_shown_is_opened_while_other_words_are_searched_for(in_list, until):
    found, given = Event(), []
    hits = [hit(A, 0, "a tank"), hit(A, 9, "the tank")]

    def search(words: str) -> list[Hit]:
        if words != "tank":
            found.wait(30)
        return hits if words == "tank" else [hit(B, 0, "a pump")]

    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(SearchScreen(search, "tank"), given.append)
        await until(lambda: any(each.options for each in app.screen.query(OptionList)))
        app.screen.query_one(Input).value = "pump"
        await choose_second(pilot, in_list)
        await until(lambda: given == [hits[1]])
        found.set()


@pytest.mark.parametrize("in_list", ["click", "enter"])
async def test_what_is_shown_is_opened_after_a_search_that_failed(in_list, until, screen_text):
    given: list[Hit | None] = []
    hits = [hit(A, 0, "a tank"), hit(A, 9, "the tank")]

    def search(words: str) -> list[Hit]:
        if words != "tank":
            raise OSError("the index is damaged")
        return hits

    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(SearchScreen(search, "tank"), given.append)
        await until(lambda: any(each.options for each in app.screen.query(OptionList)))
        app.screen.query_one(Input).value = "pump"
        await until(lambda: "the index is damaged" in screen_text(app))
        await choose_second(pilot, in_list)
        await until(lambda: given == [hits[1]])


async def choose_second(pilot: Pilot[None], how: str) -> None:
    """Click the second passage, below the name of its document and the first; or go there."""
    if how == "click":
        # The frame and the name of the document stand above.
        await pilot.click(OptionList, offset=(6, 3))
    else:
        await pilot.press("down", "enter")


async def test_what_is_typed_or_pasted_in_the_list_is_searched_for_in_place_of_other_words(until):
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(SearchScreen(lambda words: [hit(A, 0, words)], "tank"))
        await until(lambda: any(each.options for each in app.screen.query(OptionList)))
        line = app.screen.query_one(Input)
        await pilot.press("down", *"pump")
        assert line.value == "pump"
        await until(lambda: app.screen.query_one(OptionList).options)
        await pilot.press("down")
        app.post_message(events.Paste("a valve"))
        await until(lambda: line.value == "a valve")
