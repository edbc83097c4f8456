"""What a LaTeX source is made of: its groups, its document, listings, and commands of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_LONGEST_MACRO, _MOST_MACROS, _DEEPEST = 1_000, 1_000, 3
# Characters: macros may stand for so many more than the source has.
_MOST_EXPANDED = 20_000
_MOST_COUNT = 9
_PARAMETER = re.compile(r"#([1-9])")
_NAME = re.compile(r"\\([A-Za-z@]+)(?:\{\})?")
# Commands that lay out, and print nothing.
_SILENT = re.compile(
    r"""(?: .* (?: @ | break | space | skip | page | line | rule | size | style | width | height
          | phantom | par | mark | fill? | family | series | shape | indent | box | group | header
          | list | stretch | font | color | mode | math )
      | bf | it | rm | sf | sl | sc | tt | em | tiny | small | normal | large | huge | centering
      | raggedright | raggedleft | relax | null | protect | pause | doublespacing | singlespacing
      | onehalfspacing | appendix | frontmatter | mainmatter | backmatter | tableofcontents
      | listoffigures | listoftables | printbibliography | printindex | makeindex | qed | qedhere
      | endhead | endfirsthead | endfoot | endlastfoot | hss | vss | kern | strut | unskip | else
      | fi | today | and | limits | floatbarrier | hphantom | upshape | boldmath | flushbottom
      | raggedbottom | twocolumn | onecolumn | sloppy | fussy | string | expandafter | immediate )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS_IN_NAME = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IN_SENTENCE = re.compile(r"[\w,;:)}][ \t~]{1,5}\(?$|[\w,;][ \t]{0,5}\n[ \t]{0,5}\(?$|[(~]$")


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


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for.

    Attributes:
        body: its source, with the places of its arguments as "#1".
        default: what the first one is unless it is given; None if it must be.
    """

    body: str
    count: int = 0
    default: str | None = None

    @property
    def has_space(self) -> bool:
        """Whether the space after the command is kept."""
        return "\\xspace" in self.body

    def measure(self, arguments: list[str]) -> int:
        """How many characters it has with its arguments, at the most."""
        longest = max(map(len, arguments), default=0)
        return len(self.body) + self.body.count("#") * longest

    def fill(self, arguments: list[str]) -> str:
        """Its source with the arguments in their places."""
        return _PARAMETER.sub(
            lambda place: arguments[int(place[1]) - 1] if int(place[1]) <= self.count else "",
            self.body,
        )


class Macros:
    """The macros of a source, and how much of them may still be read."""

    def __init__(self, characters: int) -> None:
        """Begin without macros, for a source of so many characters."""
        self._macros: dict[str, Macro] = {}
        self._left = characters + _MOST_EXPANDED
        self._depth = 0

    def define(self, name: str, macro: Macro) -> None:
        """Keep a macro, unless it is long, or there are very many."""
        if (
            len(macro.body) <= _LONGEST_MACRO
            and len(self._macros) < _MOST_MACROS
            and macro.count <= _MOST_COUNT
        ):
            self._macros[name] = macro

    def find(self, name: str) -> Macro | None:
        """The macro of this name, if it was defined."""
        return self._macros.get(name)

    def begin(self, characters: int) -> bool:
        """Whether so many characters may be read in place of a macro; if so, `end` follows."""
        if self._depth >= _DEEPEST or characters > self._left:
            return False
        self._left -= characters
        self._depth += 1
        return True

    def end(self) -> None:
        """End a macro: all that it stands for was read."""
        self._depth -= 1

    def put_words(self, formula: str) -> str:
        """A formula with the numbers and words that macros stand for."""

        def put(command: re.Match[str]) -> str:
            macro = self._macros.get(command[1])
            if macro is None or macro.count or "\\" in macro.body:
                return command[0]
            return macro.body

        return _NAME.sub(put, formula)


def show_unknown_command(name: str, before: str, *, has_group: bool) -> str:
    """The words in place of a command that another file defines, and that has no words itself.

    A sentence in which a hole was left would say something else.

    Args:
        has_group: whether an empty group ends it, as it does if a word is meant, or if a command
            for words is used without any.

    Returns:
        The words of its name; "" if it is likely to lay out alone.
    """
    if _SILENT.fullmatch(name):
        return ""
    is_word = not name.islower() if has_group else _IN_SENTENCE.search(before)
    return _WORDS_IN_NAME.sub(" ", name) if is_word else ""
