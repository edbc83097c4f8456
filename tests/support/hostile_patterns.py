"""Hostile texts of every format, derived from the patterns of the modules that read it.

A pattern that is added to a loader, or to what it imports, is attacked without being named here.
"""

from __future__ import annotations

import ast
import inspect
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from index.loaders import find_loader
from tests.support.hostile_shapes import Text
from tests.support.pattern_attacks import Attack, derive_attacks
from tests.support.patterns import FoundPattern, find_patterns

# What a file of a format must begin with to be read as one, and what it ends with.
_AROUND = {
    ".rtf": ("{\\rtf1\\ansi ", "}"),
    ".eml": ("From: a@b.example\nSubject: c\n", "\n\nwords\n"),
    ".mbox": ("From a Mon May  5 10:00:00 2025\nFrom: a\n\n", "\n"),
    ".mhtml": ("From: a\nContent-Type: text/html\n\n<p>", "</p>"),
    ".ics": ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n", "\nEND:VEVENT\nEND:VCALENDAR\n"),
    ".vcf": ("BEGIN:VCARD\nFN:a\n", "\nEND:VCARD\n"),
    ".bib": ("@book{a, title = {b}, note = {", "}}\n"),
    ".tex": ("\\begin{document}\n", "\n\\end{document}\n"),
    ".docbook": ("<article><para>", "</para></article>"),
    ".json": ('[{"a": "', '"}]'),
    ".vtt": ("WEBVTT\n\n", "\n"),
}
# The formats that are text: a suffix for each module that reads one.
FORMATS = (
    ".txt .md .rst .csv .ipynb .html .rtf .eml .mbox .mhtml .org .adoc .srt .vtt .jsonl "
    ".json .1 .tex .bib .ics .vcf .docbook .xml .py"
).split()
# What every text goes through after its loader.
_AFTER = ("index.text.passages",)
# The packages whose modules read a document.
_READING = ("index.loaders.", "index.text.", "index.documents")


@cache
def _patterns_by_module() -> dict[str, list[FoundPattern]]:
    found: dict[str, list[FoundPattern]] = defaultdict(list)
    for each in find_patterns("index.loaders", "index.text", "index.documents"):
        found[each.module].append(each)
    return found


@cache
def _find_imported(module: str) -> frozenset[str]:
    """The modules that read a document and are imported by one, at once and at second hand."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(ast.parse(inspect.getsource(import_module(name)))):
            if isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
                waiting += [each for each in named if each.startswith(_READING)]
        waiting = [each for each in waiting if each in sys.modules]
    return frozenset(found)


def derive_texts(suffix: str, most: int) -> Iterator[tuple[str, Text]]:
    """Names and texts of attacks on the patterns that a file of a format meets.

    Args:
        most: how many of them, chosen by chance, the same ones each time.
    """
    modules = frozenset[str]().union(*map(_find_imported, (find_loader(suffix)[0], *_AFTER)))
    patterns = [each for name in sorted(modules) for each in _patterns_by_module().get(name, [])]
    chance = random.Random(suffix)
    for _ in range(most):
        found = chance.choice(patterns)
        attack = chance.choice(derive_attacks(found.pattern, 20))
        yield (
            f"{found.place}: {attack.start!r} {attack.unit!r} {attack.end!r}",
            _place(suffix, attack),
        )


def _place(suffix: str, attack: Attack) -> Text:
    start, end = _AROUND.get(suffix, ("", ""))
    return lambda size: start + attack.write(size) + end
