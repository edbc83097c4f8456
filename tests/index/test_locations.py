"""Where things are: a folder or a URL, whose password is never shown; the folders of the user."""

import os
import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import BadLocation
from index.locations import (
    EngineUrl,
    cache_folder,
    configuration_folder,
    data_folder,
    default_index,
    hide_passwords,
    name_location,
    read_location,
    runtime_folder,
)
from tests.support import ROOT


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


FOLDERS = {
    "XDG_DATA_HOME": data_folder,
    "XDG_CONFIG_HOME": configuration_folder,
    "XDG_CACHE_HOME": cache_folder,
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for name in ("QUOTEBACK_CACHE", "QUOTEBACK_INDEX"):
        monkeypatch.delenv(name, raising=False)
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.mark.skipif(sys.platform != "linux", reason="the variables of the XDG specification")
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_lies_where_the_platform_keeps_such_things(tmp_path, name):
    assert FOLDERS[name]() == tmp_path / name / "quoteback"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is asked itself")
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("value", [None, "", "/", "/a/../b/", "relative/folder", "~/private"])
def test_folders_are_those_that_platformdirs_names(monkeypatch, tmp_path, value):
    """Where the variables of the XDG specification are clear it is not asked."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "private").mkdir(mode=0o700)
    for name, kind, folder in (
        ("XDG_DATA_HOME", "data", data_folder),
        ("XDG_CONFIG_HOME", "config", configuration_folder),
        ("XDG_CACHE_HOME", "cache", cache_folder),
        ("XDG_RUNTIME_DIR", "runtime", runtime_folder),
    ):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value.replace("~", str(tmp_path)))
        named = getattr(platformdirs, f"user_{kind}_path")("quoteback", appauthor=False)
        assert folder() == named, name


def test_the_default_index_lies_among_the_users_data():
    assert default_index() == data_folder() / "index"


def test_the_environment_names_another_index_and_another_cache(monkeypatch):
    monkeypatch.setenv("QUOTEBACK_INDEX", "some/index")
    monkeypatch.setenv("QUOTEBACK_CACHE", "some/cache")
    assert default_index() == Path("some/index").absolute()
    assert cache_folder() == Path("some/cache")


def test_an_empty_variable_names_nothing(monkeypatch):
    monkeypatch.setenv("QUOTEBACK_INDEX", "")
    monkeypatch.setenv("QUOTEBACK_CACHE", "")
    assert default_index() == data_folder() / "index"
    assert cache_folder().name == "quoteback"


def test_asking_where_something_lies_makes_nothing(tmp_path):
    for folder in (*FOLDERS.values(), default_index):
        folder()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["platformdirs", "QUOTEBACK_CACHE", "QUOTEBACK_INDEX"])
def test_no_other_module_decides_where_things_lie(word):
    """Messages and help may name a variable; only `index.locations` reads it."""
    for package in ("index", "qa", "tui"):
        for module in (ROOT / package).rglob("*.py"):
            lines = module.read_text(encoding="utf-8").splitlines()
            reads = [
                line for line in lines if word in line and ("environ" in line or "import" in line)
            ]
            assert not reads or module == ROOT / "index" / "locations.py", module


SLIPS = """postgres://ann:s3cret@host
postgresql//ann:s3cret@h/db
postgresql:/ann:s3cret@h/db
postgresql:ann:s3cret@h/db
postgresql : // ann:s3cret@h/db
postgres;//ann:s3cret@h/db
 postgres://ann:s3cret@h/db
POSTGRESQL://ann:s3cret@127.0.0.1:1/db
postgre://ann:s3cret@h
mysql://ann:s3cret@h/db
postgresql+psycopg://ann:s3cret@h/db
postgresql://ann:s3cret#PW@127.0.0.1:1/db
postgresql://ann:s3cret/PW@127.0.0.1:1/db
postgresql://ann:s3cret@PW@127.0.0.1:1/db
postgresql://ann:my s3cret PW@127.0.0.1:1/db
postgresql://ann:%73%33s3cret%zz@h/db
postgresql://ann:s3cret
postgresql://ann:s3cret/db
postgresql://ann@h/db?pass%77ord=s3cret&sslmode=x
postgresql://ann@h/db?user=b;password=s3cret
postgresql://h/db?sslpassword=s3cret
postgresql:\\\\ann:s3cret@h
milvus://s3cret@h/x
milvus:/root:s3cret@h/x
milvus://h/x?token=s3cret
https://ann:s3cret@host/
http//ann:s3cret@host
//ann:s3cret@host/db""".splitlines()


@pytest.mark.parametrize("given", SLIPS)
def test_a_url_with_a_slip_shows_no_password(given):
    try:
        shown = str(read_location(given))
    except BadLocation as error:
        shown = str(error)
    for text in (
        shown,
        hide_passwords(given),
        hide_passwords(f"there is no command '{given}' (see quoteback --help)"),
        hide_passwords(f"first line\n{given}: cannot be read\nlast line"),
    ):
        assert "cret" not in text


@pytest.mark.parametrize("given", ["ann:s3cret@host/db", "ann:s3cret@h", "postgresql:ann:s3cret@h"])
def test_what_was_meant_to_be_a_url_makes_no_folder(given):
    with pytest.raises(BadLocation, match=r"write SCHEME://USER@HOST/NAME, and \./ before"):
        read_location(given)
    assert read_location(f"./{given}").name


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8080/@ann is not found",
        "/home/a:b@c/index is not an index",
        "C:\\notes\\a@b is not an index",
        "postgresql://h1:1,h2:2/db cannot be reached by a@b",
        "postgresql://ann@db:5432/notes?sslmode=require: try again",
        "postgresql://[::1]:5432/db cannot be reached",
        "milvus://host:19530/notes: the port is at most 65535",
        "12:30: wrote to a@b",
        "https://example.org/page?question=1 says 404",
        "what is this? key=value",
    ],
)
def test_what_holds_no_password_stays(text):
    assert hide_passwords(text) == text


@given(st.text(max_size=40))
def test_any_text_is_taken_and_nothing_is_left_to_hide(text):
    once = hide_passwords(text)
    assert hide_passwords(once) == once or "@" in once


@given(
    st.text(st.characters(exclude_characters="\n\r0123456789", codec="utf-8"), max_size=12)
    | st.text("01:/?#@&=%,", max_size=12)
)
def test_no_password_is_shown_whatever_stands_around_it(odd):
    for start in ("postgresql://ann:", "postgres:/ann:", "mysql://ann:"):
        assert "SECRET" not in hide_passwords(f"x {start}{odd}SECRET{odd}@db/notes cannot be read")
