"""The command `search`, and the samples that answer where nothing is indexed."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.support.command_line import index_notes, run_command

pytestmark = pytest.mark.usefixtures("own_folders")


def test_search_lists_passages_in_every_mode(capsys, notes):
    index_notes(capsys, notes)
    for mode in ("hybrid", "dense", "bm25"):
        code, out, _ = run_command(
            capsys,
            "search",
            "pressure between 1.2 and 1.8 bar",
            "-k",
            "1",
            "--mode",
            mode,
            "--index",
            "i",
            "--json",
        )
        found = json.loads(out)
        assert code == 0
        assert set(found) == {"question", "passages"}
        assert "1.8 bar" in found["passages"][0]["text"]


def test_scores_are_near_one_for_what_answers_and_near_zero_for_what_does_not(capsys, notes):
    index_notes(capsys, notes)
    scores = []
    for question in ("pressure between 1.2 and 1.8 bar", "who won the chess tournament?"):
        _, out, _ = run_command(capsys, "search", question, "--index", "i", "--json")
        scores.append([hit["score"] for hit in json.loads(out)["passages"]])
    assert scores[0][0] > 0.5 > 0.1 > scores[1][0]
    assert all(found == sorted(found, reverse=True) for found in scores)


def test_with_nothing_indexed_the_samples_answer_and_it_is_said(capsys):
    code, out, err = run_command(capsys, "search", "Museum of Rain", "-k", "1", "--json")
    assert code == 0
    assert "rain-museum.html" in json.loads(out)["passages"][0]["document"]
    assert err.count("sample documents") == 1


def test_an_index_of_the_samples_by_another_version_is_made_anew(capsys, tmp_path):
    run_command(capsys, "search", "Museum of Rain", "--json")
    [samples] = tmp_path.rglob("samples/index.sqlite")
    with closing(sqlite3.connect(samples)) as store, store:
        store.execute("UPDATE settings SET value = 'another' WHERE name = 'fingerprint'")
    code, out, _ = run_command(capsys, "search", "Museum of Rain", "--json")
    assert code == 0
    assert "rain-museum.html" in out


def test_an_index_of_ones_own_never_holds_the_samples(capsys, notes):
    run_command(capsys, "search", "Museum of Rain", "--json")
    run_command(capsys, "index", notes)
    code, out, err = run_command(capsys, "status", "--json")
    assert (code, err) == (0, "")
    status = json.loads(out)
    assert status["documents"] == 2
    assert status["passages"] == status["vectors"]
    _, out, err = run_command(capsys, "search", "Museum of Rain", "--json")
    assert err == ""
    assert "rain-museum" not in out


def test_a_filter_that_leaves_nothing_is_said(capsys, notes):
    index_notes(capsys, notes)
    for command in ("ask", "search"):
        for given, said in (
            (("--type", "pdf"), "nothing is found among what --type let through"),
            (("--language", "deu"), "no document is in deu: the documents are in en"),
            (("--language", "de-AT", "--language", "fr"), "no document is in de or fr: "),
            (("--language", "en-GB", "--type", "pdf"), "what --type, --language let through"),
        ):
            code, out, err = run_command(capsys, command, "Who planted it?", *given, "--index", "i")
            assert (code, out) == (0, "")
            assert err.count("\n") == 1
            assert said in err
        _, out, _ = run_command(
            capsys, command, "Who planted it?", "--json", "--type", "pdf", "--index", "i"
        )
        assert json.loads(out)["passages"] == []


def test_a_keyword_search_that_finds_none_in_the_documents_left_is_said(capsys, notes):
    index_notes(capsys, notes)
    options = ("--mode", "bm25", "--type", "txt", "--since", "1990-01-01")
    _, _, err = run_command(capsys, "search", "xylophone", *options, "--index", "i")
    assert "nothing is found among what --type, --since let through" in err


def test_an_empty_folder_makes_an_empty_index_that_says_so(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, _ = run_command(capsys, "index", "empty", "--index", "i")
    assert code == 0
    for command, nothing in (
        ("ask", "No answer that I am sure of."),
        ("search", "No passage found."),
    ):
        code, out, err = run_command(capsys, command, "why?", "--index", "i")
        assert code == 0
        assert nothing in out
        assert "The index is empty: add documents with `quoteback index PATH --index i`." in err
