"""Messages of Outlook, made on the spot: a small compound file with the properties of each."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

_SECTOR, _SMALL = 512, 64
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
# A part by its name: bytes, or other parts.
Parts = Mapping[str, "bytes | Parts"]


def compound_file(parts: Parts) -> bytes:
    """A compound file whose parts are all small."""
    small, small_chain = bytearray(), []
    entries: list[bytearray] = []

    def add(name: str, kind: int, content: bytes | Parts) -> int:
        number = len(entries)
        entries.append(bytearray(128))
        child, start, size = _FREE, 0, 0
        if isinstance(content, bytes):
            assert len(content) < 4096
            count = -(-len(content) // _SMALL)
            start, size = (len(small) // _SMALL if count else _END), len(content)
            small.extend(content.ljust(count * _SMALL, b"\0"))
            small_chain.extend([*range(start + 1, start + count), _END] if count else [])
        else:
            # Brothers hang on each other: a tree of one branch.
            below = [
                add(each, 2 if isinstance(part, bytes) else 1, part)
                for each, part in content.items()
            ]
            child = below[0] if below else _FREE
            for one, following in pairwise(below):
                struct.pack_into("<I", entries[one], 72, following)
        words = name.encode("utf-16-le") + b"\0\0"
        entries[number][:66] = words.ljust(64, b"\0") + struct.pack("<H", len(words))
        entries[number][66:68] = bytes((kind, 1))
        struct.pack_into("<III", entries[number], 68, _FREE, _FREE, child)
        struct.pack_into("<IQ", entries[number], 116, start, size)
        return number

    add("Root Entry", 5, parts)
    # The first sector is the table of all others.
    chain = [_FAT]

    def allot(data: bytes) -> tuple[int, bytes]:
        count = -(-len(data) // _SECTOR)
        first = len(chain)
        chain.extend([*range(first + 1, first + count), _END] if count else [])
        return (first if count else _END), data.ljust(count * _SECTOR, b"\0")

    table_at, table = allot(struct.pack(f"<{len(small_chain)}I", *small_chain))
    small_at, packed = allot(bytes(small))
    struct.pack_into("<IQ", entries[0], 116, small_at, len(small))
    directory_at, directory = allot(b"".join(entries))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0")
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<6I", 0, 1, directory_at, 0, 4096, table_at)
    head += struct.pack("<3I", len(table) // _SECTOR, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    assert len(chain) <= _SECTOR // 4
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    return head + fat + table + packed + directory


def outlook_parts(
    texts: Mapping[int, str | bytes],
    numbers: Mapping[int, int] | None = None,
    people: Sequence[tuple[int, str, str]] = (),
    files: Sequence[tuple[str, bytes | Parts]] = (),
    *,
    head: int = 32,
    is_unicode: bool = True,
) -> dict[str, bytes | Parts]:
    """The parts of a message.

    Args:
        texts: the properties that are text or bytes.
        numbers: those that are numbers or times.
        people: to whom it goes: role (1 is To, 2 is Cc), name and address.
        files: what comes with it: a name and bytes, or the parts of another message.
        head: how many bytes stand before the numbers.
        is_unicode: whether text is UTF-16, or else Windows-1252.
    """
    parts: dict[str, bytes | Parts] = dict(_streams(texts, is_unicode))
    parts["__properties_version1.0"] = _numbers(numbers or {}, head)
    for count, (role, name, address) in enumerate(people):
        person = dict(_streams({0x3001: name, 0x39FE: address}, is_unicode))
        person["__properties_version1.0"] = _numbers({0x0C15: role}, 8)
        parts[f"__recip_version1.0_#{count:08X}"] = person
    for count, (name, content) in enumerate(files):
        file = dict(_streams({0x3707: name}, is_unicode))
        key = "__substg1.0_3701" + ("0102" if isinstance(content, bytes) else "000D")
        file |= {key: content, "__properties_version1.0": _numbers({}, 8)}
        parts[f"__attach_version1.0_#{count:08X}"] = file
    return parts


def outlook_message() -> bytes:
    """A message with a file and another message."""
    inner = outlook_parts({0x0037: "Wind", 0x1000: "From the west."}, head=24)
    texts = {0x0037: "Ships", 0x0C1A: "Ann", 0x5D01: "ann@example.org", 0x1000: "It blew. 🙂"}
    people = [(1, "Bee", "bee@example.org"), (2, "Cé", "/O=X/CN=C")]
    files: list[tuple[str, bytes | Parts]] = [("log.txt", b"Calm at noon."), ("", inner)]
    # The fifth of May 2025, at ten o'clock.
    return compound_file(outlook_parts(texts, {0x0039: 133909128000000000}, people, files))


def _streams(texts: Mapping[int, str | bytes], is_unicode: bool) -> Iterator[tuple[str, bytes]]:
    for number, words in texts.items():
        if isinstance(words, bytes):
            yield f"__substg1.0_{number:04X}0102", words
        elif is_unicode:
            yield f"__substg1.0_{number:04X}001F", words.encode("utf-16-le")
        else:
            yield f"__substg1.0_{number:04X}001E", words.encode("cp1252")


def _numbers(numbers: Mapping[int, int], head: int) -> bytes:
    kinds = {number: 0x0040 if value > 0xFFFFFFFF else 0x0003 for number, value in numbers.items()}
    entries = (struct.pack("<HHIQ", kinds[n], n, 6, value) for n, value in numbers.items())
    return bytes(head) + b"".join(entries)
