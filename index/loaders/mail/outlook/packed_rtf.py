"""RTF as Outlook packs it (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from index.loaders.shared.decoding import UnreadableFile

_HEAD = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_MOST_BYTES = 64 * 2**20
_WINDOW = 4096
# What the window holds at first, so that what every file begins with packs well.
_KNOWN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpack_rtf(data: bytes) -> bytes:
    """What is packed.

    Raises:
        UnreadableFile: it is damaged, or too large.
    """
    if len(data) < _HEAD.size:
        raise UnreadableFile("damaged RTF")
    _, size, kind, _ = _HEAD.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEAD.size : _HEAD.size + size]
    if kind != _PACKED or size > _MOST_BYTES:
        raise UnreadableFile("damaged RTF")
    # A place in the window is the same place in all that was written, a whole number of windows on.
    written = bytearray(_KNOWN)
    at = _HEAD.size
    while at < len(data) and len(written) < len(_KNOWN) + size:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                written += data[at : at + 1]
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(written[len(_KNOWN) :])
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            place, count = reference >> 4, (reference & 0xF) + 2
            back = (len(written) - place) % _WINDOW
            if not back:
                return bytes(written[len(_KNOWN) :])
            for _ in range(count):
                source = len(written) - back
                written.append(written[source] if source >= 0 else 0x20)
    return bytes(written[len(_KNOWN) : len(_KNOWN) + size])
