"""Keyword search: words of every script, exact counts, and no trust in damaged files."""

import os

import numpy as np
import pytest

from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.store import PassageWithContext
from index.errors import DamagedKeywords
from tests.support.timing import takes_at_most


def passage(number, text, title=None, headings=()):
    return PassageWithContext(number, text, title, headings)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keywords"


@pytest.fixture
def keywords(folder):
    made = KeywordIndex(folder)
    made.refresh()
    return made


def found(keywords, question, k=10):
    return [number for number, _ in keywords.search(question, k)]


def opened(folder):
    reader = KeywordIndex(folder)
    reader.refresh()
    return reader


def test_nothing_is_found_where_nothing_is(keywords, folder):
    assert keywords.search("rain", 5) == []
    assert (keywords.count, keywords.watermark) == (0, 0)
    keywords.add([])
    assert not folder.exists()


def test_words_are_found_in_any_case_and_form(keywords):
    keywords.add([passage(1, "The Museums were OPENED in Zürich"), passage(2, "Nothing of that")])
    for question in ("museum", "MUSEUM", "opening", "Zurich", "zürich", "zu\u0308rich"):
        assert found(keywords, question) == [1], question


def test_title_headings_and_text_count_as_one(keywords):
    filler = "some words that stand here"
    keywords.add(
        [
            passage(1, f"{filler} too"),
            passage(2, filler, title="ferry"),
            passage(3, filler, headings=("ferry",)),
            passage(4, f"{filler} ferry"),
            passage(5, f"{filler} ferry", headings=("ferry",)),
            passage(6, filler, title="ferry", headings=("ferry", "timetable")),
        ]
    )
    scores = dict(keywords.search("ferry", 10))
    assert list(scores) == [5, 2, 3, 4, 6]
    assert scores[2] == scores[3] == scores[4]
    assert found(keywords, "ferry timetable")[0] == 6


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("東京都は日本の首都である。", ["東京", "首都", "日本の首都はどこ？", "都"]),
        ("我們在圖書館裡讀書。", ["圖書館", "讀書", "書"]),
        ("カタカナとひらがな", ["カタカナ", "ひらがな", "ｶﾀｶﾅ"]),
        ("한국어로 쓴 문서입니다", ["한국어", "문서"]),
        ("𠮷野家で食べた", ["𠮷野家"]),
        ("人々が集まる", ["人々"]),
        ("Прошлой зимой", ["ПРОШЛОЙ"]),
        ("بيت كبير", ["بيت"]),
        ("inter\u00adnational co\u200boperation", ["international", "cooperation"]),
        ("the ﬁnal ＡＢＣ", ["final", "abc"]),
    ],
)
def test_every_script_can_be_searched(keywords, text, questions):
    keywords.add([passage(1, text), passage(2, "other words")])
    for question in questions:
        assert found(keywords, question) == [1], question


@pytest.mark.parametrize("question", ["", " ", "?!", "\0", "x" * 100_000, "\u200b", "🙂"])
def test_odd_questions_find_nothing_and_do_no_harm(keywords, question):
    keywords.add([passage(1, "plain words"), passage(2, "odd \0 NUL " + "y" * 100_000)])
    assert found(keywords, question) == []
    assert found(keywords, "nul") == [2]


def test_a_question_of_stop_words_still_works(keywords):
    keywords.add([passage(1, "the and of"), passage(2, "rain")])
    assert found(keywords, "the of and") == [1]


def test_a_pasted_page_as_a_question_takes_no_time(keywords):
    keywords.add([passage(number, f"word{number} and more") for number in range(1, 2001)])
    with takes_at_most(5):
        assert found(keywords, " ".join(f"word{number}" for number in range(1, 5000)), 5)


def test_more_than_there_is_may_be_asked_for(keywords):
    keywords.add([passage(1, "rain"), passage(2, "rain")])
    assert found(keywords, "rain", 10**9) == [1, 2]


def test_ties_go_to_the_lower_id_however_they_were_added(keywords):
    for first in (201, 1, 101):
        keywords.add([passage(number, "the same words") for number in range(first, first + 50)])
    assert found(keywords, "same words", 60) == [*range(1, 51), *range(101, 111)]


def test_a_passage_taken_twice_is_there_once(keywords):
    for _ in range(2):
        keywords.add([passage(1, "rain"), passage(2, "snow")])
    assert keywords.count == 2
    assert found(keywords, "rain") == [1]


def test_removed_passages_are_not_found(keywords):
    keywords.add([passage(1, "rain"), passage(2, "rain")])
    keywords.add([passage(3, "rain")], removed=[1])
    assert found(keywords, "rain") == [2, 3]
    keywords.add([], removed=[2, 99])
    assert found(keywords, "rain") == [3]
    assert (keywords.count, keywords.watermark) == (1, 3)


