"""Sentence boundaries, found by rule.

Rules are enough to show a span inside its sentence. They need no model, and no offset changes:
they only say where sentences start and end.
`tests/benchmarks/sentences.py` compares it with others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from index.documents import ENGLISH, Span
from index.text.abbreviations import is_abbreviated_in
from index.text.patterns import (
    BULLET,
    CHAT_TIME,
    ITEM_NUMBER,
    RECORD_KEY,
    SECTION_NUMBER,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
)

# A terminator followed by white space (closing marks and the numbers of notes may stand between),
# one of a script that needs no space after it (Chinese, Burmese, Khmer, Ethiopic, Armenian,
# Tibetan), the Greek question mark, a blank line, the start of a list item on a new line, of a
# table's row (cells are parted by tabs or bars), of a log's line (by its time) or of a message in a
# chat. Runs are matched whole and from their first character only, so that a page of dots costs no
# more than one of words. The marks that close a quotation differ between languages.
_ANY_BOUNDARY = rf"""
        (?P<western>(?<![.!?…।॥؟۔])[.!?…।॥؟۔]++(?P<closing>(?:%s)*+)
            (?:\[\d[\d,\ –-]{{0,30}}\]|[⁰¹²³⁴-⁹]){{0,9}}+)(?=\s)
      | (?P<unspaced>(?:[。！？｡။។៕።፧։]|།(?:\ ?།)*+|(?<=[\u3040-\u30ff\u4e00-\u9fff])[!?]
              |．(?!\d)%s)+[」』”’）》】〉]*)
      | (?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e](?=\s)
      | (?>\r\n|[\r\n])
            (?:[ \t]*[\r\n]
              | (?=[ \t]*(?:{BULLET}|{ITEM_NUMBER})[ \t] | [ \t]*\| | [^\s][^\r\n\t]*\t
                    | \[?\d{{4}}-\d\d-\d\d[T\ ]\d\d: | [A-Z][a-z]{{2}}\ [\ \d]\d\ \d\d:\d\d:
                    | {CHAT_TIME}))"""
_BOUNDARY = re.compile(_ANY_BOUNDARY % (r"""[)\]"'”’»]|[\ \u00a0\u202f]»""", ""), re.VERBOSE)
# In other languages than English, “ and « close a quotation, too, and » after a space may open one.
# Dots (……) may end a sentence without a space.
_OTHER_BOUNDARY = re.compile(
    _ANY_BOUNDARY
    % (
        r"""[)\]"'”’»“‘«›‹」』]|[\ \u00a0\u202f]»(?![^\W_])""",
        r"|(?<=[\u3040-\u30ff\u4e00-\u9fff])…{2,}+(?![，。、；：！？…])",
    ),
    re.VERBOSE,
)
# Quotations up to this length (in characters) are part of the sentence around them, in scripts
# whose sentences need no space between them.
_QUOTATION = re.compile(
    r"「[^「」\n]{0,80}+」|『[^『』\n]{0,80}+』|“[^“”\n]{0,80}+”|《[^《》\n]{0,80}+》"
)
# After a quotation that ends with a full stop, a sentence goes on with these: 「…。」と話した。
_GOES_ON = re.compile(
    "[、，,的]|と(?!ころ|ても|にかく|もあれ|りあえず|うとう|きど|もだち)|って|が(?!ん|ら)|を|に(?!わか)"
    "|は(?!い|じめ|やく|る|な)|も(?!し|う|ちろん|っと|の)|の(?!ち)|で(?!も|は|き)|など|という"
)
# The number of a heading: １．開館時間
_WIDE_NUMBER = re.compile(r"\s*第?\d{1,3}(?:．\d{1,3}){0,3}．\Z")
_CHINESE = "zh"

# Abbreviations that never end a sentence.
_NEVER_LAST = frozenset(
    "mr mrs ms dr prof rev hon sen rep gov gen col lt sgt capt messrs mt ft "
    "vs cf e.g i.e viz n.b p.s a.k.a w.r.t approx ca incl excl esp resp".split()
)
# Abbreviations that end a sentence only before a word of `_OPENERS`: else a name follows.
_SELDOM_LAST = frozenset(
    "st al dept univ inc ltd co corp bros v w u.s u.k u.n d.c ph.d m.d b.sc m.sc".split()
)
# Abbreviations before a number, or (the first kind) before a label such as "B" or "IV".
_BEFORE_LABELS = frozenset(
    "fig figs vol ch chap sec eq eqs app pos art par para p pp vers ver".split()
)
_BEFORE_NUMBERS = _BEFORE_LABELS | frozenset("no nos tel ext ref err qty min max c".split())
# Those of them that are units, too.
_UNITS = frozenset("c min p para sec".split())
_BEFORE_DAYS = frozenset((*SHORT_WEEKDAYS, *SHORT_MONTHS))
# Words that begin many sentences, but no names.
_OPENERS = frozenset(
    "the a an this that these those there here it he she we you they i its his her our your their "
    "my who what why how when where which if in on at by for from with without to of as but and or "
    "so not no yes all both some others another each every nobody nothing one is are was were do "
    "does did don't can may must please then after before since until while although because "
    "however thus hence also only once now today later".split()
)
# Those of `_OPENERS` that are last names, too: after an initial ("K.") they begin no sentence.
_NAMES = frozenset("he an so do you my no may".split())

