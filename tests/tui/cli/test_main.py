"""The command line, as a person and as a script use it."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock

from index.storage.locking import PATIENCE
from index.storage.sealed_rows import sealed
from tests.support import ROOT
from tui.cli.main import main
from tui.locations import settings_file


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch, encoder):
    """Every test has user folders of its own; `encoder` has filled the cache of models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("QUOTEBACK_INDEX", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "boiler.md").write_text(
        "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n\n"
        "## Service\n\nIt is serviced every eighteen months. The next service is due on "
        "4 October 2027, and the pressure should stay between 1.2 and 1.8 bar.\n",
        encoding="utf-8",
    )
    (folder / "garden.txt").write_text(
        "The pear tree by the gate was planted in 2004. It bears fruit every second year.\n",
        encoding="utf-8",
    )
    return folder


def run(capsys, *arguments):
    """Exit code, standard output and standard error of a command."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def indexed(capsys, notes):
    code, out, _ = run(capsys, "index", notes, "--index", "i", "--json")
    assert code == 0
    return json.loads(out)


def test_index_reports_what_it_did_as_json(capsys, notes):
    (notes / "fake.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    report = indexed(capsys, notes)
    assert (report["added"], report["updated"], report["removed"], report["unchanged"]) == (
        2,
        0,
        0,
        0,
    )
    assert [Path(failure["path"]).name for failure in report["failed"]] == ["fake.txt"]
    assert "binary" in report["failed"][0]["reason"]
    again = indexed(capsys, notes)
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_ask_json_holds_the_contract_and_exact_offsets(capsys, notes):
    indexed(capsys, notes)
    code, out, err = run(
        capsys,
        "ask",
        "When is the next service due?",
        "--index",
        "i",
        "--json",
        "--threshold",
        "0",
    )
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
    indexed(capsys, notes)
    code, out, _ = run(
        capsys, "ask", "Who installed the boiler?", "--index", "i", "--threshold", "0"
    )
    assert code == 0
    assert "Hanna Voss" in out
    assert "boiler.md › Boiler" in out
    assert "\x1b" not in out


def test_what_the_documents_do_not_hold_is_said_and_is_no_failure(capsys, notes):
    indexed(capsys, notes)
    code, out, _ = run(capsys, "ask", "Which composer wrote the opera Fidelio?", "--index", "i")
    assert code == 0
    assert out.startswith("Not in these documents.")
    assert "Closest passages:" in out


def test_a_follow_up_is_resolved_and_shown(capsys, notes):
    indexed(capsys, notes)
    code, out, _ = run(
        capsys,
        "ask",
        "When was it planted?",
        "--history",
        "Where does the pear tree stand?",
        "--index",
        "i",
        "--json",
    )
    assert code == 0
    assert "pear tree" in json.loads(out)["resolved_question"]


def test_search_lists_passages_in_every_mode(capsys, notes):
    indexed(capsys, notes)
    for mode in ("hybrid", "dense", "bm25"):
        code, out, _ = run(
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


def test_with_nothing_indexed_the_samples_answer_and_it_is_said(capsys):
    code, out, err = run(capsys, "search", "Museum of Rain", "-k", "1", "--json")
    assert code == 0
    assert "rain-museum.html" in json.loads(out)["passages"][0]["document"]
    assert err.count("sample documents") == 1


def test_an_index_of_the_samples_by_another_version_is_made_anew(capsys, tmp_path):
    run(capsys, "search", "Museum of Rain", "--json")
    [samples] = tmp_path.rglob("samples/index.sqlite")
    with closing(sqlite3.connect(samples)) as store, store:
        store.execute("UPDATE settings SET value = 'another' WHERE name = 'fingerprint'")
    code, out, _ = run(capsys, "search", "Museum of Rain", "--json")
    assert code == 0
    assert "rain-museum.html" in out


def test_an_index_by_another_version_of_the_model_is_embedded_anew(capsys, notes):
    indexed(capsys, notes)
    question = ("search", "boiler pressure", "--mode", "dense", "--index", "i")
    repair = ("verify", "--repair", "--index", "i")
    for anew in (("index", notes, "--index", "i"), repair):
        with closing(sqlite3.connect("i/index.sqlite")) as store, store:
            row = ("fingerprint", "an older one")
            store.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", sealed(*row))
        code, out, err = run(capsys, *question)
        assert (code, out) == (1, "")
        assert "another version of the model" in err
        assert "quoteback verify --repair" in err
        assert run(capsys, "ask", "What is the pressure?", "--index", "i")[:2] == (1, "")
        code, out, _ = run(capsys, "verify", "--index", "i")
        assert code == 1
        assert "quoteback verify --repair" in out
        _, out, _ = run(capsys, "status", "--index", "i")
        assert "(0 embedded, " in out
        assert "another version" in out
        assert run(capsys, *anew)[0] == 0
        status = json.loads(run(capsys, "status", "--index", "i", "--json")[1])
        assert (status["outdated"], status["waiting"]) == (False, 0)
        assert run(capsys, *question)[0] == 0


def test_an_index_of_ones_own_never_holds_the_samples(capsys, notes):
    run(capsys, "search", "Museum of Rain", "--json")
    run(capsys, "index", notes)
    code, out, err = run(capsys, "status", "--json")
    assert (code, err) == (0, "")
    status = json.loads(out)
    assert status["documents"] == 2
    assert status["passages"] == status["vectors"]
    _, out, err = run(capsys, "search", "Museum of Rain", "--json")
    assert err == ""
    assert "rain-museum" not in out


def test_status_lists_stale_and_failed_files(capsys, notes):
    (notes / "fake.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    indexed(capsys, notes)
    (notes / "garden.txt").write_text("A new text.", encoding="utf-8")
    _, out, _ = run(capsys, "status", "--index", "i", "--json")
    status = json.loads(out)
    assert status["stale"] == [str(notes / "garden.txt")]
    assert [Path(failure["path"]).name for failure in status["failed"]] == ["fake.txt"]


def test_remove_takes_documents_out(capsys, notes):
    indexed(capsys, notes)
    code, out, _ = run(capsys, "remove", notes / "garden.txt", "--index", "i")
    assert code == 0
    assert out.startswith("1 removed; left out of its folder until it is itself given to")
    assert f"removed    {notes / 'garden.txt'}" in run(capsys, "status", "--index", "i")[1]
    _, out, _ = run(capsys, "status", "--index", "i", "--json")
    assert json.loads(out)["documents"] == 1
    _, out, _ = run(capsys, "remove", notes, "--index", "i", "--json")
    assert json.loads(out) == {"removed": 1}


def test_what_is_not_there_is_not_removed_and_waits_for_nobody(capsys, notes):
    indexed(capsys, notes)
    with FileLock("i/lock"):
        started = time.monotonic()
        code, out, err = run(capsys, "remove", "nowhere", "--index", "i")
    assert (code, out, err) == (2, "", "quoteback: nowhere is not in the index\n")
    assert time.monotonic() - started < PATIENCE


def test_list_names_the_documents_a_path_a_line(capsysbinary, notes):
    assert main(["index", str(notes), "--index", "i", "--json"]) == 0
    capsysbinary.readouterr()
    paths = [str(notes / "boiler.md"), str(notes / "garden.txt")]
    assert main(["list", "--index", "i"]) == 0
    assert capsysbinary.readouterr().out == "".join(f"{path}\n" for path in paths).encode()
    assert main(["list", "--index", "i", "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {
        "documents": [{"path": paths[0], "title": "Boiler"}, {"path": paths[1], "title": None}]
    }


def test_list_gives_the_bytes_of_a_name_that_is_not_unicode(capsysbinary, notes):
    name = os.fsencode(notes) + b"/odd\xff.txt"
    Path(os.fsdecode(name)).write_text("An odd name, and a text.", encoding="utf-8")
    assert main(["index", str(notes), "--index", "i"]) == 0
    capsysbinary.readouterr()
    assert main(["list", "--index", "i"]) == 0
    assert name in capsysbinary.readouterr().out.splitlines()


@pytest.mark.parametrize("command", [["status"], ["verify"], ["list"], ["remove", "notes"]])
def test_with_nothing_indexed_it_is_said_what_to_do(capsys, notes, command):
    assert run(capsys, *command) == (
        2,
        "",
        "quoteback: Nothing is indexed yet: add documents with `quoteback index PATH`\n",
    )


@pytest.mark.parametrize("command", [["status"], ["verify"], ["list"], ["remove", "notes"]])
def test_a_folder_that_is_no_index_is_said_in_words_of_the_command_line(capsys, notes, command):
    code, _, err = run(capsys, *command, "--index", "nowhere")
    assert code == 2
    assert err.endswith("nowhere is not an index: make one with `quoteback index PATH`\n")


# The settings, which the app and the command line share.


@pytest.fixture
def settings():
    """Writes the settings file."""

    def write(text):
        settings_file().parent.mkdir(parents=True, exist_ok=True)
        settings_file().write_text(text, encoding="utf-8")

    return write


def test_ask_and_search_go_by_the_settings(capsys, notes, settings):
    indexed(capsys, notes)
    settings('k = 1\nthreshold = 1.0\nmode = "bm25"\n')
    question = ("Who installed the boiler?", "--index", "i", "--json")
    reply = json.loads(run(capsys, "ask", *question)[1])
    assert (len(reply["passages"]), reply["threshold"], reply["answered"]) == (1, 1.0, False)
    assert "bm25" in reply["passages"][0]["scores"]
    assert "dense" not in reply["passages"][0]["scores"]
    hits = json.loads(run(capsys, "search", *question)[1])["passages"]
    assert {name for hit in hits for name in hit["scores"]} == {"bm25"}


def test_options_go_before_the_settings(capsys, notes, settings):
    indexed(capsys, notes)
    settings('k = 1\nthreshold = 1.0\nmode = "bm25"\n')
    question = ("Who installed the boiler?", "--index", "i", "--json")
    reply = json.loads(run(capsys, "ask", *question, "-k", "2", "--threshold", "0")[1])
    assert (len(reply["passages"]), reply["threshold"], reply["answered"]) == (2, 0.0, True)
    hits = json.loads(run(capsys, "search", *question, "--mode", "dense")[1])["passages"]
    assert {name for hit in hits for name in hit["scores"]} == {"dense"}


def test_the_model_of_the_settings_is_for_a_new_index_only(capsys, notes, settings, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    indexed(capsys, notes)
    settings('model = "no-such/model"\n')
    assert indexed(capsys, notes)["unchanged"] == 2
    code, _, err = run(capsys, "index", notes, "--index", "new")
    assert code == 1
    assert "no-such/model" in err
    assert not Path("new").exists()


@pytest.mark.parametrize("command", [["ask", "Who?"], ["search", "Who?"], ["index", "notes"]])
def test_a_mistake_in_the_settings_is_said(capsys, notes, settings, command):
    settings("k = 3\ntreshold = 0.5\n")
    assert run(capsys, *command) == (
        1,
        "",
        f"quoteback: {settings_file()}:2: no setting 'treshold': did you mean threshold?\n",
    )


def test_what_only_the_app_has_is_no_matter_of_the_command_line(capsys, notes, settings):
    indexed(capsys, notes)
    settings('theme = "no such theme"\n[keys]\nno-such-action = "f2"\n')
    assert run(capsys, "search", "boiler", "--index", "i")[0] == 0


def test_an_index_named_before_the_command_is_used(capsys, notes):
    indexed(capsys, notes)
    code, out, _ = run(capsys, "--index", "i", "status", "--json")
    assert code == 0
    assert json.loads(out)["documents"] == 2


def test_a_filter_that_leaves_nothing_is_said(capsys, notes):
    indexed(capsys, notes)
    for command in ("ask", "search"):
        code, _, err = run(capsys, command, "Who planted it?", "--type", "pdf", "--index", "i")
        assert code == 0
        assert "no document is left by --path, --type and --since" in err


def test_the_version_is_that_of_the_package(capsys):
    assert run(capsys, "--version")[:2] == (0, f"quoteback {version('quoteback')}\n")


def test_verify_calls_a_sound_index_sound_and_a_damaged_one_not(capsys, notes):
    indexed(capsys, notes)
    assert run(capsys, "verify", "--index", "i")[:2] == (0, "The index is sound.\n")
    segment = next(Path("i", "vectors").glob("*.segment"))
    data = bytearray(segment.read_bytes())
    data[-1] ^= 255
    segment.write_bytes(data)
    code, out, _ = run(capsys, "verify", "--index", "i")
    assert code == 1
    assert "vectors" in out
    assert run(capsys, "verify", "--repair", "--index", "i")[:2] == (0, "The index is sound.\n")
    assert run(capsys, "verify", "--index", "i")[0] == 0


def test_repair_reads_anew_what_a_store_held_that_cannot_be_read(capsys, notes):
    indexed(capsys, notes)
    before = run(capsys, "search", "tree", "--mode", "bm25", "--index", "i")[1]
    Path("i", "index.sqlite").write_bytes(b"no database")
    for command in (("verify",), ("search", "tree")):
        code, _, err = run(capsys, *command, "--index", "i")
        assert code == 1
        assert "quoteback verify --repair" in err
    code, out, err = run(capsys, "verify", "--repair", "--index", "i")
    assert (code, out) == (0, "The index is sound.\n")
    assert "documents were read anew from the folders that it remembered" in err
    assert run(capsys, "search", "tree", "--mode", "bm25", "--index", "i")[1] == before


def test_text_prints_the_canonical_text_and_nothing_else(capsysbinary, tmp_path):
    raw = "\ufeffone\r\ntwo\x1b[31m red\n"
    (tmp_path / "raw.txt").write_bytes(raw.encode("utf-8"))
    assert main(["text", "raw.txt"]) == 0
    assert capsysbinary.readouterr().out == raw[1:].encode("utf-8")


# What can go wrong: one clear line, the right exit code.

WRONG_USE = [
    (["index", "nowhere"], "nowhere: no such file or folder"),
    (["index", ""], "PATH: must not be empty"),
    (["index", "notes", ""], "PATH: must not be empty"),
    (["remove", ""], "PATH: must not be empty"),
    (["text", ""], "FILE: must not be empty"),
    (["ask", "why?", "--index", ""], "--index: must not be empty"),
    (["index", "notes", "--model", ""], "--model: must not be empty"),
    (["index", "notes", "--include", ""], "--include: must not be empty"),
    (["search", "why?", "--path", ""], "--path: must not be empty"),
    (["ask"], "there is no question: give one in quotes, or - for standard input"),
    (["ask", "  "], "the question is empty"),
    (["ask", "?"], "no word in the question"),
    (["search", "...", "!"], "no word in the question"),
    (["ask", "why", "now", "--history", "When?"], "with --history, put every question in quotes"),
    (["ask", "who", "-k", "3", "did", "it"], "did it: put what belongs together in quotes"),
    (["ask", "why?", "--inedx", "i"], "no option --inedx: did you mean --index?"),
    (["ask", "why?", "--\x1b[31m"], "no option --␛[31m (see quoteback ask --help)"),
    (["ask", "why?", "--index", "nowhere"], "is not an index"),
    (["ask", "why?", "--index", "notes"], "is not an index"),
    (["--index", "nowhere"], "is not an index"),
    (["--index", "notes"], "is not an index"),
    (["index", "notes", "--index", "notes"], "exists and is not an index"),
    (["ask", "why?", "--threshold", "7"], "between 0 and 1"),
    (["ask", "why?", "--threshold", "nan"], "between 0 and 1"),
    (["ask", "why?", "--since", "yesterday"], "must be a date such as"),
    (["search", "why?", "-k", "0"], "at least 1"),
    (["text", "nowhere.md"], "no such file"),
    (["text", "notes"], "notes: a folder"),
    (["status", "--index", "nowhere"], "is not an index"),
    (["search", "why?", "--mode", "hybird"], "no 'hybird': did you mean hybrid?"),
    (["aks", "who"], "no command 'aks': did you mean ask? (see quoteback --help)"),
    (["nonsense"], "no command 'nonsense': choose from index, ask, "),
    (["questions", "chek"], "did you mean check? (see quoteback questions --help)"),
]


class Keyboard(io.StringIO):
    """Standard input where a person sits, and types nothing."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("arguments", "message"), WRONG_USE)
