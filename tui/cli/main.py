"""The command line: reads the options, runs the command, and turns errors into one line."""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from index import BadPattern, MissingPath, NotAnIndex, Notice, QuotebackError
from qa import VERSION, visible
from tui.cli.commands.api import add_api
from tui.cli.commands.ask import add_ask
from tui.cli.commands.completion import add_completion
from tui.cli.commands.eval.command import add_eval
from tui.cli.commands.formats import add_formats
from tui.cli.commands.index import add_index
from tui.cli.commands.list import add_list
from tui.cli.commands.mcp import add_mcp
from tui.cli.commands.questions import add_questions
from tui.cli.commands.remove import add_remove
from tui.cli.commands.search import add_search
from tui.cli.commands.serve.command import add_serve
from tui.cli.commands.status import add_status
from tui.cli.commands.text import add_text
from tui.cli.commands.verify import add_verify
from tui.cli.options import nonempty
from tui.cli.parser import FAILURE, WRONG_USE, CommandParser, Run, UsageError

# In the order in which the help lists them.
_COMMANDS = (
    add_index,
    add_ask,
    add_search,
    add_text,
    add_formats,
    add_list,
    add_status,
    add_verify,
    add_remove,
    add_serve,
    add_api,
    add_mcp,
    add_eval,
    add_questions,
    add_completion,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a failure, 2 for wrong use."""
    _prepare_streams()
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", Notice)
    warnings.showwarning = lambda message, *_: print(f"quoteback: {message}", file=sys.stderr)
    try:
        parser = build_parser()
        if "_ARGCOMPLETE" in os.environ:
            # A shell asks what a line may go on with; it ends the process.
            from argcomplete import autocomplete

            autocomplete(parser)
        options = parser.parse_args(arguments)
        _check_working_folder()
        command: Run = options.command
        code = command(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Nobody reads our output any more (`| head`), which is no failure.
        _drop_output()
        return 0
    except KeyboardInterrupt:
        return _report("stopped; what was finished is kept", FAILURE)
    except (UsageError, BadPattern, MissingPath, NotAnIndex) as error:
        return _report(error, WRONG_USE)
    except QuotebackError as error:
        return _report(error, FAILURE)
    except OSError as error:
        # An error without a file's name is most likely about our output, of which the rest would
        # fail again as the process ends.
        if not error.filename:
            _drop_output()
        parts = (error.filename, error.strerror or error)
        return _report(": ".join(str(part) for part in parts if part), FAILURE)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; the options that it reads have what runs them as `command`."""
    parser = CommandParser(
        prog="quoteback",
        description="Ask your own documents a question; get the answer quoted from its source. "
        "Without a command, the app opens.",
    )
    parser.set_defaults(command=_open_app)
    parser.add_argument(
        "--index", type=nonempty, metavar="DIR", help="folder of the index to open in the app"
    )
    parser.add_argument(
        "--version", action="version", version=f"quoteback {VERSION}", help="print the version"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add_command in _COMMANDS:
        add_command(commands)
    return parser


def _open_app(options: argparse.Namespace) -> int:
    from tui.app.start import run_app

    return run_app(options.index)


def _prepare_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Whoever started us closed it (`>&-`): what is written there is for nobody.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that the terminal cannot show is no reason to fail.
        sys.stdout.reconfigure(errors="replace")


def _drop_output() -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check_working_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("the working folder is gone: change to another one") from error


def _report(problem: object, code: int) -> int:
    print(f"quoteback: {visible(str(problem)).replace(chr(10), ' ')}", file=sys.stderr)
    return code
