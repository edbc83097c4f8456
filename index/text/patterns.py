"""Patterns of text that several parts of the program look for, and signs that they draw.

The names of days and months become words of their own, so that "Mon" is found by "Monday".
"""

from __future__ import annotations

import re

# What may stand before the number of a section, in any case.
SECTION_WORDS = "section|article|chapter|part|clause|schedule"
# A number as sections and items have it: "3", "2.14".
SECTION_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,3}"
# The sign that begins an item of a list, and what may stand there in its place: "3.", "(b)".
BULLET = "[-*+•‣◦⁃▪–·]"
# "1.1)" at the beginning of a line may as well end a remark (see 1.1).
ITEM_NUMBER = rf"(?:\d{{1,3}}\)|{SECTION_NUMBER}\.)"
ITEM_MARKER = rf"(?:{BULLET}|\(?(?:{ITEM_NUMBER}|[A-Za-z][.)]))"

# How tasks are drawn in place of the signs that markup has for them.
OPEN_TASK, DONE_TASK = "☐", "☑"
# How items are drawn, one in another, and quotations; and how far a line is set in at most.
DRAWN_BULLETS, BAR = "•◦▪", "▌ "
MOST_INDENT, _MOST_BARS = 40, 16

# What stands before the sign in a line of a file of records: "eu:Basque", "PATH=/usr/bin".
LONGEST_RECORD_KEY = 40
RECORD_KEY = rf"[^\s:=|;,]{{1,{LONGEST_RECORD_KEY}}}+"

# What begins a message in the export of a chat: "[12/03/2026, 18:06:10] ", "12.03.26, 18:06 - ",
# "12-03-2026 6:06 p.m. - ". A mark for the direction of writing may stand before it.
# Without a comma the day comes first: the lines of a log begin with the year.
CHAT_TIME = (
    r"[\u200e\u200f\ufeff]*+\[?"
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},|\d{1,2}[./-]\d{1,2}[./-]\d{4})[ ]"
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?"
    r"(?:[ \u202f\xa0]?[AaPp]\.?[ \u202f\xa0]?[Mm]\.?)?(?:\]|[ ][-–])[ ]"
)

# The characters of Chinese and Japanese, whose words have nothing between them.
HAN_AND_KANA = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Those of all scripts without spaces: also of Thai and Lao, Burmese, and Khmer.
UNSPACED = rf"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff{HAN_AND_KANA}"
# Soft hyphens, joiners and the like: they cannot be seen in a word, which they would cut in two.
INVISIBLE = "[\u00ad\u200b-\u200d\u2060\ufeff]"

# The numbers from 0 on, in words.
NUMBER_WORDS = tuple(
    (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty"
    ).split()
)
# The months in order, in full, and as they are abbreviated.
MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
SHORT_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec".split())
# Their numbers, by the three letters that a name begins with.
MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
# The days of the week, likewise.
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
SHORT_WEEKDAYS = tuple("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun".split())
# Any month; the longer ones first, so that all of a name matches.
MONTH = f"(?:{'|'.join(sorted({*MONTHS, *SHORT_MONTHS}, key=len, reverse=True))})"
_SHORTEST_NAME = 3
# All names, in full and shortened, with the letters that they all begin with.
_CALENDAR_NAMES = {
    name: name[:_SHORTEST_NAME].lower()
    for name in (*WEEKDAYS, *MONTHS, *SHORT_WEEKDAYS, *SHORT_MONTHS)
}
_IN_FULL = {name[:_SHORTEST_NAME].lower(): name for name in (*WEEKDAYS, *MONTHS)}
# In lower case, short names and two of the months are other words ("sat", "march", "may").
_LOWER = [name.lower() for name in (*WEEKDAYS, *MONTHS) if name not in ("March", "May")]
_LONGEST_FIRST = sorted([*_CALENDAR_NAMES, *_LOWER], key=len, reverse=True)
_CALENDAR_NAME = re.compile(rf"(?<!\w)(?P<name>{'|'.join(_LONGEST_FIRST)})s?(?!\w)")


def indent_by(columns: int, indent: str = "") -> str:
    """The indent of a line that is indented below another one, within reason."""
    return indent + " " * max(0, min(columns, MOST_INDENT - len(indent)))


def put_bar(indent: str) -> str:
    """The indent of the lines of a quotation or a note, within reason."""
    return indent + BAR if len(indent) < _MOST_BARS else indent


def spell_out_calendar_name(text: str) -> str:
    """The full name if a text is only the short one of a day or a month; else the text."""
    short = _CALENDAR_NAMES.get(text.removesuffix("."))
    return text if short is None else _IN_FULL[short]


def calendar_words(text: str) -> list[str]:
    """A word for each day of the week and each month that a text names, in full or shortened."""
    return [
        f"calendar0{_CALENDAR_NAMES[match['name'].title()]}"
        for match in _CALENDAR_NAME.finditer(text)
    ]
