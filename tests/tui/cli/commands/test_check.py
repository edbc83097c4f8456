"""The command `check`, as a person and as a Makefile use it."""

import io
import json

import pytest

from index import Index
from tests.support.command_line import run_command
from tests.support.encoders import WordEncoder

pytestmark = pytest.mark.usefixtures("quick_folders")

TRUE = "She wrote “The pear tree by the gate was planted in 2004” there.\n"
ALTERED = "> The boiler was installed in May 2019 by Hanna Voss\n"
NOWHERE = "He said “the bridge was sold to a bank last year”, but who knows?\n"


@pytest.fixture
def folder(tmp_path, notes):
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add([notes])
    return tmp_path / "index"


def check(capsys, tmp_path, folder, text, *options, name="draft.md"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return run_command(capsys, "check", name, "--index", folder, *options)


def test_a_text_whose_quotations_are_true_is_no_failure(capsys, tmp_path, folder):
    code, out, err = check(capsys, tmp_path, folder, TRUE)
    assert (code, err) == (0, "")
    assert out.startswith("verbatim · line 1\n  The pear tree by the gate was planted in 2004\n")
    assert out.endswith("\n1 quotation: 1 verbatim\n")
    assert "garden.txt" in out


def test_an_altered_one_fails_and_says_what_is_altered(capsys, tmp_path, folder):
    code, out, _ = check(capsys, tmp_path, folder, TRUE + "\n" + ALTERED)
    assert code == 1
    assert "altered · line 3\n" in out
    assert "has “May” for “March”" in out
    assert "boiler.md › Boiler" in out


def test_one_that_is_not_found_fails(capsys, tmp_path, folder):
    code, out, _ = check(capsys, tmp_path, folder, NOWHERE)
    assert (code, out.splitlines()[0]) == (1, "not found · line 1")


def test_it_is_said_if_filters_let_nothing_through_that_is_quoted(capsys, tmp_path, folder):
    code, out, err = check(capsys, tmp_path, folder, TRUE, "--path", "nowhere/")
    assert (code, out.splitlines()[0]) == (1, "not found · line 1")
    assert err == "quoteback: nothing is found among what --path let through\n"
    # Without a quotation there is nothing to be found.
    assert check(capsys, tmp_path, folder, "None.", "--path", "nowhere/")[2] == ""


def test_json_has_exact_places_in_both_texts(capsys, tmp_path, folder, notes):
    text = TRUE + "\n" + ALTERED + "\n" + NOWHERE
    code, out, _ = check(capsys, tmp_path, folder, text, "--json")
    found = json.loads(out)["quotations"]
    assert [each["status"] for each in found] == ["verbatim", "altered", "not found"]
    for each in found:
        assert text[each["start"] : each["end"]] == each["text"]
        if each["document"]:
            source = (notes / each["document"]).read_text(encoding="utf-8")
            assert source[each["match_start"] : each["match_end"]] == each["match_text"]
    (difference,) = found[1]["difference"]
    assert (difference["quoted"], difference["source"]) == ("May", "March")
    assert text[difference["start"] : difference["end"]] == "May"
    assert (code, found[0]["file"], found[2]["document"]) == (1, "draft.md", None)


def test_an_editor_gets_a_line_for_each_problem(capsys, tmp_path, folder):
    code, out, _ = check(capsys, tmp_path, folder, TRUE + "\n" + ALTERED, "--vimgrep")
    assert (code, out) == (1, "draft.md:3:3:altered: has “May” for “March”\n")


def test_each_quotation_gets_its_citation(capsys, tmp_path, folder):
    code, out, _ = check(capsys, tmp_path, folder, TRUE + "\n" + ALTERED, "--cite", "markdown")
    assert code == 1
    assert out.startswith("> The pear tree by the gate was planted in 2004\n>\n> — *garden.txt*")
    assert "> The boiler was installed in March 2019 by Hanna Voss\n" in out


def test_several_files_and_standard_input(capsys, tmp_path, folder, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(ALTERED))
    (tmp_path / "draft.md").write_text(TRUE, encoding="utf-8")
    out = run_command(capsys, "check", "draft.md", "-", "--index", folder, "--json")[1]
    found = json.loads(out)["quotations"]
    assert [(each["file"], each["status"]) for each in found] == [
        ("draft.md", "verbatim"),
        ("-", "altered"),
    ]


@pytest.mark.parametrize("text", ["Nothing is quoted here.\n", "", "“”" * 1_000])
def test_a_text_without_quotations_says_so(capsys, tmp_path, folder, text):
    assert check(capsys, tmp_path, folder, text) == (
        0,
        "There is no quotation in it.\n",
        "",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\0\1\2\3" * 9, "not text"), (None, "no such file")],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(capsys, tmp_path, folder, data, reason):
    if data is not None:
        (tmp_path / "draft.txt").write_bytes(data)
    code, out, err = run_command(capsys, "check", "draft.txt", "--index", folder)
    assert code == (2 if data is None else 1)
    assert out == ""
    assert err.startswith("quoteback: draft.txt: ")
    assert reason in err
    assert err.count("\n") == 1


def test_without_an_index_there_is_nothing_to_check_against(capsys, tmp_path):
    (tmp_path / "draft.md").write_text(TRUE, encoding="utf-8")
    code, _, err = run_command(capsys, "check", "draft.md")
    assert (code, err.count("\n")) == (2, 1)
    assert "quoteback index PATH" in err
