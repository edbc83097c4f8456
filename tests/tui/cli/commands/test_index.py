"""The command `index`: patterns, watching, filters on what it made, and Ctrl-C."""

import io
import json
import signal
import sys
import time
import zipfile
from pathlib import Path

import pytest

from index import LANGUAGES_MODEL, Index
from tests.support.command_line import run_command, start_process


@pytest.fixture(autouse=True)
def own_index(own_folders, tmp_path, monkeypatch):
    """Every test has user folders of its own, and an index."""
    monkeypatch.setenv("QUOTEBACK_INDEX", str(tmp_path / "an.index"))


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    (folder / "drafts").mkdir(parents=True)
    (folder / "boiler.md").write_text("# Boiler\n\nIt is serviced every eighteen months.\n")
    (folder / "garden.txt").write_text("The pear tree by the gate was planted in 2004.\n")
    (folder / "drafts" / "letter.md").write_text("The boiler letter is not written yet.\n")
    (folder / "photo.mp4").write_bytes(b"x")
    return folder


def report(capsys, *arguments):
    code, out, _ = run_command(capsys, "index", *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_what_was_done_is_reported_as_json(capsys, notes):
    (notes / "fake.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    first = report(capsys, notes)
    counts = ("added", "updated", "removed", "unchanged")
    assert [first[name] for name in counts] == [3, 0, 0, 0]
    assert [Path(failure["path"]).name for failure in first["failed"]] == ["fake.txt"]
    assert "binary" in first["failed"][0]["reason"]
    again = report(capsys, notes)
    assert [again[name] for name in counts] == [0, 0, 0, 3]


def test_patterns_are_respected_and_remembered_and_what_is_left_out_is_listed(capsys, notes):
    first = report(capsys, notes, "--include", "*.md", "--exclude", "drafts/")
    assert first["added"] == 1
    left_out = {Path(each["path"]).name: each["reason"] for each in first["skipped"]}
    assert left_out == {
        "drafts": "excluded", "garden.txt": "not included", "photo.mp4": "not included",
    }  # fmt: skip
    assert first["skipped_by_reason"] == {"excluded": 1, "not included": 2}
    assert report(capsys, notes)["unchanged"] == 1
    assert report(capsys, notes, "--include", "*")["added"] == 2


def test_a_few_of_those_left_out_unasked_are_named_in_one_short_line(capsys, notes):
    for name in ("a\x1b", "b" * 200, "c", "d"):
        (notes / f"{name}.mp4").write_bytes(b"x")
    (notes / ".hidden.md").write_text("Nobody wonders about this.")
    (notes / "link.md").symlink_to(notes / "boiler.md")
    code, _, err = run_command(capsys, "index", notes)
    assert code == 0
    lines = [line for line in err.splitlines() if "left out" in line]
    assert sorted(lines) == [
        "quoteback: left out, a link: link.md",
        f"quoteback: left out, of an unsupported kind: a␛.mp4, {'b' * 40}…, c.mp4 and 2 more",
    ]
    assert "left out" not in run_command(capsys, "index", notes, "--json")[2]


def test_one_of_a_kind_is_not_spoken_of_as_several(capsys, notes):
    code, out, _ = run_command(capsys, "index", notes / "garden.txt")
    assert (code, "; 1 document, 1 passage in " in out) == (0, True)


def test_a_moved_file_is_told(capsys, notes):
    report(capsys, notes)
    (notes / "garden.txt").rename(notes / "tree.txt")
    assert report(capsys, notes)["moved"] == 1
    _, out, _ = run_command(capsys, "index", notes)
    assert out.startswith("0 added, 0 updated, 0 removed, 3 unchanged, 0 failed, 1 left out (1 of")


def test_search_and_ask_can_be_confined(capsys, notes):
    report(capsys, notes)
    for confined in (["--type", "txt"], ["--path", "garden*"], ["--path", "notes/*.txt"]):
        code, out, _ = run_command(capsys, "search", "boiler", *confined, "--json")
        assert code == 0
        assert [Path(hit["document"]).name for hit in json.loads(out)["passages"]] == ["garden.txt"]
        code, out, _ = run_command(
            capsys, "ask", "When is the boiler serviced?", *confined, "--json"
        )
        assert {Path(hit["document"]).name for hit in json.loads(out)["passages"]} == {"garden.txt"}
    _, out, _ = run_command(capsys, "search", "boiler", "--since", "2999-01-01", "--json")
    assert json.loads(out)["passages"] == []
    _, out, _ = run_command(capsys, "search", "boiler", "--since", "2001-01-01T12:00", "--json")
    assert len(json.loads(out)["passages"]) == 3


SAID = "---\nauthor: Ann Smith\ntags: [boiler, work/house]\ndate: 2019-03-01\n---\n"


def test_tags_authors_and_dates_are_listed_and_confine(capsys, notes):
    said = notes / "said.md"
    said.write_text(f"{SAID}The boiler of Ann was serviced in May.\n")
    report(capsys, notes)
    _, out, _ = run_command(capsys, "list", "--json")
    [listed] = [each for each in json.loads(out)["documents"] if each["path"] == str(said)]
    assert (listed["authors"], listed["date"]) == (["Ann Smith"], "2019-03-01")
    assert listed["tags"] == ["boiler", "work/house"]
    for confined in (
        ["--tag", "#Work"],
        ["--tag", "boiler", "--tag", "work/house", "--author", "smith"],
        ["--author", "nobody", "--author", "ann"],
        ["--until", "2019-03-01"],
        ["--since", "2019-03-01", "--until", "2019-03-01T00:00"],
    ):
        assert run_command(capsys, "list", *confined)[1] == f"{said}\n"
        for command in ("search", "ask"):
            _, out, _ = run_command(
                capsys, command, "When was the boiler serviced?", *confined, "--json"
            )
            assert {hit["document"] for hit in json.loads(out)["passages"]} == {str(said)}
            assert json.loads(out)["passages"][0]["authors"] == ["Ann Smith"]
    for confined in (
        ["--tag", "work", "--tag", "x"],
        ["--author", "smi"],
        ["--until", "2019-02-28"],
    ):
        assert run_command(capsys, "list", *confined)[1] == ""
    assert str(said) not in run_command(capsys, "list", "--since", "2019-03-02")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "why?", "--since", "yesterday"], "must be a date such as 2026-01-31"),
        (["ask", "why?", "--until", "0001-01-01"], "must be a date such as 2026-01-31"),
        (["list", "--tag", ""], "must not be empty"),
        (["list", "--path", "!"], "as in a .gitignore"),
        (["search", "why?", "--path", "!"], "as in a .gitignore"),
        (["index", "notes", "--exclude", "!"], "as in a .gitignore"),
    ],
)
def test_wrong_use_ends_in_a_clear_line(capsys, notes, arguments, message):
    report(capsys, notes)
    code, _, err = run_command(capsys, *arguments)
    assert code == 2
    assert message in err


