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
from index.locations import data_folder, hide_passwords
from qa import VERSION, visible
from tui.cli.options import (
    FAILURE,
    WRONG_USE,
    CommandParser,
    UsageError,
    make_whole_help_formatter,
    name_index_in_commands,
    nonempty,
)

# What the commands do, in the order in which the help lists them; each with an example.
_COMMANDS = {
    "index": ("Add files and folders, or bring them up to date.", "~/notes ~/manuals"),
    "ask": ("Answer a question from what is indexed.", '"when is the boiler due for service?"'),
    "search": ("List the passages that bear on a question.", '"boiler service" --path "home/**"'),
    "check": ("Say which quotations in a text stand in what is indexed.", "draft.md"),
    "text": ("Print the text of a file as Quoteback reads it.", "manual.pdf"),
    "formats": ("List the kinds of files that can be read.", ""),
    "list": ("List what is indexed, a path a line.", "--tag work --since 2026-01-31"),
    "status": ("Say what is indexed, and what is out of step.", "--cost"),
    "verify": ("Check the whole index for damage.", "--repair"),
    "doctor": ("Say what is wrong here, and the command that mends it.", "--json"),
    "remove": ("Take files and folders out of the index.", "~/notes/old.md"),
    "copy": (
        "Copy an index into another engine, embedding nothing anew.",
        "notes.index postgresql://db.example.org/docs",
    ),
    "serve": (
        "Serve the app to browsers on this machine: the address that it prints opens one of them.",
        "",
    ),
    "api": ("Answer other programs over HTTP, with a token; Ctrl-C ends it.", "--port 8765"),
    "mcp": (
        "Answer a program that speaks MCP: on standard input and output, or over HTTP.",
        "--http",
    ),
    "settings": ("Print the settings, say where they lie, or edit them.", "edit"),
    "eval": (
        "Measure retrieval and answers on a question set of your own.",
        "questions.jsonl --report report.html",
    ),
    "questions": ("Check a question set.", "check questions.jsonl"),
    "completion": ("Let the Tab key of your shell complete commands.", "bash --install"),
}
# The module of a command, if it has another name.
_MODULES = {
    "text": "formats",
    **dict.fromkeys(("list", "status", "verify", "remove", "copy"), "upkeep"),
}
_EPILOG = """\
example:
  quoteback index ~/notes
  quoteback ask "when is the boiler due for service?"

The index lies in {index}, unless --index or $QUOTEBACK_INDEX names another
place. `quoteback COMMAND --help` has the options of a command, `quoteback doctor` helps when
something is wrong.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a failure, 2 for wrong use."""
    _prepare_streams()
    index: str | None = None
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", Notice)
    warnings.showwarning = lambda message, *_: print(
        f"quoteback: {visible(hide_passwords(str(message)))}", file=sys.stderr
    )
    try:
        if "_ARGCOMPLETE" in os.environ:
            # A shell asks what a line may go on with; it ends the process.
            from argcomplete import autocomplete

            autocomplete(build_parser(whole=True))
        options = build_parser().parse_args(arguments)
        index = options.index
        _check_working_folder()
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Nobody reads our output any more (`| head`): that is not a failure.
        _drop_output()
        return 0
    except KeyboardInterrupt:
        return _report("stopped; what was finished is kept", FAILURE)
    except (UsageError, BadPattern, MissingPath, NotAnIndex) as error:
        return _report(name_index_in_commands(str(error), index), WRONG_USE)
    except QuotebackError as error:
        return _report(name_index_in_commands(str(error), index), FAILURE)
    except OSError as error:
        # An error without a file's name is most likely about our output, of which the rest would
        # fail again as the process ends.
        if not error.filename:
            _drop_output()
        parts = (error.filename, error.strerror or error)
        return _report(": ".join(str(part) for part in parts if part), FAILURE)


def build_parser(*, whole: bool = False) -> CommandParser:
    """The parser of all commands; the options that it reads have what runs them as `command`.

    Args:
        whole: with the options of all commands, not only of the one that it parses.
    """
    parser = _WholeParser(
        prog="quoteback",
        description="Ask your own documents a question; get the answer quoted from its source. "
        "Without a command, the app opens.",
        formatter_class=make_whole_help_formatter,
    )
    parser.set_defaults(command=_open_app)
    parser.add_argument(
        "--index", type=nonempty, metavar="DIR", help="folder of the index to open in the app"
    )
    parser.add_argument(
        "--version",
        action=_PrintVersion,
        nargs=0,
        help="print the version, the format of the index, and the models",
    )
    commands = parser.add_subparsers(
        title="commands", prog=parser.prog, metavar="COMMAND", parser_class=CommandParser
    )
    for name, (summary, example) in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=f"example: {parser.prog} {name} {example}".rstrip(),
            command=name,
            module=f"tui.cli.commands.{_MODULES.get(name, name)}",
        )
        if whole:
            command.load()
    return parser


class _WholeParser(CommandParser):
    """The parser of all commands. Its help names the index, which only then is looked for."""

    def format_help(self) -> str:
        self.epilog = _EPILOG.format(index=_show_index())
        return super().format_help()


def _show_index() -> str:
    try:
        path, home = data_folder() / "index", Path.home()
    except (QuotebackError, RuntimeError):
        return "your home folder"
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


class _PrintVersion(argparse.Action):
    """Print the version of the program, and what it makes and uses; end the process."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from index import INDEX_FORMAT
        from tui.cli.commands.doctor.installation import describe_models

        print(f"quoteback {VERSION}")
        print(f"index format {INDEX_FORMAT}")
        print(f"models {describe_models()}", flush=True)
        parser.exit()


def _open_app(options: argparse.Namespace) -> int:
    from tui.app.start import run_app

    return run_app(options.index)


def _prepare_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Whoever started us closed it (`>&-`): what is written there is for nobody.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that the terminal cannot show must not end us.
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
    print(
        f"quoteback: {visible(hide_passwords(str(problem))).replace(chr(10), ' ')}", file=sys.stderr
    )
    return code
