"""What goes between the program and the process that parses files for it: lines of JSON.

Both ways a frame is its length in bytes, as a line of ASCII digits, and then its bytes.
A request is a JSON frame that names the loader and its limits, then a frame with the
file. A reply is one JSON frame: the content, or the reason why there is none.
"""

from __future__ import annotations

import json
from typing import IO, Any

from index.documents import Content, Heading, Span, Table

# A line that says a length is never longer.
_LENGTH_LINE = 20
# How the worker ends when it was refused memory, which may leave its libraries in any state.
OUT_OF_MEMORY = 75


class BrokenWire(Exception):
    """The other side has gone, or does not speak as agreed."""


def send(stream: IO[bytes], frame: bytes) -> None:
    """Write a frame; raises OSError where the other side has gone."""
    stream.write(b"%d\n" % len(frame))
    stream.write(frame)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes:
    """The next frame.

    Raises:
        BrokenWire: there is none, or it is longer than `most` bytes.
    """
    line = stream.readline(_LENGTH_LINE)
    if not line.endswith(b"\n") or not line[:-1].isdigit() or int(line) > most:
        raise BrokenWire
    frame = stream.read(int(line))
    if len(frame) != int(line):
        raise BrokenWire
    return frame


def as_frame(record: dict[str, Any]) -> bytes:
    """A record as JSON in UTF-8; lone surrogates stay, as `json.loads` takes them."""
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")


def packed(content: Content) -> bytes:
    """A content as JSON."""
    blocks = content.blocks
    record = {
        "text": content.text,
        "title": content.title,
        "headings": [
            [heading.span.start, heading.span.end, heading.level, heading.text]
            for heading in content.headings
        ],
        "page_starts": content.page_starts,
        "blocks": None if blocks is None else [[span.start, span.end] for span in blocks],
        "tables": [
            [table.span.start, table.span.end, table.columns, table.caption]
            for table in content.tables
        ],
        "layout": content.layout,
    }
    return as_frame(record)


def unpacked(record: dict[str, Any]) -> Content:
    """A content from its JSON, all of it checked: who wrote it has parsed a hostile file.

    Raises:
        BrokenWire: it is none.
    """
    try:
        text, title, blocks = record["text"], record["title"], record["blocks"]
        layout = record["layout"]
        if not isinstance(text, str) or not isinstance(title, str | None):
            raise BrokenWire
        if layout not in ("prose", "lines"):
            raise BrokenWire

        def span(start: int, end: int) -> Span:
            if type(start) is not int or type(end) is not int or not 0 <= start <= end <= len(text):
                raise BrokenWire
            return Span(start, end)

        return Content(
            text,
            title=title,
            headings=tuple(
                Heading(span(start, end), int(level), str(words))
                for start, end, level, words in record["headings"]
            ),
            page_starts=tuple(span(start, start).start for start in record["page_starts"]),
            blocks=None if blocks is None else tuple(span(*pair) for pair in blocks),
            tables=tuple(
                Table(span(start, end), tuple(map(str, columns)), str(caption))
                for start, end, columns, caption in record["tables"]
            ),
            layout=layout,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWire from error
