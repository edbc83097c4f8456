"""reStructuredText: the decoded file, with what its lines say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from index.documents import Content, Heading, Span
from index.loaders.markup.head import WORTH_FINDING, Head
from index.loaders.markup.read_markup import load_markup
from index.loaders.markup.restructuredtext.grammar import MARKS, ReStructuredText
from index.loaders.shared.metadata import make_properties

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
# Where a list of fields says what the document is: lines, characters.
_HEAD_LINES, _LONGEST_HEAD = 60, 5_000
# Fields that only documents have; those of a function, say, are text.
_OF_DOCUMENT = frozenset(
    "address author authors category contact copyright date keywords organization revision status "
    "tags title version".split()
)
_FIELD = re.compile(r":([A-Za-z][\w -]{0,40}):(?:[ 	]|\Z)")
# The fields with which proposals for Python begin, as those of mail (PEP 12): they are text.
_PREAMBLE = re.compile(
    r"(?:[A-Za-z][\w-]{0,40}:[^\r\n]*+(?:\r?\n[ \t]++\S[^\r\n]*+)*+\r?\n){2,60}+(?=\r?\n)"
)
_PREAMBLE_FIELD = re.compile(
    r"^([A-Za-z][\w-]*+):[ \t]*+([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+)", re.M
)


def _read_head(text: str, headings: Sequence[Heading]) -> Head:
    """What a list of fields at the beginning says of a document with these headings."""
    fields, lines = _read_fields(text, headings)
    if (preamble := _PREAMBLE.match(text)) and not fields:
        found = _PREAMBLE_FIELD.findall(preamble[0])
        fields = {name.lower(): [" ".join(words.split())] for name, words in found}
        fields.setdefault("date", fields.get("created", []))
    title = " ".join(fields.get("title", ()))
    return Head(
        title or (headings[0].text if headings else None),
        make_properties(
            [*fields.get("author", ()), *fields.get("authors", ())],
            [tag for name in ("tags", "keywords", "category") for tag in fields.get(name, ())],
            fields.get("date", ()),
        ),
        lines,
    )


def _read_fields(text: str, headings: Sequence[Heading]) -> tuple[dict[str, list[str]], list[Span]]:
    """The list of fields at the beginning, or under the title: by name, what they say.

    Also their lines, if they are about the document.
    """
    starts = [0]
    if headings and not text[: headings[0].span.start].strip():
        starts.append(headings[0].span.end)
    fields: dict[str, list[str]] = {}
    spans: list[Span] = []
    for start in starts:
        name = ""
        # The title stands on the first line, up to its end.
        for match in islice(_LINE.finditer(text, start, start + _LONGEST_HEAD), _HEAD_LINES):
            line = match[0].rstrip("\r\n")
            words = line.strip()
            if field := _FIELD.match(line):
                name, words = field[1].lower(), line[field.end() :].strip()
            elif words.startswith("..") or not words:
                # What is set in below a blank line is a quotation.
                name = ""
            elif words and not line[:1].isspace():
                break
            if name and line.strip() and name not in WORTH_FINDING:
                spans.append(Span(match.start(), match.start() + len(line)))
            if name and words:
                # One of several names may be an item of a list.
                fields.setdefault(name, []).append(words.lstrip("-*• "))
    return fields, spans if _OF_DOCUMENT.intersection(fields) else []


def load(data: bytes) -> Content:
    """The text of a file with what its lines say."""
    return load_markup(data, ReStructuredText, MARKS, _read_head)
