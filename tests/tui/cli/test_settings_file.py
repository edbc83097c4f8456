"""The settings, which the app and the command line share."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import index_notes, run_command, run_eval
from tui.locations import settings_file

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def settings():
    """Writes the settings file."""

    def write(text):
        settings_file().parent.mkdir(parents=True, exist_ok=True)
        settings_file().write_text(text, encoding="utf-8")

    return write


def test_ask_and_search_go_by_the_settings(capsys, notes, settings):
    index_notes(capsys, notes)
    settings('k = 1\nthreshold = 1.0\nmode = "bm25"\n')
    question = ("Who installed the boiler?", "--index", "i", "--json")
    reply = json.loads(run_command(capsys, "ask", *question)[1])
    assert (len(reply["passages"]), reply["threshold"], reply["answered"]) == (1, 1.0, False)
    assert "bm25" in reply["passages"][0]["scores"]
    assert "dense" not in reply["passages"][0]["scores"]
    hits = json.loads(run_command(capsys, "search", *question)[1])["passages"]
    assert {name for hit in hits for name in hit["scores"]} == {"bm25", "retriever", "reranker"}


def test_an_evaluation_goes_by_the_settings_as_ask_does(
    capsys, tmp_path, indexed, questions, settings
):
    settings('k = 1\nthreshold = 1.0\nmode = "bm25"\n')
    run_eval(capsys, questions, "--index", indexed, "--json", "o.json")
    config = json.loads((tmp_path / "o.json").read_text())["config"]
    assert (config["passages_read"], config["threshold"], config["mode"]) == (1, 1.0, "bm25")
    run_eval(capsys, questions, "--index", indexed, "--json", "o.json", "--mode", "dense")
    assert json.loads((tmp_path / "o.json").read_text())["config"]["mode"] == "dense"


def test_options_go_before_the_settings(capsys, notes, settings):
    index_notes(capsys, notes)
    settings('k = 1\nthreshold = 1.0\nmode = "bm25"\n')
    question = ("Who installed the boiler?", "--index", "i", "--json")
    reply = json.loads(run_command(capsys, "ask", *question, "-k", "2", "--threshold", "0")[1])
    assert (len(reply["passages"]), reply["threshold"], reply["answered"]) == (2, 0.0, True)
    hits = json.loads(run_command(capsys, "search", *question, "--mode", "dense")[1])["passages"]
    assert {name for hit in hits for name in hit["scores"]} == {"dense"}


def test_the_model_of_the_settings_is_for_a_new_index_only(capsys, notes, settings, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    index_notes(capsys, notes)
    settings('model = "no-such/model"\n')
    assert index_notes(capsys, notes)["unchanged"] == 2
    code, _, err = run_command(capsys, "index", notes, "--index", "new")
    assert code == 1
    assert "no-such/model" in err
    assert not Path("new").exists()


@pytest.mark.parametrize(
    "command", [["ask", "Who?"], ["search", "Who?"], ["index", "notes"], ["eval", "questions"]]
)
def test_a_mistake_in_the_settings_is_said(capsys, notes, settings, command):
    settings("k = 3\ntreshold = 0.5\n")
    assert run_command(capsys, *command) == (
        1,
        "",
        f"quoteback: {settings_file()}:2: no setting 'treshold': did you mean threshold?\n",
    )


def test_what_only_the_app_has_is_no_matter_of_the_command_line(capsys, notes, settings):
    index_notes(capsys, notes)
    settings('theme = "no such theme"\n[keys]\nno-such-action = "f2"\n')
    assert run_command(capsys, "search", "boiler", "--index", "i")[0] == 0