def test_wrong_use_ends_in_a_clear_line_and_exit_code_2(
    capsys, notes, monkeypatch, arguments, message
):
    monkeypatch.setattr("sys.stdin", Keyboard())
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.startswith("quoteback: ")
    assert err.count("\n") == 1


def test_an_empty_path_leaves_no_index(capsys, notes):
    run(capsys, "index", "", "--index", "i")
    assert not Path("i").exists()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_help_shows_one_question(capsys, command):
    code, out, _ = run(capsys, command, "--help")
    usage, arguments, _ = re.split("positional arguments:|options:", out)
    assert (code, usage.count("QUESTION"), arguments.count("QUESTION")) == (0, 1, 1)


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "-"], ["search"], ["search", "-"]])
def test_a_question_may_come_by_standard_input(capsys, notes, monkeypatch, arguments):
    indexed(capsys, notes)
    monkeypatch.setattr("sys.stdin", io.StringIO("Who installed the boiler?\n"))
    code, out, _ = run(capsys, *arguments, "--index", "i", "--json")
    assert (code, json.loads(out)["question"]) == (0, "Who installed the boiler?")


def test_bytes_that_are_no_text_are_still_a_question(notes, capsys):
    indexed(capsys, notes)
    done = command("search", "--json", "--index", "i", input=b"the boil\xffer, please\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["question"] == "the boil\ufffder, please"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "the question is empty"), ("word " * 10_000, "standard input is longer than a question")],
)
def test_standard_input_that_holds_no_question_is_said(capsys, monkeypatch, text, message):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, out, err = run(capsys, "ask")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_needs_no_quotes(capsys, notes, command):
    indexed(capsys, notes)
    words = ("Who", "installed", "the", "boiler?")
    for arguments in (
        ("--index", "i", "--json", *words, "-k", "2"),
        ("-k", "2", "--json", "--index", "i", "--", *words),
    ):
        code, out, _ = run(capsys, command, *arguments)
        assert code == 0
        assert json.loads(out)["question"] == "Who installed the boiler?"