@pytest.mark.parametrize("step", [1, 7, 3000])
@pytest.mark.parametrize("few", [0, 3000])
def test_the_best_of_those_allowed_are_found_with_the_scores_they_have_among_all(
    keywords, step, few, monkeypatch
):
    monkeypatch.setattr("index.engines.local.keywords._FEW_PASSAGES", few)
    keywords.add([passage(n, f"rain {'rain ' * (n % 5)} word{n}") for n in range(1, 3001)])
    everything = keywords.search("rain", 3000)
    allowed = np.arange(5, 3001, step)
    expected = [pair for pair in everything if pair[0] in set(allowed.tolist())]
    for k in (1, 20, 3000):
        assert keywords.search("rain", k, allowed) == expected[:k]
    assert keywords.search("rain", 9, np.empty(0, np.int64)) == []
    assert keywords.search("rain", 9, np.array([4000])) == []


def test_another_reader_sees_commits_and_a_rebuilding(keywords, folder):
    reader = opened(folder)
    keywords.add([passage(1, "rain")])
    reader.refresh()
    assert found(reader, "rain") == [1]
    keywords.rebuild([[passage(1, "rain")], [passage(2, "rain")]])
    reader.refresh()
    assert found(reader, "rain") == found(keywords, "rain") == [1, 2]
    assert keywords.watermark == 2
    keywords.rebuild([])
    assert (keywords.count, keywords.watermark) == (0, 0)


def files_of(folder):
    keywords = KeywordIndex(folder)
    keywords.add([passage(number, f"rain and word{number}") for number in range(1, 50)])
    keywords.add([passage(99, "snow")], removed=[3, 4])
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


@pytest.mark.slow
def test_every_change_to_a_file_is_noticed_or_harmless(folder):
    """Each file cut short, emptied, deleted, and with a byte changed at several places."""
    for path in files_of(folder):
        whole = path.read_bytes()
        places = {0, len(whole) // 3, len(whole) // 2, len(whole) - 9, len(whole) - 2}
        damages = [None, b"", whole[: len(whole) // 2], whole[:-1]]
        damages += [whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :] for at in places]
        for data in damages:
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            try:
                reader = opened(folder)
                assert set(found(reader, "rain", 100)) <= {1, 2, *range(5, 50)}
                reader.verify()
            except DamagedKeywords:
                pass
            path.write_bytes(whole)
    assert len(found(opened(folder), "rain", 100)) == 47


@pytest.mark.parametrize("suffix", [".store", ".term", ".idx", ".fast", ".fieldnorm", ".del"])
def test_a_changed_byte_is_noticed_before_the_engine_reads_it(folder, suffix):
    path = next(path for path in files_of(folder) if path.suffix == suffix)
    data = bytearray(path.read_bytes())
    data[1] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedKeywords, match="has changed"):
        opened(folder)


def test_what_the_engine_throws_is_ours(keywords):
    class PanicException(BaseException):
        pass

    with pytest.raises(DamagedKeywords), keywords._translate_errors():
        raise PanicException("index out of bounds")
    with pytest.raises(KeyboardInterrupt), keywords._translate_errors():
        raise KeyboardInterrupt


def test_what_was_damaged_is_made_anew(folder):
    for path in files_of(folder):
        path.write_bytes(b"x")
    broken = KeywordIndex(folder)
    with pytest.raises(DamagedKeywords):
        broken.refresh()
    broken.rebuild([[passage(1, "rain")]])
    assert found(broken, "rain") == found(opened(folder), "rain") == [1]


def test_a_date_is_found_in_another_notation(keywords):
    keywords.add([passage(1, "2013/08/07\tHigh Street"), passage(2, "2013/08/17\tLow Street")])
    for question in ("what was on 7 August 2013?", "August 7th", "07.08.2013"):
        assert found(keywords, question)[0] == 1, question


def test_a_power_and_the_number_of_a_note_are_words_of_their_own(keywords):
    keywords.add([passage(1, "It has 2⁴⁸ rows"), passage(2, "so said Euler³"), passage(3, "9 km²")])
    assert found(keywords, "2^48") == [1]
    assert found(keywords, "248") == []
    assert found(keywords, "Euler") == [2]
    assert found(keywords, "km2") == [3]


def test_words_of_an_earlier_version_stay_known_as_such_until_it_is_made_anew(keywords, folder):
    keywords.add([passage(1, "rain")])
    assert not keywords.is_outdated
    (folder / "watermark.json").write_text('{"passage": 1}')
    assert keywords.is_outdated
    keywords.add([passage(2, "hail")])
    assert keywords.is_outdated
    keywords.rebuild([[passage(1, "rain"), passage(2, "hail")]])
    assert not keywords.is_outdated
    assert (keywords.count, keywords.watermark) == (2, 2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_lock_that_is_a_pipe_is_damage_and_nothing_waits_for_it(keywords, folder):
    keywords.add([passage(1, "rain")])
    lock = next(folder.glob(".tantivy-meta.lock"))
    lock.unlink()
    os.mkfifo(lock)
    with pytest.raises(DamagedKeywords, match="is a pipe"):
        opened(folder)
    with pytest.raises(DamagedKeywords, match="is a pipe"):
        keywords.add([passage(2, "snow")])


@pytest.mark.parametrize("name", ["meta.json", ".managed.json"])
def test_lists_nested_without_end_are_damage(keywords, folder, name):
    keywords.add([passage(1, "rain")])
    (folder / name).write_text("[" * 50_000)
    reader = KeywordIndex(folder)
    with pytest.raises(DamagedKeywords):
        reader.refresh()
