"""MBOX: messages one after the other."""

import pytest

from index.loaders import UnreadableFile, mail
from index.loaders.mail.mailbox import load, open_container
from tests.support.packed_files import message

LINE = b"From ann@example.org Mon May  5 10:00:00 2025\n"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_each_message_is_a_member_under_its_number(newline):
    first = message("It blew.\n>From the west.\n\nFrom there on it was calm.\n")
    data = LINE + first + b"\n" + LINE + message("Rained.\n", Subject="=?utf-8?q?R=C3=A4in?=")
    found = open_container(
        data.replace(b"\r\n", b"\n").replace(b"\n", newline), frozenset((".eml",))
    )
    assert found.content.text == "1  Ships\n2  Räin"
    assert found.content.paragraphs == ()
    assert [(each.name, each.suffix) for each in found.members] == [("1", ".eml"), ("2", ".eml")]
    read = [mail.load(each.data) for each in found.members]
    assert read[0].text.endswith("It blew.\nFrom the west.\n\nFrom there on it was calm.")
    assert read[1].title == "Räin"


@pytest.mark.parametrize("when", [b"Mon May  5 9:00 2025", b"Mon, 05 May 2025 10:00:00 +0200"])
def test_a_paragraph_that_begins_as_a_message_does_is_part_of_one(when):
    body = b"Hi\n\nFrom 2019 to 2021 we grew.\nThe end.\n"
    line = b"From ann@example.org " + when + b"\n"
    found = open_container((line + b"Subject: S\n\n" + body + b"\n") * 2, frozenset((".eml",)))
    assert [each.data.partition(b"\n\n")[2].strip() for each in found.members] == [body.strip()] * 2


@pytest.mark.parametrize(
    "when", [b"Mon May  5 2025", b"Mon May  5 10.00.00 2025", b"2025-05-05 1000"]
)
def test_the_line_that_begins_a_message_may_tell_no_time_before_a_head(when):
    whole = (b"From ann@example.org " + when + b"\nSubject: S\n\nHi\n\n") * 2
    assert len(open_container(whole, frozenset((".eml",))).members) == 2


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n", b"\r\n\r\n"])
def test_a_byte_order_mark_and_blank_lines_may_stand_before_the_first_message(start):
    assert load(start + LINE + message("It blew.")).text == "1  Ships"


def test_an_empty_mailbox_is_empty():
    assert load(b"").text == ""


@pytest.mark.parametrize("data", [b"From here on", b"x\n\n" + LINE + b"From: a\n\nx"])
def test_other_text_is_refused(data):
    with pytest.raises(UnreadableFile, match="not a mailbox"):
        load(data)