def test_another_model_is_refused_by_name(capsys, notes):
    indexed(capsys, notes)
    code, _, err = run(capsys, "index", notes, "--index", "i", "--model", "other-model")
    assert code == 1
    assert "was made with the model all-MiniLM-L6-v2, not other-model" in err
    assert err.count("\n") == 1


def test_an_unknown_model_ends_in_a_clear_line_and_leaves_no_index(capsys, notes, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, _, err = run(capsys, "index", notes, "--index", "i", "--model", "no-such/model")
    assert code == 1
    assert "no-such/model" in err
    assert "Traceback" not in err


def test_an_empty_folder_makes_an_empty_index_that_says_so(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, _ = run(capsys, "index", "empty", "--index", "i")
    assert code == 0
    for command, nothing in (("ask", "Not in these documents."), ("search", "No passage found.")):
        code, out, err = run(capsys, command, "why?", "--index", "i")
        assert code == 0
        assert nothing in out
        assert "The index is empty" in err


def test_names_and_messages_cannot_send_escapes_to_the_terminal(capsys, notes):
    bad = notes / "a\x1b[31mb\n.txt"
    bad.write_bytes(b"\x00\x01" * 100)
    _, out, err = run(capsys, "index", notes, "--index", "i")
    assert "\x1b" not in out + err
    assert "␛[31mb" in err


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})},
        capture_output=True,
        **options,
    )


