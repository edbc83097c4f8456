"""Jupyter notebooks, as a person sees them: text, code and what it printed, in cells.

Markdown cells read as the page they are shown as. Pictures, and output for machines, are
left out; long output is cut short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from index.documents import Content, Span, replace_surrogates
from index.loaders.html import extract
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode

# Of an output nobody reads more characters; one word this long is data.
_MOST_OUTPUT, _LONGEST_WORD = 2_000, 500
# Brackets are matched with each other, which in a cell of nothing else takes minutes.
_MOST_BRACKETS = 2_000

_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What a line showed before it was written over.
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?!\n|\Z)", re.MULTILINE)
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}")
# How Python shows an object that has no better name, as a figure.
_NAMELESS = re.compile(r"<[^<>]*>")

_Json = dict[str, Any]


def load(data: bytes) -> Content:
    try:
        notebook = json.loads(decode(data))
    except (ValueError, RecursionError):
        raise UnreadableFile("not a notebook (damaged JSON)") from None
    cells = _cells(notebook)
    if cells is None:
        raise UnreadableFile("not a notebook (it has no cells)")
    renderer = MarkdownIt("commonmark").enable("table")
    assembly = Assembly()
    for cell in cells:
        for part in _parts(cell, renderer):
            assembly.add(part)
    title = _text(_dict(notebook.get("metadata")).get("title")).strip()
    content = assembly.content(title or None)
    if not title and content.headings and content.headings[0].level == 1:
        return replace(content, title=content.headings[0].text)
    return content


def _cells(notebook: Any) -> list[_Json] | None:
    """The cells of a notebook of format 4, or of the older ones, which had worksheets."""
    sheets = _dict(notebook).get("worksheets")
    found = [_dict(sheet).get("cells") for sheet in _list(sheets)]
    found.append(_dict(notebook).get("cells"))
    lists = [cells for cells in found if isinstance(cells, list)]
    return [_dict(cell) for cells in lists for cell in cells] if lists else None


def _parts(cell: _Json, renderer: MarkdownIt) -> Iterator[Content]:
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input"))).strip("\r\n")
    if kind == "markdown":
        yield _page(source, renderer)
    elif kind == "heading":
        level = cell.get("level")
        yield _page(f"{'#' * min(level, 6) if isinstance(level, int) else '#'} {source}", renderer)
    else:
        yield _block(source)
    for output in _list(cell.get("outputs")):
        yield _block(_shown(_dict(output)))


def _page(source: str, renderer: MarkdownIt) -> Content:
    if source.count("[") > _MOST_BRACKETS:
        return _block(source)
    return extract(renderer.render(source))


def _block(text: str) -> Content:
    return Content(text, blocks=(Span(0, len(text)),))


def _shown(output: _Json) -> str:
    """The text of an output; "" where a picture or the like stands for it."""
    if "ename" in output:
        return f"{_text(output['ename'])}: {_text(output.get('evalue'))}"
    # Older formats had what is now in `data` beside the rest.
    shown = _dict(output.get("data", output))
    if any(kind.startswith(("image/", "application/vnd.jupyter")) for kind in shown):
        return ""
    words = _text(output.get("text", shown.get("text/plain")))
    words = _OVERWRITTEN.sub("", _ESCAPE_SEQUENCE.sub("", words)).strip("\r\n")
    if "png" in shown or _LONG_WORD.search(words) or _NAMELESS.fullmatch(words):
        return ""
    if len(words) > _MOST_OUTPUT:
        words = words[:_MOST_OUTPUT]
        words = (words[: words.rfind("\n")] if "\n" in words else words) + "\n…"
    return words


def _text(value: Any) -> str:
    """Text as notebooks hold it: a string or a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return replace_surrogates("".join(line for line in lines if isinstance(line, str)))


def _dict(value: Any) -> _Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
