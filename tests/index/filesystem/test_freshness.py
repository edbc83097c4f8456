"""Files on disk: whether they are there, and whether they have changed."""

import os
import shutil
import time
from pathlib import Path

import pytest

from index import MissingPath
from index.filesystem.freshness import Freshness, check_paths, is_gone, make_file_state, read_stamp


def test_paths_are_made_absolute_and_must_be_there(folder, write, monkeypatch):
    path = write("a.txt", "x")
    monkeypatch.chdir(folder)
    assert check_paths(["a.txt", "."]) == [Path(path), folder]
    (folder / "broken").symlink_to("nowhere")
    for missing in ("b.txt", "a.txt/b", "broken", "nul\0"):
        with pytest.raises(MissingPath, match="no such file"):
            check_paths(["a.txt", missing])
    os.mkfifo(folder / "pipe")
    for other in ("pipe", "/dev/null"):
        with pytest.raises(MissingPath, match="neither a file nor a folder"):
            check_paths([other])
    with pytest.raises(MissingPath, match="an empty path"):
        check_paths([""])
    with pytest.raises(MissingPath, match="of the web, only https"):
        check_paths(["ftp://example.org/a"])


def test_gone_means_that_no_file_is_there(folder, write, monkeypatch):
    assert not is_gone(write("a.txt", "x"))
    assert is_gone(str(folder / "b.txt"))
    assert is_gone(str(folder))

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert not is_gone(str(folder / "b.txt"))


def later():
    """Wait for the next tick of the file system's clock."""
    time.sleep(0.02)


def known(path):
    return make_file_state(Path(path).read_bytes(), read_stamp(Path(path)))


def test_size_and_times_are_believed(write, settled, reads):
    path = Path(write("a.txt", "one"))
    before = known(path)
    reads.clear()
    check = Freshness()
    assert check.is_current(path, before) is True
    write("a.txt", "three")
    assert check.is_current(path, before) is False
    path.unlink()
    assert check.is_current(path, before) is None
    assert reads == []


@pytest.mark.parametrize("change", ["mtime", "permissions", "another file in its place"])
def test_where_only_a_time_differs_the_bytes_decide_and_are_read_once(
    write, settled, reads, change
):
    path = Path(write("a.txt", "one"))
    before = known(path)
    reads.clear()
    later()
    if change == "mtime":
        write("a.txt", "one", age=50)
    elif change == "permissions":
        path.chmod(0o600)
    else:
        shutil.copy2(path, path.with_suffix(".new")).replace(path)
    check = Freshness()
    assert [check.is_current(path, before) for _ in range(3)] == [True] * 3
    assert reads == [path]
    write("a.txt", "two", age=30)
    assert check.is_current(path, before) is False


def test_other_content_of_the_same_size_is_noticed_though_its_time_was_put_back(write, settled):
    path = Path(write("a.txt", "one"))
    before = known(path)
    later()
    path.write_text("two")
    os.utime(path, ns=(before.stamp.mtime_ns, before.stamp.mtime_ns))
    assert read_stamp(path).mtime_ns == before.stamp.mtime_ns
    assert Freshness().is_current(path, before) is False


def test_a_file_that_cannot_be_looked_at_is_not_gone(write, monkeypatch):
    path = Path(write("a.txt", "one"))
    before = known(path)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert Freshness().is_current(path, before) is False


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
