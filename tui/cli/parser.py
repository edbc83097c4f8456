"""The parser of the command line: it says in one line what is wrong, and what was likely meant."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from index.locations import hide_passwords
from qa import visible
from tui.common.presentation.wording import suggest, suggest_or_list

# Exit codes; success is 0.
FAILURE, WRONG_USE = 1, 2


class UsageError(Exception):
    """Wrong use that shows only once the options are read together; the message is one line."""


def make_help_formatter(prog: str) -> argparse.HelpFormatter:
    """A formatter as wide as the terminal.

    `argparse` makes one for every option, and would import much to find the width.
    """
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns
    except (ValueError, OSError):
        columns = 0
    return argparse.HelpFormatter(prog, width=(columns or 80) - 2)


class CommandParser(argparse.ArgumentParser):
    """Parses like its base class. The parsers of its commands are of this class, too."""

    def __init__(self, *, module: str | None = None, **details: Any) -> None:
        """A parser.

        Args:
            module: of a command: its `add_options` adds the options, and its `run` runs the
                command with what was read. All this waits until the command is parsed, so that
                no command waits for what others import.
            details: arguments of `argparse.ArgumentParser`.
        """
        self._module = module
        self._details = {"formatter_class": make_help_formatter, **details}
        if module is None:
            super().__init__(**self._details)

    def load(self) -> None:
        """Add the options of a command, if that is yet to be done."""
        if self._module is not None:
            module, self._module = import_module(self._module), None
            super().__init__(**self._details)
            self.set_defaults(command=module.run)
            module.add_options(self)

    def error(self, message: str) -> NoReturn:
        """End the process with one line that says what is wrong and where to read on."""
        line = visible(hide_passwords(message)).replace("\n", " ")
        self.exit(WRONG_USE, f"quoteback: {line} (see {self.prog} --help)\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help or the version; the base class says nothing where that cannot be written."""
        if file is not sys.stdout:
            super()._print_message(message, file)
            return
        file.write(message)
        file.flush()

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse as the base class does, but refuse what is left over.

        The base class refuses it later, when it no longer knows the command.
        """
        self.load()
        options, rest = super().parse_known_args(args, namespace)
        if unknown := [word for word in rest if word.startswith("-")]:
            name = unknown[0].partition("=")[0]
            self.error(f"there is no option {name}{suggest(name, self._option_string_actions)}")
        if rest:
            words = " ".join(rest)
            self.error(f"not understood: {words}: put what belongs together in quotes")
        return options, rest

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        hint = suggest_or_list(value, action.choices)
        if action.option_strings:
            raise argparse.ArgumentError(action, f"there is no {value!r}{hint}")
        kind = "command " if action.metavar == "COMMAND" else ""
        raise argparse.ArgumentError(None, f"there is no {kind}{value!r}{hint}")
