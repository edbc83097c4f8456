"""The command line's arguments: what they are, and what is said of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from tui.cli.argument_parser import Parser
from tui.cli.argument_types import date, filled, port, positive, share

# Runs a command with its arguments; returns the exit code.
Run = Callable[[argparse.Namespace], int]


def parser(run: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The parser; what it gives has the function to call as `command`.

    Args:
        run: by name, what runs a command; `app` opens the app.
    """
    from tui.cli.eval_command import add_commands

    whole = Parser(
        prog="quoteback",
        description="Ask your own documents a question; get the answer quoted from its source. "
        "Without a command, the app opens.",
    )
    whole.set_defaults(command=run["app"])
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--index",
        type=filled,
        metavar="DIR",
        # What was given before the command holds.
        default=argparse.SUPPRESS,
        help="folder of the index (default: $QUOTEBACK_INDEX, else in your user data folder)",
    )
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument(
        "--path",
        action="append",
        type=filled,
        default=[],
        metavar="GLOB",
        help="only from documents whose path matches, as in .gitignore; repeatable",
    )
    some.add_argument(
        "--type",
        action="append",
        type=filled,
        default=[],
        metavar="TYPE",
        help="only from documents of this type: pdf, md, …; repeatable",
    )
    some.add_argument(
        "--since", type=date, metavar="DATE", help="only from documents changed since: 2026-01-31"
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON object")
    whole.add_argument(
        "--index", type=filled, metavar="DIR", help="folder of the index to open in the app"
    )
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, text: str, *parents: Any) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=list(parents))
        made.set_defaults(command=run[name])
        return made

    made = command("index", "Add files and folders, or bring them up to date.", where, as_json)
    made.add_argument("path", nargs="+", type=filled, metavar="PATH", help="a file or folder")
    made.add_argument(
        "--include",
        action="append",
        type=filled,
        metavar="GLOB",
        help="of folders, take only files that match, as in .gitignore; repeatable, remembered",
    )
    made.add_argument(
        "--exclude",
        action="append",
        type=filled,
        metavar="GLOB",
        help="of folders, leave out what matches, as in .gitignore; repeatable, remembered",
    )
    made.add_argument(
        "--watch",
        action="store_true",
        help="keep in step as files change (Ctrl-C ends it); with --json, an object a line",
    )
    made.add_argument(
        "--model",
        type=filled,
        metavar="M",
        help="embedding model: a folder or a name (default: all-MiniLM-L6-v2)",
    )

    made = command("ask", "Answer a question from what is indexed.", where, some, as_json)
    _add_question(made)
    made.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="Q",
        help="an earlier question of the conversation; repeatable, oldest first",
    )
    made.add_argument("-k", type=positive, metavar="N", help="passages to read (default: 8)")
    made.add_argument(
        "--threshold",
        type=share,
        metavar="P",
        help="confidence, 0 to 1, below which the reply is “not in these documents” "
        "(default: fitted)",
    )

    made = command("search", "List the passages that bear on a question.", where, some, as_json)
    _add_question(made)
    made.add_argument("-k", type=positive, metavar="N", help="passages to list (default: 10)")
    made.add_argument(
        "--mode",
        choices=("hybrid", "dense", "bm25"),
        default="hybrid",
        help="by meaning and keyword (default), by meaning alone, by keyword alone",
    )

    made = command("text", "Print the text of a file as Quoteback reads it.")
    made.add_argument(
        "file", type=filled, metavar="FILE", help="a file of any kind that can be indexed"
    )

    command("status", "Say what is indexed, and what is out of step.", where, as_json)
    made = command("verify", "Check the whole index for damage.", where, as_json)
    made.add_argument(
        "--repair", action="store_true", help="mend what its own texts and the files allow"
    )
    made = command(
        "serve",
        "Serve the app to browsers on this machine; no other machine can reach it.",
        where,
    )
    made.add_argument(
        "--port",
        type=port,
        default=8000,
        metavar="N",
        help="port to listen on (default: 8000; 0: any that is free)",
    )
    made = command("remove", "Take files and folders out of the index.", where, as_json)
    made.add_argument("path", nargs="+", type=filled, metavar="PATH", help="a file or folder")
    add_commands(commands, where)
    return whole


def _add_question(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "question",
        metavar="QUESTION",
        help="one question in plain words; best in quotes, since ? and ' mean something to shells",
    )
    # Its further words, where it comes without quotes.
    made.add_argument("words", nargs="*", help=argparse.SUPPRESS)


class _Version(argparse.Action):
    """Looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"quoteback {version('quoteback')}")
        parser.exit()
