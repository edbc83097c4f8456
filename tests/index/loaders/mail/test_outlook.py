"""Messages of Outlook: read as those of other mail programs."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.mail.outlook import load, open_container, unpack_rtf
from index.loaders.shared.container import Member
from tests.support.outlook_files import compound_file, outlook_message, outlook_parts


def message(texts, **more):
    return compound_file(outlook_parts({0x0037: "Ships"} | texts, **more))


def test_the_head_the_words_and_what_is_attached_are_read():
    found = open_container(outlook_message(), frozenset((".txt",)))
    content = found.content
    assert content.title == "Ships"
    assert content.text == (
        "Ships\n\nFrom: Ann <ann@example.org>\nTo: Bee <bee@example.org>\nCc: Cé\n"
        "Date: Mon, 05 May 2025 10:00:00 +0000\n\nIt blew. 🙂\n\nAttachments: log.txt\n\n"
        "Wind\n\nFrom the west."
    )
    assert [(each.text, each.level) for each in content.headings if each.text] == [
        ("Ships", 1),
        ("Wind", 2),
    ]
    assert found.members == (Member("log.txt", b"Calm at noon.", ".txt"),)


def test_older_encodings_are_read():
    content = load(message({0x1000: "Grüße"}, is_unicode=False, numbers={0x3FFD: 1252}))
    assert content.text == "Ships\n\nGrüße"


def test_a_name_may_end_with_nul_and_its_encoding_be_unsaid():
    sender = {0x0C1A: "L'Équipe\0", 0x0C1F: "e@example.org\0", 0x1000: "It blew.\0"}
    text = load(message(sender, is_unicode=False)).text
    assert text == "Ships\n\nFrom: L'Équipe <e@example.org>\n\nIt blew."


@pytest.mark.parametrize(
    "form",
    [
        {0x1013: b"<h1>West</h1><p>It <b>blew</b>."},
        {0x1009: struct.pack("<IIII", 42, 29, 0x414C454D, 0) + rb"{\rtf1 West\par\par It blew.}"},
    ],
)
def test_without_plain_words_the_other_form_is_read(form):
    assert load(message(form)).text == "Ships\n\nWest\n\nIt blew."


def test_plain_words_that_are_a_stub_beside_the_page_are_not_read():
    page = b"<p>It blew hard from the west all day, and no ferry went out."
    assert load(message({0x1000: "see html", 0x1013: page})).text.startswith(
        "Ships\n\nIt blew hard"
    )
    plain = "No ferry went out all day."
    assert load(message({0x1000: plain, 0x1013: page})).text.endswith(plain)


def test_packed_rtf_is_unpacked():
    # The example of the specification (MS-OXRTFCP, 4.1.1).
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a0072637067313235423203ff0b00"
        "63680ac073657430200752020b60630a80"
    )
    with pytest.raises(UnreadableFile):
        unpack_rtf(packed[:9])
    assert unpack_rtf(packed).startswith(b"{\\rtf1\\ansi\\ansicpg125")
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpack_rtf(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_text_of_that_name_is_read_as_text():
    catalogue = 'namespace eval ::tcl {\n    ::msgcat::mcset de "Rain" "Regen"\n}\n'
    content = load(catalogue.encode())
    assert (content.text, content.layout) == (catalogue, "lines")


@pytest.mark.parametrize("data", [b"\0\1\2" * 99, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90])
def test_other_files_are_refused(data):
    with pytest.raises(UnreadableFile, match="not a message of Outlook"):
        load(data)


def test_another_compound_file_is_refused():
    with pytest.raises(UnreadableFile, match="not a message of Outlook"):
        load(compound_file({"WordDocument": b"x"}))


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=99)
)
def test_all_words_are_in_the_blocks(words):
    content = load(message({0x1000: f"x{words}", 0x0037: words}))
    assert [block.of(content.text) for block in content.paragraphs] == [f"x{words}"]
    assert content.title == words
