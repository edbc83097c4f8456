"""The command `questions check`: say what is wrong with a question set, line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.options import FAILURE, add_index_option, add_json_option, nonempty
from tui.cli.output import print_json

if TYPE_CHECKING:
    from qa.evaluation import QuestionSet


def add_questions_options(parser: argparse.ArgumentParser) -> None:
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    summary = "Say what is wrong with a question set, line by line."
    parser = inner.add_parser("check", help=summary, description=summary)
    parser.add_argument(
        "questions", type=nonempty, metavar="FILE", help="a question set, as `eval` reads it"
    )
    add_index_option(parser)
    add_json_option(parser)


def run_questions(options: argparse.Namespace) -> int:
    from index import Index
    from qa import visible
    from qa.evaluation import check_question_set
    from tui.common.index_choice import choose_index

    path = Path(options.questions)
    location = choose_index(options.index)
    if location is not None:
        with Index.open(location) as index:
            questions, problems = check_question_set(path, index)
    else:
        questions, problems = check_question_set(path)
    sound = not any(problem.fatal for problem in problems)
    counts = _count(questions) if questions is not None else None
    if options.json:
        listed = [asdict(problem) for problem in problems]
        print_json({"sound": sound, **(counts or {}), "problems": listed})
    else:
        for problem in problems:
            print(f"{'error' if problem.fatal else 'warning'}: {visible(str(problem))}")
        if counts is not None:
            print(_summarise(counts))
    if questions is not None and questions.corpus is None and location is None:
        print(
            "Nothing is indexed yet: documents and answers are not looked for. Name an index "
            "with --index.",
            file=sys.stderr,
        )
    return 0 if sound else FAILURE


def _count(questions: QuestionSet) -> dict[str, int]:
    return {
        "questions": len(questions.questions),
        "answerable": sum(bool(question.answers) for question in questions.questions),
        "unanswerable": sum(question.answers == () for question in questions.questions),
        "labelled": sum(bool(q.relevant or q.document) for q in questions.questions),
    }


def _summarise(counts: Mapping[str, int]) -> str:
    from qa import counted

    total = counts["questions"]
    answerable, unanswerable = counts["answerable"], counts["unanswerable"]
    unlabelled = total - answerable - unanswerable
    parts = []
    if unlabelled < total:
        parts += [f"{answerable} with an answer", f"{unanswerable} without an answer"]
    if unlabelled:
        parts.append(f"{unlabelled} whose answers are not labelled")
    parts.append(f"{counts['labelled']} with a document")
    return f"{counted(total, 'question')}: {', '.join(parts)}"
