"""Files written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from tui.common.files import atomic_write, explain_unwritten


def test_a_file_is_replaced_when_it_is_complete(tmp_path):
    path = tmp_path / "notes"
    path.write_text("old")
    with atomic_write(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["notes"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "notes"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_write(path) as file:
        file.write("ne")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["notes"]


def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_rights(tmp_path):
    for name, rights in (("new", None), ("old", 0o644)):
        path = tmp_path / name
        if rights is not None:
            path.touch(rights)
            path.chmod(rights)
        with atomic_write(path) as file:
            file.write("x")
        assert path.stat().st_mode & 0o777 == (rights or 0o600)


def test_of_a_link_the_file_that_it_points_to_is_replaced(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    with atomic_write(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_link_to_itself_cannot_be_written(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)), atomic_write(link):
        pass


def test_a_file_that_is_not_to_be_replaced_stays(tmp_path):
    path = tmp_path / "notes"
    for made in (lambda: path.write_text("mine"), lambda: path.symlink_to("nowhere")):
        path.unlink(missing_ok=True)
        made()
        with pytest.raises(FileExistsError), atomic_write(path, replace=False) as file:
            file.write("other")
        assert [each.name for each in tmp_path.iterdir()] == ["notes"]


@pytest.mark.parametrize(
    ("number", "what_to_do"),
    [(errno.ENOSPC, "make room"), (errno.EACCES, "make its folder writable"), (errno.EIO, "see")],
)
def test_what_cannot_be_written_is_said_with_what_to_do(number, what_to_do):
    line = explain_unwritten(Path("/notes"), OSError(number, os.strerror(number)))
    assert line.startswith(f"/notes cannot be written ({os.strerror(number)}): {what_to_do}")
