"""Texts that may make a regular expression slow, derived from the expression itself.

A repeat is reached by an example of all that stands before it; what it repeats, and all that the
pattern speaks of, is said again and again, alone and in pairs; then comes what the rest refuses.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.support.bounded_patterns import find_longest
from tests.support.patterns import AT_ONE_PLACE, FoundPattern

# Repeats that end earlier are no danger by themselves.
_ENDLESS = 50
# Of every class of characters so many are tried; of what a pattern speaks of, so many pieces.
_MOST_EXAMPLES, _MOST_PIECES = 3, 12
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
# What classes are looked for in, the usual first.
_POOL = "a 1\n.-A\t_\r(\"'<[|:,é\u4e00\x01Z0z"
_CATEGORIES = {
    ops.CATEGORY_DIGIT: re.compile(r"\d"),
    ops.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    ops.CATEGORY_SPACE: re.compile(r"\s"),
    ops.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    ops.CATEGORY_WORD: re.compile(r"\w"),
    ops.CATEGORY_NOT_WORD: re.compile(r"\W"),
}
_SUFFIXES = ("", "\x01", "\n", "a", " ", "!\n")
_LINE_ENDS = ("\n", "\r\n", " \n")


@dataclass(frozen=True, slots=True)
class Attack:
    """A text of any length: `unit` again and again, after a start and before an end."""

    start: str
    unit: str
    end: str

    def write(self, size: int) -> str:
        return self.start + self.unit * max(1, size // len(self.unit)) + self.end


class _Anatomy:
    """What a pattern consists of."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        source = pattern.pattern
        text = source.decode("latin-1") if isinstance(source, bytes) else source
        flags = pattern.flags & ~re.UNICODE
        self.tree = parser.parse(text, flags)
        # Starts that reach a repeat, with what it repeats.
        self.repeats: list[tuple[str, list[str]]] = []
        self.pieces: list[str] = []
        self._visit(self.tree, "")

    def _visit(self, nodes: Any, before: str) -> None:
        literal = ""
        for op, value in nodes:
            if op is ops.LITERAL:
                literal += chr(value)
                before += chr(value)
                continue
            if literal:
                self.pieces.append(literal)
                literal = ""
            if op in _REPEATS:
                least, most, body = value
                examples = _find_examples(body)
                if most is ops.MAXREPEAT or most >= _ENDLESS:
                    self.repeats.append((before, examples))
                self._visit(body, before)
                before += examples[0] * max(1, least) if examples else ""
            elif op is ops.BRANCH:
                for branch in value[1]:
                    self._visit(branch, before)
                before += _write_example(value[1][0], 0)
            elif op is ops.SUBPATTERN:
                self._visit(value[-1], before)
                before += _write_example(value[-1], 0)
            elif op is ops.ATOMIC_GROUP:
                self._visit(value, before)
                before += _write_example(value, 0)
            elif op in (ops.ASSERT, ops.ASSERT_NOT):
                self._visit(value[1], before)
                if op is ops.ASSERT and value[0] < 0:
                    before += _write_example(value[1], 0)
            elif op is ops.GROUPREF_EXISTS:
                self._visit(value[1], before)
            elif op in (ops.IN, ops.ANY, ops.NOT_LITERAL):
                examples = _list_characters(op, value)
                self.pieces += examples
                before += examples[0] if examples else ""
        if literal:
            self.pieces.append(literal)

    @cached_property
    def units(self) -> list[str]:
        bodies = [body for _, examples in self.repeats for body in examples]
        reached = [start + body for start, examples in self.repeats for body in examples[:1]]
        starts = [start for start, _ in self.repeats]
        pieces = [*dict.fromkeys(bodies + self.pieces + [*_LINE_ENDS])][:_MOST_PIECES]
        pairs = [
            first + second for first, second in itertools.product(pieces, pieces) if first != second
        ]
        lines = [each + end for each in (*reached, *starts) for end in ("", *_LINE_ENDS)]
        whole = _write_example(self.tree, 0)
        longer = [whole, whole[:-1], whole + "\n", whole + " "]
        units = dict.fromkeys([*bodies, *lines, *longer, *pieces, *pairs])
        return [each for each in units if each]

    @cached_property
    def starts(self) -> list[str]:
        return [*dict.fromkeys(["", *(start for start, _ in self.repeats)])]


def _find_examples(nodes: Any) -> list[str]:
    """Texts that match, as different as they can be."""
    texts = [_write_example(nodes, turn) for turn in range(_MOST_EXAMPLES)]
    return [text for text in dict.fromkeys(texts) if text]


def _write_example(nodes: Any, turn: int) -> str:
    """A text that matches, or nearly: each choice is made by the turn."""
    text = ""
    for op, value in nodes:
        if op is ops.LITERAL:
            text += chr(value)
        elif op in (ops.IN, ops.ANY, ops.NOT_LITERAL):
            characters = _list_characters(op, value)
            text += characters[turn % len(characters)] if characters else ""
        elif op in _REPEATS:
            text += _write_example(value[2], turn) * max(1, min(value[0], _ENDLESS))
        elif op is ops.BRANCH:
            text += _write_example(value[1][turn % len(value[1])], turn)
        elif op is ops.SUBPATTERN:
            text += _write_example(value[-1], turn)
        elif op is ops.ATOMIC_GROUP:
            text += _write_example(value, turn)
    return text


