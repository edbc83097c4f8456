"""The cache of what was asked survives kills, and is never mistaken."""

import json
import os
from pathlib import Path

import pytest

from index import Span
from qa.evaluation.measuring.asking import Outcome, QuotedPassage
from qa.evaluation.measuring.evaluate import Cache, NotACache, make_key
from qa.evaluation.question_sets.question import Question

ASKED = Outcome(
    ranking=(("a", 0.5), ("b\ud800", 0.25)),
    spans=(Span(3, 5),),
    quoted=("xy",),
    evidence=("abcxy.",),
    confidence=0.75,
    answered_from=QuotedPassage("a", 0, "abcxy"),
    gold=None,
    gold_place=None,
    milliseconds=1.5,
)


def reopened(path):
    cache = Cache(path)
    try:
        return cache.get("one"), cache.get("two")
    finally:
        cache.close()


def test_what_is_put_is_there_when_opened_again(tmp_path):
    cache = Cache(tmp_path / "c")
    cache.put("one", ASKED)
    cache.close()
    assert reopened(tmp_path / "c") == (ASKED, None)


def test_a_line_that_was_cut_short_costs_that_line_only(tmp_path):
    path = tmp_path / "c"
    cache = Cache(path)
    cache.put("one", ASKED)
    cache.put("two", ASKED)
    cache.close()
    path.write_bytes(path.read_bytes()[:-20])
    assert reopened(path) == (ASKED, None)
    cache = Cache(path)
    cache.put("two", ASKED)
    cache.close()
    assert reopened(path) == (ASKED, ASKED)


def test_a_name_that_says_it_is_packed_is_refused(tmp_path):
    with pytest.raises(NotACache, match="is written unpacked"):
        Cache(tmp_path / "c.jsonl.gz")
    assert not list(tmp_path.iterdir())


def test_another_file_is_not_written_to(tmp_path):
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary", encoding="utf-8")
    with pytest.raises(NotACache, match="is not a cache"):
        Cache(path)
    assert path.read_text(encoding="utf-8") == "Dear diary"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(NotACache, match="the cache cannot be used"):
        Cache(tmp_path / "no" / "such")


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_is_no_cache_and_is_not_waited_for(tmp_path, kind):
    path = Path("/dev/full")
    if kind == "pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    with pytest.raises(NotACache, match="is not a regular file"):
        Cache(path)


def test_a_full_disk_is_said_in_one_line(tmp_path):
    cache = Cache(tmp_path / "c")
    cache._stream.close()
    cache._stream = Path("/dev/full").open("w")  # noqa: SIM115
    with pytest.raises(NotACache, match="No space left"):
        cache.put("one", ASKED)
    cache.close()


def test_a_key_covers_question_labels_and_configuration():
    question = Question("a", "who?", ("x",))
    keys = {
        make_key(question, None, {"mode": "bm25"}),
        make_key(question, ["d"], {"mode": "bm25"}),
        make_key(question, None, {"mode": "dense"}),
        make_key(Question("a", "who?", ("y",)), None, {"mode": "bm25"}),
        make_key(Question("a", "when?", ("x",)), None, {"mode": "bm25"}),
        make_key(Question("a", "who?", ("x",), history=("z",)), None, {"mode": "bm25"}),
    }
    assert len(keys) == 6


@pytest.mark.parametrize(
    "asked",
    [
        {"spans": [{"start": "a", "end": None}]},
        {"ranking": [["a", 10**400]]},
        {"quoted": [1]},
        {"confidence": "high"},
        [],
    ],
)
def test_a_line_of_the_wrong_types_is_not_believed(tmp_path, asked):
    kept = Cache(tmp_path / "cache")
    kept.put("good", Outcome())
    kept.close()
    with (tmp_path / "cache").open("a") as file:
        file.write(json.dumps({"key": "bad", "asked": asked}) + "\n" + "[" * 100_000 + "\n")
    again = Cache(tmp_path / "cache")
    assert again.get("good") == Outcome()
    assert again.get("bad") is None
    again.close()
