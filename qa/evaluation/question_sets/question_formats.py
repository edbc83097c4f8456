"""Question sets that are one file: JSON lines, SQuAD's JSON, CSV. Any of them may be gzipped."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path
from typing import Any

from index import Content, UnreadableFile, decode
from index.documents import replace_surrogates
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.reading import (
    LONGEST_NAME,
    READ_ERRORS,
    Problem,
    describe_read_error,
    name_shortly,
    read_bytes,
    warn_of_unknown,
)

_CSV_SUFFIXES = (".csv", ".tsv", ".tab")
_ROW = '{"id": …, "question": …, "answers": […]}'
_KEYS = ("id", "question", "answers", "evidence", "match", "history", "document", "kind")
# What the app notes beside them when an answer is marked right or wrong.
_NOTED = ("judged", "wrong", "at")

# Unknown keys that are told of, and compared with those that are known.
_MOST_ODD = 100

# Questions, what is wrong with them, and their documents if they bring any. Without questions
# there is a problem that says why.
Reading = tuple[Sequence[Question], Sequence[Problem], Corpus | None]
_MOST_FIELD = 10_000_000
_NAMES = ("question", "answer", "document", "id")
_COLUMNS = "name the columns in it: question, answer and, if any, document"


class _BadEntry(Exception):
    """One entry cannot be read; the message says why."""


def read_file(path: Path) -> Reading:
    """The questions in a file, by its suffix and its content, with all that is wrong."""
    try:
        text = decode(read_bytes(path))
    except UnreadableFile as error:
        return [], [Problem("", str(error))], None
    except READ_ERRORS as error:
        return [], [Problem("", describe_read_error(error))], None
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if any(suffix in _CSV_SUFFIXES for suffix in suffixes[-2:]):
        return *_check_ids(*read_csv(text)), None
    whole = _parse_whole(text)
    if isinstance(whole, dict) and "data" in whole:
        questions, problems, corpus = _read_squad(whole)
        return *_check_ids(questions, problems), corpus
    has_object = isinstance(_parse_whole(text.split("\n", 1)[0]), dict)
    if ".json" in suffixes and whole is None and not has_object:
        return [], [_locate_json_error(text)], None
    if isinstance(whole, list) or (isinstance(whole, dict) and "\n" in text.strip()):
        problem = Problem("line 1", f"must be SQuAD's JSON, or hold one question a line: {_ROW}")
        return [], [problem], None
    return *_check_ids(*_read_json_lines(text)), None


def _check_ids(
    questions: Sequence[Question], problems: Sequence[Problem]
) -> tuple[Sequence[Question], Sequence[Problem]]:
    """The questions and their problems, with those of ids that come twice."""
    problems = list(problems)
    first: dict[str, str] = {}
    for question in questions:
        if question.id in first:
            problems.append(
                Problem(
                    question.where,
                    f"the id {name_shortly(question.id)} is that of {first[question.id]}, too",
                )
            )
        first.setdefault(question.id, question.where)
    if not questions and not any(problem.fatal for problem in problems):
        problems.append(Problem("", "holds no question"))
    return questions, problems


def _read_json_lines(text: str) -> tuple[list[Question], list[Problem]]:
    questions: list[Question] = []
    problems: list[Problem] = []
    odd: dict[str, list[str]] = {}
    # Only real line ends part lines: JSON may hold U+2028 and the like.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            row = parse_json(line)
            questions.append(_parse_question(row, where))
            for key in row:
                if key not in (*_KEYS, *_NOTED):
                    odd.setdefault(key, []).append(where)
        except _BadEntry as error:
            problems.append(Problem(where, str(error)))
        except ValueError as error:
            problems.append(Problem(where, f"is not valid JSON ({error})"))
    for key, places in islice(odd.items(), _MOST_ODD):
        problems.append(warn_of_unknown(places[0], "key", key, _KEYS, more=len(places) - 1))
    return questions, problems


def parse_json(line: str) -> Any:
    """JSON, as Python values; raises `ValueError` if it is not valid, or nested too deeply."""
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg}, column {error.colno}") from error
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("a number of thousands of digits") from None


def _parse_question(row: Any, where: str) -> Question:
    if not isinstance(row, dict):
        raise _BadEntry(f"is not an object: write {_ROW}")
    number, text = _parse_id(row), _parse_text(row, "question")
    answers = None
    # `null` says that nobody has labelled it yet.
    unlabelled = "answers" in row and row["answers"] is None
    if not unlabelled and ("answers" in row or not row.get("document")):
        answers = _parse_texts(
            row, "answers", "a list of texts, empty where the documents hold none"
        )
    match = row.get("match", "any")
    if match not in ("any", "all"):
        raise _BadEntry('"match" must be "any" or "all"')
    history: tuple[str, ...] = ()
    if "history" in row:
        history = _parse_texts(row, "history", "a list of earlier questions")
    return Question(
        id=number,
        text=text,
        answers=answers,
        evidence=_parse_evidence(row),
        match=match,
        history=history,
        document=_parse_optional_text(row, "document"),
        labelled_kind=_parse_optional_text(row, "kind"),
        where=where,
    )


def _parse_id(row: Mapping[str, Any]) -> str:
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise _make_bad_entry(row, "id", "a text or a number that no other question has")
    return replace_surrogates(str(value))


def _parse_text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _make_bad_entry(row, name, "a text that is not empty")
    return replace_surrogates(value)


def _parse_optional_text(row: Mapping[str, Any], name: str) -> str | None:
    return None if row.get(name) is None else _parse_text(row, name)


def _parse_evidence(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row.get("evidence") is None:
        return ()
    if isinstance(row["evidence"], str):
        return (_parse_text(row, "evidence"),)
    return _parse_texts(row, "evidence", "a text, or a list of texts")


def _parse_texts(row: Mapping[str, Any], name: str, what: str) -> tuple[str, ...]:
    values = row.get(name)
    if not isinstance(values, list):
        raise _make_bad_entry(row, name, what)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise _BadEntry(f'"{name}" must be {what}, and none of them blank')
    return tuple(replace_surrogates(value) for value in values)


def _make_bad_entry(row: Mapping[str, Any], name: str, what: str) -> _BadEntry:
    """Describe a wrong value, and what it must be."""
    if name in row:
        return _BadEntry(f'"{name}" must be {what}')
    others = [key for key in row if key not in _KEYS and len(key) < LONGEST_NAME]
    near = get_close_matches(name, others[:_MOST_ODD], 1)
    if near:
        return _BadEntry(f'has no "{name}": did you mean it by "{near[0]}"?')
    return _BadEntry(f'has no "{name}": it must be {what}')


def _parse_whole(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _locate_json_error(text: str) -> Problem:
    """Where a file that is all one JSON value breaks off."""
    try:
        parse_json(text)
    except ValueError as error:
        line = getattr(error.__cause__, "lineno", None)
        return Problem(f"line {line}" if line else "", f"is not valid JSON ({error})")
    return Problem("", "holds no question")


def _read_squad(whole: Mapping[str, Any]) -> tuple[list[Question], list[Problem], Corpus]:
    questions: list[Question] = []
    problems: list[Problem] = []
    paragraphs: dict[str, tuple[str, str]] = {}
    numbers: dict[str, int] = {}
    for at, article, where in _iterate_objects(whole, "data", "", problems):
        title = article.get("title")
        title = (
            replace_surrogates(title)
            if isinstance(title, str) and title.strip()
            else f"article {at}"
        )
        for _, paragraph, inner in _iterate_objects(article, "paragraphs", where, problems):
            context = paragraph.get("context")
            if not isinstance(context, str) or not context.strip():
                problems.append(Problem(inner, 'has no "context"'))
                continue
            # Titles may come twice; numbers go on then.
            number = numbers.get(title, 0)
            numbers[title] = number + 1
            name = f"{title}/{number}"
            paragraphs[name] = (title.replace("_", " "), replace_surrogates(context))
            for _, entry, innermost in _iterate_objects(paragraph, "qas", inner, problems):
                try:
                    questions.append(
                        _parse_squad_question(entry, paragraphs[name][1], name, innermost, problems)
                    )
                except _BadEntry as error:
                    problems.append(Problem(innermost, str(error)))
    digest = blake2b(digest_size=16)
    for name, (_, context) in paragraphs.items():
        digest.update(f"{name}\0{context}\0".encode())

    def documents() -> Iterator[tuple[str, Content]]:
        for name, (title, context) in paragraphs.items():
            yield name, Content(context, title=title)

    return questions, problems, Corpus(digest.hexdigest(), documents)


def _iterate_objects(
    parent: Mapping[str, Any], key: str, where: str, problems: list[Problem]
) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """(number, object, where it is) of the objects in a list."""
    values = parent.get(key)
    if not isinstance(values, list):
        problems.append(Problem(where, f'"{key}" must be a list'))
        return
    for number, value in enumerate(values):
        inner = f"{where}.{key}[{number}]" if where else f"{key}[{number}]"
        if isinstance(value, dict):
            yield number, value, inner
        else:
            problems.append(Problem(inner, "is not an object"))


def _parse_squad_question(
    entry: Mapping[str, Any], context: str, document: str, where: str, problems: list[Problem]
) -> Question:
    answers: list[str] = []
    if not entry.get("is_impossible", False):
        for _, answer, inner in _iterate_objects(entry, "answers", where, problems):
            text, start = _parse_text(answer, "text"), answer.get("answer_start")
            answers.append(text)
            if isinstance(start, int) and not context.startswith(text, max(0, start)):
                problems.append(
                    Problem(
                        inner,
                        f"the answer {text[:80]!r} does not stand at its answer_start",
                        fatal=False,
                    )
                )
    return Question(
        id=_parse_id(entry),
        text=_parse_text(entry, "question").strip(),
        # The same answer of several annotators counts once.
        answers=tuple(dict.fromkeys(answers)),
        document=document,
        relevant={document: 1} if answers else None,
        where=where,
    )


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
    given = {number for _, _, number in gathered}
    # A question without an id gets the number of its place, or a later one if that is given.
    spare = (str(n) for n in count(len(gathered) + 1) if str(n) not in given)
    questions = [
        Question(
            id=replace_surrogates(number or (place if place not in given else next(spare))),
            text=replace_surrogates(question),
            answers=tuple(
                dict.fromkeys(replace_surrogates(answer) for answer in answers if answer)
            ),
            document=document and replace_surrogates(document),
            where=where,
        )
        for place, ((question, document, number), (answers, where)) in zip(
            map(str, count(1)), gathered.items(), strict=False
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
