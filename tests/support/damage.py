"""Valid files made invalid: what the fuzzing of loaders starts from, and what it checks."""

from __future__ import annotations

import gzip
import random
import zipfile
from io import BytesIO

from index import Content
from index.text.passages import cut_passages

# Bytes that mean something in one format or another, and the extremes of numbers.
_TELLING = [
    *(b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"-1", b"99999999999", b"1e309"),
    *(b"<", b">", b"</", b"/>", b"&#xD800;", b"&", b"<!DOCTYPE x [", b"<![CDATA[", b"<p>" * 50),
    *(b"(", b")", b"[", b"]", b"<<", b">>", b"endobj", b"stream\n", b" 0 R", b"%%EOF", b" Tj "),
    *(b'"', b"\n", b"\r", b"\n\n", b"\t", b"{", b"}", b"\\ud800", b"\xed\xa0\x80", b"\xf0\x9f"),
    *(
        b"```\n",
        b"---\n",
        b"===\n",
        b"# ",
        b"> ",
        b"- ",
        b"1. ",
        b"|",
        b"[",
        b"](",
        b"`",
        b"**",
        b"\\",
    ),
    *(
        b" " * 300,
        b"\n" * 300,
        b"a" * 3000,
        b". " * 300,
        b"\x1b[31m",
        b"\x1b]0;x\x07",
        b"\x85",
        b"\x0c",
    ),
    *(
        sign.encode()
        for sign in (
            "\u2028",
            "\ufeff",
            "\u202e",
            "e\u0301" * 50,
            "👩‍👩‍👧",
            "\U0010ffff",
            "。",
            "．5",
            "İ",
            "ß",
            "ﷺ",
            "½",
            "²",
            "\xad",
            "\u200b",
        )
    ),
    *(sign.encode("utf-16-le") for sign in ("a", "\n", "é", "。")),
    *(b"<table><tr><td>", b"<script>", b"&#xD800;", b"<!--", b"]]>", b'{"cells": 5}', b"{}", b"[]"),
]
_ZIP = b"PK\x03\x04"


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file with some damage; in a packed one, now and then only to what is packed."""
    if data.startswith(_ZIP) and chance.random() < 0.7:
        return _repacked(data, chance)
    if data.startswith(b"\x1f\x8b") and chance.random() < 0.5:
        return gzip.compress(_bytes_damaged(gzip.decompress(data), chance), mtime=0)
    return _bytes_damaged(data, chance)


def _bytes_damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(changed) + 1)
        until = min(len(changed), at + chance.choice((0, 1, 1, 4, 40, 400)))
        kind = chance.randrange(6)
        if kind == 0:
            changed[at:until] = chance.randbytes(until - at)
        elif kind == 1:
            changed[at:until] = b""
        elif kind == 2:
            changed[at:at] = chance.choice(_TELLING)
        elif kind == 3:
            changed[at:until] = chance.choice(_TELLING)
        elif kind == 4:
            changed[at:until] = bytes(changed[at:until]) * chance.choice((2, 30))
        elif chance.random() < 0.2:
            del changed[at:]
        else:
            # A piece of the file in another place.
            other = chance.randrange(len(changed) + 1)
            changed[at:at] = changed[other : other + 60]
    return bytes(changed)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A zip file in which some parts are damaged, missing or in each other's place."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name in chance.sample(sorted(parts), chance.choice((1, 1, 2))):
            kind = chance.randrange(8)
            if kind == 0:
                del parts[name]
            elif kind == 1:
                parts[name] = chance.choice(sorted(parts.values()))
            else:
                parts[name] = _bytes_damaged(parts[name], chance)
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def check_content(content: Content) -> None:
    """What holds of everything that a loader returns."""
    text = content.text
    text.encode()
    assert content.title is None or content.title.strip()
    spans = [*(content.paragraphs or ()), *(heading.span for heading in content.headings)]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    starts = [heading.span.start for heading in content.headings]
    assert starts == sorted(starts)
    assert list(content.page_starts) == sorted(content.page_starts)
    assert not content.page_starts or 0 == content.page_starts[0] <= content.page_starts[-1] <= len(
        text
    )
    at = 0
    for passage in cut_passages(content, _count, 60):
        assert at <= passage.span.start < passage.span.end <= len(text)
        assert passage.page is None or 1 <= passage.page <= len(content.page_starts)
        at = passage.span.end


def check_reason(reason: str) -> None:
    """What holds of every reason why a file cannot be read."""
    assert 0 < len(reason) < 300
    assert "\n" not in reason


def _count(texts: list[str]) -> list[int]:
    return [-(-len(text) // 4) for text in texts]
