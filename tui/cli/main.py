"""The command line: a thin skin over `qa` and `index`."""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import BadPattern, MissingPath, NotAnIndex, Notice, QuotebackError
from tui.cli.arguments import Run, parser

if TYPE_CHECKING:
    from index import Filter, Hit, Index

_USAGE, _FAILURE = 2, 1
# Files that `status` names of each kind.
_LISTED = 20


class UsageError(Exception):
    """Wrong use that the argument parser cannot see."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for a failure, 2 for wrong use."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by whoever started us (`>&-`): what would be said there is for nobody.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Where a terminal cannot show a character, it is no reason to fail.
        sys.stdout.reconfigure(errors="replace")
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", Notice)
    warnings.showwarning = lambda message, *_: print(f"quoteback: {message}", file=sys.stderr)
    try:
        parsed = parser(_COMMANDS).parse_args(arguments)
        _check_working_folder()
        command: Run = parsed.command
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
    except QuotebackError as error:
        return _complain(error, _FAILURE)
    except OSError as error:
        # Without a name, it is most likely of our output.
        parts = (error.filename, error.strerror or error)
        return _complain(": ".join(str(part) for part in parts if part), _FAILURE)


def _check_working_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("the working folder is gone: change to another one") from error


def _complain(problem: object, code: int) -> int:
    from qa import visible

    print(f"quoteback: {visible(str(problem)).replace(chr(10), ' ')}", file=sys.stderr)
    return code


def _open_index(folder: str | None, progress: Callable[[Any], None]) -> Index:
    """The index to ask; where it is that of the sample documents, or empty, it is said."""
    from tui.common.opening import NOTICE, chosen_index, open_chosen

    chosen = chosen_index(folder)
    if chosen is None:
        print(NOTICE, file=sys.stderr)
    index = open_chosen(chosen, progress)
    if index.is_empty:
        print("The index is empty: add documents with `quoteback index PATH`.", file=sys.stderr)
    return index


# Commands


def _app(parsed: argparse.Namespace) -> int:
    from tui.app.start import run

    return run(parsed.index)


def _serve(parsed: argparse.Namespace) -> int:
    try:
        from tui.cli.serve import serve
    except ModuleNotFoundError:
        install = f"{sys.executable} -m pip install textual-serve"
        return _complain(f"`serve` needs textual-serve: install it with `{install}`", _FAILURE)
    return serve(parsed.index, parsed.port)


def _index(parsed: argparse.Namespace) -> int:
    from tui.cli.index_command import index_files

    return index_files(parsed)


def _ask(parsed: argparse.Namespace) -> int:
    from index import Retriever
    from qa import PASSAGES_READ, Assistant
    from tui.cli.printing import print_reply
    from tui.cli.progress import ProgressBar
    from tui.common.json_records import print_json, reply_record

    question = _question(parsed)
    if parsed.words and parsed.history:
        # Of words without quotes nobody knows where the earlier question ends.
        raise UsageError("with --history, put every question in quotes")
    with ProgressBar() as bar:
        retriever = Retriever(_open_index(parsed.index, bar.show))
        assistant = Assistant(retriever, threshold=parsed.threshold, progress=bar.show)
        if assistant.notice:
            print(assistant.notice, file=sys.stderr)
        chosen = _filter(parsed)
        k = parsed.k or PASSAGES_READ
        reply = assistant.ask(question, parsed.history, k=k, filter=chosen)
    _say_if_all_left_out(chosen, reply.hits)
    if parsed.json:
        print_json(reply_record(reply))
    else:
        print_reply(reply)
    return 0


def _search(parsed: argparse.Namespace) -> int:
    from index import Retriever
    from tui.cli.printing import print_hits
    from tui.cli.progress import ProgressBar
    from tui.common.json_records import hit_record, print_json

    question = _question(parsed)
    with ProgressBar() as bar:
        index = _open_index(parsed.index, bar.show)
        chosen = _filter(parsed)
        hits = Retriever(index).search(question, parsed.k or 10, parsed.mode, filter=chosen)
    _say_if_all_left_out(chosen, hits)
    if parsed.json:
        print_json({"question": question, "passages": [hit_record(hit) for hit in hits]})
    else:
        print_hits(hits)
    return 0


def _text(parsed: argparse.Namespace) -> int:
    from index.loaders import UnreadableFile, load
    from qa import visible

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
    from index import Index, default_index
    from qa import visible
    from tui.common.json_records import print_json, status_record

    with Index.open(parsed.index or default_index()) as index:
        status = index.status()
    if parsed.json:
        print_json(status_record(status))
        return 0
    print(f"index      {visible(status.path)}")
    reread = f" ({status.to_reread} will be read anew by the next run)" if status.to_reread else ""
    print(f"documents  {status.documents}{reread}")
    waiting = f", {status.waiting} wait for the next run" if status.waiting else ""
    print(f"passages   {status.passages} ({status.vectors} embedded{waiting})")
    older = "; another version of it has embedded the passages" if status.outdated else ""
    print(f"model      {visible(status.model)}{older}")
    print(f"size       {status.bytes / 2**20:.1f} MB")
    gone = set(status.gone)
    for word, lines in (
        ("indexed", status.folders),
        ("changed", [path for path in status.stale if path not in gone]),
        ("gone", status.gone),
        ("new", status.new),
        ("failed", [f"{failure.path}: {failure.reason}" for failure in status.failed]),
        ("removed", status.removed),
    ):
        for line in lines[:_LISTED]:
            print(f"{word:9}  {visible(line)}".replace("\n", " "))
        if len(lines) > _LISTED:
            print(f"{word:9}  … and {len(lines) - _LISTED} more")
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    from index import DamagedIndex, Index, default_index
    from qa import visible
    from tui.cli.progress import ProgressBar
    from tui.common.json_records import print_json

    place = parsed.index or default_index()
    read: int | None = None
    with ProgressBar() as bar:
        try:
            with Index.open(place) as index:
                check = index.repair if parsed.repair else index.verify
                problems = check(progress=bar.show)
        except DamagedIndex:
            if not parsed.repair:
                raise
            with Index.restore(place, progress=bar.show) as index:
                problems, read = index.verify(progress=bar.show), index.counts[0]
    if read is not None:
        print(
            f"The store could not be read: {read:,} documents were read anew from the folders "
            f"that it remembered. What it was is kept beside it.",
            file=sys.stderr,
        )
    if parsed.json:
        print_json({"sound": not problems, "problems": problems})
    else:
        print("\n".join(visible(problem) for problem in problems) or "The index is sound.")
    return _FAILURE if problems else 0


def _remove(parsed: argparse.Namespace) -> int:
    from index import Index, default_index
    from tui.cli.progress import ProgressBar
    from tui.common.json_records import print_json

    with ProgressBar() as bar, Index.open(parsed.index or default_index()) as index:
        removed = index.remove(parsed.path, progress=bar.show)
        stays_out = not index.removed.isdisjoint(map(os.path.abspath, parsed.path))
    if parsed.json:
        print_json({"removed": removed})
    else:
        lasting = "; left out of its folder until it is itself given to `quoteback index`"
        print(f"{removed} removed{lasting if stays_out else ''}")
    return 0


def _question(parsed: argparse.Namespace) -> str:
    """The question, given as a whole or in words."""
    question = " ".join([parsed.question, *parsed.words])
    if not question.strip():
        raise UsageError("the question is empty: ask something in plain words")
    if not any(character.isalnum() for character in question):
        raise UsageError("there is no word in the question: ask something in plain words")
    return question


def _filter(parsed: argparse.Namespace) -> Filter:
    from index import Filter

    return Filter(tuple(parsed.path), tuple(parsed.type), parsed.since)


def _say_if_all_left_out(chosen: Filter, hits: Sequence[Hit]) -> None:
    if chosen and not hits:
        print("quoteback: no document is left by --path, --type and --since", file=sys.stderr)


_COMMANDS: dict[str, Run] = {
    "app": _app,
    "index": _index,
    "ask": _ask,
    "search": _search,
    "text": _text,
    "status": _status,
    "verify": _verify,
    "serve": _serve,
    "remove": _remove,
}
