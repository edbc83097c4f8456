"""Outlines and lists of feeds: what has something below it is a heading."""

from datetime import date

import pytest

from index import UnreadableFile
from index.loaders.records.opml import load

HEAD = """<head><title>Of Ann</title><ownerName>Ann Smith</ownerName>
<dateCreated>Thu, 29 Feb 2024 10:00:00 GMT</dateCreated></head>"""


def read(body, head=HEAD):
    return load(
        f'<?xml version="1.0"?><opml version="2.0">{head}<body>{body}</body></opml>'.encode()
    )


def entry(text, below="", **others):
    given = "".join(f' {name}="{value}"' for name, value in others.items())
    return f'<outline text="{text}"{given}>{below}</outline>'


def names_above(content, words):
    """The headings above some words, the outermost first."""
    at, path = content.text.index(words), []
    for heading in content.headings:
        if heading.span.start <= at:
            path = [each for each in path if each.level < heading.level] + [heading]
    return [heading.text for heading in path if heading.text]


def test_an_outline_keeps_its_order_and_what_stands_above_what():
    soups = entry("Soups", entry("Stock") + entry("Broth"))
    content = read(entry("Cooking", entry("Bread") + soups + entry("Cake")) + entry("Loose"))
    assert [block.span.of(content.text) for block in content.blocks] == [
        "Bread", "Stock", "Broth", "Cake", "Loose",
    ]  # fmt: skip
    assert {block.kind for block in content.blocks} == {"item"}
    assert names_above(content, "Stock") == ["Cooking", "Soups"]
    assert names_above(content, "Cake") == ["Cooking"]
    assert names_above(content, "Loose") == []


def test_a_feed_says_what_it_is_and_where():
    content = read(
        entry(
            "Loaves &amp;amp; rolls",
            description="Bread, &lt;b&gt;slowly&lt;/b&gt;.",
            xmlUrl="https://b.example/feed",
            htmlUrl="https://b.example",
        )
    )
    [block] = content.blocks
    assert block.span.of(content.text) == (
        "Loaves & rolls: Bread, slowly. https://b.example https://b.example/feed"
    )


def test_a_long_entry_is_no_heading_of_what_is_below_it():
    content = read(entry("word " * 40, entry("below", entry("deeper"))))
    assert content.headings == ()
    assert [block.depth for block in content.blocks] == [1, 2, 3]


def test_the_head_tells_who_and_when():
    content = read(entry("Rain"))
    assert content.title == "Of Ann"
    assert content.properties.authors == ("Ann Smith",)
    assert content.properties.date == date(2024, 2, 29)


def test_notes_and_entries_without_words_are_read():
    content = read(entry("", entry("Monday", _note="Ring the plumber.")), head="")
    assert content.text == "• Monday: Ring the plumber."


def test_an_outline_of_any_depth_is_read():
    assert "deepest" in read(entry("a", "".join(entry("b")) * 9) + "<outline text='x'>" * 3_000
                             + entry("deepest") + "</outline>" * 3_000).text  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<opml><body/></opml>", "empty"),
        (b"<rss><body/></rss>", "another kind"),
        (b"<opml><body>", "broken"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><opml><body>&b;</body></opml>', "entities"),
    ],
)
def test_what_is_no_outline_is_said(data, reason):
    with pytest.raises(UnreadableFile, match=reason):
        load(data)
