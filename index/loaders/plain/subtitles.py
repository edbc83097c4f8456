"""Subtitles (SRT, VTT): what is said, as prose; a minute is a page.

If nobody speaks for a while, or another begins to speak, a new paragraph begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.documents import Content
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}"
_TIMES = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?=[ \t]|\Z)")
_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?[ \t]+([^<>\n]{1,100})>")
_TAG = re.compile(r"<[^<>\n]*>|\{\\[^{}\n]*\}")
_SPEAKS = re.compile(r"[-–—][ \t]*\S")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*\Z")
# Seconds without a word, and characters, after which a new paragraph begins.
_PAUSE, _LONG = 4, 600
# How many lines that stay on the screen are looked for.
_MOST_LINES = 10
# How many characters at the end of a paragraph tell whether a sentence ends there.
_LAST = 5
# No more pages than a film of two days has.
_MOST_MINUTES = 3_000


@dataclass(slots=True)
class _Cue:
    """What is shown from one second to another."""

    start: int
    end: int
    lines: list[str]


def load(data: bytes) -> Content:
    """The words of subtitles; raises `UnreadableFile` if they have no times."""
    text = decode(data)
    cues = [*_read_cues(text.splitlines())]
    if not cues and text.strip().removeprefix("WEBVTT"):
        raise UnreadableFile("no subtitles: no times in it")
    assembly = Assembly()
    paragraph, minutes, end = "", 0, 0
    shown: list[str] = []
    for cue in cues:
        before = shown if cue.start - end < _PAUSE else []
        lines = [*filter(None, map(_clean, cue.lines))]
        words = " ".join(lines[_count_staying(before, lines) :])
        shown = lines or before
        minute = min(cue.start // 60, _MOST_MINUTES) + 1
        is_new = (
            minute > minutes
            or cue.start - end >= _PAUSE
            or _SPEAKS.match(words)
            or (len(paragraph) > _LONG and _SENTENCE_END.search(paragraph[-_LAST:]))
            or len(paragraph) > 10 * _LONG
        )
        if words and is_new:
            assembly.add_block(paragraph)
            paragraph = ""
            while minutes < minute:
                assembly.begin_page()
                minutes += 1
        if words:
            paragraph = f"{paragraph} {words}".strip()
        end = cue.end
    assembly.add_block(paragraph)
    return assembly.content(None)


def _read_cues(lines: list[str]) -> Iterator[_Cue]:
    cue: _Cue | None = None
    # A blank line ends the last one, too. Captions that roll up begin with a line of a space.
    for line, following in pairwise([*lines, "", ""]):
        times = _TIMES.match(line)
        is_end = not line.strip() and (not line or bool(cue and cue.lines))
        if cue is not None and (times or is_end):
            yield cue
            cue = None
        if times:
            start, end = _count_seconds(*times.groups()[:3]), _count_seconds(*times.groups()[3:])
            cue = _Cue(start, end, [])
        elif cue is not None and not (line.strip().isdecimal() and _TIMES.match(following)):
            cue.lines.append(line)


def _count_staying(before: list[str], shown: list[str]) -> int:
    """How many of the first lines of a cue stand on the screen since the one before."""
    if " ".join(before) == " ".join(shown):
        return len(shown)
    most = min(len(before), len(shown), _MOST_LINES)
    return next(
        count for count in range(most, -1, -1) if before[len(before) - count :] == shown[:count]
    )


def _count_seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds)


def _clean(line: str) -> str:
    line = _TAG.sub("", _VOICE.sub(r"\1: ", line))
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        line = line.replace(entity, sign)
    return " ".join(line.split())
