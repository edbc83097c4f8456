"""Which files are taken up, and whether they have changed."""

import os
import time
from pathlib import Path

import pytest

from index import MissingPath
from index.files import Freshness, checked, files_under, is_gone, quick_state, state_of


@pytest.fixture
def outside(tmp_path):
    return tmp_path / "an.index"


def names(folder, outside):
    return [str(path.relative_to(folder)) for path in files_under([folder], outside).files]


def test_a_folder_gives_its_files_of_known_kinds_in_order(folder, outside, write):
    for name in ("b.txt", "a.md", "sub/c.HTML", "sub/deeper/d", "picture.png", "e.zip"):
        write(name, "x")
    assert names(folder, outside) == ["a.md", "b.txt", "sub/c.HTML", "sub/deeper/d"]
    assert files_under([folder], outside).skipped == 2


def test_a_file_named_itself_is_taken_whatever_its_kind_and_once(folder, outside, write):
    odd, hidden = Path(write("a.png", "x")), Path(write(".b.txt", "x"))
    found = files_under([odd, folder, hidden, odd], outside)
    assert list(found.files) == [odd, hidden]


def test_what_is_hidden_is_skipped(folder, outside, write):
    write(".hidden.txt", "x")
    write(".git/config", "x")
    write("seen.txt", "x")
    assert names(folder, outside) == ["seen.txt"]


def test_no_link_is_followed(folder, outside, write, tmp_path):
    write("real/a.txt", "x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("x")
    (folder / "loop").symlink_to(folder)
    (folder / "real" / "up").symlink_to("..")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "out.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (folder / "broken.txt").symlink_to("nowhere")
    assert names(folder, outside) == ["real/a.txt"]


def test_a_link_given_itself_is_followed(folder, outside, write, tmp_path):
    write("a.txt", "x")
    (tmp_path / "link").symlink_to(folder)
    assert list(files_under([tmp_path / "link"], outside).files) == [tmp_path / "link" / "a.txt"]


def test_the_index_is_never_entered_by_whatever_name(folder, write, tmp_path):
    write("a.txt", "x")
    write("sub/an.index/lock", "x")
    inside = folder / "sub" / "an.index"
    assert names(folder, inside) == ["a.txt"]
    (tmp_path / "link").symlink_to(folder)
    assert list(files_under([tmp_path / "link"], inside).files) == [tmp_path / "link" / "a.txt"]
    assert not files_under([inside], inside).files


def test_what_is_no_file_is_passed_by(folder, outside):
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    assert names(folder, outside) == []


def test_names_may_be_any_bytes(folder, outside):
    odd = [b"new\nline.txt", b"not utf-8 \xff.txt", "東京.txt".encode()]
    for name in odd:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    found = files_under([folder], outside).files
    assert {os.fsencode(path.name) for path in found} == set(odd)


def test_a_folder_that_cannot_be_read_is_told(folder, outside, write, monkeypatch):
    write("closed/a.txt", "x")
    write("open/b.txt", "x")
    scandir = os.scandir

    def refusing(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = files_under([folder], outside)
    assert [path.name for path in found.files] == ["b.txt"]
    assert found.closed == {str(folder / "closed"): "Permission denied"}


def test_paths_are_made_absolute_and_must_be_there(folder, write, monkeypatch):
    path = write("a.txt", "x")
    monkeypatch.chdir(folder)
    assert checked(["a.txt", "."]) == [Path(path), folder]
    (folder / "broken").symlink_to("nowhere")
    for missing in ("b.txt", "a.txt/b", "broken", "nul\0"):
        with pytest.raises(MissingPath, match="no such file"):
            checked(["a.txt", missing])


def test_gone_means_that_no_file_is_there(folder, write, monkeypatch):
    assert not is_gone(write("a.txt", "x"))
    assert is_gone(str(folder / "b.txt"))
    assert is_gone(str(folder))

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert not is_gone(str(folder / "b.txt"))


def known(path):
    return state_of(Path(path).read_bytes(), quick_state(Path(path)))


def test_size_and_time_are_believed(write):
    path = Path(write("a.txt", "one"))
    before = known(path)
    check = Freshness()
    assert check.is_current(path, before) is True
    write("a.txt", "two")
    os.utime(path, ns=(before.mtime_ns, before.mtime_ns))
    assert check.is_current(path, before) is True
    write("a.txt", "three")
    assert check.is_current(path, before) is False
    path.unlink()
    assert check.is_current(path, before) is None


def test_where_only_the_time_differs_the_bytes_decide_and_are_read_once(write, monkeypatch):
    path = Path(write("a.txt", "one"))
    before = known(path)
    write("a.txt", "one", age=50)
    reads = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: reads.append(self) or read_bytes(self))
    check = Freshness()
    assert [check.is_current(path, before) for _ in range(3)] == [True] * 3
    assert len(reads) == 1
    write("a.txt", "two", age=30)
    assert check.is_current(path, before) is False


def test_a_file_just_written_is_not_believed_by_its_time(folder):
    path = folder / "a.txt"
    path.write_text("one")
    before = known(path)
    check = Freshness()
    assert check.is_current(path, before) is True
    stat = path.stat()
    path.write_text("two")
    os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert time.time_ns() - stat.st_mtime_ns < 2e9
    assert check.is_current(path, before) is False
