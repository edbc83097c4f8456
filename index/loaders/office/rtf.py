"""RTF: its paragraphs and tables; without pictures, notes, heads and feet of pages."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from index.documents import Content, Properties
from index.loaders.office.rtf_source import prepare_source
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import make_properties
from index.loaders.shared.office_table import add_rows
from index.loaders.shared.titles import choose_title
from index.loaders.shared.unseen import drop_unseen
from index.sizes import describe_size

_BEGINNING = b"{\\rtf"
# It is read group by group, all in memory.
_MOST_BYTES = 64 * 2**20
# In characters: what says of what the file is stands at its beginning.
_HEAD = 20_000
_TITLE = re.compile(r"\{\\title\s+((?:[^{}\\]|\\'[0-9a-fA-F]{2}){1,300})\}")
_PROPERTY = re.compile(r"\{\\(author|keywords|category)\s+((?:[^{}\\]|\\'[0-9a-fA-F]{2}){1,300})\}")
_DAY = re.compile(r"\{\\(revtim|creatim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
# What ends each cell of a row.
_CELL_END = "|"


def load(data: bytes) -> Content:
    """The content of an RTF file.

    Raises:
        UnreadableFile: it is of another kind, too large or damaged.
    """
    if not data.lstrip().startswith(_BEGINNING):
        raise UnreadableFile("not an RTF file")
    if len(data) > _MOST_BYTES:
        raise UnreadableFile(f"larger than {describe_size(_MOST_BYTES)}, too large for RTF")
    source = data.decode("latin-1")
    try:
        text = rtf_to_text(prepare_source(source), errors="replace")
    except (ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise UnreadableFile("damaged RTF") from error
    if not text.isascii():
        # Characters beyond the first 65,536 are written in halves.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = drop_unseen(text)
    title = _TITLE.search(source, 0, _HEAD)
    assembly = Assembly()
    rows: list[list[str]] = []
    for line in text.splitlines():
        cells = line.rstrip().split(_CELL_END)
        if len(cells) > 1 and not cells[-1]:
            rows.append([" ".join(cell.split()) for cell in cells[:-1]])
            continue
        if rows:
            add_rows(assembly, rows, is_marked=False)
            rows = []
        assembly.add_block(line)
    if rows:
        add_rows(assembly, rows, is_marked=False)
    return assembly.content(
        choose_title(_decode_words(title[1])) if title else None, _read_properties(source)
    )


def _read_properties(source: str) -> Properties:
    values: dict[str, str] = {}
    for name, words in _PROPERTY.findall(source, 0, _HEAD):
        values.setdefault(name, _decode_words(words))
    days = {
        name: f"{year}-{month}-{day}" for name, year, month, day in _DAY.findall(source, 0, _HEAD)
    }
    return make_properties(
        [values.get("author", "")],
        [values.get("keywords", ""), values.get("category", "")],
        [days.get("revtim"), days.get("creatim")],
    )


def _decode_words(words: str) -> str:
    escaped = re.sub(r"\\'([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), words)
    return escaped.encode("latin-1", "replace").decode("cp1252", "replace")
