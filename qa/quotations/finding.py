"""Finds the quotations in a text: between quotation marks, in blocks, and above their source.

A quotation mark may open in one language and close in another, and an apostrophe looks like one:
what stands beside it tells. In scripts whose words are written on to a mark, it opens or closes by
whether one waits for it. A mark without its partner does not count; of nested pairs the outer one
counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index import Block, Cancelled, Content, Heading, Span
from index.text import UNSPACED
from qa.defaults import FEWEST_WORDS, never
from qa.quotations.words import SeenText, are_unspaced, split_seen_words

QuotationForm = Literal["marks", "block", "above its source"]

# A line that says whose words stand above it: "— Jane Austen, Emma". If it ends in a full stop,
# it is rather what somebody says next.
_SOURCE_LINE = re.compile(
    r"(?:[—―–]|--(?=[ \t\xa0]))[ \t\xa0]*+(?=[^\s—–a-z-])[^\r\n]{2,200}(?<![.!?…,;])"
)
_LAST_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t>]*+(?P<line>[^\r\n]++)\Z")
_LONGEST_ABOVE_SOURCE_CHARACTERS = 1_500
# Mail and plain text quote line by line.
_QUOTED_LINES = re.compile(r"(?:[ \t]*>[^\r\n]*(?:\r\n|\n|\r|\Z))+")
# How a note or a warning begins that is written as a block quote, and quotes nobody.
_NOTE = re.compile(
    r"[ \t>*_]*(?:\[!\w+\]|(?:note|notes|warning|tip|important|caution|hint|danger|info|attention"
    r"|nb|ps|disclaimer|update|hinweis|achtung|nota|remarque)\b[*_]*\s*[:!.—–-])",
    re.IGNORECASE,
)
# What parts two paragraphs of one block quote in Markdown: lines of nothing but ">".
_WITHIN_BLOCK = re.compile(r"[ \t]*(?:(?:\r\n|\n|\r)[ \t]*>[ \t>]*){2,}")
# Sections whose quotation marks stand around titles.
_REFERENCES = re.compile(
    r"\W*(?:\d[\d.]*\s+)?(?:references?|bibliograph\w+|works cited|literature(?: cited)?"
    r"|literatur\w*|further reading|références|referencias|referências|riferimenti|sources?"
    r"|quellen\w*)\W*",
    re.IGNORECASE,
)
# What announces a title, or the words on a button: the book “The Old Man and the Sea”.
_ANNOUNCES_TITLE = re.compile(
    r"\b(?:(?:en)?titled|called|named|dubbed|headed|labell?ed|articles?|albums?|ballads?|books?"
    r"|chapters?|columns?|courses?|documents?|episodes?|essays?|films?|headlines?|lectures?|manuals?"
    r"|movies?|novels?|operas?|paintings?|papers?|plays?|poems?|posts?|programmes?|sections?|series"
    r"|shows?|songs?|stor(?:y|ies)|talks?|thes[ei]s|titles?|tracks?|volumes?|buch|roman|artikel"
    r"|choose|press|click|select|tap|tick|buttons?|labels?|menus?|options?|box|aufsatz|lied|kapitel|titel|livre|chapitre|titre|libro|artículo|capítulo|novela|título)"
    r"[\s,:(*_]*\Z",
    re.IGNORECASE,
)
# What stands before the title in a list of references: "Ames A (1998). “The mill by the river.”"
_AFTER_YEAR = re.compile(r"\((?:1[5-9]|20)\d\d[a-z]?\)\.\s*\Z")
_CHARACTERS_BEFORE = 40
# Words that stay small in titles.
_SMALL_WORDS = frozenset(
    "a an the and or but nor for so yet as at by in of off on per to up via vs with from into onto "
    "over than is der die das des dem den und im von vom zum zur für mit auf la le les de du et en "
    "au aux el los las y del lo il gli e di da".split()
)
_LONGEST_TITLE_WORDS = 14
# What closes a stretch, by what opens it.
_CLOSING = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "﹁": "﹂",
    "＂": "＂",
    '"': '"',
    "״": "״",
    "``": "''",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_MARK = re.compile("``|''|[“”„‟«»‹›「」『』﹁﹂＂״\"‘’‚']")
# Marks of Chinese and Japanese stand among words without spaces, and are never mistaken.
_UNSPACED = frozenset("「」『』﹁﹂＂")
# In French a space stands within the marks.
_SPACED = frozenset("«»‹›„")
# Words of Arabic, Korean and scripts without spaces may stand right before a mark and after it;
# those of Hebrew, before one that opens. An abbreviation of Hebrew has one before its last letter.
_LETTERS_OF_HEBREW = "\u05d0-\u05ea"
_LETTERS_WRITTEN_ON = (
    rf"\u0600-\u06ff\u0750-\u077f\u1100-\u11ff\u3130-\u318f\uac00-\ud7af{UNSPACED}"
)
_HEBREW = re.compile(f"[{_LETTERS_OF_HEBREW}]")
_WRITTEN_ON = re.compile(f"[{_LETTERS_WRITTEN_ON}]")
_WRITTEN_ON_BEFORE = re.compile(f"[{_LETTERS_OF_HEBREW}{_LETTERS_WRITTEN_ON}]")
_TWO_LETTERS = re.compile(r"(?:\w[\u0591-\u05c7]*){2}")
# Marks that wait for their partner at a time: nobody nests quotations deeper.
_MOST_OPEN = 8
# Words that begin with an apostrophe.
_SHORTENED = re.compile(r"(?:tis|twas|em|til|cause|round|n|\d\ds?(?![.,]\d|%))\b", re.IGNORECASE)
_BEFORE_APOSTROPHE_AS_MARK = frozenset(".,;:!?…)]—–")
_AFTER_APOSTROPHE_AS_MARK = frozenset('.,;:!?…)]—–(\r\n"”')


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a text says are somebody else's.

    Attributes:
        span: where they stand in the text, without quotation marks.
        form: how they are marked.
        beside: the stretch in which the text may say where they come from: the paragraph that
            they are in, with the line below a block.
    """

    span: Span
    form: QuotationForm
    beside: Span


