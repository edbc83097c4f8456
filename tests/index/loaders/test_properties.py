"""What files of all formats say of themselves: who wrote them, what about, and when."""

import struct
from datetime import date, datetime
from importlib import import_module
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from index import Properties
from index.documents import decode_properties, encode_properties
from index.loaders import UnreadableFile, find_loader, parse
from index.loaders.office.package_properties import read_old_properties
from index.text.passages import cut_passages
from tests.support.outlook_files import compound_file, outlook_message
from tests.support.packed_files import (
    epub,
    message,
    open_document,
    presentation,
    shape,
    word,
    workbook,
)

DAY = date(2024, 2, 29)
ANN, BO = ("Ann Smith",), ("Ann Smith", "Bo Li")
FULL = Properties(BO, ("rain", "heavy snow"), DAY)
CORE = """<cp:coreProperties xmlns:cp="cp" xmlns:dc="dc" xmlns:dcterms="dcterms">
<dc:creator>Ann Smith; Bo Li</dc:creator><cp:keywords>rain, heavy snow</cp:keywords>
<dcterms:created>2020-01-01T00:00:00Z</dcterms:created>
<dcterms:modified>2024-02-29T23:59:59Z</dcterms:modified></cp:coreProperties>"""
# They stand where the title does.
META = """Rain</dc:title>
<meta:initial-creator xmlns:meta="m">Ann Smith</meta:initial-creator><dc:creator>Someone Else</dc:creator>
<meta:keyword xmlns:meta="m">rain</meta:keyword><meta:keyword xmlns:meta="m">heavy snow</meta:keyword>
<meta:creation-date xmlns:meta="m">2020-01-01T00:00:00</meta:creation-date>
<dc:date>2024-02-29T23:59:59.5</dc:date><dc:title>"""
BOOK = """Rain</dc:title><dc:creator>Ann Smith</dc:creator>
<dc:creator xmlns:opf="o" opf:role="ill">No One</dc:creator><dc:subject>rain</dc:subject>
<dc:subject>heavy snow</dc:subject><dc:date xmlns:opf="o" opf:event="modification">2025-01-01</dc:date>
<dc:date xmlns:opf="o" opf:event="publication">2024-02-29</dc:date><dc:title>"""


def describe(file):
    file.author, file.keywords = "Ann Smith; Bo Li", "rain; heavy snow"
    file.modified = datetime(2024, 2, 29, 23, 59)


def describe_book(book):
    book.active["A1"] = "Rain"
    book.properties.creator, book.properties.keywords = "Ann Smith; Bo Li", "rain; heavy snow"
    book.properties.modified = datetime(2024, 2, 29, 23, 59)


def pdf():
    out = BytesIO()
    canvas = Canvas(out)
    canvas.setAuthor("Ann Smith and Bo Li")
    canvas.setKeywords(["rain", "heavy snow"])
    canvas.drawString(100, 700, "It rains.")
    canvas.save()
    return out.getvalue()


