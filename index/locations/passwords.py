"""Passwords in the URLs of indexes, which nobody shall see: not in a message, not in a log."""

from __future__ import annotations

import re
from urllib.parse import unquote

_SECRET = re.compile(r"pass|pwd|token|secret|key", re.IGNORECASE)
# What begins like a URL, also with a slip: `postgresql:/`, `postgres //`, `Milvus;`, `//`.
_BEGINNING = re.compile(
    r"(?:(?<![a-z0-9+.-])[0-9+.-]*+[a-z][a-z0-9+.-]++\s*+(?::\s*+/+|//+)|(?<![^\s'\"`(])//+|"
    r"\b(?:postgre(?:s(?:ql)?)?|milvus)(?:\+[a-z0-9]++)?(?=\s*+(?:[:;]|//)))[\s:;/\\]*",
    re.IGNORECASE,
)
# A colon between a host and its port, or those of several hosts, begins no password.
_PORT = re.compile(r"[0-9]{1,5}(?:,[^,:@/]*:[0-9]{1,5})*(?:[/?#\s'\"`)]|$)")
# Nor does it in the address of a page, which may hold the other sign later on.
_PAGE = re.compile(r"https?:", re.IGNORECASE)
_WORD = re.compile(r"[^\s'\"`]*")
_USER = re.compile(r"([^\s:/?#@\[\]'\"]*):")
# Milvus takes a key in the place of a user.
_KEY = re.compile(r"[^\s:/?#@'\"]*@")
_QUERY = re.compile(r"\?([^\s'\"]*)")


def hide_passwords(text: str) -> str:
    """A text in which URLs, and what was meant to be one, have no passwords.

    Rather too much is left out than too little.
    """
    if ":" not in text and "//" not in text:
        return text
    return "\n".join(map(_hide_in_line, text.split("\n")))


def show_url(scheme: str, rest: str) -> str:
    """A whole URL without its password, whatever signs that holds."""
    start, mark, rest = hide_passwords(f"{scheme}://{rest}").partition("://")
    if "@" in rest:
        user = re.split(r"[:/?#@]", rest, maxsplit=1)[0]
        rest = f"{user}@{rest.rpartition('@')[2]}"
    return f"{start}{mark}{rest}"


def _hide_in_line(line: str) -> str:
    shown, at = "", 0
    while beginning := _BEGINNING.search(line, at):
        shown += line[at : beginning.end()]
        at = beginning.end()
        is_milvus = beginning[0].lower().startswith("milvus")
        if is_milvus and (key := _KEY.match(line, at)):
            at = key.end()
            continue
        user = _USER.match(line, at)
        if user is None or _has_port(beginning[0], line, user.end()):
            continue
        end = line.rfind("@")
        if end < user.end():
            # It lacks its host.
            end = _find_end(line, user.end())
        shown, at = shown + user[1], end
    return _QUERY.sub(_keep_options, shown + line[at:])


def _has_port(beginning: str, line: str, at: int) -> bool:
    """Whether it is a port, and not a password of digits, that stands at a place."""
    word = _WORD.match(line, at)
    is_login = word is not None and "@" in word[0] and not _PAGE.match(beginning)
    return _PORT.match(line, at) is not None and not is_login


def _find_end(line: str, start: int) -> int:
    match = re.compile(r"[/?#\s'\"`]|$").search(line, start)
    return match.start() if match else len(line)


def _keep_options(query: re.Match[str]) -> str:
    options = re.split("([&;])", query[1])
    kept = [
        option for option in options[::2] if not _SECRET.search(unquote(option.partition("=")[0]))
    ]
    if len(kept) == len(options[::2]):
        return query[0]
    return f"?{'&'.join(kept)}" if kept else ""
