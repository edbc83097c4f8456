"""The commands `status`, `list`, `text`, `remove` and `verify`."""

import json
import os
import time
from pathlib import Path

import msgspec
import pytest
from filelock import FileLock

from index import Isolation, describe_size
from index.engines.local import LocalEngine
from index.filesystem.locking import WAIT_SECONDS
from index.reports import IndexCounts
from tests.support.command_line import index_notes, run_command
from tui.cli.main import main

pytestmark = pytest.mark.usefixtures("own_folders")


def test_status_lists_stale_and_failed_files(capsys, notes):
    (notes / "fake.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    index_notes(capsys, notes)
    (notes / "garden.txt").write_text("A new text.", encoding="utf-8")
    _, out, _ = run_command(capsys, "status", "--index", "i", "--json")
    status = json.loads(out)
    assert status["stale"] == [str(notes / "garden.txt")]
    assert [Path(failure["path"]).name for failure in status["failed"]] == ["fake.txt"]


def test_indexing_says_at_its_end_what_the_index_costs(capsys, notes):
    command = ("index", str(notes), "--index", "i", "--engine-report")
    _, out, _ = run_command(capsys, *command)
    for label in ("disk       text", "memory     asking", "question   searched for in "):
        assert label in out
    report = json.loads(run_command(capsys, *command, "--json")[1])
    assert report["cost"]["probes"] == 2
    assert report["added"] == 0
    code, _, err = run_command(capsys, *command, "--watch")
    assert (code, err) == (
        2,
        "quoteback: --engine-report stands at the end of a run: leave out --watch\n",
    )


def test_thousands_are_told_apart_as_everywhere(capsys, tmp_path):
    rows = "".join(f"Worker {number},{number}\n" for number in range(1_200))
    (tmp_path / "pay.csv").write_text(f"name,pay\n{rows}")
    index_notes(capsys, tmp_path / "pay.csv")
    assert "passages   1,200 (1,200 embedded)" in run_command(capsys, "status", "--index", "i")[1]


def test_status_says_what_an_index_costs(capsys, notes):
    index_notes(capsys, notes)
    assert "question" not in run_command(capsys, "status", "--index", "i")[1]
    _, out, _ = run_command(capsys, "status", "--cost", "--index", "i")
    for label in ("disk       text", "memory     asking", "question  "):
        assert label in out
    status = json.loads(run_command(capsys, "status", "--cost", "--index", "i", "--json")[1])
    cost = status["cost"]
    assert f"size       {describe_size(status['bytes'])}\n" in out
    parts = [f"{name} {describe_size(size)}" for name, size in cost["disk"].items()]
    assert f"disk       {', '.join(parts)}\n" in out
    assert sum(cost["disk"].values()) == status["bytes"]
    assert min(cost["disk"].values()) > 0
    assert cost["memory"]["asking"] == status["passages"] * (8 + 4 * 384)
    assert cost["probes"] == 2
    assert 0 < cost["median_ms"] < 60_000


@pytest.mark.parametrize(
    ("isolation", "gaps"),
    [
        (Isolation(descriptors=True, landlock=True, seccomp=True), None),
        (
            Isolation(descriptors=True, landlock=False, seccomp=False),
            "(no Landlock: it needs Linux 5.13; no seccomp: it needs Linux and libseccomp)",
        ),
    ],
)
def test_status_says_where_the_parser_is_not_fully_confined(
    capsys, notes, monkeypatch, isolation, gaps
):
    index_notes(capsys, notes)
    monkeypatch.setattr("index.check_isolation", lambda: isolation, raising=False)
    _, out, _ = run_command(capsys, "status", "--index", "i", "--json")
    assert json.loads(out)["parser"] == msgspec.to_builtins(isolation)
    _, out, _ = run_command(capsys, "status", "--index", "i")
    assert ("parser" in out) == (gaps is not None)
    assert (gaps or "") in out


@pytest.mark.parametrize(
    ("count", "advice"),
    [(5_000_000, None), (5_000_001, "PostgreSQL"), (60_000_000, "Milvus")],
)
def test_status_says_which_engine_suits_a_large_index(capsys, notes, monkeypatch, count, advice):
    index_notes(capsys, notes)
    monkeypatch.setattr(LocalEngine, "counts", lambda _: IndexCounts(3, count))
    code, out, _ = run_command(capsys, "status", "--index", "i")
    lines = [line for line in out.splitlines() if line.startswith("advice")]
    assert code == 0
    assert [advice in line and "quoteback copy" in line for line in lines] == [True] * bool(advice)


def test_an_index_is_copied_and_searched_where_it_is_now(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = run_command(capsys, "copy", "i", "there", "--json")
    copied = json.loads(out)
    assert (code, copied["to"], copied["documents"]) == (0, str(Path("there").absolute()), 2)
    same = [run_command(capsys, "list", "--index", place) for place in ("i", "there")]
    assert same[0] == same[1]
    code, out, err = run_command(capsys, "copy", "i", "there")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "exists" in err


def test_it_is_said_how_much_was_copied(capsys, tmp_path):
    (tmp_path / "boiler.txt").write_text("The boiler was serviced in October.\n")
    index_notes(capsys, tmp_path / "boiler.txt")
    code, out, _ = run_command(capsys, "copy", "i", "there")
    assert (code, out.split(" copied to ")[0]) == (0, "1 document, 1 passage")


@pytest.mark.parametrize("command", [["status"], ["verify"], ["list"], ["remove", "notes"]])
def test_with_nothing_indexed_it_is_said_what_to_do(capsys, notes, command):
    assert run_command(capsys, *command) == (
        2,
        "",
        "quoteback: Nothing is indexed yet: add documents with `quoteback index PATH`\n",
    )


@pytest.mark.parametrize("command", [["status"], ["verify"], ["list"], ["remove", "notes"]])
def test_a_folder_that_is_no_index_is_said_in_words_of_the_command_line(capsys, notes, command):
    code, _, err = run_command(capsys, *command, "--index", "nowhere")
    assert code == 2
    made = "make one with `quoteback index PATH --index nowhere`"
    assert err.endswith(f"nowhere is not an index: {made}\n")


@pytest.mark.parametrize("command", [["verify"], ["search", "tree"]])
def test_what_mends_an_index_names_that_index(capsys, notes, command):
    index_notes(capsys, notes)
    Path("i").rename("my index")
    Path("my index", "index.sqlite").write_bytes(b"no database")
    code, _, err = run_command(capsys, *command, "--index", "my index")
    assert (code, "`quoteback verify --repair --index 'my index'`" in err) == (1, True)


def test_list_names_the_documents_a_path_a_line(capsysbinary, notes):
    assert main(["index", str(notes), "--index", "i", "--json"]) == 0
    capsysbinary.readouterr()
    paths = [str(notes / "boiler.md"), str(notes / "garden.txt")]
    assert main(["list", "--index", "i"]) == 0
    assert capsysbinary.readouterr().out == "".join(f"{path}\n" for path in paths).encode()
    assert main(["list", "--index", "i", "--json"]) == 0
    documents = json.loads(capsysbinary.readouterr().out)["documents"]
    assert [(each["path"], each["title"]) for each in documents] == [
        (paths[0], "Boiler"),
        (paths[1], None),
    ]
    assert documents[0]["id"] < documents[1]["id"]


def test_list_says_which_options_leave_no_document(capsys, notes):
    assert main(["index", str(notes), "--index", "i"]) == 0
    capsys.readouterr()
    assert main(["list", "--index", "i", "--type", "pdf"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "quoteback: nothing is found among what --type let through\n")
    assert main(["list", "--index", "i", "--language", "xx"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "quoteback: no document is in xx: the documents are in en\n")


def test_list_gives_the_bytes_of_a_name_that_is_not_unicode(capsysbinary, notes):
    name = os.fsencode(notes) + b"/odd\xff.txt"
    Path(os.fsdecode(name)).write_text("An odd name, and a text.", encoding="utf-8")
    assert main(["index", str(notes), "--index", "i"]) == 0
    capsysbinary.readouterr()
    assert main(["list", "--index", "i"]) == 0
    assert name in capsysbinary.readouterr().out.splitlines()


def test_text_prints_the_canonical_text_and_nothing_else(capsysbinary, tmp_path):
    raw = "\ufeffone\r\ntwo\x1b[31m red\n"
    (tmp_path / "raw.txt").write_bytes(raw.encode("utf-8"))
    assert main(["text", "raw.txt"]) == 0
    assert capsysbinary.readouterr().out == raw[1:].encode("utf-8")


def test_remove_takes_documents_out(capsys, notes):
    index_notes(capsys, notes)
    code, out, _ = run_command(capsys, "remove", notes / "garden.txt", "--index", "i")
    assert code == 0
    assert out.startswith("1 removed; left out of its folder until it is itself given to")
    assert f"removed    {notes / 'garden.txt'}" in run_command(capsys, "status", "--index", "i")[1]
    _, out, _ = run_command(capsys, "status", "--index", "i", "--json")
    assert json.loads(out)["documents"] == 1
    _, out, _ = run_command(capsys, "remove", notes, "--index", "i", "--json")
    assert json.loads(out) == {"removed": 1}


def test_what_is_not_there_is_not_removed_and_waits_for_nobody(capsys, notes):
    index_notes(capsys, notes)
    with FileLock("i/lock"):
        started = time.monotonic()
        code, out, err = run_command(capsys, "remove", "nowhere", "--index", "i")
    assert (code, out, err) == (2, "", "quoteback: nowhere is not in the index\n")
    assert time.monotonic() - started < WAIT_SECONDS


def test_verify_calls_a_sound_index_sound_and_a_damaged_one_not(capsys, notes):
    index_notes(capsys, notes)
    assert run_command(capsys, "verify", "--index", "i")[:2] == (0, "The index is sound.\n")
    segment = next(Path("i", "vectors").glob("*.segment"))
    data = bytearray(segment.read_bytes())
    data[-1] ^= 255
    segment.write_bytes(data)
    code, out, _ = run_command(capsys, "verify", "--index", "i")
    assert code == 1
    assert "vectors" in out
    assert run_command(capsys, "verify", "--repair", "--index", "i")[:2] == (
        0,
        "The index is sound.\n",
    )
    assert run_command(capsys, "verify", "--index", "i")[0] == 0


def test_repair_reads_anew_what_a_store_held_that_cannot_be_read(capsys, notes):
    index_notes(capsys, notes)
    before = run_command(capsys, "search", "tree", "--mode", "bm25", "--index", "i")[1]
    Path("i", "index.sqlite").write_bytes(b"no database")
    for command in (("verify",), ("search", "tree")):
        code, _, err = run_command(capsys, *command, "--index", "i")
        assert code == 1
        assert "quoteback verify --repair" in err
    code, out, err = run_command(capsys, "verify", "--repair", "--index", "i")
    assert (code, out) == (0, "The index is sound.\n")
    assert "documents, kept or read anew from the folders that were indexed" in err
    assert run_command(capsys, "search", "tree", "--mode", "bm25", "--index", "i")[1] == before
