"""Headings of markup that marks them at the beginning of their line, or below (Org, AsciiDoc)."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Content, Heading, Properties, Span
from index.loaders.shared.blank_lines import is_below_blank
from index.loaders.shared.head_lines import WORTH_FINDING, leave_out
from index.loaders.shared.metadata import make_properties, split_tags

_LINE = re.compile(r"[^\r\n]+")
# Both underlines and what is around blocks.
_DELIMITER = re.compile(r"([-=~^+])\1{1,400}")
_LINE_END = re.compile(r"\r\n|\r|\n")
# In characters: a longer line is no heading.
_LONGEST_LINE = 400
# By how many characters an underline may be shorter or longer than its heading.
_TOLERANCE = 2
# Lines about a heading that may stand above it.
_MOST_ABOUT = 5
# Lines of the head of a document that are looked at.
_HEAD_LINES = 100


@dataclass(frozen=True, slots=True)
class Markup:
    """How a markup language marks headings.

    Attributes:
        heading: matches a whole line; the group `mark` has a character for each level, the
            group `words` what the heading says.
        title: matches a line that names the document, in the group `words`; it may be a
            heading, too.
        block: matches a line that begins a block in which nothing is marked; another
            that `ends_block` ends it.
        comment: matches lines that are no text.
        field: matches a line of the head that says something of the document: its `name`, and
            what (`words`).
        author, date: match lines right under the title that do so without a name.
        underlines: what headings may be underlined with, the character of the highest level first.
        item: matches what begins an item of a list, which is not a heading.
        about: matches lines that say something of what is below them, such as what it is called.
    """

    heading: re.Pattern[str]
    title: re.Pattern[str]
    block: re.Pattern[str]
    comment: re.Pattern[str]
    field: re.Pattern[str]
    author: re.Pattern[str] | None = None
    date: re.Pattern[str] | None = None
    underlines: str = ""
    item: re.Pattern[str] | None = None
    about: re.Pattern[str] | None = None

    def ends_block(self, first: str, line: str) -> bool:
        """Whether a line ends the block that the line `first` began."""
        if first.startswith("#+"):
            name = re.split(r"[_\s]", first, maxsplit=2)[1].lower()
            return line.strip().lower() == f"#+end_{name}"
        return line.rstrip() == first


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the first paragraph.

    Attributes:
        title: None where none is given.
        lines: those that are for programs.
    """

    title: str | None
    properties: Properties
    lines: list[Span]


def locate_headings(text: str, markup: Markup) -> Content:
    """The text as it is, with its title and headings located."""
    head = _read_head(text, markup)
    headings = [*_find_headings(text, markup)]
    title = head.title
    if title is None and headings and headings[0].level == 1:
        is_first = not text[: headings[0].span.start].strip()
        title = headings[0].text if is_first and markup.underlines else None
    return Content(text, title, leave_out(headings, head.lines), properties=head.properties)


def _read_head(text: str, markup: Markup) -> _Head:
    """What the lines above the first paragraph say of the document."""
    title: str | None = None
    authors: list[str] = []
    tags: list[str] = []
    dates: list[str] = []
    lines: list[Span] = []
    under_title = 0
    for line, _ in zip(_LINE.finditer(text), range(_HEAD_LINES), strict=False):
        words = line[0]
        if len(words) > _LONGEST_LINE or markup.block.match(words):
            break
        is_title = markup.title.fullmatch(words)
        if is_title:
            title = title or " ".join(is_title["words"].split()) or None
            under_title = 2
            if markup.heading.fullmatch(words):
                continue
        elif field := markup.field.fullmatch(words):
            name, value = field["name"].lower(), field["words"].strip()
            match name:
                case "author" | "authors":
                    authors.append(value)
                case "filetags":
                    tags += value.strip(":").split(":")
                case "keywords" | "tags" | "category" | "categories":
                    tags += split_tags(value)
                case "date" | "revdate":
                    dates.append(value)
            if name in WORTH_FINDING:
                continue
        elif under_title == 2 and markup.author and markup.author.fullmatch(words):
            authors.append(words)
        elif under_title > 0 and markup.date and markup.date.fullmatch(words):
            dates.append(words)
        elif not markup.comment.match(words):
            break
        if not is_title:
            under_title = max(0, under_title - 1)
        lines.append(Span(*line.span()))
    return _Head(title, make_properties(authors, tags, dates), lines)


