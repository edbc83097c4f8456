"""Lines that dialects of Markdown have for programs: attributes, tags of Liquid, fences.

The parser of CommonMark takes them for words. So it is given an empty line for each.
"""

from __future__ import annotations

import re

# What kramdown, Jekyll, Pandoc and MyST have on lines of their own.
_FOR_PROGRAMS = re.compile(
    r"""[ ]{0,3}(?:
        \{:[^{}]*+\}
      | \{%[^{}]*+\}
      | :{3,}+[ \t]*+(?:\{[^{}]*+\}|[\w-]*+(?:[ \t]*+\{[^{}]*+\})?+)[ \t]*+:*+
    )[ \t]*+""",
    re.VERBOSE,
)
# A tag of Liquid that says something: {% include alert.html content="Closed in May." %}.
_SAYS = re.compile(r"\{%-?\s*include\b[^{}]*[\"']|\{%-?\s*(?!end)\w+\s+[\w-]+\.")
# Divisions whose words are Markdown, although they stand in HTML.
_DIVISION = re.compile(r"[ ]{0,3}</?(?:div|section|aside|figure)\b[^<>]*>[ \t]*", re.IGNORECASE)
_HAS_MARKDOWN = re.compile(r"\smarkdown\s*=", re.IGNORECASE)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
# The line below the names of columns: CommonMark wants a dash for each, kramdown any number.
_RULE = re.compile(r"[ ]{0,3}\|?[ \t]*:?-[-:+| \t]*")
# What parts the cells of a row.
CELL_BAR = re.compile(r"(?<!\\)\|")


def read_common(text: str) -> str:
    """The text as the parser is to see it, with as many lines.

    Args:
        text: with newlines as line ends.
    """
    has_divisions = _HAS_MARKDOWN.search(text) is not None
    lines: list[str] = []
    fence = before = ""
    for line in text.split("\n"):
        opening = _FENCE.match(line)
        if fence:
            is_end = opening and opening[1].startswith(fence) and not line.strip(" `~\t")
            fence = "" if is_end else fence
        elif opening:
            fence = opening[1]
        elif _is_for_programs(line) or (has_divisions and _DIVISION.fullmatch(line)):
            line = ""
        elif "|" in before and "-" in line and _RULE.fullmatch(line):
            line = _complete_rule(line, before)
        lines.append(line)
        before = line
    return "\n".join(lines)


def _is_for_programs(line: str) -> bool:
    return _FOR_PROGRAMS.fullmatch(line) is not None and _SAYS.search(line) is None


def _complete_rule(rule: str, names: str) -> str:
    """The line below the names of columns, with dashes for each of them."""
    cells, given = _count_cells(names), _count_cells(rule)
    if given >= cells:
        return rule
    return f"{rule.rstrip().rstrip('|')}{'|-' * (cells - given)}|"


def _count_cells(line: str) -> int:
    return len(CELL_BAR.findall(line.strip().removeprefix("|").removesuffix("|"))) + 1
