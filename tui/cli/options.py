"""The parser of options, and options that many commands have."""

from __future__ import annotations

import argparse
import math
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from index import QuotebackError
from index.locations import hide_passwords
from qa import visible
from tui.common.presentation.wording import suggest, suggest_or_list

if TYPE_CHECKING:
    from datetime import datetime

    from index import Shard

T = TypeVar("T")

# To promise fewer errors than this takes more questions than anybody has.
_LEAST_SHARE = 1e-5
# A command in a text that works on an index.
_COMMAND_OF_INDEX = re.compile(
    r"`quoteback (?:index|ask|search|check|list|status|verify|doctor|remove)\b[^`]*`"
)
# Exit codes; success is 0.
FAILURE, WRONG_USE = 1, 2


class UsageError(Exception):
    """Wrong use that shows only once the options are read together; the message is one line."""


@contextmanager
def needs_part(command: str) -> Iterator[None]:
    """Import what a command needs of the optional part of its name, or say how to install that."""
    try:
        yield
    except ModuleNotFoundError as error:
        from index import explain_installation

        how = explain_installation(command)
        raise QuotebackError(f"`{command}` needs {error.name}: {how}") from error


def make_help_formatter(prog: str) -> argparse.HelpFormatter:
    """A formatter as wide as the terminal.

    `argparse` makes one for every option, and would import much to find the width.
    """
    return argparse.HelpFormatter(prog, width=_find_width())


def make_whole_help_formatter(prog: str) -> argparse.HelpFormatter:
    """As `make_help_formatter`, but lines of the epilog stay as they are written."""
    return argparse.RawDescriptionHelpFormatter(prog, width=_find_width())


def _find_width() -> int:
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns
    except (ValueError, OSError):
        columns = 0
    return (columns or 80) - 2


# An option, and not a number below zero or the sign that ends options.
_OPTION = re.compile(r"--?[A-Za-z]")


class CommandParser(argparse.ArgumentParser):
    """Parses like its base class. The parsers of its commands are of this class, too."""

    def __init__(self, *, command: str = "", module: str | None = None, **details: Any) -> None:
        """A parser.

        Args:
            command: its name.
            module: of the command `ask`: its `add_ask_options` adds the options, and its `run_ask`
                runs the command with what was read. All this waits until the command is parsed, so
                that no command waits for what others import.
            details: arguments of `argparse.ArgumentParser`.
        """
        self._command = command
        self._module = module
        # What is parsed.
        self._line: list[str] = []
        self._details = {"formatter_class": make_help_formatter, **details}
        if module is None:
            super().__init__(**self._details)

    def load(self) -> None:
        """Add the options of a command, if that is yet to be done."""
        if self._module is not None:
            module, self._module = import_module(self._module), None
            super().__init__(**self._details)
            self.set_defaults(command=getattr(module, f"run_{self._command}"))
            getattr(module, f"add_{self._command}_options")(self)

    def error(self, message: str) -> NoReturn:
        """End the process with one line that says what is wrong and where to read on."""
        line = visible(hide_passwords(message)).replace("\n", " ")
        self.exit(WRONG_USE, f"quoteback: {line} (see {self.prog} --help)\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help or the version; the base class says nothing if that cannot be written."""
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
        self._line = list(sys.argv[1:] if args is None else args)
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
        if action.metavar != "COMMAND":
            raise argparse.ArgumentError(None, f"there is no {value!r}{hint}")
        question, others = self._split_question()
        if (
            "ask" in action.choices
            and " " in question.strip()
            and not suggest(value, action.choices)
        ):
            shown = (hide_passwords(word) for word in (question, *others))
            asked = visible(shlex.join(shown)).replace("\n", " ")
            self.exit(WRONG_USE, f"quoteback: that is no command; to ask: quoteback ask {asked}\n")
        raise argparse.ArgumentError(None, f"there is no command {value!r}{hint}")

    def _split_question(self) -> tuple[str, list[str]]:
        """The words that stand in place of a command, and the options that `ask` takes over."""
        words, options = [*self._line], list[str]()
        while words and _OPTION.match(words[0]):
            option = words.pop(0)
            if option == "--index" and words:
                options += [option, words.pop(0)]
            elif option.startswith("--index="):
                options.append(option)
        # Behind this sign all words belong to the question.
        if words[:1] == ["--"]:
            return " ".join(words[1:]), options
        end = next((n for n, word in enumerate(words) if _OPTION.match(word)), len(words))
        return " ".join(words[:end]), words[end:] + options


def add_index_option(parser: argparse.ArgumentParser) -> None:
    """Add `--index DIR`, where a URL may take the place of a folder."""
    parser.add_argument(
        "--index",
        type=nonempty,
        metavar="DIR",
        # Without this, a command would hide what was given before its name.
        default=argparse.SUPPRESS,
        help="folder of the index, or the URL of one in an engine (default: $QUOTEBACK_INDEX, else "
        "in your user data folder)",
    )


def name_index_in_commands(text: str, index: str | None) -> str:
    """A text whose commands are for the index that was named, so that they can be run as they are.

    Args:
        index: what `--index` gave; None if nothing.
    """
    if index is None:
        return text
    option = f" --index {shlex.quote(hide_passwords(index))}"
    return _COMMAND_OF_INDEX.sub(
        lambda command: command[0] if "--index" in command[0] else f"{command[0][:-1]}{option}`",
        text,
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add `PATH...`."""
    parser.add_argument(
        "path",
        nargs="+",
        type=nonempty,
        metavar="PATH",
        help="a file or folder, or the address of a page",
    )


# Kinds of values. Each returns the value, or raises `argparse.ArgumentTypeError`.


def nonempty(text: str) -> str:
    """A name: of a path, a pattern, a model. As a path, "" would mean the working folder."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty: is a variable unset?")
    return text


def language(text: str) -> str:
    """The name of a language, by ISO 639, without a region."""
    from index.documents import read_language

    return _read_value(read_language, text)


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def fraction(text: str) -> float:
    """A number between 0 and 1."""
    value = _read_number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1")
    return value


def share(text: str) -> float:
    """A part of a whole, more than nothing and less than all: 5% or 0.05."""
    value = _read_number(text[:-1]) / 100 if text.endswith("%") else _read_number(text)
    if not _LEAST_SHARE <= value < 1:
        raise argparse.ArgumentTypeError("must be from 0.001% to less than 100%, as in 5%")
    return value


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def port(text: str) -> int:
    """A TCP port; 0 stands for any that is free."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a port: 0 to 65535")
    return int(text)


def since(text: str) -> datetime:
    """A moment, or the beginning of a day."""
    from index import parse_since

    return _read_value(parse_since, text)


def until(text: str) -> datetime:
    """A moment, or the end of a day."""
    from index import parse_until

    return _read_value(parse_until, text)


def _read_value(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def shard(text: str) -> Shard:
    """A part of the files: 3/8 is the third of eight."""
    from index import Shard

    try:
        if match := re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text):
            return Shard(int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("must be a part such as 3/8: the third of eight")