def _list_characters(op: Any, value: Any) -> list[str]:
    """Some characters that one node matches."""
    if op is ops.ANY:
        return ["a", " ", "."]
    if op is ops.NOT_LITERAL:
        return [each for each in _POOL if each != chr(value)][:_MOST_EXAMPLES]
    is_negated = value[0][0] is ops.NEGATE
    named = []
    for kind, each in value:
        if kind is ops.LITERAL:
            named.append(chr(each))
        elif kind is ops.RANGE:
            named.append(chr(each[0]))
    candidates = dict.fromkeys([*_POOL, *(() if is_negated else named)])
    fitting = [each for each in candidates if _is_in(value, each)]
    # Those that are named first, then those that come from ranges and categories.
    fitting.sort(key=lambda each: each not in named)
    return fitting[:_MOST_EXAMPLES]


def _is_in(items: Any, character: str) -> bool:
    is_negated = items[0][0] is ops.NEGATE
    for kind, value in items:
        if kind is ops.LITERAL:
            fits = ord(character) == value
        elif kind is ops.RANGE:
            fits = value[0] <= ord(character) <= value[1]
        elif kind is ops.CATEGORY:
            fits = _CATEGORIES[value].match(character) is not None
        else:
            continue
        if fits:
            return not is_negated
    return is_negated


def derive_attacks(pattern: re.Pattern[Any], most: int | None = None) -> list[Attack]:
    """The attacks on a pattern.

    Args:
        most: of those on its repeats, and of the others; they are then chosen by chance, the same
            ones each time.
    """
    anatomy = _Anatomy(pattern)
    direct = [*dict.fromkeys(_attack_repeats(anatomy))]
    starts, units, ends = anatomy.starts, anatomy.units, _SUFFIXES[:3]
    if most is None:
        others = itertools.starmap(Attack, itertools.product(starts, units, ends))
        return [*dict.fromkeys([*direct, *others])]
    chance = random.Random(ascii(pattern.pattern))
    chosen = chance.sample(direct, min(most, len(direct)))
    if units:
        chosen += [Attack(*map(chance.choice, (starts, units, ends))) for _ in range(most)]
    return [*dict.fromkeys(chosen)]


def _attack_repeats(anatomy: _Anatomy) -> Iterator[Attack]:
    """Each repeat without an end, reached and not."""
    for start, examples in anatomy.repeats:
        for body in examples:
            for end in (*_SUFFIXES, *anatomy.pieces[:2]):
                yield Attack(start, body, end)
            yield Attack("", start + body, "")
        for first, second in itertools.permutations(examples, 2):
            yield Attack(start, first + second, "\x01")
        for end in ("", *_LINE_ENDS):
            if start + end:
                yield Attack("", start + end, "")


# Characters of the texts: time that doubles with each sign is seen early, or it would never end;
# time that grows with the square later. The last two tell that from what is slow alone.
_SIZES = (16, 20, 24, 28, 32, 40, 60, 100, 300, 3_000, 9_000)
# Seconds that a text of the last but one size may take; what takes longer is measured at both.
_QUICK_SECONDS = 0.0025
# Three times the length may take so many times as long.
_MOST_TIMES = 6.0
# Seconds for the longest text that a pattern is ever given, where that has an end.
_MOST_SECONDS = 0.2


def measure_pattern(found: FoundPattern, text: str) -> float:
    """Seconds of processor time that the slowest use of a pattern takes."""
    pattern = found.pattern
    subject: Any = (
        text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
    )
    slowest = 0.0
    for method in AT_ONE_PLACE & found.methods:
        started = time.process_time()
        getattr(pattern, method)(subject)
        slowest = max(slowest, time.process_time() - started)
    if found.methods - AT_ONE_PLACE:
        started = time.process_time()
        for _ in pattern.finditer(subject):
            pass
        slowest = max(slowest, time.process_time() - started)
    return slowest


def find_slow_text(found: FoundPattern, most: int | None = None) -> str | None:
    """What is wrong with a pattern, in words: a text whose time grows faster than its length.

    Args:
        most: how many texts are tried, as for `derive_attacks`.
    """
    longest = find_longest(found)
    for attack in derive_attacks(found.pattern, most):
        if grows(found, attack) if longest is None else is_slow(found, attack, longest):
            return f"{attack.start!r} + {attack.unit!r} * n + {attack.end!r}"
    return None


def is_slow(found: FoundPattern, attack: Attack, longest: int) -> bool:
    """Whether a pattern takes long for the longest text that it is given, each time it is asked."""
    text = attack.write(longest - len(attack.start + attack.end))[:longest]
    return all(measure_pattern(found, text) > _MOST_SECONDS for _ in range(3))


def grows(found: FoundPattern, attack: Attack) -> bool:
    """Whether a pattern takes more than its share of a longer text, each time it is asked."""
    *shorter, short, long = _SIZES
    for size in shorter:
        if all(measure_pattern(found, attack.write(size)) > _QUICK_SECONDS for _ in range(3)):
            return True
    if measure_pattern(found, attack.write(short)) <= _QUICK_SECONDS:
        return False
    for _ in range(2):
        seconds = measure_pattern(found, attack.write(short))
        most = _MOST_TIMES * max(seconds, _QUICK_SECONDS / 2)
        if measure_pattern(found, attack.write(long)) <= most:
            return False
    return True
