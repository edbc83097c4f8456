"""The structure of a LaTeX source: its groups, its document, and what is shown as it is."""

from __future__ import annotations

import re

_SIGN = re.compile(r"\\.|%[^\n]*|[{}]", re.DOTALL)
# An optional argument is no longer than this.
_LONGEST_OPTION = 500
_OPTION = re.compile(
    rf"\[[^\[\]{{}}]{{0,{_LONGEST_OPTION}}}(?:\{{[^{{}}]{{0,200}}\}}[^\[\]{{}}]{{0,200}}){{0,5}}\]"
)
_SPACE = re.compile(r"[ \t]*(?:%[^\n]*)?\n?[ \t]*")
# The environments of listings.
VERBATIM = frozenset("verbatim Verbatim lstlisting minted alltt BVerbatim code".split())
_STEP = re.compile(
    rf"(?<!\\)%[^\n]*|(?<![|\\])\\(?:(?P<head>documentclass|documentstyle)\b|(?P<step>begin|end)"
    rf"\{{(?P<name>document|(?:{'|'.join(sorted(VERBATIM))})\*?)\}})"
)
# A command between bars, which a sign of its own makes verbatim; so often, it is no accident.
_BARRED = re.compile(r"(?<!\\)\|\\[A-Za-z]+[^|\n]{0,80}\|")
_FEWEST_BARRED = 3
# In characters: how much of a document is looked at for them.
_MOST_READ = 200_000
_MAKES_BARS = re.compile(
    r"\\(?:MakeShortVerb|DefineShortVerb)\*?(?:\[[^\]]{0,80}\])?\{?\\\|"
    r"|\\(?:usepackage|documentclass)(?:\[[^\]]{0,200}\])?\{(?:doc|ltxdoc)\}"
)
# Here bars are those of norms and vectors.
_FORMULA = re.compile(
    r"""(?<!\\)(?:
        \$\$[^$]{0,2000}\$\$
      | \$(?:[^$\n\\]|\\.|\n(?![ \t]*\n)){0,1000}\$
      | \\\((?:[^\\]|\\[^()]){0,1000}+\\\)
      | \\\[(?:[^\\]|\\[^\[\]]){0,2000}+\\\]
      | \\begin\{(?P<name>(?:equation|align|gather|multline|displaymath|math|eqnarray|flalign
            |alignat)\*?)\}.{0,4000}?\\end\{(?P=name)\}
    )""",
    re.VERBOSE | re.DOTALL,
)


class Groups:
    """Where the groups of a source end."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._ends: dict[int, int] = {}
        opened: list[int] = []
        for sign in _SIGN.finditer(source):
            if sign[0] == "{":
                opened.append(sign.start())
            elif sign[0] == "}" and opened:
                self._ends[opened.pop()] = sign.start()

    def find_group(self, at: int) -> tuple[int, int] | None:
        """Where the words of the group that comes next start and end; None if none comes."""
        start = self._skip_space(at)
        end = self._ends.get(start)
        return None if end is None else (start + 1, end)

    def skip_options(self, at: int) -> int:
        """The place after the options that come next."""
        for _ in range(3):
            option = _OPTION.match(self._source, self._skip_space(at))
            if option is None:
                break
            at = option.end()
        return at

    def read_option(self, at: int) -> tuple[str, int]:
        """The words of the option that comes next, "" if none comes, and the place after it."""
        option = _OPTION.match(self._source, self._skip_space(at))
        return (option[0][1:-1], option.end()) if option else ("", at)

    def read_arguments(
        self, at: int, count: int, default: str | None = None
    ) -> tuple[list[str], int]:
        """So many arguments of a command, "" for one that is missing, and the place after them.

        Args:
            default: of the first, which is then an option.
        """
        arguments: list[str] = []
        if count and default is not None:
            option, at = self.read_option(at)
            arguments.append(option or default)
        while len(arguments) < count and (group := self.find_group(at)) is not None:
            arguments.append(self._source[group[0] : group[1]])
            at = group[1] + 1
        return arguments + [""] * (count - len(arguments)), at

    def skip_groups(self, at: int, count: int) -> int:
        """The place after so many groups, with their options."""
        for _ in range(count):
            at = self.skip_options(at)
            group = self.find_group(at)
            if group is None:
                break
            at = group[1] + 1
        return self.skip_options(at) if not count else at

    def _skip_space(self, at: int) -> int:
        space = _SPACE.match(self._source, at)
        return space.end() if space else at


def has_verbatim_bars(source: str) -> bool:
    """Whether a source shows words between two bars as they are."""
    if _MAKES_BARS.search(source):
        return True
    if _BARRED.search(source) is None:
        return False
    _, begin, end = find_document(source)
    words = _FORMULA.sub(" ", source[begin : min(end, begin + _MOST_READ)])
    barred = zip(_BARRED.finditer(words), range(_FEWEST_BARRED), strict=False)
    return sum(1 for _ in barred) == _FEWEST_BARRED


def find_document(source: str) -> tuple[int | None, int, int]:
    """Where the document begins and ends in a source, but for listings that show another.

    A listing that has no end, or none in the preamble, is a part of a definition.

    Returns:
        Where its preamble ends, None if it has none; where its words begin, and where they end.
    """
    preamble: int | None = None
    begin = at = 0
    has_head = False
    positions: dict[str, int] = {}

    def find(words: str) -> int:
        """Where words stand next; the end of the source if none do."""
        if positions.get(words, -1) < at:
            position = source.find(words, at)
            positions[words] = position if position >= 0 else len(source)
        return positions[words]

    while (step := _STEP.search(source, at)) is not None:
        at, name = step.end(), step["name"]
        if step["head"]:
            has_head = True
        elif name == "document" and step["step"] == "begin" and preamble is None:
            preamble, begin = step.start(), at
        elif name == "document" and step["step"] == "end":
            return preamble, begin, step.start()
        elif name and step["step"] == "begin" and name != "document":
            end = find(f"\\end{{{name}}}")
            is_in_preamble = has_head and preamble is None
            last = find("\\begin{document}") if is_in_preamble else len(source)
            at = end if end < last else at
    return preamble, begin, len(source)
