"""The settings are printed, found and edited from the command line."""

import json
import tomllib
from dataclasses import asdict

import pytest

from tests.support.command_line import run_command, run_refused
from tui.locations import settings_file
from tui.settings.settings import Settings

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """An editor that writes what it is told to."""

    def write(text):
        script = tmp_path / "editor"
        script.write_text(f"#!/bin/sh\nprintf '%s' '{text}' > \"$1\"\n")
        script.chmod(0o700)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", str(script))

    return write


def test_what_is_printed_is_a_file_of_the_same_settings(capsys, editor):
    editor('k = 3\nmodel = "über/model"\n[keys]\nhelp = "f10"\n')
    assert run_command(capsys, "settings", "edit") == (0, "", "")
    _, out, _ = run_command(capsys, "settings")
    printed = tomllib.loads(out)
    assert printed["k"] == 3
    _, out, _ = run_command(capsys, "settings", "--json")
    expected = asdict(Settings(k=3, model="über/model", keys={"help": "f10"}))
    assert json.loads(out) == expected
    assert printed == {name: value for name, value in expected.items() if value is not None}


def test_the_file_is_named_whether_it_is_there_or_not(capsys):
    assert run_command(capsys, "settings", "path") == (0, f"{settings_file()}\n", "")


def test_what_was_edited_is_checked(capsys, editor):
    editor('theme = "nrod"')
    code, line = run_refused(capsys, "settings", "edit")
    assert code == 1
    assert line == f"{settings_file()}:1: no theme 'nrod': did you mean nord?"
    assert settings_file().read_text() == 'theme = "nrod"'


def test_without_an_editor_it_says_how_to_name_one(capsys, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    assert run_refused(capsys, "settings", "edit")[0] == 2
    monkeypatch.setenv("VISUAL", " ")
    assert "no editor is named" in run_refused(capsys, "settings", "edit")[1]
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert "no-such-editor cannot be started" in run_refused(capsys, "settings", "edit")[1]


def test_the_schema_is_printed_as_json(capsys):
    code, out, _ = run_command(capsys, "settings", "schema")
    assert code == 0
    assert json.loads(out)["properties"]["k"]["maximum"] == 100


def test_what_would_act_on_the_terminal_is_printed_escaped(capsys):
    model = "a\x9b31m\u202e\x7f\U000e0001b"
    settings_file().parent.mkdir(parents=True)
    spelled = "".join(f"\\U{ord(each):08x}" for each in model)
    settings_file().write_text(f'model = "{spelled}"\n')
    _, out, _ = run_command(capsys, "settings")
    assert out.replace("\n", "").isprintable()
    assert tomllib.loads(out)["model"] == model


def test_the_name_of_a_theme_cannot_steer_the_terminal(capsys):
    themes = settings_file().parent / "themes"
    themes.mkdir(parents=True)
    (themes / "a\x1b[31m.toml").write_text("")
    code, _, err = run_command(capsys, "settings")
    assert code == 0
    assert "a␛[31m.toml" in err
    assert "\x1b" not in err
