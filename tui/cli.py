"""The command line: a thin skin over `qa` and `index`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import MissingPath, NotAnIndex, QuotebackError

if TYPE_CHECKING:
    from index import Index
    from qa import Assistant

_USAGE, _FAILURE = 2, 1
_NO_DOCUMENTS = (
    "Nothing is indexed yet: using the sample documents. Add your own with `quoteback index PATH`."
)


class UsageError(Exception):
    """Wrong use that the argument parser cannot see."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a failure, 2 for wrong use."""
    parsed = _parser().parse_args(arguments)
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
    except (UsageError, MissingPath, NotAnIndex) as error:
        return _complain(error, _USAGE)
    except (QuotebackError, OSError) as error:
        return _complain(error, _FAILURE)


def _complain(problem: object, code: int) -> int:
    from tui.visible import visible

    print(f"quoteback: {visible(str(problem)).replace(chr(10), ' ')}", file=sys.stderr)
    return code


def default_index() -> Path:
    """`$QUOTEBACK_INDEX`, else in the platform's user data folder."""
    from platformdirs import user_data_path

    named = os.environ.get("QUOTEBACK_INDEX")
    return Path(named) if named else user_data_path("quoteback") / "index"


def open_for_questions(
    folder: str | None, progress: Callable[[Any], None] | None = None
) -> tuple[Index, str | None]:
    """The index to ask, and a notice where it is the one of the sample documents."""
    from index import Index

    if folder is not None:
        return Index.open(folder, progress=progress), None
    try:
        index = Index.open(default_index(), progress=progress)
        if index.counts[0]:
            return index, None
        index.close()
    except NotAnIndex:
        if default_index().exists() and any(default_index().iterdir()):
            raise
    return _sample_index(progress), _NO_DOCUMENTS


def _sample_index(progress: Callable[[Any], None] | None) -> Index:
    from platformdirs import user_data_path

    from index import Index, IndexInUse
    from qa import sample_folder

    index = Index.open(user_data_path("quoteback") / "samples", create=True, progress=progress)
    folder = sample_folder()
    try:
        gone = [
            document.path
            for document in index.documents()
            if not document.path.startswith(f"{folder}{os.sep}")
        ]
        if gone:
            index.remove(gone)
        index.add([folder], progress=progress)
    except IndexInUse:
        # Another process is bringing the samples in: ask what is there.
        pass
    return index


def _assistant(parsed: argparse.Namespace, progress: Callable[[Any], None] | None) -> Assistant:
    from index import Retriever
    from qa import Assistant

    index, notice = open_for_questions(parsed.index, progress)
    if notice:
        print(notice, file=sys.stderr)
    return Assistant(Retriever(index), threshold=getattr(parsed, "threshold", None))


# Commands


def _app(parsed: argparse.Namespace) -> int:
    from tui.start import run

    return run(parsed.index)


def _index(parsed: argparse.Namespace) -> int:
    from index import Index
    from index.files import checked
    from tui.progress import ProgressBar
    from tui.records import report_record

    checked(parsed.path)
    folder = parsed.index or default_index()
    with ProgressBar() as bar, Index.open(
        folder, create=True, model=parsed.model, progress=bar.show
    ) as index:
        report = index.add(parsed.path, progress=bar.show)
        documents, passages = index.counts
    if parsed.json:
        _print_json(report_record(report))
    else:
        print(
            f"{report.added} added, {report.updated} updated, {report.removed} removed, "
            f"{report.unchanged} unchanged, {len(report.failed)} failed"
            + (f", {report.skipped} of other kinds left out" if report.skipped else "")
            + f"; {documents} documents, {passages} passages in {folder}"
        )
    for failure in report.failed:
        _complain(f"not indexed: {failure.path}: {failure.reason}", 0)
    return 0


def _ask(parsed: argparse.Namespace) -> int:
    from tui.printing import print_reply
    from tui.progress import ProgressBar
    from tui.records import reply_record

    _check_question(parsed.question)
    if parsed.threshold is not None and not 0 <= parsed.threshold <= 1:
        raise UsageError("--threshold must be between 0 and 1")
    with ProgressBar() as bar:
        assistant = _assistant(parsed, bar.show)
        if not assistant.documents:
            print(
                "The index is empty: add documents with `quoteback index PATH`.", file=sys.stderr
            )
        reply = assistant.ask(parsed.question, parsed.history, **_given(k=parsed.k))
    if parsed.json:
        _print_json(reply_record(reply))
    else:
        print_reply(reply)
    return 0


