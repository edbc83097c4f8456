"""A recording of everything that was written, played back to a power cut.

The recording is that of `faults.c`. What a program has not had put on the disk may be lost: of
each file, a part of the last writes; of all names, a part of the last changes. What was put
there (fsync of a file for its content, of a folder for the names in it) stays.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("<cQqIII")


@dataclass(frozen=True, slots=True)
class Event:
    """One call, as it was recorded: see `note` in faults.c."""

    kind: str
    number: int
    offset: int
    path: str
    other: str
    data: bytes


def read_events(record: Path) -> list[Event]:
    """All calls, in their order."""
    events: list[Event] = []
    written: dict[int, bytes] = {}
    for event in _parse(record.read_bytes()):
        events.append(event)
        if event.kind == "w":
            written[event.number] = event.data
        elif event.kind == "s" and Path(event.path).name.startswith(".tmp"):
            events.append(_find_rename(event, written[event.number]))
    return events


def _find_rename(event: Event, data: bytes) -> Event:
    """The new name of a file of the keyword engine, which renames without the C library."""
    name = ".managed.json" if data.lstrip().startswith(b"[") else "meta.json"
    return Event("r", 0, 0, event.path, str(Path(event.path).with_name(name)), b"")


def _parse(data: bytes) -> Iterator[Event]:
    at = 0
    while at < len(data):
        kind, number, offset, *sizes = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        parts = []
        for size in sizes:
            parts.append(data[at : at + size])
            at += size
        path, other, content = parts
        yield Event(
            kind.decode(), number, offset, os.fsdecode(path), os.fsdecode(other), bytes(content)
        )


@dataclass(slots=True, eq=False)
class _File:
    """A file: what is on the disk of it, and what was written since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def settle(self, count: int | None = None) -> None:
        """Have the next pending changes on the disk, all if None."""
        for offset, data in self.pending[:count]:
            self.durable.extend(bytes(max(0, offset - len(self.durable))))
            if data is None:
                del self.durable[offset:]
            else:
                self.durable[offset : offset + len(data)] = data
        del self.pending[:count]


@dataclass(slots=True, eq=False)
class _Folder:
    """A folder: which names are on the disk, and what has become of them since."""

    durable: dict[str, _File | _Folder] = field(default_factory=dict)
    pending: list[tuple[str, _File | _Folder | None]] = field(default_factory=list)

    def current(self) -> dict[str, _File | _Folder]:
        """The names as programs see them."""
        return _apply(self.durable, self.pending)

    def settle(self, count: int | None = None) -> None:
        """Have the next pending changes on the disk, all if None."""
        self.durable = _apply(self.durable, self.pending[:count])
        del self.pending[:count]


def _apply(
    names: dict[str, _File | _Folder], changes: list[tuple[str, _File | _Folder | None]]
) -> dict[str, _File | _Folder]:
    names = dict(names)
    for name, item in changes:
        if item is None:
            names.pop(name, None)
        else:
            names[name] = item
    return names


class RecordedDisk:
    """The files below a folder, as they were before a recording."""

    def __init__(self, folder: Path) -> None:
        self._top = folder
        self._files: dict[int, _File] = {}
        self._root = self._read(folder)

    def _read(self, folder: Path) -> _Folder:
        made = _Folder()
        for path in folder.iterdir():
            if path.is_dir():
                made.durable[path.name] = self._read(path)
            else:
                file = self._files[path.stat().st_ino] = _File(bytearray(path.read_bytes()))
                made.durable[path.name] = file
        return made

    def play(self, event: Event) -> None:
        """Do what a call did."""
        match event.kind:
            case "w" | "t":
                file = self._files.setdefault(event.number, _File())
                file.pending.append((event.offset, event.data if event.kind == "w" else None))
            case "s":
                item = self._find(event.path)
                if isinstance(item, _Folder):
                    item.settle()
                elif event.number in self._files:
                    self._files[event.number].settle()
            case "c":
                file = self._files[event.number] = _File()
                self._change(event.path, file)
            case "d":
                self._change(event.path, _Folder())
            case "u":
                self._change(event.path, None)
            case "r":
                item = self._find(event.path)
                self._change(event.other, item)
                self._change(event.path, None)

    def _find(self, path: str) -> _File | _Folder | None:
        item: _File | _Folder | None = self._root
        for name in Path(path).relative_to(self._top).parts:
            item = item.current().get(name) if isinstance(item, _Folder) else None
        return item

    def _change(self, path: str, item: _File | _Folder | None) -> None:
        folder = self._find(str(Path(path).parent))
        if isinstance(folder, _Folder):
            folder.pending.append((Path(path).name, item))

    def cut_power(self, chance: random.Random) -> None:
        """Lose what is not on the disk: of each file and each folder, the last changes."""
        self._lose(self._root, chance, set())

    def _lose(self, item: _File | _Folder, chance: random.Random, seen: set[int]) -> None:
        if id(item) in seen:
            return
        seen.add(id(item))
        count = len(item.pending)
        kept = chance.choice((0, count, chance.randint(0, count)))
        if isinstance(item, _File) and kept < count and chance.random() < 0.3:
            offset, data = item.pending[kept]
            if data:
                # A write that was under way.
                item.pending[kept] = (offset, data[: len(data) // 2])
                kept += 1
        item.settle(kept)
        item.pending.clear()
        if isinstance(item, _Folder):
            for inner in item.durable.values():
                self._lose(inner, chance, seen)

    def write_to_disk(self) -> None:
        """Make the files and folders that are left, where nothing is now."""
        _write(self._root, self._top)


def _write(item: _File | _Folder, path: Path) -> None:
    if isinstance(item, _File):
        path.write_bytes(item.durable)
        path.chmod(0o600)
        return
    path.mkdir(mode=0o700)
    for name, inner in item.durable.items():
        _write(inner, path / name)
