"""Pages in the macros of mdoc(7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Content
from index.loaders.markup.roff.lines import MacroLine, RoffLines
from index.loaders.markup.roff.mdoc_words import CLOSING_MARKS, MdocWords, is_shown
from index.loaders.markup.roff.page import Page

_BULLETS = frozenset(("-bullet", "-dash", "-hyphen"))
_KINDS = _BULLETS | {"-enum", "-item", "-column", "-tag", "-hang", "-ohang", "-inset", "-diag"}
_LISTINGS = frozenset(("-literal", "-unfilled"))
_OPEN, _CLOSE = (
    frozenset("Oo Bo Po Bro Ao So Do Qo Xo".split()),
    frozenset("Oc Bc Pc Brc Ac Sc Dc Qc Xc".split()),
)


@dataclass(slots=True)
class _List:
    """A list that has begun, and how many items it has so far."""

    kind: str
    items: int = 0


def read_mdoc(source: RoffLines) -> Content:
    """The content of a page."""
    page, words = Page(outermost=0), MdocWords(source.plain)
    title, lists, is_glued = "", list[_List](), False
    cited: list[str] = []
    lines = iter(source)
    for line in lines:
        if isinstance(line, str):
            text = source.plain(line)
            if page.is_verbatim or text.strip():
                page.add_words(text, glued=is_glued)
            else:
                page.end_paragraph()
            is_glued = False
            continue
        name, arguments = line.name, line.arguments
        if name == "Dt":
            title = "{}({})".format(*arguments[:2]) if len(arguments) > 1 else "".join(arguments)
        elif name in ("Sh", "Ss"):
            lists = []
            words.is_spaced = True
            words.is_prototype = name == "Sh" and arguments == ("SYNOPSIS",)
            page.begin_section(words.show(arguments), is_part=name == "Ss")
        elif name in ("Pp", "Lp", "sp"):
            page.end_paragraph() if lists or page.is_verbatim else page.end_term()
        elif name == "Bl":
            kind = next((each for each in arguments if each in _KINDS), "-item")
            lists.append(_List(kind))
            page.indent()
        elif name == "El":
            page.outdent()
            if lists:
                lists.pop()
            if not lists:
                page.end_term()
        elif name == "It":
            _begin_item(page, lists[-1] if lists else _List("-item"), words, arguments, lines)
        elif name == "Bd":
            page.end_paragraph()
            page.is_verbatim = not _LISTINGS.isdisjoint(arguments)
        elif name == "Ed":
            page.end_paragraph()
            page.is_verbatim = False
        elif name in ("D1", "Dl"):
            page.break_line()
            page.add_words(words.show(arguments))
            page.break_line()
        elif name == "br":
            page.break_line()
        elif name == "Rs":
            cited = []
        elif name.startswith("%"):
            cited.append(words.show(arguments).rstrip(" ,"))
        elif name == "Re":
            page.add_words(", ".join(filter(None, cited)) + "." if cited else "")
        elif is_shown(name):
            shown = words.show((name, *arguments))
            if name == "Nm" and words.is_prototype:
                # Each way to call it.
                page.break_line()
            _add_shown(page, shown, name, glued=is_glued)
            is_glued = name == "Fo" or arguments[-1:] == ("Ns",)
            is_glued |= not words.is_spaced and name != "Sm"
    return page.finish(title)


def _add_shown(page: Page, shown: str, name: str, *, glued: bool) -> None:
    if name in ("Ft", "Fd", "In"):
        page.break_line()
    closes = name in _CLOSE or name == "Fc" or shown.startswith(", ")
    page.add_words(
        shown, glued=glued or closes or (bool(shown) and CLOSING_MARKS.issuperset(shown))
    )
    if name in ("Fd", "In"):
        page.break_line()


def _begin_item(
    page: Page,
    within: _List,
    words: MdocWords,
    arguments: tuple[str, ...],
    lines: Iterator[MacroLine | str],
) -> None:
    within.items += 1
    if within.kind in _BULLETS:
        page.begin_item("•")
    elif within.kind == "-enum":
        page.begin_item(f"{within.items}.")
    elif within.kind == "-column":
        page.break_line()
        page.add_words(words.show(arguments))
    elif within.kind == "-item":
        page.end_paragraph()
    else:
        head, depth = [words.show(arguments)], _count_open(arguments)
        # A head that is opened goes on for lines.
        while depth > 0 and (line := next(lines, None)) is not None:
            added = (line,) if isinstance(line, str) else (line.name, *line.arguments)
            if not words.is_spaced or added[0] in _CLOSE or added[0] == "Ns":
                head.append(words.show(added))
            else:
                head.append(" " + words.show(added))
            depth += _count_open(added)
        page.begin_term("".join(head))


def _count_open(tokens: Sequence[str]) -> int:
    """How many more parts are opened than closed."""
    return sum((token in _OPEN) - (token in _CLOSE) for token in tokens)
