"""The command `ask`: the reply as text and as JSON."""

import json
from pathlib import Path
from shutil import rmtree

import pytest

from tests.support.command_line import index_notes, run_command

pytestmark = pytest.mark.usefixtures("own_folders")


def ask(capsys, question, *options):
    return run_command(capsys, "ask", question, "--index", "i", *options)


def test_ask_json_holds_the_contract_and_exact_offsets(capsys, notes):
    index_notes(capsys, notes)
    code, out, err = ask(capsys, "When is the next service due?", "--json", "--threshold", "0")
    assert (code, err) == (0, "")
    reply = json.loads(out)
    assert set(reply) >= {
        "question",
        "resolved_question",
        "answered",
        "answers",
        "passages",
        "timings_ms",
    }
    assert set(reply["timings_ms"]) == {"load", "retrieve", "rerank", "read", "total"}
    best = reply["answers"][0]
    assert set(best) == {
        "text",
        "form",
        "document",
        "start",
        "end",
        "spans",
        "more",
        "evidence",
        "sentence_start",
        "sentence_end",
        "page",
        "heading",
        "score",
        "confidence",
        "stale",
    }
    text = (notes / "boiler.md").read_text(encoding="utf-8")
    assert best["document"] == str(notes / "boiler.md")
    assert text[best["start"] : best["end"]] == best["text"]
    assert "4 October 2027" in text[best["sentence_start"] : best["sentence_end"]]
    assert best["heading"] == "Boiler › Service"
    assert best["spans"][0]["text"] == best["text"]
    assert best["form"] in ("words", "sentences", "list", "verdict")
    for span in [*best["spans"], *best["evidence"]]:
        assert text[span["start"] : span["end"]] == span["text"]
    assert "4 October 2027" in " ".join(span["text"] for span in best["evidence"])
    for passage in reply["passages"]:
        whole = Path(passage["document"]).read_text(encoding="utf-8")
        assert whole[passage["start"] : passage["end"]] == passage["text"]
        assert {"bm25", "dense"} & set(passage["scores"])


def test_ask_in_a_pipe_prints_plain_text(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = ask(capsys, "Who installed the boiler?", "--threshold", "0")
    assert code == 0
    assert "Hanna Voss" in out
    assert "boiler.md › Boiler" in out
    assert "\x1b" not in out


def test_what_the_documents_do_not_hold_is_said_and_is_no_failure(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = ask(capsys, "Which composer wrote the opera Fidelio?")
    assert code == 0
    assert out.startswith("Not in these documents.\nSearched 2 documents")


def test_what_embeds_passages_that_are_not_embedded_is_said(capsys, notes):
    index_notes(capsys, notes)
    for part in ("vectors", "keywords"):
        rmtree(Path("i") / part)
    _, out, _ = ask(capsys, "When is the next service due?")
    assert "not embedded yet. Unless documents are being indexed, `quoteback verify" in out
    assert "`quoteback verify --repair --index i` embeds them. `quoteback status" in out
    run_command(capsys, "verify", "--repair", "--index", "i")
    _, out, _ = ask(capsys, "When is the next service due?")
    assert "4 October 2027" in out


def test_a_follow_up_is_resolved_and_shown(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = ask(
        capsys, "When was it planted?", "--history", "Where does the pear tree stand?", "--json"
    )
    assert code == 0
    assert "pear tree" in json.loads(out)["resolved_question"]


def test_documents_with_markup_and_escapes_are_shown_as_text(capsys, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    text = (
        "The password of the [red]vault[/] is \x1b[5mSESAME\x1b[0m and it was set by Zoë 😀 in 2011. "
        "کلید در کشو است\u202e. 金庫は地下にあります。\u200b"
    )
    (folder / "vault.txt").write_text(text, encoding="utf-8")
    run_command(capsys, "index", folder, "--index", "i")
    _, out, _ = ask(capsys, "What is the password of the vault?", "--threshold", "0")
    assert "[red]vault[/]" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    _, out, _ = ask(capsys, "Who set the password?", "--threshold", "0", "--json")
    for answer in json.loads(out)["answers"]:
        assert text[answer["start"] : answer["end"]] == answer["text"]


def ask_for_service(capsys, notes, *options):
    index_notes(capsys, notes)
    return ask(capsys, "When is the next service due?", "--threshold", "0", *options)


def test_citations_are_printed_alone(capsys, notes):
    code, out, err = ask_for_service(capsys, notes, "--cite", "json")
    assert (code, err) == (0, "")
    best = json.loads(out)[0]
    text = (notes / "boiler.md").read_text(encoding="utf-8")
    assert "4 October 2027" in text[best["start"] : best["end"]]
    assert (best["line"], best["heading"]) == (7, "Boiler › Service")
    for form, words in (
        ("markdown", "> — *Boiler*"),
        ("bibtex", "@misc{boiler-7"),
        ("csl", '"URL"'),
    ):
        assert words in ask(capsys, "When is the next service due?", "--cite", form)[1]


def test_lines_for_editors_say_where_the_answer_stands(capsys, notes):
    code, out, _ = ask_for_service(capsys, notes, "--vimgrep")
    first = out.splitlines()[0]
    path, line, column, text = first.split(":", 3)
    assert (code, path, line) == (0, str(notes / "boiler.md"), "7")
    assert text.encode()[int(column) - 1 :].decode().startswith("4 October 2027")


def test_sources_are_links_that_terminals_open(capsys, notes):
    _, out, _ = ask_for_service(capsys, notes, "--links")
    assert f"\x1b]8;;file://{notes / 'boiler.md'}#L7\x1b\\" in out
    assert "\x1b]8;;\x1b\\\n" in out


@pytest.mark.parametrize("form", [("--cite", "bibtex"), ("--vimgrep",)])
def test_without_an_answer_nothing_is_cited_and_that_is_said(capsys, notes, form):
    index_notes(capsys, notes)
    code, out, err = ask(capsys, "Who installed the boiler?", "--threshold", "1", *form)
    assert (code, out) == (0, "")
    assert err == "quoteback: No answer that I am sure of.\n"


def test_if_nobody_can_read_a_question_in_another_language_that_is_said(capsys, notes, monkeypatch):
    monkeypatch.setattr("index.models.load._LANGUAGES_PACKAGE", "no_such_package")
    index_notes(capsys, notes)
    question = "Wann wurde die Brücke für Autos geschlossen, und von wem?"
    code, out, _ = ask(capsys, question, "--threshold", "1")
    assert code == 0
    assert (
        "Nothing is found by its words: the question is in German, and only English is read. "
        "The part `languages` reads other languages, too, and finds by meaning."
    ) in " ".join(out.split())


def test_of_several_forms_one_is_chosen(capsys, notes):
    code, _, err = ask_for_service(capsys, notes, "--json", "--vimgrep")
    assert code == 2
    assert "not allowed with" in err


@pytest.mark.usefixtures("runtime_folder")
def test_without_a_service_it_says_so_only_when_asked(capsys, notes):
    assert ask_for_service(capsys, notes)[2] == ""
    assert ask_for_service(capsys, notes, "--verbose")[2] == (
        "quoteback: opened the index: no service runs for it\n"
    )
