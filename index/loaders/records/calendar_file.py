"""Calendars (ICS): an event is a passage under its name, with when, where and who."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from index.documents import Content
from index.loaders.records.contacts import ContentLine, read_content_lines
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile

_KINDS = frozenset(("VEVENT", "VTODO", "VJOURNAL"))
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SHOWN = {"LOCATION": "Where", "STATUS": "Status", "CATEGORIES": "Categories", "URL": "Link"}
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday",
    "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
# What a rule in words may hold; on which day a week begins is not told.
_SIMPLE = frozenset(("FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST"))
_MOST_PEOPLE = 200


def load(data: bytes) -> Content:
    """The events, tasks and notes of a calendar; raises `UnreadableFile`."""
    assembly = Assembly()
    title, opened, lines = "", list[str](), list[ContentLine]()
    is_calendar = False
    for line in read_content_lines(data):
        value = line.value.strip().upper()
        if line.name == "BEGIN":
            is_calendar = is_calendar or (value.startswith("V") and value != "VCARD")
            opened.append(value)
            if value in _KINDS:
                lines = []
        elif line.name == "END":
            if opened and opened.pop() in _KINDS:
                _add_event(assembly, lines)
                lines = []
        elif opened and opened[-1] in _KINDS:
            lines.append(line)
        elif line.name == "X-WR-CALNAME" and opened == ["VCALENDAR"]:
            title = " ".join(line.text.split())
    if not is_calendar and data.strip():
        raise UnreadableFile("not a calendar")
    return assembly.content(title or None)


def _add_event(assembly: Assembly, lines: Sequence[ContentLine]) -> None:
    first: dict[str, ContentLine] = {}
    for line in lines:
        first.setdefault(line.name, line)
    name = " ".join(first["SUMMARY"].text.split()) if "SUMMARY" in first else ""
    assembly.begin_part(name, 1)
    shown = [name, f"When: {_show_when(first)}" if "DTSTART" in first else ""]
    if "DUE" in first:
        shown.append(f"Due: {_show_time(first['DUE'])}")
    if "RRULE" in first:
        shown.append(f"Repeats: {_show_rule(first['RRULE'].value)}")
    for key, label in _SHOWN.items():
        if key in first and (words := " ".join(first[key].text.split())):
            shown.append(f"{label}: {words}")
    people = [_name_person(line) for line in lines if line.name in ("ORGANIZER", "ATTENDEE")]
    if people:
        shown.append(f"Who: {', '.join(dict.fromkeys(filter(None, people[:_MOST_PEOPLE])))}")
    assembly.add_block("\n".join(filter(None, shown)))
    if "DESCRIPTION" in first:
        for paragraph in re.split(r"\n\s*\n", first["DESCRIPTION"].text):
            assembly.add_block(paragraph)


def _name_person(line: ContentLine) -> str:
    name = line.parameters.get("CN", "")
    address = re.sub(r"(?i)^mailto:", "", line.text.strip())
    return f"{name} <{address}>" if name and name != address else address


def _show_when(first: dict[str, ContentLine]) -> str:
    start = _read_time(first["DTSTART"])
    end = _read_time(first["DTEND"]) if "DTEND" in first else None
    if start is None:
        return first["DTSTART"].text
    if end is None:
        taken = _show_duration(first["DURATION"].value) if "DURATION" in first else ""
        return f"{start.show()}, for {taken}" if taken else start.show()
    if end.is_day and end.time > start.time:
        # The day after the last is given.
        end = replace(end, time=end.time - timedelta(days=1))
    if end == start:
        return start.show()
    if start.is_day or start.zone != end.zone:
        return f"{start.show()} – {end.show()}"
    shown = end.show_clock() if end.time.date() == start.time.date() else end.show(zoned=False)
    return f"{start.show(zoned=False)} – {shown}{start.show_zone()}"


@dataclass(frozen=True, slots=True)
class _Time:
    """A day, or a time of a day somewhere."""

    time: datetime
    is_day: bool
    zone: str

    def show(self, *, zoned: bool = True) -> str:
        day = f"{self.time:%a}, {self.time.day} {self.time:%B} {self.time.year}"
        clock = "" if self.is_day else f", {self.show_clock()}"
        return day + clock + (self.show_zone() if zoned else "")

    def show_clock(self) -> str:
        return f"{self.time:%H:%M}"

    def show_zone(self) -> str:
        return f" ({self.zone})" if self.zone else ""


def _read_time(line: ContentLine) -> _Time | None:
    match = _TIME.match(line.value.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        time = datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return None
    is_day = match[4] is None
    return _Time(time, is_day, "UTC" if match[7] else line.parameters.get("TZID", ""))


def _show_time(line: ContentLine) -> str:
    """A day, or a time of a day: "Mon, 5 May 2025, 10:00 (Europe/Berlin)"."""
    time = _read_time(line)
    return time.show() if time else line.text


def _show_duration(value: str) -> str:
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        return ""
    units = ("week", "day", "hour", "minute", "second")
    parts = [
        f"{int(count)} {unit}{'s' if int(count) != 1 else ''}"
        for count, unit in zip(match.groups(), units, strict=True)
        if count and len(count) < 10
    ]
    return " ".join(parts)


def _show_rule(rule: str) -> str:
    """A rule in words if it is a simple one; any other as it is written."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    frequency = parts.get("FREQ", "")
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    # "Every month on Tuesday" would not tell on which Tuesdays.
    is_unclear = bool(days) and frequency in ("MONTHLY", "YEARLY")
    is_simple = _SIMPLE.issuperset(parts) and _DAYS.keys() >= set(days)
    if frequency not in _EVERY or is_unclear or not is_simple:
        return rule
    unit, count = _EVERY[frequency], parts.get("INTERVAL", "1")
    shown = f"every {unit}" if count == "1" else f"every {count} {unit}s"
    shown += f" on {', '.join(_DAYS[day] for day in days)}" if days else ""
    if "COUNT" in parts:
        shown += f", {parts['COUNT']} time{'s' if parts['COUNT'] != '1' else ''}"
    if "UNTIL" in parts:
        shown += f" until {_show_time(ContentLine('UNTIL', {}, parts['UNTIL']))}"
    return shown
