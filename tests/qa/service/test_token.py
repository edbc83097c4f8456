"""The token: made once, and only its owner can read it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from index import CannotRead, CannotWrite
from qa.service import load_token, token_file


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_it_is_made_once_for_its_owner_alone():
    token = load_token()
    assert len(token) >= 32
    assert load_token() == token
    assert stat.S_IMODE(token_file().stat().st_mode) == 0o600
    assert "token" in token_file().name
    assert [each.name for each in token_file().parent.iterdir()] == [token_file().name]


def test_two_that_make_it_at_once_get_the_same():
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: load_token(), range(8)))) == 1


def test_one_that_others_can_read_is_not_used():
    load_token()
    token_file().chmod(0o644)
    with pytest.raises(CannotRead, match="open to others: remove it"):
        load_token()


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("x" * 40)
    (tmp_path / "elsewhere").chmod(0o600)
    token_file().parent.mkdir(parents=True)
    token_file().symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotRead):
        load_token()


def test_a_link_that_takes_its_place_meanwhile_is_not_followed(tmp_path, monkeypatch):
    test_a_link_in_its_place_is_not_followed(tmp_path)
    # It was no link yet when somebody looked at its name.
    monkeypatch.setattr("pathlib.Path.is_symlink", lambda _: False)
    with pytest.raises(CannotRead, match="not followed"):
        load_token()


@pytest.mark.parametrize("text", ["", "short\n", "\xff"])
def test_a_file_without_a_token_is_said(text):
    token_file().parent.mkdir(parents=True)
    descriptor = os.open(token_file(), os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, text.encode("latin-1"))
    os.close(descriptor)
    with pytest.raises(CannotRead, match="remove it"):
        load_token()


def test_where_nothing_can_be_written_it_is_said(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CannotWrite, match="cannot be written"):
        load_token()


def test_a_pipe_in_its_place_is_not_waited_for():
    token_file().parent.mkdir(parents=True)
    os.mkfifo(token_file(), 0o600)
    with pytest.raises(CannotRead, match="not a regular file"):
        load_token()
