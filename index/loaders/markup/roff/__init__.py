"""Sources of manual pages, read as `man` would print them: those in the macros of man(7) here.

What is no such source is read as plain text: a page as printed has structure there, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.documents import Content
from index.loaders.markup.roff.lines import MacroLine, RoffLines
from index.loaders.markup.roff.mdoc import read_mdoc
from index.loaders.markup.roff.page import Page
from index.loaders.plain import text as plain_text
from index.loaders.shared.decoding import UnreadableFile, decode

_MAN = re.compile(r"^[.'][ \t]*(?:TH|SH|Sh|Dd|Dt)\b", re.MULTILINE)
_MDOC = re.compile(r"^[.'][ \t]*(?:Dd|Dt|Sh)\b", re.MULTILINE)
_LINK = re.compile(r"(?:[.'][ \t]*\\\"[^\n]*\n|\s)*\.so[ \t]+(\S{1,200})\s*\Z")
# In characters: no macro of a page's head stands farther down.
_HEAD = 50_000
_ALTERNATING = frozenset(("BR", "RB", "IR", "RI", "BI", "IB"))
_FONTS = frozenset(("B", "I", "SM", "SB", "R", "CW"))
_PARAGRAPHS = frozenset(("PP", "P", "LP", "HP", "Pp"))
_SPACES = frozenset(("sp", "Sp", "ne"))
_VERBATIM = {"nf": True, "EX": True, "Vb": True, "fi": False, "EE": False, "Ve": False}
_BULLETS = frozenset("•*-–—o·+")


def load(data: bytes) -> Content:
    """The content of a page; raises `UnreadableFile` if it only says which other page to show."""
    text = decode(data)
    if link := _LINK.match(text):
        raise UnreadableFile(f"only a link to the page {link[1]}")
    if not _MAN.search(text, 0, _HEAD):
        return plain_text.load(data)
    source = RoffLines(text)
    return read_mdoc(source) if _MDOC.search(text, 0, _HEAD) else _read_man(source)


def _read_man(source: RoffLines) -> Content:
    """The content of a page."""
    page, title = Page(outermost=1), ""
    lines = iter(source)
    for line in lines:
        if isinstance(line, str):
            _add_text(page, source.plain(line), is_indented=line.startswith((" ", "\t")))
            continue
        name, words = line.name, [source.plain(word) for word in line.arguments]
        if name == "TH":
            title = f"{words[0]}({words[1]})" if len(words) > 1 else "".join(words)
        elif name in ("SH", "SS"):
            heading = " ".join(words) or _take_words(source, lines)
            page.begin_section(heading, is_part=name == "SS")
        elif name in _PARAGRAPHS:
            page.end_term()
        elif name == "TP":
            page.begin_term(_take_words(source, lines))
        elif name == "TQ":
            page.add_term(_take_words(source, lines))
        elif name == "IP":
            _begin_indented(page, words)
        elif name == "RS":
            page.indent()
        elif name == "RE":
            page.outdent()
        elif name in _VERBATIM:
            page.break_line()
            page.is_verbatim = _VERBATIM[name]
        elif name in _SPACES and not page.is_verbatim:
            page.end_paragraph()
        elif name in _SPACES:
            page.add_words("")
        elif name == "br":
            page.break_line()
        elif name == "TS":
            page.add_rows([*_read_table(source, lines)])
        elif name == "EQ":
            _skip_equation(lines)
        else:
            _add_text(page, _join_words(name, words))
    return page.finish(title)


def _add_text(page: Page, words: str, *, is_indented: bool = False) -> None:
    if page.is_verbatim:
        page.add_words(words)
    elif not words.strip():
        page.end_paragraph()
    else:
        if is_indented:
            page.break_line()
        page.add_words(words)


def _join_words(name: str, words: list[str]) -> str:
    """The words that a macro of a font, a link or a synopsis shows; "" for any other macro."""
    if name in _ALTERNATING:
        return "".join(words)
    if name in _FONTS or name == "SY":
        return " ".join(words)
    if name in ("UR", "MT"):
        return f"<{words[0]}>" if words else ""
    if name in ("UE", "ME"):
        return "".join(words[:1])
    if name == "OP":
        return f"[{' '.join(words)}]" if words else ""
    if name == "MR":
        return f"{words[0]}({words[1]}){''.join(words[2:])}" if len(words) > 1 else "".join(words)
    return ""


def _take_words(source: RoffLines, lines: Iterator[MacroLine | str]) -> str:
    """The words of the next line that shows any."""
    for line in lines:
        if isinstance(line, str):
            words = source.plain(line)
        else:
            arguments = [source.plain(word) for word in line.arguments]
            words = _join_words(line.name, arguments)
            if line.name in ("SH", "SS"):
                return " ".join(arguments)
        if words.strip():
            return words
    return ""


def _begin_indented(page: Page, words: list[str]) -> None:
    mark = words[0].strip() if words else ""
    if not mark:
        page.end_paragraph()
    elif mark in _BULLETS:
        page.begin_item("•")
    elif mark.rstrip(".)").isdecimal():
        page.begin_item(mark)
    else:
        page.begin_term(mark)


def _read_table(source: RoffLines, lines: Iterator[MacroLine | str]) -> Iterator[list[str]]:
    """The rows of a table: options up to a semicolon, formats up to a full stop, then cells."""
    separator, in_formats, cells = "\t", True, list[str]()
    text: list[str] | None = None
    for line in lines:
        if isinstance(line, MacroLine):
            if line.name == "TE":
                break
            if line.name == "T&":
                in_formats = True
            elif text is not None:
                text.append(_join_words(line.name, [source.plain(each) for each in line.arguments]))
            continue
        if in_formats:
            if line.rstrip().endswith(";"):
                _, _, given = line.partition("tab(")
                separator = given[:1] or separator
            in_formats = not line.rstrip().endswith(".")
            continue
        if text is not None:
            if not line.startswith("T}"):
                text.append(source.plain(line))
                continue
            cells.append(" ".join(" ".join(text).split()))
            text, line = None, line[2:].removeprefix(separator)
            if not line:
                yield cells
                cells = []
                continue
        *before, last = line.split(separator)
        cells += [" ".join(source.plain(cell).split()) for cell in before]
        if last.strip() == "T{":
            text = []
            continue
        if last.strip() not in ("_", "="):
            cells.append(" ".join(source.plain(last).split()))
        yield cells
        cells = []
    if cells:
        yield cells


def _skip_equation(lines: Iterator[MacroLine | str]) -> None:
    for line in lines:
        if isinstance(line, MacroLine) and line.name == "EN":
            return