_LAST_WORD = re.compile(
    r"(?P<number>\d\s)?(?P<glue>[^\s(\[{\"'“‘«\w])?(?P<word>[^\W_](?:(?:[\w.]|(?<=\.)-)*\w)?)\Z"
)
# "am 14. März 2026"
_DAY = re.compile(r"(?<!\d)\d{1,2}\Z")
_GERMAN_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|Feber|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)\b"
)
_NEXT_WORD = re.compile(r"[\"'“‘(\[]?([^\W\d_]+(?:['’]t\b)?)")
_NUMBER = re.compile(r"[(+#]{0,2}\d")
# "A" and "I" may be words.
_LABEL = re.compile(r"(?:[B-HJ-Z]|[IVXLC]{2,9}|[AI](?! [a-z]))\b")
_ITEM_NUMBER = re.compile(rf"\s*\(?(?:{SECTION_NUMBER}|[ivx]{{1,5}}|[a-z])\Z", re.IGNORECASE)
_SPEECH = re.compile(
    r"(?:[A-Z][\w.]* ){1,3}(?:asked|said|cried|replied|answered|shouted|called|wondered|exclaimed)"
)
_SPACES = re.compile(r"\s+")
_LINE_END = re.compile(r"(?P<gap>\r?\n[ \t]*+)(?=(?P<word>\S{1,60}))")
# What a line says of something, after its name: "Apologies: Ann".
_LABELLED = re.compile(
    r"\s{0,20}+([^\W\d_])[\w'’/().-]{0,30}+(?: [\w'’/().-]{1,30}+){0,3}:[ \t]++\S"
)
# A line of a file in which each line is a record: "eu:Basque", "PATH=/usr/bin".
_RECORD = re.compile(rf"{RECORD_KEY}[:=|;](?!//|[:=|;])\S")
# Lines of prose are longer than this (in characters), and filled to this share of the longest.
_NARROW, _FILLED = 45, 0.85
# How many characters before and after a mark are looked at.
_BACK, _AHEAD = 24, 40
# Thai and Lao have no mark: spaces stand between clauses and sentences. From so many letters on a
# space ends a stretch, if the whole is longer than this.
_UNMARKED = re.compile("[\u0e01-\u0edf]")
_STRETCH, _LONGEST_STRETCH, _SHORTEST_STRETCH = 80, 150, 12


def split_sentences(text: str, language: str = ENGLISH) -> list[tuple[int, int]]:
    """Split `text` into sentences, in time that grows with its length.

    Args:
        language: that most of it is in; its abbreviations end no sentence.

    Returns:
        `(start, end)` pairs in code points, ascending and disjoint, without
        the white space around them; together they cover every character that
        is not white space.
    """
    parts = _split_at_marks(text, language)
    if not text.isascii() and _UNMARKED.search(text):
        parts = chain.from_iterable(_split_unmarked(text, *part) for part in parts)
    if "\n" in text:
        width = max(map(len, text.splitlines()), default=0)
        parts = chain.from_iterable(_split_lines(text, *part, width) for part in parts)
    trimmed = (Span(start, end).strip(text) for start, end in parts)
    return [(span.start, span.end) for span in trimmed if len(span)]


