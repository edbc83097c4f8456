"""Models that are not the one of the index."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index import Index
from index.engines import registry
from index.filesystem.sqlite_files import seal
from index.models import has_languages_model
from tests.support import memory_engine
from tests.support.command_line import index_notes, run_command

pytestmark = pytest.mark.usefixtures("own_folders")


def test_an_index_by_another_version_of_the_model_is_embedded_anew(capsys, notes):
    index_notes(capsys, notes)
    question = ("search", "boiler pressure", "--mode", "dense", "--index", "i")
    repair = ("verify", "--repair", "--index", "i")
    for anew in (("index", notes, "--index", "i"), repair):
        with closing(sqlite3.connect("i/index.sqlite")) as store, store:
            row = ("fingerprint", "an older one")
            store.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", seal(*row))
        code, out, err = run_command(capsys, *question)
        assert (code, out) == (1, "")
        assert "another version of the model" in err
        assert "quoteback verify --repair" in err
        assert run_command(capsys, "ask", "What is the pressure?", "--index", "i")[:2] == (1, "")
        code, out, _ = run_command(capsys, "verify", "--index", "i")
        assert code == 1
        assert "quoteback verify --repair" in out
        _, out, _ = run_command(capsys, "status", "--index", "i")
        assert "(embedded by another version of the model: the next run embeds them anew)" in out
        assert run_command(capsys, *anew)[0] == 0
        status = json.loads(run_command(capsys, "status", "--index", "i", "--json")[1])
        assert (status["outdated"], status["waiting"]) == (False, 0)
        assert run_command(capsys, *question)[0] == 0


def test_an_engine_filled_on_another_kind_of_processor_says_what_can_be_done(
    capsys, notes, tmp_path, monkeypatch
):
    known = {**registry._ENGINES, "memory": (memory_engine.__name__, "")}
    monkeypatch.setattr(registry, "_ENGINES", known)
    address = f"memory://{tmp_path.name}"
    assert run_command(capsys, "index", notes, "--index", address)[0] == 0
    with Index.open(address) as index:
        index.engine.set_setting("fingerprint", "of another kind of processor")
    advice = "use a machine of the kind that filled it, or index"
    for command in (("search", "boiler pressure", "--mode", "dense"), ("index", notes)):
        code, out, err = run_command(capsys, *command, "--index", address)
        assert (code, out) == (1, "")
        assert "or on another kind of processor: " + advice in err
        assert err.count("\n") == 1
    code, out, _ = run_command(capsys, "verify", "--index", address)
    assert code == 1
    assert advice in out
    assert advice in run_command(capsys, "status", "--index", address)[1]
    # By words, it is searched all the same.
    assert run_command(capsys, "search", "boiler", "--mode", "bm25", "--index", address)[0] == 0


def test_another_model_is_refused_by_name(capsys, notes):
    index_notes(capsys, notes)
    code, _, err = run_command(capsys, "index", notes, "--index", "i", "--model", "other-model")
    assert code == 1
    assert "was made with the model all-MiniLM-L6-v2, not other-model" in err
    assert err.count("\n") == 1


def test_an_unknown_model_ends_in_a_clear_line_and_leaves_no_index(capsys, notes, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, _, err = run_command(capsys, "index", notes, "--index", "i", "--model", "no-such/model")
    assert code == 1
    assert "no-such/model" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_model_in_an_index_of_somebody_else_is_refused_in_one_line(capsys, notes, command):
    index_notes(capsys, notes)
    model = Path("i/model").absolute()
    model.mkdir()
    module = {"idx": 0, "name": "0", "path": "", "type": "evil.Module"}
    (model / "modules.json").write_text(json.dumps([module]), encoding="utf-8")
    (model / "config.json").write_text("{}", encoding="utf-8")
    (model / "evil.py").write_text("open('ran', 'w')", encoding="utf-8")
    with closing(sqlite3.connect("i/index.sqlite")) as store, store:
        row = seal("model", str(model))
        store.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", row)
    code, out, err = run_command(capsys, command, "What is the pressure?", "--index", "i")
    assert (code, out) == (1, "")
    assert f"names the model {model}, a folder that you have not named on this machine" in err
    assert err.count("\n") == 1
    assert not Path("ran").exists()
    # What needs no model can be read all the same.
    assert run_command(capsys, "status", "--index", "i")[0] == 0
    assert str(model) in run_command(capsys, "status", "--index", "i")[1]


GERMAN = (
    "Die Brücke über den Fluss wurde im Jahr 1931 von der Stadt gebaut. Im Winter wird sie oft "
    "gesperrt, weil das Eis auf den Schienen liegt.\n"
)


@pytest.mark.parametrize("is_there", [True, False])
def test_documents_in_other_languages_are_said_to_be_found_by_words_alone(
    capsys, tmp_path, monkeypatch, is_there
):
    monkeypatch.setattr("index.sync.status.has_languages_model", lambda: is_there)
    monkeypatch.setattr("index.models.has_languages_model", lambda: is_there)
    (tmp_path / "bridge.txt").write_text(GERMAN)
    command = ("index", tmp_path / "bridge.txt", "--index", "i")
    found = "documents that are not in English (1) are found by their words alone: "
    remedy = (
        "`quoteback index --model languages PATH --index i`" if is_there else "its part `languages`"
    )
    _, _, err = run_command(capsys, *command)
    assert err.startswith(f"quoteback: {found}")
    assert remedy in err
    assert err.count("\n") == 1
    # Nothing has changed: nothing is said again.
    assert run_command(capsys, *command)[2] == ""
    [line] = [
        line
        for line in run_command(capsys, "status", "--index", "i")[1].splitlines()
        if line.startswith("advice")
    ]
    assert found in line
    out = run_command(capsys, "doctor", "--index", "i")[1]
    assert " ".join(f"note languages {found.removesuffix(': ')}".split()) in " ".join(out.split())
    assert ("quoteback index --model languages FOLDER --index DIR" in out) == is_there
    assert str(tmp_path) not in out


@pytest.mark.model
@pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
def test_with_the_part_a_question_is_answered_from_documents_in_any_language(capsys, tmp_path):
    (tmp_path / "bridge.txt").write_text(GERMAN)
    index = ("index", tmp_path / "bridge.txt", "--index", "i")
    assert run_command(capsys, *index)[0] == 0
    assert run_command(capsys, *index, "--model", "languages")[0] == 0
    out = run_command(capsys, "status", "--index", "i")[1]
    assert "model      languages" in out
    assert "(1 embedded)" in out
    assert "advice" not in out
    question = "¿Por qué cierran el puente en invierno?"
    _, out, _ = run_command(capsys, "ask", question, "--index", "i")
    assert "not read" not in out
    assert "weil das Eis auf den Schienen liegt" in " ".join(out.split())
    _, out, _ = run_command(capsys, "ask", "¿Cuánto cuesta el abono del teatro?", "--index", "i")
    assert "Not in these documents." in out
