"""Character sets by name: those of the web and of Python, and nothing that is no character set."""

import base64
import encodings
import json
import pkgutil
from contextlib import suppress

import pytest

from index.loaders import UnreadableFile
from index.loaders.mail import load as load_mail
from index.loaders.pages import fetched_text
from index.loaders.pages.html import decode_page
from index.loaders.records.contacts import load as load_contacts
from index.loaders.shared.charsets import CODECS, decode_as, find_codec
from tests.support.growth import load_of
from tests.support.packed_files import message
from tests.support.timing import takes_at_most

# What Python decodes by these names is no text, is for programs, or takes the square of its length.
NO_CHARSETS = sorted({each.name for each in pkgutil.iter_modules(encodings.__path__)} - CODECS)
NAMES = [*NO_CHARSETS, "base64", "rot13", "zip", "unicode-escape", "PUNYCODE", "x" * 10_000, ""]
# Punycode takes a minute of it.
LONG = b"a-" + b"b" * 300_000


def test_what_is_no_charset_is_known():
    assert {"punycode", "idna", "unicode_escape", "undefined", "rot_13"} < set(NO_CHARSETS)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_another_codec_is_believed(name):
    assert find_codec(name) is None
    with takes_at_most(1):
        assert decode_as(LONG, name) is None


@pytest.mark.parametrize("codec", sorted(CODECS))
@pytest.mark.parametrize("unit", [b"a", b"\xff", b"+AA-", b"\x1b$B", b"~{", b"\xd8\x00"])
def test_charsets_take_no_more_than_the_length(codec, unit):
    with takes_at_most(1):
        text = decode_as(unit * (2_000_000 // len(unit)), codec)
    # It can be written: it holds no half of a character.
    assert text is None or text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("UTF-8", "utf_8"), ("utf8", "utf_8"), ("unicode-1-1-utf-8", "utf_8")),
        *(("windows-1251", "cp1251"), ("x-cp1251", "cp1251"), ("KOI8-U", "koi8_u")),
        *(("ISO-8859-2", "iso8859_2"), ("iso_8859-2:1987", "iso8859_2"), ("l2", "iso8859_2")),
        *(("x-mac-roman", "mac_roman"), ("windows-874", "cp874"), ("EUC-JP", "euc_jp")),
        *(("big5", "big5"), ("x-x-big5", "big5"), ("iso-2022-jp", "iso2022_jp")),
    ],
)
def test_charsets_have_many_names(name, codec):
    assert find_codec(name) == codec


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iso-8859-1", "“words” – and €"),
        ("x-sjis", "①髙"),
        ("ks_c_5601-1987", "똠방각하"),
        ("gb2312", "镕"),
    ],
)
def test_text_is_read_in_the_superset_of_its_charset(name, text):
    superset = find_codec(name)
    assert decode_as(text.encode(superset), name) == text


def test_text_that_is_not_in_its_charset_is_none():
    assert decode_as("é".encode("latin-1"), "utf-8") is None
    assert decode_as("é".encode(), "us-ascii") is None


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape"])
def test_no_file_makes_its_reader_take_such_a_codec(name):
    words = LONG.decode()
    page = f'<meta charset="{name}"><p>é{words}'.encode("latin-1")
    card = f"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET={name}:{words}\nEND:VCARD\n"
    xml = f'<?xml version="1.0" encoding="{name}"?><article><para>{words}</para></article>'
    notebook = {"cells": [{"cell_type": "raw", "source": words}], "metadata": {"encoding": name}}
    attached = f"attachment; filename*={name}''{words}"
    with takes_at_most(3):
        assert decode_page(page).endswith("b")
        assert load_contacts(card.encode()).text
        assert load_mail(message(words, Content_Type=f"text/plain; charset={name}")).text
        assert load_mail(message(words, Content_Type=f"text/plain; charset*={name}''{words}")).text
        assert load_mail(message("x", Content_Disposition=attached)).text
        encoded = base64.b64encode(LONG).decode()
        assert load_mail(message("x", Subject=f"=?{name}?b?{encoded}?=")).text
        assert load_of(".ipynb")(json.dumps(notebook).encode()).text
        # Expat asks for 256 bytes alone.
        with suppress(UnreadableFile):
            load_of(".docbook")(xml.encode())


def test_an_attachment_may_be_named_in_a_charset():
    attached = "attachment; filename*=iso-8859-1''Gr%FC%DFe.txt"
    content = load_mail(message("x", Content_Disposition=attached))
    assert content.text.endswith("Attachments: Grüße.txt")


def test_fetched_text_stands_after_the_name_of_its_charset():
    assert fetched_text.load("iso-8859-1\nGrüße\n".encode("latin-1")).text == "Grüße\n"
    assert fetched_text.load("utf-8\n\ufeffGrüße".encode()).text == "Grüße"
    for data in (b"punycode\nabc", b"\nabc", b"utf-8\n\xff"):
        with pytest.raises(UnreadableFile, match="character set"):
            fetched_text.load(data)
