"""How the time of drawing a document grows with its length, whatever its format."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

from index.documents import Structure
from tests.support import hostile_texts
from tests.support.hostile_shapes import Text, begin, lengthen, nest, repeat
from tests.support.loading import read_structure
from tui.source.rendering.documents import render_document, render_plain
from tui.source.wrapping import MeasuredText

# What is drawn in a way of its own; ".html" stands for all of which the words were extracted.
FORMATS = (".md", ".rst", ".org", ".adoc", ".csv", ".tsv", ".html", ".ipynb", ".py", ".txt")

_WIDTH, _ROWS = 60, 40

# What is written in all formats, and was slow in one.
ANYWHERE = {
    "blanks between words": begin("a", " ", "é\n"),
    "blanks and tabs between words": begin("a", " \t", "é\n"),
    "characters without a width": begin("a", "\u0301"),
    "accents on letters in styles": repeat("*\u0301*`\u200b`"),
    "rows of many cells": repeat("a\t" * 120 + "\n"),
    "one wide row": lambda size: "a\t" * (size // 4) + "\n" + "a\tb\n" * (size // 8),
    "a tall cell": lambda size: "a\tb\n" + "a\t" + "word " * (size // 5) + "\n",
    "rules": repeat("> ---\na\n"),
}
MARKDOWN = {
    "runs of backticks": lengthen("`"),
    "code without an end": begin("", "`` a ` "),
    "a heading and blanks": begin("# a", " \t ", "é\n"),
    "a heading of two lines and blanks": begin("a", " \t", "é\n===\n"),
    "a closed heading": begin("# a", " #", "é\n"),
    "tags in an address": begin("[a](", "<a>", "("),
    "titles in an address": begin("[a](b", ' "c"', "("),
    "addresses in addresses": nest("[a](b", ")"),
    "stars and lines": begin("", "*a b_ "),
    "lines and stars": lambda size: "_a " * (size // 6) + "a* " * (size // 6),
    "comments without an end": begin("a ", "<!-- "),
    "a long tag": begin("<div>\n<", "a"),
    "a badge of badges": begin("![](", "badge"),
    "escaped brackets": begin("[", "\\["),
    "links without an end": begin("", "[a](b"),
    "a wide table": lambda size: (
        "a|" * (size // 8) + "\n" + "-|" * (size // 8) + "\n" + "a|\n" * (size // 8)
    ),
}
RESTRUCTUREDTEXT = {
    "wide grids": repeat("+" + "-+" * 120 + "\n"),
    "a grid that gets wide": begin("", "+-+\n", "+" + "-+" * 120 + "\n"),
    "a wide table": lambda size: "= " * (size // 4) + "\n" + "a\n" * (size // 4) + "= =\n",
    "tables of two rows": repeat("== ==\na\n"),
    "one row of many cells": lambda size: (
        ".. list-table::\n\n   * - a\n" + "     - b\n" * (size // 16) + "   * - c\n" * (size // 16)
    ),
    "empty blocks of code": repeat("a\n\n.. code-block::\n\n"),
    "items farther in": lambda size: "".join(
        " " * depth + "#. a\n" for depth in range(int(size**0.5))
    ),
}
ORG = {
    "one wide row": lambda size: "|a" * (size // 4) + "\n" + "|a\n" * (size // 6),
    "a heading of tags": begin("* a", " :a"),
    "blocks without an end": repeat("#+begin_a\n:a:\n#+begin_src\n"),
}
ASCIIDOC = {
    "a picture without an end": begin("image::a[", "x"),
    "a condition of brackets": begin("ifdef::", "["),
    "a reference and blanks": begin("<<a,", " ", "b"),
    "one wide row": lambda size: "|===\n" + "|a" * (size // 4) + "\n\n" + "|a\n" * (size // 6),
    "frames in frames": lambda size: "".join("=" * n + "\na\n" for n in range(4, int(size**0.5))),
    "terms": repeat("a:: b\n"),
}
DELIMITED = {
    "one wide row": lambda size: "a," * 290 + "\n" + "a,\n" * (size // 3),
    "a tall cell": lambda size: "a,b\n" + 'a,"' + "word " * (size // 5) + '"\n',
}
CASES = {
    ".md": MARKDOWN,
    ".rst": RESTRUCTUREDTEXT,
    ".org": ORG,
    ".adoc": ASCIIDOC,
    ".csv": DELIMITED,
}


def drawing_cases(suffix: str) -> Iterator[tuple[str, Text]]:
    """Name and text of what is slow to draw, or was, in one format."""
    yield from ANYWHERE.items()
    yield from CASES.get(suffix, {}).items()


def foreign_cases() -> Iterator[tuple[str, Text]]:
    """Name and text of what is slow to load, or was, in any format."""
    for suffix, cases in hostile_texts.CASES.items():
        for name, text in cases.items():
            yield f"{suffix} {name}", text


def measure_drawing(suffix: str, text: str) -> float:
    """Seconds of processor time until a text is on the screen, drawn in this process.

    The garbage collector rests meanwhile: what it looks through is not all of this text.
    """
    path = "/library/notes" + suffix
    structure = read_structure(path, text)
    gc.disable()
    try:
        return _draw(path, text, structure)
    finally:
        gc.enable()


def _draw(path: str, text: str, structure: Structure) -> float:
    started = time.process_time()
    pages = [(at, at) for at in range(0, len(text), 1_000)]
    rendering = render_document(path, text, structure, pages) or render_plain(text)
    rows = MeasuredText.measure(rendering).wrap(_WIDTH)
    for row in range(min(len(rows), _ROWS)):
        if rows.find_table(rows.find_line(row)):
            rows.table_row(row)
        else:
            rows.text_row(row, 0, _WIDTH)
    return time.process_time() - started


def grows_faster_than_length(suffix: str, text: Text, size: int, times: int = 4) -> str | None:
    """What is wrong, in words, where a text that is longer takes more than its share.

    Args:
        size: of the shorter text; the other is so many times as long.
    """
    # A busy machine, and what is done once, are not growth.
    if measure_drawing(suffix, text(times * size)) <= 0.25:
        return None
    short, long = (measure_drawing(suffix, text(n)) for n in (size, times * size))
    if long > 0.25 and long > 1.8 * times * max(short, 0.02):
        return f"{short:.2f} s for {size:,} characters, {long:.2f} s for {times * size:,}"
    return None