def test_status_says_what_is_out_of_step(capsys, notes):
    report(capsys, notes)
    (notes / "garden.txt").unlink()
    (notes / "new.md").write_text("New.")
    (notes / "boiler.md").write_text("Other.")
    _, out, _ = run_command(capsys, "status")
    lines = [line.split(None, 1) for line in out.splitlines()]
    assert ["indexed", str(notes)] in lines
    assert ["changed", str(notes / "boiler.md")] in lines
    assert ["gone", str(notes / "garden.txt")] in lines
    assert ["new", str(notes / "new.md")] in lines
    _, out, _ = run_command(capsys, "status", "--json")
    status = json.loads(out)
    assert status["gone"] == [str(notes / "garden.txt")]
    assert status["new"] == [str(notes / "new.md")]
    assert set(status["stale"]) == {str(notes / "boiler.md"), str(notes / "garden.txt")}
    assert status["waiting"] == 0


@pytest.fixture
def started():
    """Starts the command in a process of its own."""
    processes = []

    def start(*arguments):
        process = start_process("index", *arguments)
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            process.kill()


def test_watching_tells_a_line_each_time_and_ctrl_c_ends_it_cleanly(notes, started):
    process = started(notes, "--watch", "--json")
    assert json.loads(process.stdout.readline())["added"] == 3
    (notes / "new.md").write_text("A new note about the boiler.")
    assert json.loads(process.stdout.readline())["added"] == 1
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    # On a busy machine, lines about slow steps come before it.
    *slow, last = err.splitlines()
    assert last == "quoteback: stopped: 4 documents indexed, 4 of 4 passages embedded"
    assert all(line.endswith(" …") for line in slow)