@pytest.mark.parametrize("arguments", ["search boiler", "ask boiler", "search boiler --json"])
def test_output_that_nobody_reads_is_no_failure(capsys, notes, arguments):
    indexed(capsys, notes)
    shell = f"{sys.executable} -m tui {arguments} --index i | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_output_piped_to_head_ends_quietly(capsys, notes):
    indexed(capsys, notes)
    shell = f"{sys.executable} -m tui text big.txt | head -c 10"
    Path("big.txt").write_text("word " * 400_000, encoding="utf-8")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "word word ", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_output_that_is_closed_is_no_reason_to_fail(capsys, notes, closed):
    indexed(capsys, notes)
    shell = f"{sys.executable} -m tui ask boiler --index i {closed}"
    done = subprocess.run(
        ["bash", "-c", shell],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_the_app_says_that_it_needs_a_terminal_where_input_is_closed():
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m tui <&-"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("quoteback: the app needs a terminal")


def test_messages_do_not_go_to_standard_output_where_standard_error_is_closed(notes):
    shell = f"{sys.executable} -m tui status --index nowhere 2>&-"
    done = subprocess.run(
        ["bash", "-c", shell], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("arguments", ["--version", "status --index i"])
def test_a_full_disk_is_told_in_one_line(capsys, notes, arguments):
    indexed(capsys, notes)
    shell = f"{sys.executable} -m tui {arguments} > /dev/full"
    done = subprocess.run(
        ["bash", "-c", shell],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "quoteback: No space left on device\n"


def test_a_working_folder_that_is_gone_is_told(capsys, notes):
    indexed(capsys, notes)
    shell = f"mkdir x; cd x; rmdir ../x; {sys.executable} -m tui ask boiler --index {Path.cwd()}/i"
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=notes,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "quoteback: the working folder is gone: change to another one\n"


def test_a_terminal_without_colour_gets_no_escapes(notes, capsys):
    indexed(capsys, notes)
    done = command(
        "ask",
        "Who installed the boiler?",
        "--index",
        "i",
        "--threshold",
        "0",
        env={"TERM": "dumb", "NO_COLOR": "1"},
    )
    assert done.returncode == 0
    assert b"Hanna Voss" in done.stdout
    assert b"\x1b" not in done.stdout


def test_a_terminal_that_lacks_characters_is_no_reason_to_fail(notes, capsys):
    indexed(capsys, notes)
    done = command(
        "ask", "Who installed the boiler?", "--index", "i", env={"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"boiler.md ? Boiler" in done.stdout


def test_documents_with_markup_and_escapes_are_shown_as_text(capsys, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    text = (
        "The password of the [red]vault[/] is \x1b[5mSESAME\x1b[0m and it was set by Zoë 😀 in 2011. "
        "کلید در کشو است\u202e. 金庫は地下にあります。\u200b"
    )
    (folder / "vault.txt").write_text(text, encoding="utf-8")
    run(capsys, "index", folder, "--index", "i")
    _, out, _ = run(
        capsys, "ask", "What is the password of the vault?", "--index", "i", "--threshold", "0"
    )
    assert "[red]vault[/]" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    _, out, _ = run(
        capsys, "ask", "Who set the password?", "--index", "i", "--threshold", "0", "--json"
    )
    for answer in json.loads(out)["answers"]:
        assert text[answer["start"] : answer["end"]] == answer["text"]