def _search(parsed: argparse.Namespace) -> int:
    from index import Retriever
    from tui.printing import print_hits
    from tui.progress import ProgressBar
    from tui.records import hit_record

    _check_question(parsed.question)
    with ProgressBar() as bar:
        index, notice = open_for_questions(parsed.index, bar.show)
        if notice:
            print(notice, file=sys.stderr)
        hits = Retriever(index).search(parsed.question, parsed.k or 10, parsed.mode)
    if parsed.json:
        _print_json({"question": parsed.question, "passages": [hit_record(hit) for hit in hits]})
    else:
        print_hits(hits)
    return 0


def _text(parsed: argparse.Namespace) -> int:
    from index.loaders import UnreadableFile, load
    from tui.visible import visible

    path = Path(parsed.file)
    if not path.exists():
        raise MissingPath(f"{path}: no such file")
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
    from tui.records import status_record
    from tui.visible import visible

    with Index.open(parsed.index or default_index()) as index:
        status = index.status()
    if parsed.json:
        _print_json(status_record(status))
        return 0
    print(f"index      {visible(status.path)}")
    print(f"documents  {status.documents}")
    print(f"passages   {status.passages} ({status.vectors} embedded)")
    print(f"model      {visible(status.model)}")
    print(f"size       {status.bytes / 2**20:.1f} MB")
    for path in status.stale:
        print(f"changed    {visible(path)}")
    for failure in status.failed:
        print(f"failed     {visible(failure.path)}: {visible(failure.reason)}")
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    from index import Index
    from tui.visible import visible

    with Index.open(parsed.index or default_index()) as index:
        problems = index.verify()
    if parsed.json:
        _print_json({"sound": not problems, "problems": problems})
    else:
        print("\n".join(visible(problem) for problem in problems) or "The index is sound.")
    return _FAILURE if problems else 0


def _remove(parsed: argparse.Namespace) -> int:
    from index import Index

    with Index.open(parsed.index or default_index()) as index:
        removed = index.remove(parsed.path)
    print(f"{removed} removed")
    return 0


def _check_question(question: str) -> None:
    if not question.strip():
        raise UsageError("the question is empty: ask something in plain words")


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _print_json(value: object) -> None:
    # Escaped to ASCII: file names need not be valid Unicode.
    print(json.dumps(value, indent=2))


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
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
        help="folder of the index (default: $QUOTEBACK_INDEX, else in your user data folder)",
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--index", metavar="DIR", help="folder of the index to open in the app")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *parents: Any
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=list(parents))
        made.set_defaults(command=run)
        return made

    made = command("index", _index, "Add files and folders, or bring them up to date.", where, as_json)
    made.add_argument("path", nargs="+", help="a file or folder")
    made.add_argument(
        "--model", help="embedding model: a folder or a name (default: all-MiniLM-L6-v2)"
    )

    made = command("ask", _ask, "Answer a question from what is indexed.", where, as_json)
    made.add_argument("question", help="in plain words")
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
        type=float,
        metavar="P",
        help="confidence, 0 to 1, below which the reply is “not in these documents”",
    )

    made = command("search", _search, "List the passages that bear on a question.", where, as_json)
    made.add_argument("question", help="in plain words")
    made.add_argument("-k", type=_positive, metavar="N", help="passages to list (default: 10)")
    made.add_argument(
        "--mode",
        choices=("hybrid", "dense", "bm25"),
        default="hybrid",
        help="by meaning and keyword (default), by meaning alone, by keyword alone",
    )

    made = command("text", _text, "Print the text of a file as Quoteback reads it.")
    made.add_argument("file", help="a file")

    command("status", _status, "Say what is indexed, and what is out of step.", where, as_json)
    command("verify", _verify, "Check the whole index for damage.", where, as_json)
    made = command("remove", _remove, "Take files and folders out of the index.", where)
    made.add_argument("path", nargs="+", help="a file or folder")
    return parser
