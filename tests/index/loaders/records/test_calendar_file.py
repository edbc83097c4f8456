"""Calendars: events with when, where and who."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.records.calendar_file import load


def calendar(*lines, kind="VEVENT"):
    return "\r\n".join(
        ("BEGIN:VCALENDAR", f"BEGIN:{kind}", *lines, f"END:{kind}", "END:VCALENDAR", "")
    ).encode()


def test_an_event_is_a_passage_under_its_name():
    content = load(
        calendar(
            "SUMMARY:Lamp\\, lit",
            "DTSTART;TZID=Europe/Berlin:20250505T100000",
            "DTEND;TZID=Europe/Berlin:20250505T113000",
            "LOCATION:Harbour",
            "ORGANIZER;CN=Ann:mailto:ann@example.org",
            'ATTENDEE;CN="Bee, Captain";ROLE=CHAIR:MAILTO:bee@example.org',
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=5",
            "DESCRIPTION:Bring ",
            " oil.\\n\\nAnd a wick.",
            "BEGIN:VALARM",
            "DESCRIPTION:no",
            "END:VALARM",
        )
    )
    assert content.headings[0].text == "Lamp, lit"
    assert content.text == (
        "Lamp, lit\nWhen: Mon, 5 May 2025, 10:00 – 11:30 (Europe/Berlin)\n"
        "Repeats: every 2 weeks on Monday, Friday, 5 times\nWhere: Harbour\n"
        "Who: Ann <ann@example.org>, Bee, Captain <bee@example.org>\n\nBring oil.\n\nAnd a wick."
    )


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["DTSTART;VALUE=DATE:20250505", "DTEND;VALUE=DATE:20250506"], "Mon, 5 May 2025"),
        (
            ["DTSTART;VALUE=DATE:20250505", "DTEND;VALUE=DATE:20250508"],
            "Mon, 5 May 2025 – Wed, 7 May 2025",
        ),
        (
            ["DTSTART:20250505T100000Z", "DTEND:20250506T020000Z"],
            "Mon, 5 May 2025, 10:00 – Tue, 6 May 2025, 02:00 (UTC)",
        ),
        (
            ["DTSTART:20250505T100000", "DURATION:PT1H30M"],
            "Mon, 5 May 2025, 10:00, for 1 hour 30 minutes",
        ),
        (["DTSTART:99999999T999999"], "99999999T999999"),
    ],
)
def test_times_are_shown_as_people_say_them(lines, when):
    assert load(calendar(*lines)).text == f"When: {when}"


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("FREQ=WEEKLY;WKST=SU;BYDAY=MO", "every week on Monday"),
        ("FREQ=DAILY;COUNT=1", "every day, 1 time"),
        ("FREQ=YEARLY;UNTIL=20300505", "every year until Sun, 5 May 2030"),
        *((rule, rule) for rule in (
            "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=TU", "FREQ=MONTHLY;BYMONTHDAY=15",
            "FREQ=WEEKLY;BYDAY=MO,XX", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=MINUTELY",
        )),
    ],
)  # fmt: skip
def test_a_rule_is_told_in_words_only_if_they_say_all_of_it(rule, shown):
    text = load(calendar("SUMMARY:Lamp", f"RRULE:{rule}")).text
    assert text == f"Lamp\nRepeats: {shown}"


def test_tasks_have_a_day_when_they_are_due():
    data = calendar("SUMMARY:Oil", "DUE;VALUE=DATE:20250505", "STATUS:NEEDS-ACTION", kind="VTODO")
    assert load(data).text == "Oil\nDue: Mon, 5 May 2025\nStatus: NEEDS-ACTION"


def test_a_calendar_has_a_name():
    data = b"BEGIN:VCALENDAR\nX-WR-CALNAME:Lamps\nEND:VCALENDAR\n"
    assert load(data).title == "Lamps"


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="not a calendar"):
        load(b"Monday: lamps")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="\\"), min_size=1))
def test_all_words_are_in_the_blocks(words):
    escaped = words.replace(",", "\\,").replace(";", "\\;")
    content = load(calendar(f"SUMMARY:{escaped}", f"DESCRIPTION:x{escaped}"))
    assert [block.of(content.text) for block in content.paragraphs] == [words, f"x{words}"]
