"""RTF: its paragraphs and tables; without pictures, notes, heads and feet of pages.

Text that is struck out is left out, too.
"""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from index.documents import Content, Properties
from index.loaders.shared.assembly import Assembly, add_rows, drop_unseen
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.metadata import choose_title, make_properties
from index.loaders.shared.powers import raise_text
from index.sizes import describe_size

_BEGINNING = b"{\\rtf"
# It is read group by group, all in memory.
_MOST_BYTES = 64 * 2**20
# In characters: what says of what the file is stands at its beginning.
_HEAD_CHARACTERS = 20_000
_TITLE = re.compile(r"\{\\title\s++((?:[^{}\\]|\\'[0-9a-fA-F]{2}){1,300})\}")
_PROPERTY = re.compile(
    r"\{\\(author|keywords|category)\s++((?:[^{}\\]|\\'[0-9a-fA-F]{2}){1,300})\}"
)
_DAY = re.compile(r"\{\\(revtim|creatim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
# What ends each cell of a row.
_CELL_END = "|"
# What the library takes for more than it is: a mark within a group, binary data without a length.
_ODD = re.compile(r"(?<=[a-zA-Z0-9])\\\*|\\bin(?![a-zA-Z0-9])")
_FONT_TABLE = re.compile(r"\{[^{}]*\\fonttbl")
_BRACE = re.compile(r"[{}]")
# A font begins with its number, says its character set, and ends with its name.
_FONT_PART = re.compile(r"\\f(?P<font>\d{1,9})|\\fcharset(?P<charset>\d{1,9})|(?P<end>[;\n])")
_MOST_FONTS = 10_000
# A link, with its address in quotation marks, and the words that are shown.
_LINK = re.compile(
    r"(\{\\field\{\s{0,20}\\\*\\fldinst\{[^\n\"]{0,200}HYPERLINK\s(\"[^\"\n]{0,2000}\")\}{2}\s{0,20}"
    r"\{\S{0,500}\s(?:[^\n}]|\}(?!\})){0,5000}\}{2,3})",
    re.IGNORECASE,
)
# Words that are struck out, up to the end of their group or paragraph, or what ends the strike.
_STRUCK = re.compile(
    r"\\strike(?:d1|d|1)?(?![a-zA-Z0-9])"
    r"(?:[^{}\\]|\\(?!(?:striked?0|plain|par|pard|line|cell|row)(?![a-zA-Z])|[{}]).)*+",
    re.DOTALL,
)
# A superscript: settings and a few words, up to the end of their group or of the superscript.
_RAISED = re.compile(
    r"(\\super(?![a-zA-Z0-9])(?:[ \r\n]"
    r"|\\(?!(?:nosupersub|plain|pard?|line|tab|cell|row|sub|u-?\d)(?![a-z]))[a-z]+-?\d* ?){0,20}+)"
    r"((?:[^{}\\\r\n]|\\u-?\d{1,5} ?\?){1,20}+)(?=[{}\\])"
)
_UNICODE = re.compile(r"\\u(-?\d+) ?\?")
_FIELD, _MARKED_FIELD = re.compile(r"\{\\field\{", re.IGNORECASE), r"{\\field {"


def load(data: bytes) -> Content:
    """The content of an RTF file; raises `UnreadableFile`."""
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
    title = _TITLE.search(source, 0, _HEAD_CHARACTERS)
    assembly = Assembly()
    rows: list[list[str]] = []
    # A line that is no row ends the table, also the last one.
    for line in [*text.splitlines(), ""]:
        cells = line.rstrip().split(_CELL_END)
        if len(cells) > 1 and not cells[-1]:
            rows.append([" ".join(cell.split()) for cell in cells[:-1]])
            continue
        add_rows(assembly, rows)
        rows = []
        assembly.add_block(line)
    return assembly.content(
        choose_title(_decode_words(title[1])) if title else None, _read_properties(source)
    )


def _read_properties(source: str) -> Properties:
    values: dict[str, str] = {}
    for name, words in _PROPERTY.findall(source, 0, _HEAD_CHARACTERS):
        values.setdefault(name, _decode_words(words))
    days = {
        name: f"{year}-{month}-{day}"
        for name, year, month, day in _DAY.findall(source, 0, _HEAD_CHARACTERS)
    }
    return make_properties(
        [values.get("author", "")],
        [values.get("keywords", ""), values.get("category", "")],
        [days.get("revtim"), days.get("creatim")],
    )


def _decode_words(words: str) -> str:
    escaped = re.sub(r"\\'([0-9a-fA-F]{2})", lambda code: chr(int(code[1], 16)), words)
    return escaped.encode("latin-1", "replace").decode("cp1252", "replace")


def prepare_source(source: str) -> str:
    """The source of a document as the library reads it in time that grows with its length."""
    # The address of a link goes behind its words, as the library writes them.
    linked = _FIELD.sub(_MARKED_FIELD, _LINK.sub(r"\1(\2)", _ODD.sub("", source)))
    return _shorten_font_table(_RAISED.sub(_write_power, _STRUCK.sub("", linked)))


def _write_power(superscript: re.Match[str]) -> str:
    """The source of a superscript with raised digits, which stay what they are in plain text."""
    words = _UNICODE.sub(lambda code: chr(int(code[1]) % 0x10000), superscript[2])
    raised = raise_text(words.strip(), "")
    written = "".join(f"\\u{ord(character)}?" for character in raised)
    return f"{superscript[1]}{{\\uc1{written}}}" if raised else superscript[0]


def _shorten_font_table(source: str) -> str:
    """The source with a font table that says nothing but the character sets."""
    beginning = _FONT_TABLE.search(source)
    if beginning is None:
        return source
    start, end, depth = beginning.end(), len(source), 1
    for brace in _BRACE.finditer(source, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            end = brace.start()
            break
    fonts = "".join(
        f"{{\\f{font}\\fcharset{charset} x;}}" for font, charset in _list_fonts(source[start:end])
    )
    return source[:start] + fonts + source[end:]


def _list_fonts(table: str) -> list[tuple[str, str]]:
    """The numbers of fonts, each with that of its character set."""
    fonts: list[tuple[str, str]] = []
    font = charset = None
    for part in _FONT_PART.finditer(table):
        if part["font"] and font is None:
            font = part["font"]
        elif part["charset"] and font is not None and charset is None:
            charset = part["charset"]
        elif part["end"] == ";" and font is not None and charset is not None:
            fonts.append((font, charset))
            font = charset = None
        elif part["end"] == "\n" and charset is None:
            font = None
    return fonts[:_MOST_FONTS]