@pytest.fixture
def many(tmp_path):
    """Documents that take far longer to embed than a busy machine needs to send a signal."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(4_000):
        text = "\n\n".join(
            f"{part} of {number} is about engines and rain. " * 12 for part in "abcd"
        )
        (folder / f"{number}.txt").write_text(text)
    return folder


def when_it_works(place):
    """Wait until the first documents are written."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if (place / "keywords" / "watermark.json").exists():
            return
        time.sleep(0.05)
    raise AssertionError("nothing was indexed")


def test_ctrl_c_leaves_a_good_index_and_says_what_is_done(capsys, many, started, tmp_path):
    process = started(many)
    when_it_works(tmp_path / "an.index")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "stopped: " in err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    code, out, _ = run_command(capsys, "search", "engines and rain", "--mode", "bm25", "--json")
    assert (code, len(json.loads(out)["passages"])) == (0, 10)


def test_a_second_ctrl_c_ends_at_once(capsys, many, started, tmp_path):
    process = started(many)
    when_it_works(tmp_path / "an.index")
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    # The second may come when Python itself is ending.
    assert process.wait(timeout=10) in (1, -signal.SIGINT)
    code, out, _ = run_command(capsys, "status", "--json")
    assert code == 0
    assert json.loads(out)["documents"] > 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--shard", "1/2"], "takes one writer: leave out --shard"),
        (["--shard", "1/2", "--watch"], "leave out --shard"),
        (["--shard", "3/2"], "a part such as 3/8"),
        (["--shard", "one"], "a part such as 3/8"),
    ],
)
def test_a_part_of_the_files_is_for_engines_of_many_writers(capsys, notes, tmp_path, given, said):
    code, _, errors = run_command(capsys, "index", notes, *given)
    assert (code, said in errors) == (2, True)
    assert not (tmp_path / "an.index").exists()


def test_archives_are_opened_and_what_is_in_them_is_shown(capsys, tmp_path, notes):
    with zipfile.ZipFile(notes / "old.zip", "w") as archive:
        archive.writestr("2024/pump.txt", "The pump was replaced in March.\n")
    assert report(capsys, "notes")["added"] == 3
    assert report(capsys, "notes", "--archives")["added"] == 1
    assert report(capsys, "notes")["unchanged"] == 4
    assert "old.zip/2024/pump.txt" in run_command(capsys, "list")[1]
    pump = run_command(capsys, "text", "notes/old.zip/2024/pump.txt")
    assert pump[:2] == (0, "The pump was replaced in March.\n")
    code, _, said = run_command(capsys, "text", "notes/old.zip/2024/gone.txt")
    assert code == 1
    assert "nothing of this name" in said


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("typed", "takes"), [("y\n", True), ("\n", False), ("", False)])
def test_a_person_is_asked_once_whether_an_index_takes_the_model_for_all_languages(
    capsys, tmp_path, monkeypatch, typed, takes
):
    changed = []
    monkeypatch.setattr("index.models.has_languages_model", lambda: True)
    monkeypatch.setattr(Index, "change_model", lambda _, model, **__: changed.append(model))
    monkeypatch.setattr(sys, "stdin", _Terminal(typed))
    (tmp_path / "brief.txt").write_text(
        "Die Brücke wurde im Jahr 1931 gebaut, und heute ist sie wegen der Risse gesperrt.\n"
    )

    def index(*options):
        terminal = _Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        run_command(capsys, "index", tmp_path / "brief.txt", *options)
        return "in all languages? " in terminal.getvalue()

    # Output for other programs asks nothing.
    assert not index("--json")
    assert index()
    assert changed == ([LANGUAGES_MODEL] if takes else [])
    assert not index()


def test_a_page_that_cannot_be_fetched_ends_in_one_line(capsys):
    code, _, said = run_command(capsys, "index", "http://127.0.0.1:9/")
    assert code == 1
    assert said.splitlines() == [
        "quoteback: 127.0.0.1 is not on the internet, but on this machine or its network"
    ]
    assert run_command(capsys, "index", "--watch", "https://example.org/")[0] == 2
