"""An argument parser that says what is wrong in one line, and what was likely meant."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

_WRONG_USE = 2


class Parser(argparse.ArgumentParser):
    """Parses like its base class; the parsers of its commands are of this class, too."""

    def error(self, message: str) -> NoReturn:
        """End the process with the line that says what is wrong, and where to read on."""
        from qa import visible

        line = visible(message).replace("\n", " ")
        self.exit(_WRONG_USE, f"quoteback: {line} (see {self.prog} --help)\n")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """As the base class has it; what is left over is refused here, where the command that
        it was given to is known.
        """
        found, left = super().parse_known_args(args, namespace)
        if options := [one for one in left if one.startswith("-")]:
            option = options[0].partition("=")[0]
            self.error(f"there is no option {option}{_meant(option, self._option_string_actions)}")
        if left:
            words = " ".join(left)
            self.error(f"not understood: {words}: put what belongs together in quotes")
        return found, left

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = list(action.choices)
        likely = _meant(value, choices) or f": choose from {', '.join(choices)}"
        if action.option_strings:
            raise argparse.ArgumentError(action, f"there is no {value!r}{likely}")
        raise argparse.ArgumentError(None, f"there is no command {value!r}{likely}")


def _meant(name: str, known: Iterable[str]) -> str:
    # What all options begin with makes none of them alike.
    bare = {one.lstrip("-"): one for one in known}
    near = get_close_matches(name.lstrip("-"), bare, 1)
    return f": did you mean {bare[near[0]]}?" if near else ""
