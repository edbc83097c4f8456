"""The files that `eval` writes: figures, rankings, answers, and a report."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from index import Promise, QuotebackError
from tui.common.atomic_write import atomic_write

if TYPE_CHECKING:
    from qa.evaluation import Comparison, Evaluation, FittedThreshold


def write_files(
    options: argparse.Namespace,
    evaluations: Sequence[Evaluation],
    comparison: Comparison | None,
    fitted: FittedThreshold | Promise | None,
) -> None:
    """Write the files that the options name.

    Args:
        fitted: the threshold, if one was fitted.

    Raises:
        QuotebackError: one cannot be written.
    """
    from qa import encode_promise
    from qa.evaluation import make_report, write_predictions, write_qrels, write_run

    first, *others = evaluations
    if options.json:
        whole = first.to_dict()
        if others:
            whole["others"] = [other.to_dict() for other in others]
        if comparison is not None:
            whole["comparison"] = asdict(comparison)
        if options.at_most is not None:
            whole["promise"] = encode_promise(fitted if isinstance(fitted, Promise) else None)
        # Escaped to ASCII: file names need not be valid Unicode.
        text = json.dumps(whole, indent=2, allow_nan=False)
        with _open_file(options.json) as stream:
            stream.write(f"{text}\n")
    for evaluation in evaluations:
        name = evaluation.name if others else None
        if options.run:
            with _open_file(_name_for(options.run, name)) as stream:
                write_run(
                    stream,
                    (
                        (result.id, [(ranked.document, ranked.score) for ranked in result.ranking])
                        for result in evaluation.questions
                    ),
                )
        if options.predictions:
            with _open_file(_name_for(options.predictions, name)) as stream:
                write_predictions(stream, evaluation)
    if options.qrels:
        with _open_file(options.qrels) as stream:
            write_qrels(stream, {r.id: r.relevant for r in first.questions if r.relevant})
    if options.report:
        with _open_file(options.report) as stream:
            stream.write(make_report(first, comparison))


def _name_for(path: str, name: str | None) -> str:
    """The file of one of several configurations: `run.txt` becomes `run.bm25.txt`."""
    if name is None:
        return path
    whole = Path(path)
    part = name.replace(" ", "-").replace("/", "-")
    return str(whole.with_name(f"{whole.stem}.{part}{whole.suffix}"))


@contextmanager
def _open_file(name: str) -> Iterator[TextIO]:
    path = Path(name)
    try:
        with path.open("w", encoding="utf-8") if _is_stream(path) else atomic_write(path) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise QuotebackError(
            f"{name} cannot be written ({error.strerror}): name another file"
        ) from error


def _is_stream(path: Path) -> bool:
    """Whether to write into the file itself, and not to replace it by a new one.

    That goes for a pipe, a device, another name of an open file, and a file whose folder
    cannot be written to.
    """
    if not path.exists():
        return False
    return (
        not path.is_file()
        or path.absolute().parts[1] in ("dev", "proc")
        or not os.access(path.resolve().parent, os.W_OK)
    )
