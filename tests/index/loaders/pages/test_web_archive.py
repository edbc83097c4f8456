"""Pages saved in one file."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.pages.web_archive import load
from tests.support.packed_files import multipart

PAGE = "<title>Lamps</title><h1>Oil</h1><p>It burns =E2=80=94 well.</p>"
PARTS = (
    ("Content-Type: text/html\r\nContent-ID: <frame>", "<p>An advertisement.</p>"),
    (
        "Content-Type: text/html; charset=utf-8\r\nContent-ID: <page>\r\n"
        "Content-Transfer-Encoding: quoted-printable",
        PAGE,
    ),
    ("Content-Type: image/png", "x"),
)


def test_the_page_is_read_without_its_frames():
    content = load(multipart(*PARTS, kind='related; start="<page>"'))
    assert (content.title, content.text) == ("Lamps", "Oil\n\nIt burns — well.")
    assert [each.text for each in content.headings] == ["Oil"]


def test_without_a_start_the_first_page_is_read():
    content = load(multipart(*PARTS, kind="related"))
    assert (content.title, content.text) == ("Ships", "An advertisement.")


@pytest.mark.parametrize("data", [b"", b"words", multipart(PARTS[2])])
def test_other_files_are_refused(data):
    with pytest.raises(UnreadableFile, match="no saved page"):
        load(data)
