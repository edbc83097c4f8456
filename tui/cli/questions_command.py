"""The command `questions check`: what is wrong with a question set, line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from qa import counted

if TYPE_CHECKING:
    from qa.evaluation import QuestionSet


def check_questions(parsed: argparse.Namespace) -> int:
    """Run the command; returns the exit code: 1 where the set cannot be used."""
    from index import Index
    from qa import visible
    from qa.evaluation import check
    from tui.common.opening import chosen_index

    path = Path(parsed.questions)
    folder = chosen_index(parsed.index)
    if folder is not None:
        with Index.open(folder) as index:
            questions, problems = check(path, index)
    else:
        questions, problems = check(path)
    sound = not any(problem.fatal for problem in problems)
    counts = _counts(questions) if questions is not None else None
    if parsed.json:
        from tui.common.json_records import print_json

        listed = [asdict(problem) for problem in problems]
        print_json({"sound": sound, **(counts or {}), "problems": listed})
    else:
        for problem in problems:
            print(f"{'error' if problem.fatal else 'warning'}: {visible(str(problem))}")
        if counts is not None:
            print(_summary(counts))
    if questions is not None and questions.corpus is None and folder is None:
        print(
            "Nothing is indexed yet: documents and answers are not looked for. Name an index "
            "with --index.",
            file=sys.stderr,
        )
    return 0 if sound else 1


def _summary(counts: Mapping[str, int]) -> str:
    total = counts["questions"]
    answerable, unanswerable = counts["answerable"], counts["unanswerable"]
    unlabelled = total - answerable - unanswerable
    parts = []
    if unlabelled < total:
        parts += [f"{answerable} with an answer", f"{unanswerable} with none to be found"]
    if unlabelled:
        parts.append(f"{unlabelled} whose answers are not labelled")
    parts.append(f"{counts['labelled']} with a document")
    return f"{counted(total, 'question')}: {', '.join(parts)}"


def _counts(questions: QuestionSet) -> dict[str, int]:
    return {
        "questions": len(questions.questions),
        "answerable": sum(bool(question.answers) for question in questions.questions),
        "unanswerable": sum(question.answers == () for question in questions.questions),
        "labelled": sum(bool(q.relevant or q.document) for q in questions.questions),
    }
