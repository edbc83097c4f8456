"""Exports of a chat: each message is a block and a sentence of its own."""

import pytest

from index.loaders import parse
from index.text import split_sentences
from index.text.plain_blocks import find_blocks


def read(*lines):
    """The blocks of a text."""
    content = parse(".txt", "\n".join(lines).encode())
    return [block.span.of(content.text) for block in find_blocks(content)]


@pytest.mark.parametrize(
    "time",
    [
        "[12/03/2026, 18:06:10] ",
        "\u200e[12/03/2026, 18:06:10] ",
        "[3/12/26, 6:06:10\u202fPM] ",
        "[12.03.26, 18:06:10] ",
        "12/03/2026, 18:06 - ",
        "12.03.26, 18:06 - ",
        "3/12/26, 6:06 PM - ",
        "12/03/2026 18:06 - ",
        "12-03-2026 18:06 - ",
        "2026-03-12, 6:06 p.m. - ",
        "12/3/26, 6:06\u202fp.\xa0m. - ",
        "[12-03-2026 18:06:10] ",
    ],
)
def test_each_message_is_a_block_and_a_sentence(time):
    messages = [
        f"{time}Ann: Are we still on for",
        f"{time}Bee: Saturday at seven, and the keys\nare under the mat",
        f"{time}Bee joined",
        f"{time}~ Cid Dee: the boat is mine",
    ]
    assert read(*messages) == messages
    text = "\n".join(messages)
    starts = {start for start, _ in split_sentences(text)}
    assert {text.index(message) for message in messages} <= starts


def test_paragraphs_of_a_message_and_what_stands_above_are_blocks():
    lines = [
        "Chat of the club",
        "12/03/2026, 18:06 - Ann: One",
        "",
        "  two",
        "12/03/2026, 18:07 - Bee: Three",
        "12/03/2026, 18:08 - Ann:",
        "",
    ]
    assert read(*lines) == ["Chat of the club", lines[1], "two", lines[4], lines[5]]


@pytest.mark.parametrize(
    "lines",
    [
        ["12/03/2026, 18:06 - Ann: One", "12/03/2026, 18:07 - Bee: Two", "and three"],
        [*["12/03/2026, 18:06 - Ann: One"] * 3, *["12/03/2026, 18:07 - Bee left"] * 3],
        ["12/03/2026: it rains", "13/03/2026: it snows", "14/03/2026: it is dry"],
    ],
    ids=["two messages", "few have words", "no times"],
)
def test_other_texts_are_none(lines):
    assert read(*lines) == ["\n".join(lines)]


@pytest.mark.parametrize("time", ["[2026-03-12 18:06] ", "2026-03-12 18:06:10 - "])
def test_a_log_is_not_a_chat(time):
    report = [
        "Timeline",
        "--------",
        *(f"{time}Pump: stopped",) * 3,
        "",
        "Causes",
        "------",
        "Rust",
    ]
    content = parse(".txt", "\n".join(report).encode())
    assert [heading.text for heading in content.headings] == ["Timeline", "Causes"]
