"""Every file of every store damaged in 27 ways: it is said or made good, and nothing is made up.

python tests/attack/damage.py [--rounds N] [--ways N] [--operations update conversations …] [--seed S]

The files of an index, of conversations, settings, judgements and compiled models are flipped, cut
short, emptied, swapped, replaced by folders, links, pipes and devices. Each store is then read,
verified, repaired and used again: an error is one line of ours, no span is wrong, whatever
`verify` calls sound is whole, and in the end all is well again or a line says what is lost. Exit
code 1 where anything else happens.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

from index import Index, QuotebackError
from tests.support.encoders import WordEncoder
from tests.support.faults import restart_with_faults, run_forked
from tests.support.operations import INDEX_OPERATIONS, OTHER_OPERATIONS, Operation, State

_Way = Callable[[Path, random.Random], None]


def _change(make: Callable[[bytes, random.Random], bytes]) -> _Way:
    return lambda path, chance: _replace(path, make(path.read_bytes(), chance))


def _replace(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _flip(data: bytes, chance: random.Random, at: int | None = None, times: int = 1) -> bytes:
    changed = bytearray(data)
    for _ in range(times if data else 0):
        changed[chance.randrange(len(data)) if at is None else at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, chance: random.Random, piece: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + piece + data[at + len(piece) :]


def _put_another(path: Path, chance: random.Random) -> None:
    others = [each for each in path.parent.iterdir() if each.is_file() and each != path]
    data = chance.choice(others).read_bytes() if others else b"another file"
    _replace(path, data)


def _in_place(make: Callable[[Path], None]) -> _Way:
    def way(path: Path, _: random.Random) -> None:
        path.unlink()
        make(path)

    return way


def _close_off(path: Path, _: random.Random) -> None:
    path.chmod(0)


def _move_behind_a_link(path: Path, _: random.Random) -> None:
    moved = path.with_name(f"{path.name} elsewhere")
    path.rename(moved)
    path.symlink_to(moved)


WAYS: dict[str, _Way] = {
    "first byte": _change(lambda data, chance: _flip(data, chance, 0)),
    "last byte": _change(lambda data, chance: _flip(data, chance, -1)),
    "middle byte": _change(lambda data, chance: _flip(data, chance, len(data) // 2)),
    "a bit": _change(_flip),
    "another bit": _change(_flip),
    "a third bit": _change(_flip),
    "8 bits": _change(lambda data, chance: _flip(data, chance, times=8)),
    "100 bits": _change(lambda data, chance: _flip(data, chance, times=100)),
    "empty": _change(lambda *_: b""),
    "cut": _change(lambda data, chance: data[: chance.randrange(len(data) + 1)]),
    "half": _change(lambda data, _: data[: len(data) // 2]),
    "last byte gone": _change(lambda data, _: data[:-1]),
    "more": _change(lambda data, _: data + b"garbage"),
    "twice": _change(lambda data, _: data * 2),
    "zeros": _change(lambda data, _: bytes(len(data))),
    "noise": _change(lambda data, chance: chance.randbytes(len(data))),
    "a block of zeros": _change(lambda data, chance: _overwrite(data, chance, bytes(512))),
    "a block of noise": _change(lambda data, c: _overwrite(data, c, c.randbytes(512))),
    "brackets": _change(lambda *_: b"[" * 50_000),
    "gone": lambda path, _: path.unlink(),
    "another file": _put_another,
    "a folder": _in_place(lambda path: path.mkdir()),
    "a pipe": _in_place(os.mkfifo),
    "a link to a device": _in_place(lambda path: path.symlink_to("/dev/zero")),
    "a link to itself": _in_place(lambda path: path.symlink_to(path)),
    "behind a link": _move_behind_a_link,
    "closed off": _close_off,
}


def check_damaged(operation: Operation, folder: Path, whole: State, name: str) -> list[str]:
    """Use, verify, repair and use again a damaged store; what is wrong, a line each."""
    if operation not in INDEX_OPERATIONS:
        return _check_small(operation, folder, whole)
    problems = []
    for _ in range(2):
        try:
            state = operation.read(folder)
            problems += [
                f"MADE UP: {path}"
                for path, text in state.items()
                if text is not None and whole.get(path) != text and not name.endswith("-wal")
            ]
            unsound = operation.inspect(folder, state)
            problems += [line for line in unsound if line.startswith("WRONG")]
            if not unsound and state != whole and not name.startswith("an.index/index.sqlite"):
                problems.append("SAID TO BE SOUND, but something is missing")
        except QuotebackError as error:
            problems += _check_message(error)
    lost = ""
    try:
        with Index.open(folder / "an.index", encoder=WordEncoder()) as index:
            index.repair()
    except QuotebackError as first:
        problems += _check_message(first)
        try:
            Index.restore(folder / "an.index", encoder=WordEncoder()).close()
        except QuotebackError as error:
            problems += _check_message(error)
            lost = str(error)
    if lost:
        return problems
    with Index.open(folder / "an.index", encoder=WordEncoder()) as index:
        index.add([folder / "notes"])
        if left := index.verify():
            return problems + left
    if operation.read(folder) != whole:
        problems.append("after repair something is missing")
    return problems + operation.inspect(folder, whole)


def _check_small(operation: Operation, folder: Path, whole: State) -> list[str]:
    problems = []
    for use in (operation.read, operation.run, operation.read):
        try:
            state = use(folder)
        except QuotebackError as error:
            problems += _check_message(error)
            continue
        if operation.name in ("conversations", "models") and state:
            # Of these, each value has a checksum.
            known = {*whole, "(damaged)", *(f"new {number}" for number in range(4))}
            problems += [f"MADE UP: {each}" for each in state.keys() - known]
    return problems


def _check_message(error: QuotebackError) -> list[str]:
    message = str(error)
    return [] if message and "\n" not in message else [f"not one line: {message!r}"]


def _attack(
    operation: Operation, scratch: Path, chosen: argparse.Namespace, seed: int
) -> tuple[int, int]:
    """Damage every file of what an operation has made; returns how many tries, and failures."""
    base, work = scratch / "base", scratch / "work"
    work.mkdir()

    def prepare() -> State:
        operation.prepare(work)
        operation.run(work)
        return operation.read(work)

    whole = run_forked(prepare, work).value
    work.rename(base)
    paths = [path.relative_to(base) for path in sorted(base.rglob("*")) if path.is_file()]
    # Documents and the sources of models are not ours.
    files = [path for path in paths if path.parts[0] not in ("notes", "model")]
    tries = failed = 0
    for file in files:
        if chosen.only and chosen.only not in str(file):
            continue
        chance = random.Random(f"{seed} {file.suffix}")
        for way in chance.sample(sorted(WAYS), min(chosen.ways, len(WAYS))):
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(base, work, symlinks=True)
            WAYS[way](work / file, chance)
            result = run_forked(partial(check_damaged, operation, work, whole, str(file)), work)
            problems = result.value or []
            if result.how != "acknowledged":
                problems = [f"{result.how}: {result.message}"]
            tries, failed = tries + 1, failed + bool(problems)
            if problems:
                print(f"{file}: {way}", *problems, sep="\n    ", flush=True)
    print(f"{operation.name:12}{len(files):4} files{tries:8} tries{failed:6} FAILED", flush=True)
    return tries, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    operations = {each.name: each for each in (INDEX_OPERATIONS[1], *OTHER_OPERATIONS)}
    parser.add_argument("--rounds", type=int, default=2, help="each damages at other places")
    parser.add_argument("--ways", type=int, default=len(WAYS), help="of each file, at random")
    parser.add_argument("--operations", nargs="*", choices=operations, default=list(operations))
    parser.add_argument("--only", help="part of the name of a file")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    restart_with_faults()
    print(f"seed {chosen.seed}", flush=True)
    began, tries, failed = time.monotonic(), 0, 0
    for round, name in product(range(chosen.rounds), chosen.operations):
        with tempfile.TemporaryDirectory(prefix="attack-") as scratch:
            seed = chosen.seed + round
            made, bad = _attack(operations[name], Path(scratch).resolve(), chosen, seed)
        tries, failed = tries + made, failed + bad
    print(f"{tries:,} damaged files, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
