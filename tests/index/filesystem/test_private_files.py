"""What the program writes is its owner's alone, whole, and on the disk."""

import os
import stat
import subprocess
import sys

import pytest

from index import Index, ModelError
from index.filesystem.private_files import (
    describe_danger,
    make_private,
    make_private_folder,
    replace_file,
    write_file,
)
from index.filesystem.safe_opening import read_file
from index.models import load_encoder
from tests.support import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def modes_below(folder):
    return {path: mode(path) for path in [folder, *folder.rglob("*")]}


@pytest.fixture(autouse=True)
def permissive():
    """Other users are let in wherever nothing says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_everything_in_an_index_is_its_owner_s_alone(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    index.set_threshold(0.5)
    index.repair()
    found = modes_below(index.path)
    assert {path.name for path in found} >= {"index.sqlite", "folders.json", "meta.json", "lock"}
    for path, rights in found.items():
        assert rights == (0o700 if path.is_dir() else 0o600), path


def test_an_index_of_an_earlier_version_is_closed_to_others_when_opened(index, words):
    for path in [index.path, *index.path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with Index.open(index.path, encoder=words):
        assert not any(rights & 0o077 for rights in modes_below(index.path).values())


def test_links_and_files_of_others_are_left_alone(tmp_path):
    (tmp_path / "public").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "public")
    make_private(tmp_path / "link")
    make_private(tmp_path / "missing")
    assert mode(tmp_path / "public") == 0o666


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "file"
    make_private_folder(path.parent)
    write_file(path, b"one")
    with pytest.raises(ZeroDivisionError), replace_file(path) as file:
        file.write(b"two")
        raise ZeroDivisionError
    assert read_file(path) == b"one"
    assert mode(path) == 0o600


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_nothing_but_a_regular_file_is_read(tmp_path, kind):
    path = tmp_path / "file"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(OSError, match=r"regular file|directory"):
        read_file(path)


def test_what_others_can_write_is_a_danger(tmp_path):
    path = tmp_path / "file"
    path.write_text("x")
    path.chmod(0o644)
    assert describe_danger(path) is None
    path.chmod(0o646)
    assert describe_danger(path) == "can be written to by other users"
    path.chmod(0o644)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
        assert describe_danger(path) == "belongs to another user"


def test_a_cache_that_others_can_write_to_is_refused(tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    monkeypatch.setenv("QUOTEBACK_CACHE", str(cache))
    for part in (cache, cache / "models"):
        part.mkdir(parents=True)
        part.chmod(0o777)
        with pytest.raises(ModelError, match="set QUOTEBACK_CACHE to a folder of your own"):
            load_encoder()
        part.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root is two users")
@pytest.mark.e2e
def test_a_cache_of_another_user_is_refused_in_one_line(tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    os.chown(cache, 65534, 65534)
    (tmp_path / "a.txt").write_text("The boiler is due on 4 October 2027.")
    done = subprocess.run(
        [sys.executable, "-m", "tui", "index", "a.txt", "--index", "i"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QUOTEBACK_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "belongs to another user" in done.stderr
