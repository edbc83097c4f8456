"""OPML 2.0 (http://opml.org/spec2.opml): outlines, and lists of feeds.

An entry with others below it is a heading, any other an item of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from index.documents import Content
from index.loaders.pages.html import extract_content
from index.loaders.shared.assembly import Assembly, Item
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import choose_title, make_properties
from index.loaders.shared.xml import parse_xml

# An entry with more characters, or in so many others, is an item, whatever is below it.
_LONGEST_HEADING_CHARACTERS, _DEEPEST_HEADING = 120, 6
# Deeper lists are set in no further.
_DEEPEST_LIST = 8
_BULLET = "•"


def load(data: bytes) -> Content:
    root = parse_xml(data)
    body = root.find("body")
    if root.tag != "opml" or body is None:
        raise UnreadableFile("no outline: its XML is of another kind")
    assembly = Assembly()
    items: list[Item] = []
    for entry, level, is_heading in _list_entries(body):
        words = _read_words(entry)
        if not is_heading:
            items.append(Item(max(1, level), _BULLET, words))
            continue
        assembly.add_list(items)
        items = []
        if words:
            assembly.add_heading(words, level)
        else:
            # What follows belongs to an entry further out.
            assembly.begin_part("", level)
    assembly.add_list(items)
    if assembly.is_empty:
        raise UnreadableFile("no text in it: its outline is empty")
    head = root.find("head")
    head = head if head is not None else Element("head")
    dates = (head.findtext("dateModified"), head.findtext("dateCreated"))
    properties = make_properties([head.findtext("ownerName") or ""], (), dates)
    return assembly.content(choose_title(head.findtext("title")), properties)


def _list_entries(body: Element) -> Iterator[tuple[Element, int, bool]]:
    """Entries in order, without recursion: each with its level, and whether it is a heading.

    The level of a heading counts from 1; that of an item too, from the heading above it. An empty
    entry as a heading ends what is below the one before it.
    """
    # Entries to come, the last first, each with its level as a heading, and as an item.
    waiting = [(entry, 1, 1) for entry in reversed(body.findall("outline"))]
    deepest = 0
    while waiting:
        entry, level, depth = waiting.pop()
        below = entry.findall("outline")
        is_short = len(entry.get("text") or "") <= _LONGEST_HEADING_CHARACTERS
        is_heading = bool(below) and depth == 1 and is_short and level <= _DEEPEST_HEADING
        if level <= deepest and not is_heading and depth == 1:
            yield Element("outline"), level, True
        yield entry, level if is_heading else min(depth, _DEEPEST_LIST), is_heading
        if depth == 1:
            deepest = level if is_heading else level - 1
        step = (level + 1, 1) if is_heading else (level, depth + 1)
        waiting += [(each, *step) for each in reversed(below)]


def _read_words(entry: Element) -> str:
    """The words of an entry in one line: with what it says of a feed, and where that is."""
    name = entry.get("text") or entry.get("title") or ""
    notes = [entry.get("description") or "", entry.get("_note") or ""]
    places = [entry.get(place) or "" for place in ("htmlUrl", "xmlUrl", "url")]
    words = [_strip_markup(each) for each in (name, *notes)]
    said = ": ".join(filter(None, (words[0], " ".join(filter(None, words[1:])))))
    return " ".join((said, *filter(None, dict.fromkeys(places)))).strip()


def _strip_markup(words: str) -> str:
    """Words without the markup of HTML that they may hold."""
    if "<" in words or "&" in words:
        words = extract_content(words).text
    return " ".join(words.split())
