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


def test_captions_that_roll_up_are_read_once():
    cues = [
        ("00:58.000 --> 01:00.470 align:start", " ", "hello<00:59.400><c> everyone</c>"),
        ("01:00.470 --> 01:00.480 align:start", "hello everyone", " "),
        (
            "01:00.480 --> 01:02.950 align:start",
            "hello everyone",
            "to<01:01.600><c> my</c> channel",
        ),
        ("01:02.950 --> 01:02.960 align:start", "to my channel", " "),
        (
            "01:02.960 --> 01:05.000 align:start",
            "to my channel",
            "- today<01:03.700><c> we bake</c>",
        ),
    ]
    content = load("\n\n".join(["WEBVTT", *map("\n".join, cues), ""]).encode())
    assert content.text == "hello everyone\n\nto my channel\n\n- today we bake"


def test_words_that_end_what_was_said_before_are_said_again():
    said = ["Is it on the piano", "no", "It costs 20", "0", "Yes", "Oh\nyes", "yes"]
    cues = [f"00:0{at}.000 --> 00:0{at}.900\n{words}\n" for at, words in enumerate(said)]
    read = "Is it on the piano no It costs 20 0 Yes Oh yes"
    assert load("\n".join(cues).encode()).text == read


def test_what_is_said_again_after_a_while_is_read_again():
    cues = "00:01.000 --> 00:02.000\nIt blew\n\n00:09.000 --> 00:10.000\nIt blew\n"
    assert load(cues.encode()).text == "It blew\n\nIt blew"


def test_an_empty_cue_between_changes_nothing():
    cues = "00:01.000 --> 00:02.000\nIt blew\n\n00:02.000 --> 00:02.100\n\n"
    assert load(f"{cues}00:02.100 --> 00:03.000\nIt blew\n".encode()).text == "It blew"


def test_times_need_no_spaces_between():
    assert load(b"1\n00:00:01,000-->00:00:02,000\nIt blew\n").text == "It blew"


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="no subtitles"):
        load(b"Dear Bee,\n")
    assert load(b"WEBVTT\n").text == ""
