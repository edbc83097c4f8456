"""Commands of LaTeX that a document defines itself, and those that another file defines."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_IN_SENTENCE = re.compile(
    r"[\w,;:)}][ \t~]{1,5}\(?$|[\w,;][ \t]{0,5}\n[ \t]{0,5}\(?$|[(~]$",
)


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for.

    Attributes:
        body: its source, with the places of its arguments as "#1".
        count: how many arguments it has.
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
        """Begin without macros.

        Args:
            characters: of the source.
        """
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
        name: of the command.
        before: what stands before it.
        has_group: whether an empty group ends it, as it does if a word is meant, or if a command
            for words is used without any.

    Returns:
        The words of its name; "" if it is likely to lay out alone.
    """
    if _SILENT.fullmatch(name):
        return ""
    is_word = not name.islower() if has_group else _IN_SENTENCE.search(before)
    return _WORDS_IN_NAME.sub(" ", name) if is_word else ""
