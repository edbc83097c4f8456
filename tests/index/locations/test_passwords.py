"""No password of an index is shown, however its URL was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import BadLocation
from index.locations import hide_passwords, read_location

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
