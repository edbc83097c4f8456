"""Where an index is: a folder or a URL, whose password is never shown."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import BadLocation
from index.locations import EngineUrl, name_location, read_location


@pytest.mark.parametrize(
    "folder",
    ["notes.index", "/a/b", "a:b", "c://x", "postgresql:/one/slash", "://x", "ü//x", "a/b://c"],
)
def test_what_is_no_url_is_a_folder(folder):
    assert read_location(folder) == Path(os.path.abspath(folder))
    assert read_location(Path(folder)) == Path(os.path.abspath(folder))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://ann:s3cret@db/notes", "postgresql://ann@db/notes"),
        (
            "POSTGRES://ann:s3cret@db:5432/n?sslmode=require",
            "postgres://ann@db:5432/n?sslmode=require",
        ),
        ("postgresql://db/n?user=ann&password=s3cret", "postgresql://db/n?user=ann"),
        ("postgresql://db/n?password=s3cret", "postgresql://db/n"),
        ("postgresql:///notes", "postgresql:///notes"),
        ("milvus://root:s3cret@host:19530/notes", "milvus://root@host:19530/notes"),
        ("milvus://host:19530/notes?token=root:s3cret", "milvus://host:19530/notes"),
        # Passwords that should have been encoded.
        ("postgresql://ann:s3@cret@db/notes", "postgresql://ann@db/notes"),
        ("postgresql://ann:s3/cr?et#@db/notes", "postgresql://ann@db/notes"),
        ("postgresql://:s3cret@db/notes", "postgresql://@db/notes"),
    ],
)
def test_a_url_is_kept_as_it_is_and_shown_without_its_password(given, shown):
    place = read_location(given)
    assert isinstance(place, EngineUrl)
    assert place.raw.lower() == given.lower()
    assert place.raw.endswith(given.partition("://")[2])
    assert str(place) == shown
    assert f"{place!r} {place}".find("cret") < 0
    assert read_location(place) is place
    assert name_location(given) == shown


@given(st.text("ab:/?#@&=%", max_size=12))
def test_no_password_is_shown_whatever_is_in_it(odd):
    assert "SECRET" not in str(read_location(f"postgresql://ann:{odd}SECRET{odd}@db/notes"))


def test_a_file_of_an_engine_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    place = read_location("milvus+file://notes.db")
    assert (place.raw, place.rest) == (f"milvus+file://{tmp_path}/notes.db", f"{tmp_path}/notes.db")


@pytest.mark.parametrize(
    "wrong",
    ["postgresql://", "postgresql://db/\x1b[31m", "milvus://a\nb", "milvus://" + "x" * 5_000],
)
def test_what_is_no_place_is_told_in_one_line(wrong):
    with pytest.raises(BadLocation) as error:
        read_location(wrong)
    assert str(error.value).isprintable()


def test_a_folder_has_one_name_through_links(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    assert name_location(tmp_path / "link" / "a") == name_location(tmp_path / "a")
