"""HTML made safe to parse: what would cost the parser hours or gigabytes is taken out first.

A tree builder's work grows with the product of a page's length and the depth of its
nesting; it opens every unclosed `<font>` anew in every paragraph, and compares each
`<option>` with all others. Pages that people read are some dozen levels deep; one beyond
reason is made flat: its paragraphs and headings stay.
"""

from __future__ import annotations

import re

from index.loaders.shared.decoding import UnreadableFile

# A page with fewer tags than the first cannot be deep; with more than the last its tree
# would not fit in memory.
_FEW_TAGS, _MOST_TAGS = 2_000, 2_000_000
_MOST_LEVELS = 1_000
# How many elements may be opened anew on behalf of those that were never closed.
_MOST_REOPENED = 1_000_000
# How many tags that the parser compares with all of their kind.
_MOST_COMPARED = 10_000
# Attributes of one tag are compared with each other.
_LONG_TAG, _MOST_ATTRIBUTES = 4_000, 200

_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?:script|style)\b.*?(?:</(?:script|style)|\Z)
      | <(?P<end>/?)(?P<name>[a-z][^\s/<>]*)(?P<rest>[^<>]*)>?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# How a word is read aloud; the elements that tell it from the word are gone in a flat page.
_READING = re.compile(r"<r(?:t|p|tc)(?:\s[^<>]*)?>[^<]*", re.IGNORECASE)
_LONG = re.compile(rf"<([a-z][^\s/<>]*)([^<>]{{{_LONG_TAG},}})", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")

_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr".split()
)
# Elements that end by themselves where the next of their kind begins.
_SELF_ENDING = frozenset(
    "html head body p li dt dd option optgroup tr td th tbody thead tfoot colgroup "
    "caption a nobr button h1 h2 h3 h4 h5 h6".split()
)
# These do so in `<ruby>` alone.
_RUBY_PARTS = frozenset("rb rp rt rtc".split())
_REOPENED = frozenset("b big code em font i s small strike strong tt u".split())
_FOREIGN = frozenset(("svg", "math"))
_COMPARED = frozenset(("option", "html", "body"))
# In a flat page these stay as they are, these are gone, and all others part paragraphs.
_KEPT = frozenset("h1 h2 h3 h4 h5 h6 br hr title".split())
_INLINE = _REOPENED | frozenset(
    "a abbr acronym bdi bdo cite data del dfn ins kbd label mark nobr option q ruby rt rp samp "
    "span sub sup time var wbr img html head body".split()
)


def limit_nesting(html: str) -> str:
    """`html` itself, or if it would exhaust the parser, a flat page with the same words.

    Raises:
        UnreadableFile: even that would not fit in memory.
    """
    tags = html.count("<")
    if tags > _MOST_TAGS:
        raise UnreadableFile(f"more than {_MOST_TAGS:,} tags")
    html = _LONG.sub(_drop_attributes, html)
    if tags > _FEW_TAGS and _is_costly(html):
        return _TAG.sub(_flatten_tag, _READING.sub("", html))
    return html


def _is_costly(html: str) -> bool:
    """Whether more than is sane is left open, or compared with all of its kind."""
    opened: list[str] = []
    # How many of the open elements are reopened, not of HTML, and ruby.
    lasting = foreign = rubies = reopened = compared = 0
    for match in _TAG.finditer(html):
        name = match["name"]
        if name is None:
            continue
        name = name.lower()
        if match["end"]:
            if opened and opened[-1] == name:
                opened.pop()
                lasting -= name in _REOPENED
                foreign -= name in _FOREIGN
                rubies -= name == "ruby"
            continue
        reopened += lasting
        compared += name in _COMPARED
        if reopened > _MOST_REOPENED or compared > _MOST_COMPARED:
            return True
        if name in _VOID or name in _SELF_ENDING or (rubies and name in _RUBY_PARTS):
            continue
        if foreign and match["rest"].endswith("/"):
            continue
        opened.append(name)
        lasting += name in _REOPENED
        foreign += name in _FOREIGN
        rubies += name == "ruby"
        if len(opened) > _MOST_LEVELS:
            return True
    return False


def _flatten_tag(match: re.Match[str]) -> str:
    name = match["name"]
    if name is None or name.lower() in _KEPT:
        return match[0]
    if name.lower() in _INLINE:
        return ""
    return " " if name.lower() in ("td", "th") else "<p>"


def _drop_attributes(match: re.Match[str]) -> str:
    attributes = _QUOTED.sub("", match[2])
    return match[0] if len(attributes.split()) <= _MOST_ATTRIBUTES else f"<{match[1]}"