def _split_unmarked(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what has no marks at spaces, into stretches that are about as long as sentences."""
    if end - start > _LONGEST_STRETCH and _UNMARKED.search(text, start, end):
        for space in _SPACES.finditer(text, start, end):
            # Not between a number and its unit.
            is_by_number = (
                text[space.start() - 1].isdigit() or text[space.end() : space.end() + 1].isdigit()
            )
            length = space.start() - start
            if length >= _LONGEST_STRETCH or (
                length >= _STRETCH and not is_by_number and end - space.end() >= _SHORTEST_STRETCH
            ):
                yield start, space.start()
                start = space.end()
    yield start, end


def _split_at_marks(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The text cut at full stops and the like, blank lines, items, rows and records."""
    start = 0
    if language == ENGLISH:
        boundary, quotations = _BOUNDARY, _QUOTATION.finditer("")
    else:
        boundary, quotations = _OTHER_BOUNDARY, _QUOTATION.finditer(text)
    quotation = next(quotations, None)
    for match in boundary.finditer(text):
        while quotation and quotation.end() < match.end():
            quotation = next(quotations, None)
        if match["unspaced"] and language != ENGLISH:
            is_quoted = quotation is not None and quotation.start() < match.start()
            is_end = _ends_unspaced(text, start, match, quotation if is_quoted else None, language)
        else:
            is_end = not match["western"] or _ends_sentence(text, start, match, language)
        if is_end:
            yield start, match.end()
            start = match.end()
    yield start, len(text)


def _ends_unspaced(
    text: str, start: int, match: re.Match[str], quotation: re.Match[str] | None, language: str
) -> bool:
    """Whether a terminator that needs no space ends a sentence; `quotation` is around it."""
    if quotation is not None and match.end() < quotation.end():
        return False
    mark = match["unspaced"]
    if mark[0] == "…" and language != _CHINESE:
        return False
    if mark == "．" and match.end() - start <= _BACK:
        return _WIDE_NUMBER.match(text[start : match.end()]) is None
    return quotation is None or _GOES_ON.match(text, match.end()) is None


def _split_lines(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence at line ends that are there on purpose, as in code, addresses and lists.

    Lines that are wrapped by hand are filled. So a line end is there on purpose if the first
    word of the next line would have fitted, or no line is as long as lines of prose, unless the
    sentence goes on, as in lower case or after a comma. It is so, too, between two lines that
    each begin with a label, and between two records.
    """
    for line_end in _LINE_END.finditer(text, start, end):
        line_start = text.rfind("\n", 0, line_end.start()) + 1
        length = line_end.start() - line_start + 1 + len(line_end["word"])
        is_filled = width >= _NARROW and length > _FILLED * width
        # A word may be marked up: `so`, *so* or _so_.
        goes_on = line_end["word"].lstrip("`*_")[:1].islower() or text[
            line_end.start() - 1 : line_end.start()
        ] in (",", "-", "–", "(")
        is_label_next = _begins_with_label(text, line_end.end("gap")) and (
            _begins_with_label(text, line_start) or _begins_with_label(text, start)
        )
        is_record_next = _RECORD.match(text, line_start) and _RECORD.match(
            text, line_end.end("gap")
        )
        if is_label_next or is_record_next or (not is_filled and not goes_on):
            yield start, line_end.start()
            start = line_end.end("gap")
    yield start, end


def _begins_with_label(text: str, at: int) -> bool:
    label = _LABELLED.match(text, at)
    return label is not None and label[1].isupper()


def _ends_sentence(text: str, start: int, match: re.Match[str], language: str) -> bool:
    """Whether a sentence that starts at `start` ends with the terminator of `match`."""
    following = text[match.end() : match.end() + _AHEAD].lstrip()
    if not following:
        return True
    if following[0].islower():
        return False
    if match["western"][0] in "!?" and match["closing"]:
        return _SPEECH.match(following) is None
    if match["western"] != ".":
        return True
    before = text[max(start, match.start() - _BACK) : match.start()]
    if _DAY.search(before) and _GERMAN_MONTH.match(following):
        return False
    is_all = match.start() - start <= _BACK
    if language != ENGLISH and is_abbreviated_in(language, before, following, is_all):
        return False
    return not (_is_item_number(text, start, match.start()) or _is_abbreviated(before, following))


def _is_item_number(text: str, start: int, end: int) -> bool:
    """Whether a sentence would be nothing but the number of a list's item."""
    return end - start <= _BACK and _ITEM_NUMBER.match(text[start:end]) is not None


def _is_abbreviated(before: str, following: str) -> bool:
    """Whether a full stop between two texts marks an abbreviation, not the end of a sentence."""
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last["word"].lower()
    if word in _NEVER_LAST:
        return True
    if _NUMBER.match(following):
        # "10 min. 3 of them …": that is a unit; in "0999 ext. 12" it is none.
        is_unit = last["number"] is not None and word in _UNITS
        if last["word"] in _BEFORE_DAYS or (word in _BEFORE_NUMBERS and not is_unit):
            return True
        # "Smith et al. (2019)"
        if following[0] != "(":
            return False
    if word in _BEFORE_LABELS and _LABEL.match(following):
        return True
    letters = word.replace(".-", ".").split(".")
    is_initial = last["word"][0].isupper() and max(map(len, letters)) == 1 and not last["glue"]
    if word not in _SELDOM_LAST and not is_initial:
        return False
    following_word = _NEXT_WORD.match(following)
    opener = following_word[1].lower().replace("’", "'") if following_word else ""
    return opener not in _OPENERS or (len(word) == 1 and opener in _NAMES)
