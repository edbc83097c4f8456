"""Jupyter notebooks as a person sees them: cells of text, of code and of what it printed.

A Markdown cell is read as the page that it is shown as. Pictures and data for programs are left
out, and long output is shortened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from index.documents import (
    MOST_MARK_CHARACTERS,
    Block,
    Blocks,
    Content,
    Mark,
    Span,
    replace_surrogates,
)
from index.loaders.markup.head import read_fields
from index.loaders.markup.markdown import EntangledQuotes, limit_quotes
from index.loaders.pages.html import extract_content
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode

# In characters: longer output is shortened; output with a longer word is data.
_LONGEST_OUTPUT, _LONGEST_WORD = 2_000, 500
# A Markdown cell with more brackets is read as plain text: matching them may take minutes.
_MOST_BRACKETS = 2_000

_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# The part of a line that a carriage return overwrites.
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?!\n|\Z)", re.MULTILINE)
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}")
# How Python shows an object without a text of its own, such as a figure.
_OBJECT = re.compile(r"<[^<>]*>")

_Json = dict[str, Any]


def load(data: bytes) -> Content:
    """The content of a notebook.

    Raises:
        UnreadableFile: its JSON is damaged, or it has no cells.
    """
    try:
        notebook = json.loads(decode(data))
    except (ValueError, RecursionError):
        raise UnreadableFile("not a notebook (damaged JSON)") from None
    cells = _read_cells(notebook)
    if cells is None:
        raise UnreadableFile("not a notebook (it has no cells)")
    renderer = limit_quotes(MarkdownIt("commonmark").enable("table"))
    assembly = Assembly()
    for cell in cells:
        for part in _read_cell(cell, renderer, _read_language(notebook)):
            assembly.add(part)
    metadata = _dict(notebook.get("metadata"))
    title = _join_text(metadata.get("title")).strip()
    content = assembly.content(title or None, read_fields(metadata))
    if not title and content.headings and content.headings[0].level == 1:
        return replace(content, title=content.headings[0].text)
    return content


def _read_cells(notebook: Any) -> list[_Json] | None:
    """The cells of a notebook; None if it has no list of them.

    Format 4 has one list; older formats have one in each worksheet.
    """
    sheets = [*_list(_dict(notebook).get("worksheets")), notebook]
    lists = [cells for sheet in sheets if isinstance(cells := _dict(sheet).get("cells"), list)]
    return [_dict(cell) for cells in lists for cell in cells] if lists else None


def _read_cell(cell: _Json, renderer: MarkdownIt, language: str) -> Iterator[Content]:
    """The text or code of a cell, then its outputs."""
    kind = cell.get("cell_type")
    source = _join_text(cell.get("source", cell.get("input"))).strip("\r\n")
    if kind == "markdown":
        yield _render_page(source, renderer)
    elif kind == "heading":
        level = cell.get("level")
        signs = "#" * min(level, 6) if isinstance(level, int) else "#"
        yield _render_page(f"{signs} {source}", renderer)
    else:
        count = cell.get("execution_count", cell.get("prompt_number"))
        label = f"In [{count if isinstance(count, int) else ' '}]"
        yield _to_block(source, *((label, language) if kind == "code" else ()))
    for output in _list(cell.get("outputs")):
        yield _to_block(_read_output(_dict(output)), "Out")


def _read_language(notebook: Any) -> str:
    """The language of the code, as the file calls it."""
    kernel = _dict(_dict(_dict(notebook).get("metadata")).get("kernelspec"))
    language = kernel.get("language")
    return language if isinstance(language, str) else "python"


def _render_page(source: str, renderer: MarkdownIt) -> Content:
    if source.count("[") > _MOST_BRACKETS:
        return _to_block(source)
    try:
        return extract_content(renderer.render(source))
    except EntangledQuotes:
        return _to_block(source)


def _to_block(text: str, label: str = "", language: str = "") -> Content:
    """A text in one piece; with a label, what is called so and is shown as it is, as code."""
    words, span = text.strip(), Span(0, len(text))
    if not words or not label:
        return Content(text, paragraphs=(span,))
    start = len(text) - len(text.lstrip())
    code = Span(start, start + len(words))
    marks = [Mark("shown", Span(start, start), label)]
    if language:
        marks.append(Mark("language", code, language[:MOST_MARK_CHARACTERS]))
    blocks = Blocks([Block("code", code)])
    return Content(text, paragraphs=(span,), blocks=blocks, marks=tuple(marks))


def _read_output(output: _Json) -> str:
    """The text of an output; "" if it is shown as a picture or the like."""
    if "ename" in output:
        return f"{_join_text(output['ename'])}: {_join_text(output.get('evalue'))}"
    # Older formats have no `data`: its entries stand in the output itself.
    shown = _dict(output.get("data", output))
    if any(kind.startswith(("image/", "application/vnd.jupyter")) for kind in shown):
        return ""
    words = _join_text(output.get("text", shown.get("text/plain")))
    words = _OVERWRITTEN.sub("", _ESCAPE_SEQUENCE.sub("", words)).strip("\r\n")
    if "png" in shown or _LONG_WORD.search(words) or _OBJECT.fullmatch(words):
        return ""
    if len(words) > _LONGEST_OUTPUT:
        words = words[:_LONGEST_OUTPUT]
        words = (words[: words.rfind("\n")] if "\n" in words else words) + "\n…"
    return words


def _join_text(value: Any) -> str:
    """The text of a value, which is a string or a list of lines; "" for any other value."""
    lines = value if isinstance(value, list) else [value]
    return replace_surrogates("".join(line for line in lines if isinstance(line, str)))


def _dict(value: Any) -> _Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