def _find_headings(text: str, markup: Markup) -> Iterator[Heading]:
    block: str | None = None
    underlined_to, delimiters = 0, _Delimiters(text)
    for line in _LINE.finditer(text):
        words = line[0]
        if line.start() < underlined_to:
            continue
        if block is not None:
            if markup.ends_block(block, words):
                block = None
        elif len(words) > _LONGEST_LINE:
            continue
        elif match := markup.heading.fullmatch(words):
            heading = " ".join(match["words"].split())
            if heading:
                yield Heading(Span(*line.span()), len(match["mark"]), heading)
        elif underlined := _find_underlined(text, line, markup, delimiters):
            underlined_to = underlined.span.end
            yield underlined
        elif markup.block.match(words):
            block = words.rstrip()


def _find_underlined(
    text: str, line: re.Match[str], markup: Markup, delimiters: _Delimiters
) -> Heading | None:
    """The heading that a line is together with the one below it, if that underlines it."""
    line_end = _LINE_END.match(text, line.end())
    below = _LINE.match(text, line_end.end()) if line_end else None
    if below is None or below[0][0] not in markup.underlines or not re.search(r"\w", line[0]):
        return None
    if markup.item is not None and markup.item.match(line[0]):
        return None
    underline = below[0].rstrip()
    is_one_mark = underline == underline[0] * len(underline)
    if not is_one_mark or not _is_as_long(underline, line[0]):
        return None
    if not _stands_apart(text, line.start(), markup):
        return None
    # "[TIP]" says something of a block; ".NET" does so only where a block is below it.
    if _is_about(line[0], markup) and (
        line[0].startswith("[") or delimiters.is_closed(underline, below.end())
    ):
        return None
    level = markup.underlines.index(underline[0]) + 1
    return Heading(Span(line.start(), below.end()), level, " ".join(line[0].split()))


def _is_as_long(underline: str, line: str) -> bool:
    return abs(len(underline) - len(line)) <= _TOLERANCE


class _Delimiters:
    """The lines of a text that may begin a block or end one, looked for when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[tuple[int, bool]]] | None = None

    def is_closed(self, delimiter: str, start: int) -> bool:
        """Whether the next such line after a place ends a block, and begins none."""
        if self._places is None:
            self._places = self._find()
        places = self._places.get(delimiter, [])
        at = bisect(places, (start, False))
        return at < len(places) and places[at][1]

    def _find(self) -> dict[str, list[tuple[int, bool]]]:
        """Where each stands, and whether words stand right above it, so that it may end a block."""
        places: dict[str, list[tuple[int, bool]]] = {}
        above, above_start = "", 0
        for line in _LINE.finditer(self._text):
            words = line[0].rstrip()
            if _DELIMITER.fullmatch(words):
                is_apart = is_below_blank(self._text, line.start())
                # What is right above may be a heading, or say how the block is drawn.
                is_first = not is_apart and is_below_blank(self._text, above_start)
                is_given = is_first and above[:1] + above.rstrip()[-1:] == "[]"
                if is_given or not (is_first and _is_as_long(words, above)):
                    ends = not is_apart and not is_given
                    places.setdefault(words, []).append((line.start(), ends))
            above, above_start = line[0], line.start()
        return places


def _is_about(line: str, markup: Markup) -> bool:
    """Whether a line says something of what is below it."""
    return markup.about is not None and markup.about.fullmatch(line) is not None


def _stands_apart(text: str, start: int, markup: Markup) -> bool:
    """Whether a blank line stands above the line that starts here, and above what is said of it.

    A block may begin right below a line of a paragraph; a heading stands apart.
    """
    for _ in range(_MOST_ABOUT):
        if is_below_blank(text, start):
            return True
        end = start - 1 - text.startswith("\r\n", start - 2)
        start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        if end - start > _LONGEST_LINE or not _is_about(text[start:end], markup):
            return False
    return False
