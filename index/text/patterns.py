"""Patterns of text that several parts of the program look for, as parts of regular expressions."""

from __future__ import annotations

# What may stand before the number of a section, in any case.
SECTION_WORDS = "section|article|chapter|part|clause|schedule"
# A number as sections and items have it: "3", "2.14".
SECTION_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,3}"
# The sign that begins an item of a list, and what may stand there in its place: "3.", "(b)".
BULLET = "[-*+•‣◦⁃▪–·]"
# "1.1)" at the beginning of a line may as well end a remark (see 1.1).
ITEM_NUMBER = rf"(?:\d{{1,3}}\)|{SECTION_NUMBER}\.)"
ITEM_MARKER = rf"(?:{BULLET}|\(?(?:{ITEM_NUMBER}|[A-Za-z][.)]))"

# What stands before the sign in a line of a file of records: "eu:Basque", "PATH=/usr/bin".
LONGEST_RECORD_KEY = 40
RECORD_KEY = rf"[^\s:=|;,]{{1,{LONGEST_RECORD_KEY}}}+"

# The months in order, in full, and as they are abbreviated.
MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
SHORT_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec".split())
# The days of the week, likewise.
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
SHORT_WEEKDAYS = tuple("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun".split())
# Any month; the longer ones first, so that all of a name matches.
MONTH = f"(?:{'|'.join(sorted({*MONTHS, *SHORT_MONTHS}, key=len, reverse=True))})"
