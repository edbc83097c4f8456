"""What nobody sees of Markdown: badges, tags, and where the links lead."""

from __future__ import annotations

import re

from index.loaders.markup.markdown_html import TAG

# A picture that is a link, or one whose address may say that it is a badge.
_BADGE = re.compile(
    r"\[!\[[^\[\]]*+\](?:\([^()]*+\)|\[[^\[\]]*+\])\](?:\([^()]*+\)|\[[^\[\]]*+\])"
    r"|!\[[^\[\]]*+\]\((?P<address>[^()]*+)\)"
)
_BADGE_ADDRESS = re.compile(r"badge|shields\.io")
# Where links named elsewhere lead: to an address, or it would be a note of one word.
_DEFINITION = re.compile(
    r"[ ]{0,3}\[(?!\^)[^\[\]\r\n]{1,200}\]:[ \t]*(?=\S*[/.#:@])\S+"
    r"(?:[ \t]+(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|\([^()\r\n]*\)))?[ \t]*(?:\r\n|\n|\r|\Z)"
)
_TO_TOP = re.compile(
    r"\W*\[\W*(?:back )?to (?:the )?(?:top|index|contents|table of contents)\W*\]\(#[^()]*\)\W*",
    re.IGNORECASE,
)
_LONGEST_TO_TOP = 100


def find_definitions_end(text: str, start: int, end: int) -> int:
    """Where a paragraph begins after the definitions of links, which nobody sees."""
    while definition := _DEFINITION.match(text, start, end):
        start = definition.end()
    return start


def is_unseen(block: str) -> bool:
    """Whether a block says nothing: badges, tags and comments only, or a link to the top."""
    if len(block) <= _LONGEST_TO_TOP and _TO_TOP.fullmatch(block):
        return True
    if not block.lstrip().startswith(("[![", "![", "<", "[")):
        return False
    return not re.search(r"\w", TAG.sub("", _BADGE.sub(_drop_badge, block)))


def _drop_badge(picture: re.Match[str]) -> str:
    address = picture["address"]
    return "" if address is None or _BADGE_ADDRESS.search(address) else picture[0]
