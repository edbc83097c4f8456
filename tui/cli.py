"""The command line: a thin skin over `qa` and `index`."""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import BadPattern, MissingPath, NotAnIndex, Notice, QuotebackError

if TYPE_CHECKING:
    from index import Filter, Hit, Index

_USAGE, _FAILURE = 2, 1
# Files that `status` names of each kind.
_LISTED = 20


class UsageError(Exception):
    """Wrong use that the argument parser cannot see."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a failure, 2 for wrong use."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Where a terminal cannot show a character, it is no reason to fail.
        sys.stdout.reconfigure(errors="replace")
    parsed = _parser().parse_args(arguments)
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", Notice)
    warnings.showwarning = lambda message, *_: print(f"quoteback: {message}", file=sys.stderr)
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        code = command(parsed)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _complain("stopped; what was finished is kept", _FAILURE)
    except (UsageError, BadPattern, MissingPath, NotAnIndex) as error:
        return _complain(error, _USAGE)
    except (QuotebackError, OSError) as error:
        return _complain(error, _FAILURE)


def _complain(problem: object, code: int) -> int:
    from tui.visible import visible

    print(f"quoteback: {visible(str(problem)).replace(chr(10), ' ')}", file=sys.stderr)
    return code


def _open_index(folder: str | None, progress: Callable[[Any], None]) -> Index:
    """The index to ask; where it is that of the sample documents, it is said."""
    from tui.opening import NOTICE, chosen_index, open_chosen

    chosen = chosen_index(folder)
    if chosen is None:
        print(NOTICE, file=sys.stderr)
    return open_chosen(chosen, progress)


# Commands


def _app(parsed: argparse.Namespace) -> int:
    from tui.start import run

    return run(parsed.index)


def _serve(parsed: argparse.Namespace) -> int:
    try:
        from tui.serve import serve
    except ModuleNotFoundError:
        install = f"{sys.executable} -m pip install textual-serve"
        return _complain(f"`serve` needs textual-serve: install it with `{install}`", _FAILURE)
    return serve(parsed.index, parsed.port)


def _index(parsed: argparse.Namespace) -> int:
    from tui.indexing import index_files

    return index_files(parsed)


def _ask(parsed: argparse.Namespace) -> int:
    from index import Retriever
    from qa import Assistant
    from tui.printing import print_reply
    from tui.progress import ProgressBar
    from tui.records import print_json, reply_record

    _check_question(parsed.question)
    with ProgressBar() as bar:
        retriever = Retriever(_open_index(parsed.index, bar.show))
        assistant = Assistant(retriever, threshold=parsed.threshold, progress=bar.show)
        if assistant.notice:
            print(assistant.notice, file=sys.stderr)
        if not assistant.documents:
            print("The index is empty: add documents with `quoteback index PATH`.", file=sys.stderr)
        chosen = _filter(parsed)
        reply = assistant.ask(parsed.question, parsed.history, filter=chosen, **_given(k=parsed.k))
    _say_if_all_left_out(chosen, reply.hits)
    if parsed.json:
        print_json(reply_record(reply))
    else:
        print_reply(reply)
    return 0


def _search(parsed: argparse.Namespace) -> int:
    from index import Retriever
    from tui.printing import print_hits
    from tui.progress import ProgressBar
    from tui.records import hit_record, print_json

    _check_question(parsed.question)
    with ProgressBar() as bar:
        index = _open_index(parsed.index, bar.show)
        chosen = _filter(parsed)
        hits = Retriever(index).search(parsed.question, parsed.k or 10, parsed.mode, filter=chosen)
    _say_if_all_left_out(chosen, hits)
    if parsed.json:
        print_json({"question": parsed.question, "passages": [hit_record(hit) for hit in hits]})
    else:
        print_hits(hits)
    return 0


def _text(parsed: argparse.Namespace) -> int:
    from index.loaders import UnreadableFile, load
    from tui.visible import visible

    path = Path(parsed.file)
    if not path.exists() or path.is_dir():
        raise MissingPath(f"{path}: {'a folder' if path.is_dir() else 'no such file'}")
    try:
        text = load(path).text
    except UnreadableFile as error:
        return _complain(f"{path}: {error}", _FAILURE)
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0


def _status(parsed: argparse.Namespace) -> int:
    from index import Index
    from tui.opening import default_index
    from tui.records import print_json, status_record
    from tui.visible import visible

    with Index.open(parsed.index or default_index()) as index:
        status = index.status()
    if parsed.json:
        print_json(status_record(status))
        return 0
    print(f"index      {visible(status.path)}")
    print(f"documents  {status.documents}")
    waiting = f", {status.waiting} wait for the next run" if status.waiting else ""
    print(f"passages   {status.passages} ({status.vectors} embedded{waiting})")
    print(f"model      {visible(status.model)}")
    print(f"size       {status.bytes / 2**20:.1f} MB")
    gone = set(status.gone)
    for word, lines in (
        ("indexed", status.folders),
        ("changed", [path for path in status.stale if path not in gone]),
        ("gone", status.gone),
        ("new", status.new),
        ("failed", [f"{failure.path}: {failure.reason}" for failure in status.failed]),
    ):
        for line in lines[:_LISTED]:
            print(f"{word:9}  {visible(line)}".replace("\n", " "))
        if len(lines) > _LISTED:
            print(f"{word:9}  … and {len(lines) - _LISTED} more")
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    from index import Index
    from tui.opening import default_index
    from tui.progress import ProgressBar
    from tui.records import print_json
    from tui.visible import visible

    with ProgressBar() as bar, Index.open(parsed.index or default_index()) as index:
        problems = index.repair(progress=bar.show) if parsed.repair else index.verify()
    if parsed.json:
        print_json({"sound": not problems, "problems": problems})
    else:
        print("\n".join(visible(problem) for problem in problems) or "The index is sound.")
    return _FAILURE if problems else 0


def _remove(parsed: argparse.Namespace) -> int:
    from index import Index
    from tui.opening import default_index
    from tui.progress import ProgressBar
    from tui.records import print_json

    with ProgressBar() as bar, Index.open(parsed.index or default_index()) as index:
        removed = index.remove(parsed.path, progress=bar.show)
    if parsed.json:
        print_json({"removed": removed})
    else:
        print(f"{removed} removed")
    return 0


def _check_question(question: str) -> None:
    if not question.strip():
        raise UsageError("the question is empty: ask something in plain words")


def _filter(parsed: argparse.Namespace) -> Filter:
    from index import Filter

    return Filter(tuple(parsed.path), tuple(parsed.type), parsed.since)


def _say_if_all_left_out(chosen: Filter, hits: Sequence[Hit]) -> None:
    if chosen and not hits:
        print("quoteback: no document is left by --path, --type and --since", file=sys.stderr)


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a date such as 2026-01-31") from None


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1")
    return share


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("must be a port: 0 to 65535")
    return int(text)


class _Version(argparse.Action):
    """Looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"quoteback {version('quoteback')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    from tui.evaluating import add_commands

    parser = argparse.ArgumentParser(
        prog="quoteback",
        description="Ask your own documents a question; get the answer quoted from its source. "
        "Without a command, the app opens.",
    )
    parser.set_defaults(command=_app)
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--index",
        metavar="DIR",
        # What was given before the command holds.
        default=argparse.SUPPRESS,
        help="folder of the index (default: $QUOTEBACK_INDEX, else in your user data folder)",
    )
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="GLOB",
        help="only from documents whose path matches, as in .gitignore; repeatable",
    )
    some.add_argument(
        "--type",
        action="append",
        default=[],
        metavar="TYPE",
        help="only from documents of this type: pdf, md, …; repeatable",
    )
    some.add_argument(
        "--since", type=_date, metavar="DATE", help="only from documents changed since: 2026-01-31"
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--index", metavar="DIR", help="folder of the index to open in the app")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *parents: Any
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=list(parents))
        made.set_defaults(command=run)
        return made

    made = command(
        "index", _index, "Add files and folders, or bring them up to date.", where, as_json
    )
    made.add_argument("path", nargs="+", metavar="PATH", help="a file or folder")
    made.add_argument(
        "--include",
        action="append",
        metavar="GLOB",
        help="of folders, take only files that match, as in .gitignore; repeatable, remembered",
    )
    made.add_argument(
        "--exclude",
        action="append",
        metavar="GLOB",
        help="of folders, leave out what matches, as in .gitignore; repeatable, remembered",
    )
    made.add_argument(
        "--watch",
        action="store_true",
        help="keep in step as files change (Ctrl-C ends it)",
    )
    made.add_argument(
        "--model", help="embedding model: a folder or a name (default: all-MiniLM-L6-v2)"
    )

    made = command("ask", _ask, "Answer a question from what is indexed.", where, some, as_json)
    made.add_argument("question", metavar="QUESTION", help="in plain words")
    made.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="Q",
        help="an earlier question of the conversation; repeat it, oldest first",
    )
    made.add_argument("-k", type=_positive, metavar="N", help="passages to read (default: 8)")
    made.add_argument(
        "--threshold",
        type=_share,
        metavar="P",
        help="confidence, 0 to 1, below which the reply is “not in these documents”",
    )

    made = command(
        "search", _search, "List the passages that bear on a question.", where, some, as_json
    )
    made.add_argument("question", metavar="QUESTION", help="in plain words")
    made.add_argument("-k", type=_positive, metavar="N", help="passages to list (default: 10)")
    made.add_argument(
        "--mode",
        choices=("hybrid", "dense", "bm25"),
        default="hybrid",
        help="by meaning and keyword (default), by meaning alone, by keyword alone",
    )

    made = command("text", _text, "Print the text of a file as Quoteback reads it.")
    made.add_argument("file", metavar="FILE", help="a file of any kind that can be indexed")

    command("status", _status, "Say what is indexed, and what is out of step.", where, as_json)
    made = command("verify", _verify, "Check the whole index for damage.", where, as_json)
    made.add_argument(
        "--repair", action="store_true", help="make good what the store and the files allow"
    )
    made = command(
        "serve",
        _serve,
        "Serve the app to browsers on this machine; no other machine can reach it.",
        where,
    )
    made.add_argument(
        "--port",
        type=_port,
        default=8000,
        metavar="N",
        help="to be listened on (default: 8000; 0: any that is free)",
    )
    made = command("remove", _remove, "Take files and folders out of the index.", where, as_json)
    made.add_argument("path", nargs="+", metavar="PATH", help="a file or folder")
    add_commands(commands, where)
    return parser