def find_quotations(
    content: Content, fewest_words: int = FEWEST_WORDS, cancelled: Callable[[], bool] = never
) -> list[Quotation]:
    """The quotations in a text, in its order; none within another.

    What has fewer words is no quotation. `cancelled` is asked before each block; if it turns true,
    `Cancelled` is raised.
    """
    source = SeenText.of(content.text, content.marks)
    return [
        each
        for each in _find_marked(content, fewest_words, cancelled)
        if _count_words(source, each) >= fewest_words
    ]


def _count_words(source: SeenText, quotation: Quotation) -> int:
    """How many words a quotation has; what is joined by hyphens is one."""
    words = split_seen_words(source, quotation.span)
    if are_unspaced(words.forms):
        return words.count()
    return min(words.count(), len(source.blank(quotation.span).split()))


def _find_marked(
    content: Content, fewest_words: int, cancelled: Callable[[], bool]
) -> Iterator[Quotation]:
    text = content.text
    # Quotation marks in code are part of it.
    without_code = SeenText.of(text, content.marks, code=False)
    blocks = [block for block in content.blocks or () if block.kind not in ("code", "rule")]
    end = Block("rule", Span(len(text), len(text)))
    # The depth of a quotation that has blocks of its own.
    within: int | None = None
    # Where the last paragraph of a note ends.
    note_end = 0
    for block, below in pairwise([*blocks, end]):
        if cancelled():
            raise Cancelled
        span = block.span
        if block.kind == "quote" and not len(span):
            is_note = below.kind == "label" or _NOTE.match(below.span.of(text))
            within = None if is_note else block.depth
            continue
        if within is not None and block.depth < within:
            within = None
        if not len(span):
            continue
        if block.kind == "quote" and (
            _NOTE.match(text, span.start, span.end)
            or (note_end and _WITHIN_BLOCK.fullmatch(text, note_end, span.start))
        ):
            note_end = span.end
        source = below.span if _SOURCE_LINE.fullmatch(below.span.of(text)) else None
        is_quoted = block.kind == "quote" or within is not None
        if note_end == span.end:
            is_quoted = False
        if is_quoted or _QUOTED_LINES.fullmatch(text, span.start, span.end):
            yield from _quote_block(text, span, source)
        elif block.kind == "paragraph" and (above := _end_above_source(text, span, source)):
            beside = Span(span.start, source.end if source else span.end)
            yield Quotation(Span(span.start, above), "above its source", beside)
        else:
            seen = without_code.blank(span)
            for inner in _find_enclosed(seen, text, span, below.span):
                # Most of what stands in quotation marks is very short, and is looked at no further.
                is_short = len(inner) < 2 * fewest_words - 1
                if not is_short and not _is_title(text, inner, content.headings):
                    yield Quotation(inner, "marks", span)


def _quote_block(text: str, span: Span, source: Span | None) -> Iterator[Quotation]:
    """The quotation that a block is, if it is one."""
    words = span
    if (last := _find_source_line(text, span)) is not None:
        words = Span(span.start, last).strip(text)
    if not len(words) or _SOURCE_LINE.fullmatch(words.of(text)) or _NOTE.match(words.of(text)):
        return
    enclosed = find_enclosed(text, words)
    # Marks around all of it are no part of what is quoted.
    if len(enclosed) == 1 and len(words) - len(enclosed[0]) <= 4:
        words = enclosed[0].strip(text)
    yield Quotation(words, "block", Span(span.start, source.end if source else span.end))


def _find_source_line(text: str, span: Span) -> int | None:
    """Where the last line of a block begins, if it says whose words stand above it."""
    last = _LAST_LINE.search(text, span.start, span.end)
    return last.start() if last and _SOURCE_LINE.fullmatch(last["line"].rstrip()) else None


