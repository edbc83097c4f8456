"""Headings of laws, bylaws and manuals in any language: "§ 2 Mitglieder", "Articolo 3 - Soci".

A sign or a word for a section comes with a number. A line of prose may begin so, too: those that
are headings are short, end no sentence, stand below a blank line, and count on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents import Span
from index.loaders.plain.lines import Line
from index.loaders.plain.ruled_headings import has_columns
from index.loaders.shared.roman import read_roman

# So many that count on are sections; fewer are if they begin with the first and stand alone.
_FEWEST, _FEWEST_ALONE = 3, 2
# Once so many count on, some may be missing before the next.
_MOST_MISSING = 2
# Of lists that are counted anew, so many are looked at for the one that a number goes on with.
_OPEN_RUNS = 4
_LONGEST_LINE = 90
# A line with the text of its section right below is a heading if it is so much shorter than that.
_SHORTER = 0.8

# Words for what is numbered, before or after the number. A word counts in every language, whatever
# it means there. Marks above letters do not count. English chapters are those of books, see
# `chapters`.
_WORDS = """
§ §§ article art section sec clause schedule title
artikel kapitel kap abschnitt teil paragraph titel
chapitre titre partie clause livre
articolo capitolo capo sezione titolo parte
artículo capítulo cap título sección cláusula artigo seção secção capítol secció
articolul capitolul secțiunea titlul
hoofdstuk afdeling deel avsnitt avdelning afsnit kapittel del luku osa pykälä kafli grein gr
artykuł rozdział dział paragraf článek článok čl kapitola hlava oddíl část časť članak član člen
poglavlje poglavje glava odjeljak fejezet cikk szakasz rész
straipsnis skyrius skirsnis pants nodaļa paragrahv peatükk jagu
madde maddə bölüm kısım fəsil
статья ст глава раздел часть стаття розділ частина член чл члан поглавље одељак артыкул раздзел
бап тарау бөлім
άρθρο κεφάλαιο μέρος ενότητα τμήμα
հոդված գլուխ բաժին მუხლი თავი კარი
المادة مادة الفصل فصل الباب باب القسم ماده بخش اصل دفعہ סעיף פרק חלק
अनुच्छेद धारा अध्याय भाग খণ্ড ধারা অধ্যায় অনুচ্ছেদ பிரிவு அத்தியாயம்
มาตรา ข้อ บทที่ หมวด ส่วนที่ điều chương mục phần pasal bab bagian perkara kifungu sura
"""
_SHOWN_NUMBERS = str.maketrans("ІХСМ", "IXCM")
_HAN_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_HAN_DIGITS |= {"零": 0, "两": 2}
_HAN = "〇零一二三四五六七八九十百两"
_HAN_WORDS = "章节節条條编編款部篇回課课話话"
_NUMBER = r"\d{1,4}|[IVXLCІХС]{1,9}"
# "5a", "1er", "1º", "1.º".
_SUFFIX = r"(?:[ ]?[a-z](?![^\W\d_])|er\b|re\b|[ ](?:bis|ter)\b|\.?[ºª°])"
_TITLE = r"(?P<title>\S.*)"
_SEPARATOR = r"(?:[.:：]?(?:\s{1,4}|\Z)|\s{0,4}(?=\())(?P<dash>(?:[–—-]{1,2}|:)\s{0,4})?"
_BY_WORD = re.compile(
    rf"""(?:(?P<word>§{{1,2}}|[^\s\d§.()]{{1,14}}(?:\.|(?=[ \xa0(])))[ \xa0]{{0,3}}
          (?:\((?P<inner>{_NUMBER})\)|(?P<number>{_NUMBER})(?P<suffix>{_SUFFIX})?)\)?
        |(?P<first>{_NUMBER})\.?[ \xa0]?(?P<after>§|[^\s\d§.():]{{1,14}}))
      (?:{_SEPARATOR}{_TITLE}?)?""",
    re.VERBOSE,
)
_BY_SIGN = re.compile(
    rf"""(?:第[ ]?(?P<number>\d{{1,4}}|[{_HAN}]{{1,7}})[ ]?(?P<word>[{_HAN_WORDS}])
        |제[ ]?(?P<korean>\d{{1,4}})[ ]?(?P<kind>[장조절편관부]))
      (?:[ \t\u3000:：、.．–—-]{{0,4}}{_TITLE})?""",
    re.VERBOSE,
)
# These may be items of a list as well.
_AS_ITEM = re.compile(
    rf"""(?P<open>[（(]?)(?P<number>[{_HAN}]{{1,5}}|[０-９]{{1,2}})(?P<sign>[、．）)])
      [ \u3000]{{0,2}}{_TITLE}""",
    re.VERBOSE,
)
_ENDS = tuple(".,;:!…。、，；：！،؛।")
_LEADERS = re.compile(r"[.․…·_]{3}")
_LEAST_TITLE = re.compile(r"[\w\"'«„“”‘(（「『【]")


def _fold(word: str) -> str:
    """A word in small letters, without the marks above and below them, nor a full stop."""
    letters = unicodedata.normalize("NFKD", word.rstrip(".").casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


_FOLDED = frozenset(map(_fold, _WORDS.split()))


@dataclass(frozen=True, slots=True)
class _Section:
    """A line that may be the heading of a section.

    Attributes:
        kind: what is numbered, and how.
        number: as it counts; with letters after it, it is the same as that before.
        is_alone: whether a blank line is below it as well.
    """

    span: Span
    kind: str
    number: int
    has_suffix: bool
    may_be_item: bool
    is_alone: bool


def find_sections(lines: Sequence[Line]) -> list[list[Span]]:
    """The headings of sections of each kind, in order; what comes first is above the others."""
    kinds: dict[str, list[_Section]] = {}
    for each in _drop_listed([_read_line(*pair) for pair in pairwise(lines)]):
        kinds.setdefault(each.kind, []).append(each)
    return [spans for found in kinds.values() if (spans := _count_on(found))]


def _drop_listed(found: Sequence[_Section | None]) -> Iterator[_Section]:
    """Those below which another begins at once are in a list, or in a table of contents."""
    for each, below in pairwise((*found, None)):
        if each is not None and (below is None or below.kind != each.kind):
            yield each


def _read_line(line: Line, below: Line) -> _Section | None:
    words = line.words
    if not line.is_below_blank or len(words) > _LONGEST_LINE:
        return None
    for read in (_read_word, _read_sign, _read_item):
        if (section := read(line, below)) is not None:
            return section
    return None


def _read_word(line: Line, below: Line) -> _Section | None:
    match = _BY_WORD.fullmatch(line.words)
    if match is None:
        return None
    word, is_first = match["word"] or match["after"], match["first"] is not None
    written = match["inner"] or match["number"] or match["first"]
    number = _read_number(written)
    if number is None or _fold(word) not in _FOLDED or (not is_first and word[0].islower()):
        return None
    title = match["title"] or ""
    if not _may_be_title(title) or not _stands_apart(line, below, title, match["dash"]):
        return None
    kind = f"{_fold(word)} {'1' if written.isdecimal() else 'I'}{'<' if is_first else ''}"
    return _make(
        line,
        kind,
        number,
        has_suffix=match["suffix"] is not None,
        may_be_item=is_first and word != "§",
    )


def _read_sign(line: Line, below: Line) -> _Section | None:
    match = _BY_SIGN.fullmatch(line.words)
    number = _read_number(match["number"] or match["korean"]) if match else None
    if match is None or number is None:
        return None
    title = match["title"] or ""
    if not _may_be_title(title) or not _stands_apart(line, below, title, None):
        return None
    return _make(line, match["word"] or match["kind"], number)


def _read_item(line: Line, below: Line) -> _Section | None:
    match = _AS_ITEM.fullmatch(line.words)
    number = _read_number(match["number"]) if match else None
    if match is None or number is None or not line.is_above_blank:
        return None
    if not _may_be_title(match["title"]) or below.indent > line.indent:
        return None
    kind = f"{match['open']}{'1' if match['number'].isdecimal() else 'I'}{match['sign']}"
    return _make(line, kind, number, may_be_item=True)


def _make(
    line: Line, kind: str, number: int, *, has_suffix: bool = False, may_be_item: bool = False
) -> _Section:
    span = Span(line.start, line.end)
    return _Section(span, kind, number, has_suffix, may_be_item, line.is_above_blank)


def _read_number(written: str) -> int | None:
    """The number that digits, Roman or Chinese numerals write; None if they write none."""
    if written.isdecimal():
        return int(written)
    if written[0] in _HAN:
        return _read_han(written)
    return read_roman(written.translate(_SHOWN_NUMBERS))


def _read_han(written: str) -> int | None:
    total, digit = 0, None
    for sign in written:
        if sign in "十百":
            total += (1 if digit is None else digit) * (10 if sign == "十" else 100)
            digit = None
        else:
            digit = (digit or 0) * 10 + _HAN_DIGITS[sign]
    return total + (digit or 0)


def _may_be_title(title: str) -> bool:
    return not title or (
        _LEAST_TITLE.match(title) is not None
        and not title[0].islower()
        and not title.endswith(_ENDS)
        and "|" not in title
        and not _LEADERS.search(title)
        and not has_columns(title)
    )


def _stands_apart(line: Line, below: Line, title: str, dash: str | None) -> bool:
    """Whether a line does not go on in the line below."""
    if line.is_above_blank:
        return True
    if below.words[0].islower():
        return False
    return not title or dash is not None or len(line.words) < _SHORTER * len(below.words)


def _count_on(found: Sequence[_Section]) -> list[Span]:
    """Those of a kind that count on, from any number, and anew in each part of the text."""
    runs: list[list[_Section]] = []
    for each in found:
        run = next((run for run in runs[: -_OPEN_RUNS - 1 : -1] if _follows(each, run)), None)
        if run is None:
            runs.append([each])
        else:
            run.append(each)
    if not any(map(_is_enough, runs)):
        return []
    # A part may have a single section.
    kept = (run for run in runs if run[0].number == 1 or _is_enough(run))
    return sorted(each.span for run in kept for each in run)


def _follows(section: _Section, run: Sequence[_Section]) -> bool:
    step = section.number - run[-1].number
    if step == 0:
        return section.has_suffix
    return step == 1 or (len(run) >= _FEWEST and 0 < step <= 1 + _MOST_MISSING)


def _is_enough(run: Sequence[_Section]) -> bool:
    if len(run) >= _FEWEST:
        return run[0].number <= 1 or not run[0].may_be_item
    return (
        len(run) >= _FEWEST_ALONE
        and run[0].number == 1
        and all(each.is_alone and not each.may_be_item for each in run)
    )
