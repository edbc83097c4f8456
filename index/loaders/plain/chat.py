"""Exports of a chat, as WhatsApp makes them: each message begins with its time, and is a block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import Block, Blocks, Content, Span
from index.loaders.plain.lines import Line
from index.text.patterns import CHAT_TIME
from index.text.plain_blocks import find_paragraphs

_TIME = re.compile(CHAT_TIME)
# Lines such as "12/03/2026, 18:06 - Ann left" have a time, and nobody says them.
_MESSAGE = re.compile(rf"{CHAT_TIME}[^:]{{1,80}}:(?=[ ]|$)")
_FEWEST_MESSAGES = 3


def parse_chat(text: str, lines: Sequence[Line]) -> Content | None:
    """The messages of a chat as blocks; None if the text is not a chat.

    Blank lines part paragraphs of a message. All of it is in passages, which may have several
    messages.
    """
    timed = [line for line in lines if _TIME.match(line.words)]
    messages = sum(_MESSAGE.match(line.words) is not None for line in timed)
    if messages < _FEWEST_MESSAGES or 2 * messages <= len(timed):
        return None
    blocks = Blocks()
    coming = iter([*(line.start for line in timed), len(text)])
    start = next(coming)
    for paragraph in find_paragraphs(text, 0, len(text)):
        at = paragraph.start
        while start < paragraph.end:
            _add_block(blocks, text, Span(at, start))
            at, start = start, next(coming)
        _add_block(blocks, text, Span(at, paragraph.end))
    return Content(text, blocks=blocks)


def _add_block(blocks: Blocks, text: str, span: Span) -> None:
    words = span.strip(text)
    if len(words):
        blocks.append(Block("paragraph", words))