def _end_above_source(text: str, span: Span, source: Span | None) -> int | None:
    """Where a paragraph ends that stands above its source, within it or below; None if none."""
    end = span.end if source else _find_source_line(text, span)
    if end is None or end - span.start > _LONGEST_ABOVE_SOURCE_CHARACTERS:
        return None
    words = Span(span.start, end).strip(text)
    # A paragraph with quotation marks is not a quotation as a whole.
    return None if find_enclosed(text, words) else words.end


def _find_enclosed(seen: str, text: str, span: Span, below: Span) -> list[Span]:
    """What stands between quotation marks in a block."""
    enclosed = find_enclosed(seen, Span(0, len(seen)))
    if not enclosed and opens_quotation(seen[0]) and text.startswith(seen[0], below.start):
        # A quotation of several paragraphs opens again with each, and closes once.
        enclosed = [Span(1, len(seen))]
    stripped = (inner.shift(span.start).strip(text) for inner in enclosed)
    return [inner for inner in stripped if len(inner)]


def _is_title(text: str, span: Span, headings: Sequence[Heading]) -> bool:
    """Whether quotation marks stand around the title of a work."""
    above = bisect_right(headings, span.start, key=lambda heading: heading.span.start)
    if above and _REFERENCES.fullmatch(headings[above - 1].text):
        return True
    words = span.of(text).rstrip(".,;:").split()
    if not words or span.of(text).isupper():
        return False
    if len(words) > _LONGEST_TITLE_WORDS or words[-1][-1:] in "!…":
        return False
    before = text[max(0, span.start - _CHARACTERS_BEFORE) : span.start - 1]
    if _ANNOUNCES_TITLE.search(before) or _AFTER_YEAR.search(before):
        return True
    names = [word.strip("\"'“”‘’([{)]}*_:,") for word in words]
    large = [name[:1].isupper() or not name[:1].isalpha() for name in names]
    # A title may have small words, but begins with a large letter.
    return (
        large[0]
        and all(
            is_large or name in _SMALL_WORDS for name, is_large in zip(names, large, strict=True)
        )
        and sum(large) >= 2
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """A mark that waits for its partner, and where it stands."""

    mark: str
    outer: int
    inner: int
    is_within_word: bool


def find_enclosed(text: str, within: Span) -> list[Span]:
    """The stretches between quotation marks in a part of a text, without the marks; ascending.

    The time that it takes grows with the length of the part, whatever stands there.
    """
    opened: list[_Opened] = []
    found: list[tuple[int, Span]] = []
    for match in _MARK.finditer(text, within.start, within.end):
        mark = match[0]
        before = text[match.start() - 1] if match.start() > within.start else "\n"
        after = text[match.end()] if match.end() < within.end else "\n"
        partner = _find_partner(opened, mark) if _may_close(mark, before, after) else None
        if partner is not None:
            outer, inner = opened[partner].outer, opened[partner].inner
            while found and found[-1][0] >= outer:
                found.pop()
            if inner < match.start():
                found.append((outer, Span(inner, match.start())))
            del opened[partner:]
        elif _may_open(mark, before, after) and not (
            mark in "'‘" and _SHORTENED.match(text, match.end())
        ):
            if is_within_word := before.isalnum():
                if _HEBREW.match(before) and not _TWO_LETTERS.match(text, match.end()):
                    continue
                waiting = _find_partner(opened, mark)
                if waiting is not None and not opened[waiting].is_within_word:
                    continue
            opened.append(_Opened(mark, *match.span(), is_within_word))
            del opened[:-_MOST_OPEN]
    return [inner for _, inner in found]


def opens_quotation(character: str) -> bool:
    """Whether a quotation may begin with this character, and nothing else does."""
    return character in "“„«「『"


def _find_partner(opened: list[_Opened], mark: str) -> int | None:
    """The number of the last open mark that a mark closes; None if it closes none."""
    numbers = reversed(range(len(opened)))
    return next((at for at in numbers if mark in _CLOSING[opened[at].mark]), None)


def _may_open(mark: str, before: str, after: str) -> bool:
    if mark not in _CLOSING or mark in _UNSPACED:
        return mark in _CLOSING
    if before.isalnum():
        # A single mark within a word of Hebrew is an apostrophe.
        letters = _WRITTEN_ON if mark in "'‘‚" else _WRITTEN_ON_BEFORE
        return not after.isspace() and letters.match(before) is not None
    return not after.isspace() or mark in _SPACED


def _may_close(mark: str, before: str, after: str) -> bool:
    if mark in _UNSPACED:
        return True
    if after.isalnum():
        return not before.isspace() and _WRITTEN_ON.match(after) is not None
    if before.isspace() and mark not in _SPACED:
        return False
    return mark != "'" or (
        before in _BEFORE_APOSTROPHE_AS_MARK or after in _AFTER_APOSTROPHE_AS_MARK
    )
