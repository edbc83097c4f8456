"""The groups of a LaTeX source, found once: where each brace and bracket is closed."""

from __future__ import annotations

import re

_SIGN = re.compile(r"\\.|%[^\n]*|[{}]", re.DOTALL)
# An optional argument is no longer than this.
_LONGEST_OPTION = 500
_OPTION = re.compile(
    rf"\[[^\[\]{{}}]{{0,{_LONGEST_OPTION}}}(?:\{{[^{{}}]{{0,200}}\}}[^\[\]{{}}]{{0,200}}){{0,5}}\]"
)
_SPACE = re.compile(r"[ \t]*(?:%[^\n]*)?\n?[ \t]*")


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
        """Where the words of the group that comes next start and end; None where none does."""
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
        """The words of the option that comes next, "" where none does, and the place after it."""
        option = _OPTION.match(self._source, self._skip_space(at))
        return (option[0][1:-1], option.end()) if option else ("", at)

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
