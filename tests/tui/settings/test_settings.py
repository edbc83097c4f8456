"""The settings' file: read with care, written without loss."""

from __future__ import annotations

import errno
import os
import re
import sys
import tomllib
from dataclasses import replace

import jsonschema
import pytest

from tests.support import ROOT
from tui.app.app import list_choices
from tui.common.screens.keys import is_key, key_problem
from tui.settings.file import SettingsError, create_settings, read_settings, write_settings
from tui.settings.settings import NAMES, Choices, Settings, make_schema

CHOICES = Choices(
    ["quoteback-dark", "quoteback-light", "nord"],
    lambda: [
        {"help": "f1", "quit": "ctrl+q"},
        {"next-answer": "ctrl+n,alt+right"},
        {"rename": "f2"},
    ],
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "settings.toml"


def written(file, text: str):
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_all_is_as_by_default(file):
    assert read_settings(file, CHOICES) == Settings()
    assert not file.parent.exists()


def test_keys_are_looked_for_only_where_some_are_set(file):
    def find_keys():
        raise AssertionError("the screens that have keys were loaded")

    written(file, 'theme = "nord"')
    assert read_settings(file, Choices(["nord"], find_keys)).theme == "nord"


def test_every_setting_is_read(file):
    written(
        file,
        'theme = "nord"\nthreshold = 0.5\nk = 12\nmode = "bm25"\nmodel = "my/model"\n'
        'watch = true\nreader = "years"\nreranker = "shortest"\n'
        '[keys]\nhelp = "f10"\nnext-answer = "ctrl+g,alt+n"\n',
    )
    keys = {"help": "f10", "next-answer": "ctrl+g,alt+n"}
    assert read_settings(file, CHOICES) == Settings(
        "nord", 0.5, 12, "bm25", "my/model", keys, True, "years", "shortest"
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\ntheem = 'nord'", 2, "no setting 'theem': did you mean theme?"),
        (
            "k = 3\ncolour = 1",
            2,
            "no setting 'colour': choose from theme, threshold, k, mode, model",
        ),
        ("# a\ntheme = 'nrod'", 2, "no theme 'nrod': did you mean nord?"),
        ("theme = 3", 1, "theme must be the name of a theme, not 3"),
        ("mode = 'bm52'", 1, "mode must be one of hybrid, dense, bm25, not 'bm52'"),
        ("threshold = 1.5", 1, "threshold must be a number from 0 to 1, not 1.5"),
        ("threshold = true", 1, "threshold must be"),
        ("threshold = nan", 1, "threshold must be"),
        ("k = 0", 1, "k must be a whole number from 1 to 100, not 0"),
        ("k = 8.0", 1, "k must be"),
        ("model = ''", 1, "model must be"),
        ("watch = 1", 1, "watch must be true or false, not 1"),
        ("keys = 3", 1, "write [keys]"),
        ("k = 3\n[keys]\nhlep = 'f2'", 3, "no action 'hlep': did you mean help?"),
        ("[keys]\nhelp = 'f99'", 2, "'f99' is not a key"),
        ("[keys]\nhelp = 3", 2, "3 is not a key"),
        ("[keys]\n\nhelp = 'ctrl+q'", 3, "'ctrl+q' is already the key of 'quit'"),
        ("[keys]\nnext-answer = 'f1'", 2, "'f1' is already the key of 'help'"),
        ("keys.hlep = 'f2'", 1, "no action 'hlep'"),
        ("[kyes]\nhelp = 'f2'", 1, "no setting 'kyes': did you mean keys?"),
        ("k = 3\ntheme = ", 2, "Invalid value"),
        ("k = 3\nk = 4", 2, "Cannot overwrite a value"),
        ("theme = 'nord", 1, ""),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_a_suggestion(file, text, line, message):
    with pytest.raises(SettingsError) as raised:
        read_settings(written(file, text), CHOICES)
    said = str(raised.value)
    assert said.startswith(f"{file}:{line}: ")
    assert message in said
    assert "\n" not in said


def test_a_file_of_bytes_is_said(file):
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_settings(file, CHOICES)
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(file, CHOICES)


def test_the_same_key_may_work_in_two_places(file):
    written(file, "[keys]\nrename = 'ctrl+n'\n")
    assert read_settings(file, CHOICES).keys == {"rename": "ctrl+n"}


def test_keys_may_be_exchanged(file):
    written(file, "[keys]\nhelp = 'ctrl+q'\nquit = 'f1'\n")
    assert read_settings(file, CHOICES).keys == {"help": "ctrl+q", "quit": "f1"}


@pytest.mark.parametrize("settings", [Settings(), Settings("nord", 0.25, 3, "dense", "m")])
def test_what_is_written_is_read_again(file, settings):
    settings = replace(settings, keys={"help": "f10"})
    write_settings(file, settings, Settings())
    assert read_settings(file, CHOICES) == settings


def test_a_new_file_describes_every_setting(file):
    write_settings(file, Settings(k=9), Settings())
    text = file.read_text(encoding="utf-8")
    for name in ("theme", "threshold", "k", "mode", "model", "[keys]"):
        assert f"# {name}:" in text


def test_comments_and_what_was_not_changed_stay(file):
    text = '# mine\nk = 3  # few\ntheme = "nord"\n\n[keys]\n# odd\nhelp = "f10"\n'
    settings = read_settings(written(file, text), CHOICES)
    write_settings(file, settings, settings)
    assert file.read_text(encoding="utf-8") == text
    write_settings(file, replace(settings, k=4, mode="bm25"), settings)
    changed = file.read_text(encoding="utf-8")
    assert "# mine\nk = 4 # few\n" in changed.replace("  #", " #")
    assert '[keys]\n# odd\nhelp = "f10"' in changed
    assert read_settings(file, CHOICES).mode == "bm25"


def test_what_is_back_to_its_default_is_left_out(file):
    written(file, 'k = 3\nthreshold = 0.5\n[keys]\nhelp = "f10"\n')
    write_settings(file, Settings(), read_settings(file, CHOICES))
    assert read_settings(file, CHOICES) == Settings()
    assert "k =" not in file.read_text(encoding="utf-8")


def test_what_another_hand_has_written_stays(file):
    """It wrote it meanwhile; or the app could not use the file, and left it aside."""
    written(file, 'threshold = 0.5\nsync = 1\n\n[keys]\nquit = "f10"\nhlep = "f2"\n')
    write_settings(file, Settings("nord", keys={"help": "f9"}), Settings())
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "theme": "nord",
        "threshold": 0.5,
        "sync": 1,
        "keys": {"quit": "f10", "hlep": "f2", "help": "f9"},
    }


def test_a_key_is_kept_in_place_of_what_is_no_table_of_keys(file):
    written(file, "k = 3\nkeys = 3\n")
    write_settings(file, Settings(keys={"help": "f9"}), Settings())
    assert read_settings(file, CHOICES) == Settings(k=3, keys={"help": "f9"})


def test_a_file_with_an_error_is_never_overwritten(file):
    written(file, "k = 3\ntheme = ")
    with pytest.raises(SettingsError, match=":2: "):
        write_settings(file, Settings(k=9), Settings())
    assert file.read_text(encoding="utf-8") == "k = 3\ntheme = "


def test_a_linked_file_stays_a_link(file, tmp_path):
    file.parent.mkdir()
    target = tmp_path / "dotfiles.toml"
    target.write_text("k = 3\n")
    file.symlink_to(target)
    write_settings(file, Settings(k=9), Settings())
    assert file.is_symlink()
    assert "k = 9" in target.read_text()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".toml"] == [target.name]


