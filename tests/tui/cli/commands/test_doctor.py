"""The doctor names each thing that is wrong, with the command that mends it, and nothing private."""

from __future__ import annotations

import errno
import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index import Index
from qa.service import locate_socket
from tests.support import ROOT
from tests.support.command_line import run_command, run_process
from tui.cli.commands.doctor import ABOVE, show_place, storage

pytestmark = [
    pytest.mark.model,
    pytest.mark.usefixtures("own_folders", "runtime_folder", "quiet_terminal"),
]


@pytest.fixture
def quiet_terminal(monkeypatch, own_folders, tmp_path):
    """A terminal without a desktop around it, and caches of the test's own, both well."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "NO_COLOR", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    cache = tmp_path / "cache"
    shutil.copytree(os.environ["QUOTEBACK_CACHE"], cache, copy_function=os.link)
    cache.chmod(0o700)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(cache))


@pytest.fixture
def own_index(indexed, tmp_path, monkeypatch):
    """A copy of the index of two notes, as the default one."""
    shutil.copytree(indexed, tmp_path / "i")
    (tmp_path / "i").chmod(0o700)
    monkeypatch.setenv("QUOTEBACK_INDEX", str(tmp_path / "i"))
    return tmp_path / "i"


def examine(capsys, *options):
    """The exit code of the doctor, and what is wrong: name → text and remedy."""
    code, out, err = run_command(capsys, "doctor", "--json", *options)
    assert not err
    for private in PRIVATE:
        assert private not in out
    found = json.loads(out)
    assert found["sound"] == (code == 0)
    wrong = [each for each in found["findings"] if each["state"] == "wrong"]
    return code, {each["name"]: (each["text"], each["remedy"]) for each in wrong}


def install(folder, name, *lines):
    """What an installed package leaves beside its code."""
    place = folder / "site" / f"{name}-0.0.1.dist-info"
    place.mkdir(parents=True)
    text = "\n".join(("Metadata-Version: 2.1", f"Name: {name}", "Version: 0.0.1", *lines))
    (place / "METADATA").write_text(text + "\n")
    return place.parent


def write_settings(folder, text):
    path = folder / "config" / "quoteback" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def have_an_old_package(monkeypatch, folder):
    monkeypatch.syspath_prepend(install(folder, "textual"))


def lack_a_package(monkeypatch, folder):
    site = install(folder, "quoteback", "Requires-Dist: no-such-package>=1")
    monkeypatch.syspath_prepend(site)


def ask_for_no_thread(monkeypatch, folder):
    monkeypatch.setenv("OMP_NUM_THREADS", "0")


def lack_the_default_model(monkeypatch, folder):
    monkeypatch.setattr("index.models.load._DEFAULT_PACKAGE", "no_such_package")


def damage_weights(monkeypatch, folder, name="QUESTION_WEIGHTS"):
    weights = folder / "weights"
    weights.mkdir()
    (weights / "card.json").write_text('{"sha256": "00"}')
    (weights / "questions.safetensors").write_bytes(b"other bytes")
    monkeypatch.setattr(f"index.models.shipped_model.{name}", weights)


def damage_weights_of_a_part(monkeypatch, folder):
    monkeypatch.setattr("index.models.load.has_languages_model", lambda: True)
    damage_weights(monkeypatch, folder, "LANGUAGES_QUESTION_WEIGHTS")


def have_a_file_as_cache(monkeypatch, folder):
    (folder / "file").write_text("")
    monkeypatch.setenv("QUOTEBACK_CACHE", str(folder / "file"))


def have_a_file_above_the_cache(monkeypatch, folder):
    (folder / "divorce").write_text("")
    monkeypatch.setenv("QUOTEBACK_CACHE", str(folder / "divorce" / "cache"))


def let_others_write_the_cache(monkeypatch, folder):
    (folder / "cache").chmod(0o777)


def let_others_read_the_data(monkeypatch, folder):
    (folder / "data" / "quoteback").mkdir(parents=True)
    (folder / "data" / "quoteback").chmod(0o755)


def fill_the_disk(monkeypatch, folder):
    monkeypatch.setattr(storage, "_LEAST_FREE_BYTES", 1 << 60)


def name_no_index(monkeypatch, folder):
    monkeypatch.setenv("QUOTEBACK_INDEX", str(folder / "nothing"))


def let_others_read_the_index(monkeypatch, folder):
    (folder / "i").chmod(0o755)


def damage_the_index(monkeypatch, folder):
    store = folder / "i" / "index.sqlite"
    data = store.read_bytes()
    store.write_bytes(data[:4096] + bytes(len(data) - 4096))


def have_an_index_of_another_version(monkeypatch, folder):
    with Index.open(folder / "i") as index:
        index.engine.set_setting("format", "1")


def name_a_server_that_does_not_answer(monkeypatch, folder):
    monkeypatch.setenv("QUOTEBACK_INDEX", "postgresql://zoe:secret@127.0.0.1:9/docs")


def have_vectors_of_another_model(monkeypatch, folder):
    with Index.open(folder / "i") as index:
        index.engine.set_setting("fingerprint", "0" * 64)


def change_a_file(monkeypatch, folder):
    (folder / "notes").mkdir()
    (folder / "notes" / "divorce.md").write_text("It is long ago.\n")
    with Index.open(folder / "i") as index:
        index.add([folder / "notes"])
    (folder / "notes" / "divorce.md").write_text("It is longer ago.\n")
    (folder / "notes" / "will.md").write_text("A new one.\n")


def set_what_does_not_exist(monkeypatch, folder):
    write_settings(folder, 'k = 3\ntheme = "my-secret"\n')


def name_a_reader_that_is_not_installed(monkeypatch, folder):
    write_settings(folder, 'reader = "my-secret"\n')


def have_a_theme_that_is_none(monkeypatch, folder):
    themes = folder / "config" / "quoteback" / "themes"
    themes.mkdir(parents=True)
    (themes / "my-secret.toml").write_text('primary = "blueish"\n')


def have_a_dumb_terminal(monkeypatch, folder):
    monkeypatch.setenv("TERM", "dumb")


def have_a_desktop_without_a_clipboard(monkeypatch, folder):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", str(folder / "bin"))


def leave_a_dead_service(monkeypatch, folder):
    path = locate_socket(folder / "i")
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(os.fspath(path))
    path.chmod(0o600)


def let_others_reach_services(monkeypatch, folder):
    place = locate_socket(folder / "i").parent
    place.mkdir()
    place.chmod(0o755)


# What is broken, what is then named, and a part of the command that mends it.
FAULTS = [
    (have_an_old_package, "packages", "install --force"),
    (lack_a_package, "packages", "install --force"),
    (ask_for_no_thread, "processor", "unset OMP_NUM_THREADS"),
    (lack_the_default_model, "models", "install --force"),
    (damage_weights, "models", "install --force"),
    (damage_weights_of_a_part, "models", "install --force"),
    (have_a_file_as_cache, "cache", 'mv "$QUOTEBACK_CACHE"'),
    (have_a_file_above_the_cache, "cache", "export QUOTEBACK_CACHE=FOLDER"),
    (let_others_write_the_cache, "cache", 'chmod -R go-rwx "$QUOTEBACK_CACHE"'),
    (let_others_read_the_data, "data", 'chmod -R go-rwx "$XDG_DATA_HOME"/quoteback'),
    (fill_the_disk, "disk", "du -x"),
    (name_no_index, "index", "quoteback index FOLDER"),
    (let_others_read_the_index, "index", 'chmod -R go-rwx "$QUOTEBACK_INDEX"'),
    (damage_the_index, "index", "quoteback verify --repair"),
    (have_an_index_of_another_version, "index", 'mv "$QUOTEBACK_INDEX"'),
    (name_a_server_that_does_not_answer, "index", "quoteback status"),
    (have_vectors_of_another_model, "vectors", "quoteback verify --repair"),
    (change_a_file, "files", "quoteback index FOLDER"),
    (set_what_does_not_exist, "settings", "quoteback settings edit"),
    (name_a_reader_that_is_not_installed, "settings", "quoteback settings edit"),
    (have_a_theme_that_is_none, "settings", "quoteback settings"),
    (have_a_dumb_terminal, "terminal", "export TERM=xterm-256color"),
    (have_a_desktop_without_a_clipboard, "clipboard", "apt install xclip"),
    (leave_a_dead_service, "service", "rm "),
    (let_others_reach_services, "service", "chmod 700 "),
]
# Parts of what the tests have in places that nobody else shall read.
PRIVATE = ("/tmp", str(Path.home()), "boiler", "divorce", "garden", "secret", "zoe")
# Commands that can be run here as they stand.
RUNNABLE = ("chmod", "mv", "rm", "quoteback verify")


def test_it_says_that_all_is_well_or_what_is_not(capsys, own_index, monkeypatch):
    assert examine(capsys) == (0, {})
    code, out, err = run_command(capsys, "doctor")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "All is well."
    assert "2 documents" in out
    have_a_dumb_terminal(monkeypatch, None)
    code, out, err = run_command(capsys, "doctor")
    assert (code, err) == (1, "")
    assert re.search(r"^wrong terminal .*\n +export TERM=xterm-256color$", out, re.MULTILINE)
    assert out.splitlines()[-1].startswith("1 of ")


@pytest.mark.parametrize(
    ("break_it", "name", "remedy"), FAULTS, ids=[fault.__name__ for fault, *_ in FAULTS]
)
def test_each_fault_is_named_with_what_mends_it(
    capsys, own_index, monkeypatch, tmp_path, break_it, name, remedy
):
    break_it(monkeypatch, tmp_path)
    code, wrong = examine(capsys)
    assert code == 1
    assert set(wrong) == {name}
    assert remedy in wrong[name][1]
    if wrong[name][1].startswith(RUNNABLE) and "FOLDER" not in wrong[name][1]:
        command = wrong[name][1].replace("quoteback", f"{sys.executable} -m tui", 1)
        if not wrong[name][1].startswith("quoteback"):
            command = wrong[name][1]
        subprocess.run(["sh", "-c", command], check=True, capture_output=True)
        assert examine(capsys) == (0, {})


def test_a_disk_that_is_read_only_is_named_for_each_folder_on_it(own_index, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    script = 'mount --bind . . && mount -o remount,ro,bind . && cd . && exec "$0" "$@"'
    command = [sys.executable, "-m", "tui", "doctor", "--json"]
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("no mount can be made here")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert not done.stderr
    wrong = [each for each in json.loads(done.stdout)["findings"] if each["state"] == "wrong"]
    assert {each["name"]: each["remedy"] for each in wrong} == {
        "cache": "export QUOTEBACK_CACHE=FOLDER",
        "data": "export XDG_DATA_HOME=FOLDER",
        "index": "export QUOTEBACK_INDEX=FOLDER",
    }
    assert all("Read-only file system" in each["text"] for each in wrong)


@pytest.mark.e2e
def test_a_copy_without_weights_is_named(tmp_path):
    copy = tmp_path / "copy"
    for package in ("index", "qa", "tui"):
        shutil.copytree(
            ROOT / package,
            copy / package,
            copy_function=os.symlink,
            ignore=shutil.ignore_patterns("weights", "__pycache__", "data"),
        )
    done = run_process("doctor", "--json", env={"PYTHONPATH": str(copy)}, cwd=copy, text=True)
    assert done.returncode == 1, done.stderr
    [wrong] = [each for each in json.loads(done.stdout)["findings"] if each["state"] == "wrong"]
    assert wrong["text"] == "the weights of the reader are missing"
    assert "install --force" in wrong["remedy"]


@pytest.mark.e2e
def test_an_encoding_that_lacks_most_characters_is_named():
    environment = {"PYTHONIOENCODING": "latin-1"}
    done = run_process("doctor", "--json", env=environment, text=True)
    assert done.returncode == 1
    [wrong] = [each for each in json.loads(done.stdout)["findings"] if each["state"] == "wrong"]
    assert (wrong["name"], wrong["remedy"]) == ("terminal", "unset PYTHONIOENCODING")


def test_where_nothing_is_indexed_it_says_how_to_begin_and_finds_no_fault(capsys):
    assert examine(capsys) == (0, {})
    _, out, _ = run_command(capsys, "doctor")
    assert "quoteback index FOLDER" in out
    assert getpass.getuser() not in out.replace(str(Path.home()), "")


def test_an_index_that_is_named_stands_as_dir_in_what_mends_it(capsys, own_index, tmp_path):
    damage_the_index(None, tmp_path)
    _, wrong = examine(capsys, "--index", "i")
    assert wrong["index"] == ("DIR is damaged", "quoteback verify --repair --index DIR")


def test_all_models_are_compiled_once_a_question_was_asked(capsys, own_index):
    """But for those of a part, which no question in English needs."""
    assert run_command(capsys, "ask", "When was the boiler installed?")[0] == 0
    found = json.loads(run_command(capsys, "doctor", "--json")[1])["findings"]
    [models] = [each for each in found if each["name"] == "models"]
    assert models["text"].endswith("are as they shipped, and compiled")


def test_a_check_that_fails_itself_is_named_and_stops_no_other(capsys, own_index, monkeypatch):
    # In this order: the package takes the name from the module, and undoing goes backwards.
    monkeypatch.setattr("index.describe_size", lambda _: 1 / 0)
    monkeypatch.setattr("index.sizes.describe_size", lambda _: 1 / 0)
    code, wrong = examine(capsys)
    assert code == 1
    assert wrong["disk"][0] == "cannot be checked (ZeroDivisionError)"
    assert "index" not in wrong


def test_nothing_is_made_or_changed(capsys, own_index, tmp_path):
    def list_files():
        # SQLite writes to what its readers share, and makes it where it is missing.
        files = (path for path in tmp_path.rglob("*") if not path.match("*.sqlite-*"))
        return {path: path.is_file() and path.read_bytes() for path in files}

    before = list_files()
    assert any(path.suffix == ".sqlite" for path in before)
    run_command(capsys, "doctor")
    assert list_files() == before


@pytest.mark.parametrize("base", ["/run/user/1234", "/tmp/runtime-1234"])
def test_a_socket_outside_the_home_folder_is_shown_where_it_lies(monkeypatch, base):
    folder = Path(base) / "quoteback"
    monkeypatch.setattr("tui.cli.commands.doctor.runtime_folder", lambda: folder)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert show_place(folder / "0a.sock") == f"{base}/quoteback/0a.sock"
    assert show_place(Path("/srv/zoe/divorce/i")) == ABOVE


def test_a_folder_above_is_not_named_and_no_command_is_given_that_needs_its_name(
    monkeypatch, tmp_path
):
    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(storage.tempfile, "TemporaryFile", refuse)
    (tmp_path / "zoe" / "divorce").mkdir(parents=True)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "zoe" / "divorce" / "cache"))
    # Also a folder in the home folder has a name of its own.
    for home in ("other", "zoe"):
        monkeypatch.setenv("HOME", str(tmp_path / home))
        [found] = storage.check_cache()
        assert found.text == "a folder above it cannot be written (Permission denied)"
        assert found.remedy == "export QUOTEBACK_CACHE=FOLDER"
    monkeypatch.setenv("HOME", str(tmp_path / "zoe" / "divorce"))
    [found] = storage.check_cache()
    assert found.remedy == "chmod u+rwx ~"
    monkeypatch.chdir(tmp_path / "zoe")
    monkeypatch.setenv("QUOTEBACK_CACHE", "divorce")
    [found] = storage.check_cache()
    assert found.remedy == 'chmod u+rwx "$QUOTEBACK_CACHE"'