HTML = """<html><head><meta name=author content="Ann Smith"><meta name="Author" content="Bo Li">
<meta name="DC.Creator" content="No One"><meta name=keywords content="rain, heavy snow">
<meta property="article:published_time" content="2024-02-29T10:00:00Z">
<meta name="dcterms.modified" content="2025-01-01"></head><p>It rains.</html>"""
FIELDS = "Ann Smith, Bo Li"
FILES = {
    ".md": ("---\nauthors: [Ann Smith, Bo Li]\ntags: [rain, heavy snow]\ndate: 2024-02-29\n---\nIt rains.", FULL),
    ".markdown": ('+++\nauthors = ["Ann Smith", "Bo Li"]\ntags = ["rain", "heavy snow"]\ndate = 2024-02-29\n+++\nIt rains.', FULL),
    ".org": (f"#+TITLE: Rain\n#+AUTHOR: {FIELDS}\n#+FILETAGS: :rain:sky:\n#+DATE: <2024-02-29 Thu>\n\nIt rains.\n#+AUTHOR: No One", Properties(BO, ("rain", "sky"), DAY)),
    ".adoc": ("= Rain\nAnn Smith <ann@example.org>; Bo Li\nv1.2, 2024-02-29: now with snow\n:keywords: rain, heavy snow\n\nIt rains.", FULL),
    ".asciidoc": (f"= Rain\n:author: {FIELDS}\n:keywords: rain, heavy snow\n:revdate: February 29, 2024\n\nIt rains.", FULL),
    ".rst": ("Rain\n====\n\n:Authors:\n  - Ann Smith\n  - Bo Li\n:Date: 2024-02-29\n:tags: rain, heavy snow\n\nIt rains.", FULL),
    ".html": (HTML, FULL),
    ".docbook": ("<article><info><title>Rain</title><author><personname><firstname>Ann</firstname><surname>Smith</surname></personname></author><author><personname>Bo Li</personname></author><pubdate>2024-02-29</pubdate><keywordset><keyword>rain</keyword><keyword>heavy snow</keyword></keywordset></info><para>It rains.</para></article>", FULL),
    ".fb2": ('<FictionBook><description><title-info><author><first-name>Ann</first-name><last-name>Smith</last-name></author><keywords>rain, heavy snow</keywords><date value="2024-02-29">leap day</date></title-info><document-info><author><nickname>x</nickname></author></document-info></description><body><section><p>It rains.</p></section></body></FictionBook>', Properties(ANN, FULL.tags, DAY)),
    ".ipynb": ('{"metadata": {"authors": [{"name": "Ann Smith"}]}, "cells": [{"cell_type": "markdown", "source": "It rains."}]}', Properties(ANN)),
    ".eml": (message("It rains.", From="Ann Smith <ann@example.org>", Date="Thu, 29 Feb 2024 23:59:00 -0800", Keywords="rain, heavy snow"), Properties(ANN, FULL.tags, DAY)),
    ".rtf": (r"{\rtf1{\info{\author Ann Smith\'3b Bo Li}{\keywords rain, heavy snow}{\creatim\yr2020\mo1\dy1}{\revtim\yr2024\mo2\dy29\hr1}}It rains.}", FULL),
    ".docx": (word(lambda document: (describe(document.core_properties), document.add_paragraph("It rains."))), FULL),
    ".xlsx": (workbook(describe_book), None),
    ".pptx": (presentation(shape("It rains."), more={"docProps/core.xml": CORE}), FULL),
    ".epub": (epub({"a.xhtml": "<p>It rains.</p>"}, BOOK), Properties(ANN, FULL.tags, DAY)),
    ".msg": (outlook_message(), Properties(("Ann",), (), date(2025, 5, 5))),
    ".odt": (open_document("text", "<text:p>It rains.</text:p>", title=META), Properties(ANN, FULL.tags, DAY)),
    ".pdf": (pdf(), Properties(BO, FULL.tags, date.today())),
}  # fmt: skip


@pytest.mark.parametrize("suffix", FILES)
def test_a_file_says_who_wrote_it_what_about_and_when(suffix, sandbox):
    data, expected = FILES[suffix]
    data = data.encode() if isinstance(data, str) else data
    content = parse(suffix, data, sandbox)
    if expected is None:
        # openpyxl says itself when it has written a file.
        expected = Properties(BO, FULL.tags, date.today())
    assert content.properties == expected
    assert content.text.strip()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"@type": "NewsArticle", "author": [{"name": "Ann Smith"}, "Bo Li"], "keywords": ["rain", "heavy snow"], "datePublished": "2024-02-29T23:00:00-08:00"}', FULL),
        ('{"@graph": [{"@type": "WebSite", "author": "No One"}, {"@type": ["WebPage"], "author": {"@id": "#a"}, "dateModified": "2024-02-29", "keywords": "rain, heavy snow"}, {"@type": "Person", "@id": "#a", "name": "Ann Smith; Bo Li"}]}', FULL),
        ('[{"@type": "Comment", "author": "No One", "dateCreated": "2020-01-01"}]', Properties()),
        *[(damaged, Properties()) for damaged in ('{"author": ', "[" * 90_000, '[1, null, {"author": {"name": 7}, "keywords": {}, "datePublished": 5}]', "")],
    ],
)  # fmt: skip
def test_a_page_says_it_in_linked_data_too(data, expected, sandbox):
    page = f'<script type="application/ld+json">{data}</script><p>It rains.'
    content = parse(".html", page.encode(), sandbox)
    assert (content.properties, content.text) == (expected, "It rains.")


