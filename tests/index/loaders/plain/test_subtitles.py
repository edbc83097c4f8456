"""Subtitles: what is said, minute by minute."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.plain.subtitles import load

SRT = """1
00:00:01,000 --> 00:00:03,000
<i>It blew</i>
all day.

2
00:00:03,500 --> 00:00:05,000 X1:1
- Did it?
3
00:00:05,000 --> 00:00:06,000
{\\an8}- It did.

4
00:02:00,000 --> 00:02:05,000
Yes.
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_are_prose_and_minutes_pages(newline):
    content = load(SRT.replace("\n", newline).encode())
    assert content.text == "It blew all day.\n\n- Did it?\n\n- It did.\n\nYes."
    assert content.page_starts == (0, content.text.index("Yes"), content.text.index("Yes"))
    assert len(content.paragraphs) == 4


def test_the_head_notes_and_styles_are_left_out():
    vtt = "WEBVTT - x\n\nNOTE hi\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:03.000 align:start\n<v Ann>It &amp; blew\n"
    assert load(vtt.encode()).text == "Ann: It & blew"


def test_what_stays_on_the_screen_is_read_once():
    cues = "00:01.000 --> 00:02.000\nIt blew\n\n00:02.000 --> 00:03.000\nIt blew\n"
    assert load(cues.encode()).text == "It blew"


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="no subtitles"):
        load(b"Dear Bee,\n")
    assert load(b"WEBVTT\n").text == ""
