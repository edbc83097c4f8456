"""MBOX: messages one after the other."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.mail.mailbox import load
from tests.support.packed_files import message

LINE = b"From ann@example.org Mon May  5 10:00:00 2025\n"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_each_message_stands_under_its_subject(newline):
    first = message("It blew.\n>From the west.\n\nFrom there on it was calm.\n")
    data = LINE + first + b"\n" + LINE + message("And rained.\n", Subject="Rain")
    content = load(data.replace(b"\r\n", b"\n").replace(b"\n", newline))
    assert [(each.text, each.level) for each in content.headings if each.text] == [
        ("Ships", 1),
        ("Rain", 1),
    ]
    assert "It blew.\nFrom the west.\n\nFrom there on it was calm.\n\nRain\n\n" in content.text
    assert content.title is None
    # A message is a page, so that the second can be found.
    assert [content.text[start:].split()[0] for start in content.page_starts] == ["Ships", "Rain"]


def test_what_is_no_message_is_passed_over():
    data = LINE + b"no header\n\n" + LINE + message("It blew.")
    assert load(data).text == "Ships\n\nFrom: Ann <ann@example.org>\n\nIt blew."


def test_an_empty_mailbox_is_empty():
    assert load(b"").text == ""


@pytest.mark.parametrize("data", [b"From here on", b"x\n\n" + LINE + b"From: a\n\nx"])
def test_other_text_is_refused(data):
    with pytest.raises(UnreadableFile, match="not a mailbox"):
        load(data)