def test_a_title_among_the_fields_is_the_title(sandbox):
    content = parse(".rst", b":title: Rain of the west\n\nOne\n===\n\nIt rains.", sandbox)
    assert content.title == "Rain of the west"


def read_passages(suffix, source):
    module, _ = find_loader(suffix)
    content = import_module(module).load(source.encode())
    pieces = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    return [(piece.headings, piece.span.of(source)) for piece in pieces]


@pytest.mark.parametrize(
    ("suffix", "head", "title"),
    [
        (".org", FILES[".org"][0].partition("\n\n")[0], ()),
        (".org", ":PROPERTIES:\n:ID: 5a-77\n:END:\n#+title: Rain\n# a remark\n#+STARTUP: overview", ()),
        (".adoc", "// a licence\n" + FILES[".adoc"][0].partition("\n\n")[0], ("Rain",)),
        (".rst", FILES[".rst"][0].rpartition("\n\n")[0], ("Rain",)),
        (".rst", ":Author: Ann Smith\n:Version: 2", ()),
        (".rst", ":title: Rain\n:related topic: snow", ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_stands_at_the_head_for_programs_is_in_no_passage(suffix, head, title, newline):
    source = f"{head}\n\nIt rains in the west.\n".replace("\n", newline)
    assert read_passages(suffix, source) == [(title, "It rains in the west.")]


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".org", "#+title: Rain\n#+caption: Days of rain\n| 1 | 2 |"),
        (".org", "#+title: Rain\n#+description: Of the west."),
        (".adoc", "= Rain\n:description: Of the west."),
        (".rst", "Rain\n====\n\n:param wind: of the west\n:returns: rain"),
        (".rst", ":Date: 2024\n:Abstract: Of the\n  west."),
        (".rst", ":Date: 2024\n\n  Rain of the west."),
    ],
)
def test_what_a_person_would_look_for_stays(suffix, source):
    words = " ".join(text for _, text in read_passages(suffix, source))
    assert "west" in words or "Days of rain" in words
    assert "2024" not in words
    assert "title" not in words


@pytest.mark.parametrize("suffix", [".md", ".org", ".adoc", ".rst", ".html", ".eml", ".rtf"])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_it_says_its_passages_are_right(suffix, data):
    whole = FILES[suffix][0]
    whole = whole.decode() if isinstance(whole, bytes) else whole
    at = data.draw(st.integers(0, len(whole)))
    odd = data.draw(
        st.text(st.sampled_from("-+:#=.,;<>\\{}[]&*!\n\r\t \x00\x1b\u202e\ud800a1"), max_size=30)
    )
    source = whole[:at] + odd + whole[at + data.draw(st.integers(0, 20)) :]
    module, _ = find_loader(suffix)
    try:
        content = import_module(module).load(source.encode("utf-8", "replace"))
    except UnreadableFile:
        return
    for piece in cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200):
        assert piece.span.of(content.text).strip()
    assert decode_properties(encode_properties(content.properties)) == content.properties


def test_old_workbooks_say_it_too():
    names = {
        "\x05SummaryInformation": summary_information(b"Ann Smith; Bo Li", b"rain, heavy snow")
    }
    expected = read_old_properties(compound_file(names))[1]
    assert expected == FULL


def summary_information(author, keywords):
    """A set of properties (MS-OLEPS): author, keywords, when it was saved last."""
    saved = (DAY.toordinal() - date(1601, 1, 1).toordinal()) * 86_400 * 10**7
    values = {
        4: struct.pack("<II", 30, len(author) + 1) + author + b"\0",
        5: struct.pack("<II", 30, len(keywords) + 1) + keywords + b"\0",
        13: struct.pack("<IQ", 64, saved),
    }
    head, body = b"", b""
    for number, value in values.items():
        head += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += value.ljust(-(-len(value) // 4) * 4, b"\0")
    inside = struct.pack("<II", 8 + len(head) + len(body), len(values)) + head + body
    identity = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    return (
        struct.pack("<HHI16sI", 0xFFFE, 0, 0, bytes(16), 1)
        + identity
        + struct.pack("<I", 48)
        + inside
    )


@pytest.mark.parametrize(
    "data", [b"", b"no compound file", compound_file({"\x05SummaryInformation": b"x" * 70})]
)
def test_what_cannot_be_read_says_nothing(data):
    assert read_old_properties(data) == (None, Properties())