@pytest.mark.parametrize("name", ["f1", "ctrl+g", "alt+up", "ctrl+shift+left", "a", "+", "slash"])
def test_keys_are_named_as_a_terminal_sends_them(name):
    assert is_key(name)


@pytest.mark.parametrize(
    "name", ["", "f99", "ctrl+", "hyper+a", "ctrl+nothing", "ctrl+ctrl+q", "ab", "\x1b"]
)
def test_other_names_are_no_keys(name):
    assert not is_key(name)


def test_the_keys_of_the_app_itself_are_in_nobodys_way():
    choices = list_choices(None)
    assert "help" in choices.actions
    assert len(choices.actions) == len(set(choices.actions))
    for place in choices.keys:
        for action, keys in place.items():
            assert key_problem(action, keys, {}, choices.keys) is None, action


@pytest.mark.parametrize("key", ["d", "D", "slash", "space", "ß", "enter", "f9,d"])
def test_what_is_typed_into_a_line_is_a_key_only_where_there_is_none(key):
    choices = list_choices(None)
    for action in ("quit", "next-answer", "rename-session", "leave-settings"):
        assert "is for typing" in (key_problem(action, key, {}, choices.keys) or ""), action
    for action in ("find", "wrap"):
        assert "is for typing" not in (key_problem(action, key, {}, choices.keys) or ""), action


