"""HTML, as a person would read it: no scripts, menus or markup; blocks and headings kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents import Blocks, Content
from index.loaders.pages.html.limits import limit_nesting
from index.loaders.pages.html.main_part import find_main_part, is_comments
from index.loaders.pages.html.meta import read_meta
from index.loaders.pages.html.page import HEADINGS, Checkpoint, Page
from index.loaders.pages.html.page_furniture import (
    READINGS,
    count_link,
    extract_words,
    is_dropped,
    is_furniture,
)
from index.loaders.pages.html.tables import find_caption, has_columns, lays_out_page
from index.loaders.pages.html.written_numbers import read_list_numbers
from index.loaders.shared.assembly import drop_unseen
from index.loaders.shared.decoding import decode, decode_as
from index.loaders.shared.powers import raise_text

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
# Everything inside these reads as one block: its lines belong together.
_KEPT_WHOLE = frozenset("ul ol dt table pre".split()) | HEADINGS.keys()
# Of tables within tables so many may lay out the page.
_MOST_LAYOUTS = 20
# White space that a browser shows as one space, other than a single space.
_SPACE = re.compile(r"[ \t\n\r\f\v]{2,}|[\t\n\r\f\v]")

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
# A node that is entered or left, and where it began if it is left.
_Visit = tuple[LexborNode, bool, Checkpoint | None]


def load(data: bytes) -> Content:
    return extract_content(decode_page(data), is_page=True)


def extract_content(html: str, *, is_page: bool = False) -> Content:
    """The content of HTML, as a person would read it.

    Args:
        is_page: it is a page of the web. Of one that is an article, only that is read.

    Raises:
        UnreadableFile: its tree would not fit in memory.
    """
    tree = LexborHTMLParser(limit_nesting(html))
    part = find_main_part(tree, is_page=is_page)
    if part is None:
        return Content("")
    titles = frozenset(map(extract_words, part.root.css("h1, h2, h3, h4, h5, h6")))
    page = Page(len(part.root.text(deep=True)), part.is_main, part.is_article, titles)
    if part.headline is not None:
        _walk([part.headline], page)
    _walk(part.root.iter(include_text=True), page)
    page.close_block()
    head = tree.css_first("head title")
    title = _SPACE.sub(" ", drop_unseen(head.text(deep=True))).strip() if head is not None else ""
    if not title:
        title = next((each.text for each in page.headings if each.text), "")
    return Content(
        "".join(page.pieces),
        title=title or None,
        headings=tuple(page.headings),
        paragraphs=tuple(page.paragraphs),
        tables=tuple(page.tables),
        blocks=Blocks(page.blocks),
        properties=read_meta(tree),
    )


def decode_page(data: bytes) -> str:
    """As every text; a declared character set is believed if UTF-8 does not fit."""
    declared = _CHARSET.search(data, 0, 4096)
    if declared is None:
        return decode(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        name = declared[1].decode("ascii")
        # One in which the declaration itself would not read as it does cannot be meant.
        if decode_as(declared[0], name) == declared[0].decode("ascii", "replace"):
            text = decode_as(data, name)
            if text is not None:
                return text
    return decode(data)


def _walk(nodes: Iterable[LexborNode], page: Page) -> None:
    """Visit nodes and what is in them in document order, without recursion: nesting may be deep."""
    waiting = _list_visits(nodes)
    while waiting:
        node, leaving, checkpoint = waiting.pop()
        if leaving:
            _leave(node.tag or "", page)
            if checkpoint is not None and page.start is None and is_furniture(checkpoint, page):
                page.take_back(checkpoint)
        elif node.tag == "-text":
            _write_text(_strip_base(node), page)
        elif is_dropped(node, page) or is_comments(node, page):
            continue
        elif node.tag == "sup" and (raised := _raise(node, page)):
            _write_text(raised, page)
        else:
            _enter(node, page)
            waiting.append(
                (node, True, page.make_checkpoint(node) if node.tag in _BLOCKS else None)
            )
            waiting += _list_visits(node.iter(include_text=True))


def _raise(superscript: LexborNode, page: Page) -> str:
    """The words of a superscript as a power; "" if they are not one."""
    return raise_text(" ".join(superscript.text(deep=True).split()), page.before)


def _list_visits(nodes: Iterable[LexborNode]) -> list[_Visit]:
    """To enter each of some nodes, the first one last."""
    visits: list[_Visit] = [(node, False, None) for node in nodes]
    return visits[::-1]


def _strip_base(text: LexborNode) -> str:
    """A text, in a `<ruby>` without the white space that browsers do not show there."""
    words = text.text_content or ""
    if text.parent is None or text.parent.tag != "ruby":
        return words
    if text.prev is None:
        words = words.lstrip()
    is_end = text.next is None or text.next.tag in READINGS
    return words.rstrip() if is_end else words


def _write_text(words: str, page: Page) -> None:
    words = drop_unseen(words)
    if page.verbatim:
        if page.start is None:
            words = words.lstrip("\n")
        if words.strip() or page.start is not None:
            page.write(words)
        return
    words = _SPACE.sub(" ", words)
    # At the ends a space that does not break is one like any other.
    if words[:1].isspace():
        page.separate(" ")
    if stripped := words.strip():
        page.write(stripped)
        if words[-1].isspace():
            page.separate(" ")


def _enter(node: LexborNode, page: Page) -> None:
    tag = node.tag or ""
    if tag == "br":
        page.separate("\n")
    elif tag == "q":
        page.write("“")
    elif tag == "a" and (target := node.attributes.get("href")):
        page.in_link = True
        page.count(count_link(node, target, page))
    if tag not in _BLOCKS:
        return
    if page.rows is not None:
        _enter_table_part(node, page)
    elif tag == "dt" and page.is_in_list:
        page.begin_term()
    else:
        if page.is_in_list and (tag == "table" or tag in HEADINGS):
            # These never stand in one block with a term.
            page.close_block()
        _end_part(tag, page)
    page.lists += tag == "dl" and not page.whole
    if tag in HEADINGS and not page.whole:
        page.level = HEADINGS[tag]
    elif tag == "details" and not page.whole:
        page.details.append(page.section)
    elif _names_details(node, page):
        page.begin_summary()
    if tag == "table":
        may_lay_out = not page.whole and len(page.layouts) < _MOST_LAYOUTS
        page.layouts.append(may_lay_out and lays_out_page(node))
        if (caption := _find_columns(node, page)) is not None:
            page.begin_rows(caption)
    page.whole += _is_kept_whole(tag, page)
    page.begins_row |= tag in ("tr", "caption")
    page.quotes += tag == "blockquote"
    page.verbatim += tag == "pre"
    if tag in ("ul", "ol"):
        page.numbers.append(read_list_numbers(node) if tag == "ol" else None)
    elif tag == "li":
        page.begin_item(node)


def _names_details(node: LexborNode, page: Page) -> bool:
    """Whether an element is the summary of what a reader unfolds, and has no heading in it."""
    is_summary = node.tag == "summary" and node.parent is not None and node.parent.tag == "details"
    return (
        is_summary
        and bool(page.details)
        and not page.whole
        and node.css_first("h1, h2, h3, h4, h5, h6") is None
    )


def _is_kept_whole(tag: str, page: Page) -> bool:
    return tag in _KEPT_WHOLE and not (tag == "table" and page.layouts[-1])


def _find_columns(table: LexborNode, page: Page) -> str | None:
    """The caption of a table whose rows are to be told apart, "" if it has none.

    In a list that is one with a caption: the rows of another would not say what they are about.
    """
    # More is open than lists where it stands in a term, a heading or a table.
    if page.whole > len(page.numbers) or (page.whole and page.marker) or not has_columns(table):
        return None
    caption = find_caption(table)
    if page.whole and not caption and table.css_first("caption") is None:
        return None
    return caption


def _enter_table_part(node: LexborNode, page: Page) -> None:
    """A row of a line, with tabs between its cells whatever is in them."""
    rows, tag = page.rows, node.tag or ""
    if rows is None:
        return
    if tag in ("td", "th"):
        if rows.start is not None:
            page.gap = ""
        rows.begin_cell(node)
        return
    if tag in ("tr", "caption"):
        rows.begin(node)
    elif tag in ("thead", "tbody", "tfoot"):
        rows.begin_section()
    page.separate("\n")


def _leave(tag: str, page: Page) -> None:
    if tag == "a":
        page.in_link = False
    elif tag == "q" and page.start is not None:
        page.write("”")
    if tag not in _BLOCKS:
        return
    page.verbatim -= tag == "pre"
    page.quotes -= tag == "blockquote"
    page.whole -= _is_kept_whole(tag, page)
    if tag == "table":
        page.layouts.pop()
    if tag in ("ul", "ol"):
        page.numbers.pop()
    elif tag == "li":
        page.marker = ""
    if tag in ("tr", "caption"):
        page.end_row(tag)
    if tag == "table" and page.rows is not None:
        page.close_block()
    elif tag == "dt" and page.is_in_list:
        page.end_term()
    elif tag == "dd" and page.is_in_list:
        page.close_block()
    elif tag == "dl" and page.is_in_list:
        page.end_list()
    else:
        _end_part(tag, page)
    if (tag in HEADINGS or tag == "summary") and not page.whole:
        page.level = 0
    elif tag == "details" and not page.whole:
        page.end_details()


def _end_part(tag: str, page: Page) -> None:
    """Where a block starts or ends: a line of its own inside a list or table, else a paragraph."""
    if page.whole or page.is_undefined:
        page.separate("\t" if tag in ("td", "th") else "\n")
    else:
        page.close_block()
