"""Question sets as people keep them in spreadsheets: CSV, a row an answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from index.documents import replace_surrogates
from qa.evaluation.question_sets.question import Question
from qa.evaluation.question_sets.reading import Problem, warn_of_unknown

_MOST_FIELD = 10_000_000
_NAMES = ("question", "answer", "document", "id")
_COLUMNS = "name the columns in it: question, answer and, if any, document"


def read_csv(text: str) -> tuple[list[Question], list[Problem]]:
    """The questions in a table, and all that is wrong with it.

    Its columns are `question`, `answer` and, if need be, `document` and `id`.
    """
    problems: list[Problem] = []
    gathered: dict[tuple[str, str | None, str | None], tuple[list[str], str]] = {}
    header: list[str] = []
    for where, row in _read_rows(text, problems):
        if not header:
            header = [cell.lower() for cell in row]
            if "question" not in header or "answer" not in header:
                problems.append(Problem("line 1", _COLUMNS))
                return [], problems
            problems += [
                warn_of_unknown(where, "column", name, _NAMES)
                for name in dict.fromkeys(header)
                if name and name not in _NAMES
            ]
            continue
        if not any(row):
            continue
        if any(row[len(header) :]) or len(row) <= header.index("answer"):
            problems.append(
                Problem(
                    where,
                    f"has {len(row)} cells, and the first line {len(header)}: "
                    f'put texts that hold what parts cells in quotes ("…")',
                )
            )
            continue
        cells = dict(zip(header, row, strict=False))
        if not cells["question"]:
            problems.append(Problem(where, "has no question"))
            continue
        document, number = cells.get("document") or None, cells.get("id") or None
        # A question that stands in several rows has several right answers.
        key = (cells["question"], document, number)
        answers, _ = gathered.setdefault(key, ([], where))
        answers += [cell for name, cell in zip(header, row, strict=False) if name == "answer"]
    if not header and not problems:
        problems.append(Problem("line 1", _COLUMNS))
    questions = [
        Question(
            id=replace_surrogates(number or str(row_number)),
            text=replace_surrogates(question),
            answers=tuple(
                dict.fromkeys(replace_surrogates(answer) for answer in answers if answer)
            ),
            document=document and replace_surrogates(document),
            where=where,
        )
        for row_number, ((question, document, number), (answers, where)) in enumerate(
            gathered.items(), 1
        )
    ]
    return questions, problems


def _read_rows(text: str, problems: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    """(where it begins, cells) of every row; what stops the reading is a problem."""
    csv.field_size_limit(_MOST_FIELD)
    lines = io.StringIO(text, newline="")
    rows = csv.reader(lines, delimiter=_find_delimiter(text), strict=True)
    begins = 1
    try:
        for row in rows:
            yield f"line {begins}", [cell.strip() for cell in row]
            begins = rows.line_num + 1
    except csv.Error as error:
        problems.append(Problem(f"line {begins}", f"is not valid CSV ({error})"))


def _find_delimiter(text: str) -> str:
    """The character that separates the cells of the first line."""
    header = text.split("\n", 1)[0]
    return max(",;\t|", key=header.count)