def test_the_example_on_the_page_of_the_settings_can_be_used(file):
    page = (ROOT / ".docs" / "settings.md").read_text(encoding="utf-8")
    [example, _] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = read_settings(written(file, example), list_choices(None))
    assert settings.keys == {"next-answer": "f10", "documents": "ctrl+d,f12"}


@pytest.mark.parametrize(
    "data",
    [
        b"k = " + b"[" * 5000,
        b"[" * 100_000,
        b"k = " + b"9" * 5000,
        b"x" * 2_000_000,
        b"\xff",
        b"\0",
    ],
)
def test_whatever_a_file_holds_is_one_line_that_names_it(tmp_path, data):
    path = tmp_path / "settings.toml"
    path.write_bytes(data)
    for use in (read_settings, lambda path: write_settings(path, Settings(k=9), Settings())):
        with pytest.raises(SettingsError) as raised:
            use(path)
        assert str(raised.value).startswith(str(path))
        assert "\n" not in str(raised.value)
        assert len(str(raised.value)) < 500
    assert path.read_bytes() == data


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_the_file_is_its_owner_s_alone(tmp_path):
    path = tmp_path / "new" / "settings.toml"
    write_settings(path, Settings(k=9), Settings())
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert read_settings(path).k == 9
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "settings.toml")
    with pytest.raises(SettingsError, match="not a regular file"):
        read_settings(tmp_path / "settings.toml")


def test_a_file_that_is_far_too_large_is_not_read(file):
    written(file, "")
    os.truncate(file, 2**40)
    with pytest.raises(SettingsError, match="larger than 20 kB"):
        read_settings(file, CHOICES)
    with pytest.raises(SettingsError, match="larger than 20 kB"):
        write_settings(file, Settings(k=9), Settings())
    assert file.stat().st_size == 2**40


@pytest.mark.parametrize(
    "text",
    [
        f"k = {10**4000}",
        f"{'x' * 15_000} = 1",
        f"theme = '{'x' * 15_000}'",
        f"[keys]\nquit = '{'x' * 15_000}'",
        f"[keys]\n{'x' * 15_000} = 'f5'",
    ],
)
def test_a_message_does_not_repeat_a_value_of_any_length(file, text):
    with pytest.raises(SettingsError) as caught:
        read_settings(written(file, text), CHOICES)
    assert len(str(caught.value).removeprefix(str(file))) < 300


def test_a_file_that_cannot_be_changed_is_left_as_it_is(file, monkeypatch):
    # So deep is what one library reads and the other may not, by its version.
    text = "a." * 200 + "b = 1\n"

    def refuse(_):
        raise RecursionError

    monkeypatch.setattr("tomlkit.parse", refuse)
    with pytest.raises(SettingsError, match="change it by hand"):
        write_settings(written(file, text), Settings(k=9), Settings())
    assert file.read_text() == text


def test_what_would_be_lost_in_writing_is_not_written(file, monkeypatch):
    written(file, "theme = 'nord'\n")
    monkeypatch.setattr("tomlkit.dumps", lambda _: "k = 9\n")
    with pytest.raises(SettingsError, match="change it by hand"):
        write_settings(file, Settings(k=9, theme="nord"), Settings(theme="nord"))
    assert file.read_text() == "theme = 'nord'\n"


def test_a_full_disk_is_said_with_what_to_do(file, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    written(file, "theme = 'nord'\n")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError, match=r"No space left on device\): make room"):
        write_settings(file, Settings(k=9), Settings())
    assert file.read_text() == "theme = 'nord'\n"


def test_a_new_file_says_what_each_setting_is_for_and_sets_none(file):
    create_settings(file)
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"^# (.*?): \w", text, re.MULTILINE) == [
        "[keys]" if name == "keys" else name for name in NAMES
    ]
    assert read_settings(file, CHOICES) == Settings()
    file.write_text("k = 3\n")
    create_settings(file)
    assert read_settings(file).k == 3


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("", True),
        ('theme = "nord"\nthreshold = 0.5\nk = 12\nmode = "bm25"\nwatch = true', True),
        ('model = "my/model"\nreader = "years"\n[keys]\nhelp = "f10"', True),
        ("k = 0", False),
        ("threshold = 2", False),
        ('mode = "bm52"', False),
        ('model = ""', False),
        ("colour = 1", False),
    ],
)
def test_the_schema_allows_what_the_program_allows(file, text, is_valid):
    schema = make_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    found = jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(text))
    assert found == is_valid
    written(file, text)
    if is_valid:
        read_settings(file)
    else:
        with pytest.raises(SettingsError):
            read_settings(file)
