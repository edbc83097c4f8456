"""Sentence boundaries, found by rule.

Rules are enough to show a span inside its sentence. They need no model, and no offset changes:
they only say where sentences start and end.
`tests/benchmarks/sentences.py` compares it with others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from index.documents import ENGLISH, Span
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
# more than one of words.
_BOUNDARY = re.compile(
    rf"""(?P<western>(?<![.!?…।॥؟۔])[.!?…।॥؟۔]++(?P<closing>(?:[)\]"'”’»]|[\ \u00a0\u202f]»)*+)
            (?:\[\d[\d,\ –-]{{0,30}}\]|[⁰¹²³⁴-⁹]){{0,9}}+)(?=\s)
      | (?:[。！？｡။។៕።፧։]|།(?:\ ?།)*+|(?<=[\u3040-\u30ff\u4e00-\u9fff])[!?]|．(?!\d))+
            [」』”’）》】〉]*
      | (?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e](?=\s)
      | (?>\r\n|[\r\n])
            (?:[ \t]*[\r\n]
              | (?=[ \t]*(?:{BULLET}|{ITEM_NUMBER})[ \t] | [ \t]*\| | [^\s][^\r\n\t]*\t
                    | \[?\d{{4}}-\d\d-\d\d[T\ ]\d\d: | [A-Z][a-z]{{2}}\ [\ \d]\d\ \d\d:\d\d:
                    | {CHAT_TIME}))""",
    re.VERBOSE,
)

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
# An ordinal: no year, and no other number that sentences often end with.
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\Z")
# Thai and Lao have no mark: spaces stand between clauses and sentences. From so many letters on a
# space ends a stretch, if the whole is longer than this.
_UNMARKED = re.compile("[\u0e01-\u0edf]")
_STRETCH, _LONGEST_STRETCH = 80, 150
# Abbreviations of years and centuries: after a number they may end a sentence.
_AFTER_NUMBERS = frozenset("г гг р".split())


def _list_words(words: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in words.items()}


# Of other languages than English, abbreviations that hardly ever end a sentence, in lower case. Of
# one that is written in parts ("z. B.") each part stands by itself.
_ABBREVIATIONS = _list_words(
    {
        "de": """z d h u o ä v i bzw ca nr abs art bd bde s hr hrn fr frl dr prof dipl ing str
            mio mrd tsd vgl evtl ggf inkl zzgl bspw sog geb gest st jh jhd kap abb tab ziff mind
            tel z.b d.h u.a i.d.r o.ä e.v v.chr""",
        "es": """sr sra srta sres dr dra d dña ee núm pág págs art av avda cap fig ej p.ej tel
            aprox gral lic ing prof profa ud uds vd vds""",
        "fr": """m mm mme mmes mlle mlles dr pr me mgr ste av bd n art p pp ex chap fig env tél
            cf éd vol""",
        "it": """sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv geom rag on sen art n
            pag pagg cap fig tel es p.es cfr dr""",
        "pt": "sr sra srs dr dra prof profa eng d av art n pág págs cap fig ex p.ex tel séc aprox",
        "nl": """bijv bv blz dhr mevr mw drs ir ing mr prof dr nr art fig jl ca evt incl excl o.a
            m.a.w d.w.z t.a.v tel""",
        "pl": """ul np dr prof mgr inż hab im św nr str pkt art ust rys tab tel godz al pl os woj
            tzw tj m.in ok ks płk""",
        "cs": """např tj tzv č čís str obr tab odst ul nám dr ing mgr prof doc sv tel tzn příp
            resp kap""",
        "sv": "t ex bl a d v s k kl nr st dr prof t.ex bl.a d.v.s s.k kap fig tab ca resp tel avd",
        "da": "f eks bl f.eks bl.a nr kl dvs ca dr prof hr kap fig stk tlf mio mia",
        "no": "f eks bl f.eks bl.a nr kl dvs ca dr prof kap fig tlf mill mrd",
        "ro": "dr prof ing nr str bd art alin cap fig pag d-l d-na dl dna sf ex tel aprox lit",
        "ru": "г гг ул пр просп д стр рис табл им т е п см ср гл проф акад тыс млн млрд тел обл",
        "uk": "м р вул просп ст рис табл ім див гл проф акад тис млн млрд тел обл буд кв",
        "el": "κ κα κος δρ καθ αρ σελ π χ τηλ οδ λ αγ εικ κεφ βλ",
        "tr": "dr prof doç av sn no s cad sok mah apt örn bkz yy hz alb gen tel",
        "vi": "tp ts ths gs pgs q p tx đ bs ks",
        "fi": "esim ns mm ks n v s ts puh klo nro kpl prof",
        "hu": "pl kb dr prof sz old u ún ill ui id ifj özv szt tel",
        "id": "dr prof jl no hlm tn ny kab kec",
    }
)
# Languages in which a full stop makes a number an ordinal ("der 2. Weltkrieg"), each with words
# that begin sentences, before which it ends one.
_ORDINALS = _list_words(
    {
        "de": """der die das den dem des ein eine einen einem es er sie wir ich ihr man in im am
            an auf aus bei mit nach von vor zu zum zur für über unter und aber doch auch dann so
            da wenn als ob wer was wie wo warum dies diese dieser dieses mehr alle damit danach
            außerdem""",
        "da": "den det de en et han hun vi jeg man i på til med fra for og men så der da hvis når",
        "no": "den det de en et han hun vi jeg man i på til med fra for og men så der da hvis når",
        "fi": "se hän he me minä ne tämä nämä kun jos ja mutta sitten myös",
        "cs": "ten ta to ti on ona my já v ve na s z do od po při a ale pak když pokud jak",
        "hu": "a az ez ő ők mi én és de ha amikor majd ezért",
        "tr": "bu şu o biz ben ve ama bir sonra eğer",
    }
)


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
            if space.start() - start >= _STRETCH:
                yield start, space.start()
                start = space.end()
    yield start, end


def _split_at_marks(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The text cut at full stops and the like, blank lines, items, rows and records."""
    start = 0
    for match in _BOUNDARY.finditer(text):
        if not match["western"] or _ends_sentence(text, start, match, language):
            yield start, match.end()
            start = match.end()
    yield start, len(text)


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
    if language != ENGLISH and _is_abbreviated_in(language, before, following):
        return False
    return not (_is_item_number(text, start, match.start()) or _is_abbreviated(before, following))


def _is_abbreviated_in(language: str, before: str, following: str) -> bool:
    """As `_is_abbreviated`, for what is special to another language than English."""
    if language in _ORDINALS and _ORDINAL.search(before):
        next_word = _NEXT_WORD.match(following)
        return next_word is not None and next_word[1].lower() not in _ORDINALS[language]
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last["word"].lower()
    may_end = last["number"] is not None and word in _AFTER_NUMBERS
    return word in _ABBREVIATIONS.get(language, ()) and not may_end


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
