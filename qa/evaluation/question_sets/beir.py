"""Question sets that are a folder in BEIR's layout: corpus, queries, relevance judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any

from index import Content
from index.documents import replace_surrogates
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.question_formats import Reading, parse_json
from qa.evaluation.question_sets.reading import (
    READ_ERRORS,
    BadQuestionSet,
    Problem,
    describe_read_error,
    name_shortly,
    read_lines,
)

# Which judgements are taken if there are several.
_SPLITS = ("test", "dev", "validation")
# Beyond any grade that people give.
_HIGHEST = 1e6


def read_folder(folder: Path) -> Reading:
    """The questions in a folder, with all that is wrong with them.

    Only questions with judgements are asked, as is the custom.
    """
    corpus, queries = _find_file(folder / "corpus.jsonl"), _find_file(folder / "queries.jsonl")
    qrels = _find_qrels(folder)
    if corpus is None or queries is None or qrels is None:
        name = "corpus.jsonl" if corpus is None else "queries.jsonl" if queries is None else "qrels"
        layout = "there must be corpus.jsonl, queries.jsonl and qrels/test.tsv"
        return [], [Problem("", f"has no {name}: {layout}")], None
    try:
        return _read_files(corpus, queries, qrels)
    except BadQuestionSet as error:
        return [], [Problem("", str(error))], None


def list_files(folder: Path) -> list[Path]:
    """The files that are read as a question set, or would be if they were there, gzipped or not.

    With the folder of judgements, any file of which may be read.
    """
    plain = [folder / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")]
    return [*plain, *map(_pack, plain), folder / "qrels"]


def _read_files(corpus: Path, queries: Path, qrels: Path) -> Reading:
    problems: list[Problem] = []
    grades, lines = _read_judgements(qrels, problems)
    texts: dict[str, str] = {}
    questions = []
    for where, row in _read_rows(queries):
        number, text = _read_id(row, where), row.get("text")
        if number in texts:
            problems.append(Problem(where, f"the id {name_shortly(number)} comes twice"))
        texts[number] = text if isinstance(text, str) else ""
        if number not in grades:
            continue
        if not texts[number].strip():
            problems.append(Problem(where, 'has no "text"'))
            continue
        questions.append(
            Question(
                number, replace_surrogates(texts[number]), relevant=grades[number], where=where
            )
        )
    problems += [
        Problem(lines[number], f"there is no query {name_shortly(number)} in {queries.name}")
        for number in grades
        if number not in texts
    ]
    if not questions and not any(problem.fatal for problem in problems):
        problems.append(Problem("", f"holds no question: {qrels.name} judges none"))
    if questions and not any(grade > 0 for judged in grades.values() for grade in judged.values()):
        problems.append(Problem("", f"{qrels.name} judges no document relevant"))
    if not questions:
        return [], problems, None
    return questions, problems, Corpus(_digest_file(corpus), partial(_read_documents, corpus))


def _read_documents(corpus: Path) -> Iterator[tuple[str, Content]]:
    """The name and the content of every document; raises `BadQuestionSet`."""
    seen: set[str] = set()
    for where, row in _read_rows(corpus):
        name = _read_id(row, where)
        if name in seen:
            raise BadQuestionSet(f"{where}: the id {name_shortly(name)} comes twice")
        seen.add(name)
        title, text = row.get("title") or "", row.get("text") or ""
        if not isinstance(title, str) or not isinstance(text, str):
            raise BadQuestionSet(f'{where}: "title" and "text" must be texts')
        # A document that is all title would have no passage, and could never be found.
        yield name, Content(text if text.strip() else title, title=title.strip() or None)


def locate_judgements(folder: Path) -> dict[tuple[str, str], str]:
    """(question, document) → file and line of the judgement."""
    qrels = _find_qrels(folder)
    if qrels is None:
        return {}
    return {
        (question, document): where for where, question, document, _ in _parse_judgements(qrels, [])
    }


def _read_judgements(
    path: Path, problems: list[Problem]
) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """question → document → grade, and question → where it is first judged."""
    grades: dict[str, dict[str, int]] = {}
    lines: dict[str, str] = {}
    for where, question, document, grade in _parse_judgements(path, problems):
        lines.setdefault(question, where)
        known = grades.setdefault(question, {})
        if (before := known.get(document, grade)) != grade:
            # Some widely used sets have such lines.
            text = (
                f"question {name_shortly(question)} is judged for {name_shortly(document)!r} a "
                f"second time, "
                f"{grade} where it was {before}: the last line counts"
            )
            problems.append(Problem(where, text, fatal=False))
        known[document] = grade
    return grades, lines


def _parse_judgements(path: Path, problems: list[Problem]) -> Iterator[tuple[str, str, str, int]]:
    """(where, question, document, grade) of every line; bad lines are problems."""
    with _explain_errors(path):
        for number, line in enumerate(read_lines(path), 1):
            cells = line.rstrip("\r\n").split("\t")
            grade = _parse_number(cells[-1])
            if not any(cells) or (number == 1 and grade is None):
                continue
            where = f"{path.name}, line {number}"
            # Four columns are TREC's own layout, whose second means nothing.
            if len(cells) not in (3, 4) or grade is None:
                problems.append(Problem(where, "must be question, document and grade, by tabs"))
            elif not (abs(grade) < _HIGHEST and grade.is_integer()):
                problems.append(
                    Problem(where, f"the grade {name_shortly(cells[-1])} must be a whole number")
                )
            else:
                yield where, replace_surrogates(cells[0]), replace_surrogates(cells[-2]), int(grade)


def _parse_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _read_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The place and the object of every line; raises `BadQuestionSet`."""
    with _explain_errors(path):
        for number, line in enumerate(read_lines(path), 1):
            if not line.strip():
                continue
            where = f"{path.name}, line {number}"
            try:
                row = parse_json(line)
            except ValueError as error:
                raise BadQuestionSet(f"{where}: is not valid JSON ({error})") from None
            if not isinstance(row, dict):
                raise BadQuestionSet(f"{where}: is not an object")
            yield where, row


def _read_id(row: Mapping[str, Any], where: str) -> str:
    value = row.get("_id")
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise BadQuestionSet(f'{where}: has no "_id"')
    return replace_surrogates(str(value))


@contextmanager
def _explain_errors(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into `BadQuestionSet`."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise BadQuestionSet(f"{path.name}: is not UTF-8") from error
    except READ_ERRORS as error:
        raise BadQuestionSet(f"{path.name}: {describe_read_error(error)}") from error


def _find_file(path: Path) -> Path | None:
    """The file, or the same gzipped."""
    return next((file for file in (path, _pack(path)) if file.is_file()), None)


def _pack(path: Path) -> Path:
    return path.with_name(path.name + ".gz")


def _find_qrels(folder: Path) -> Path | None:
    for split in _SPLITS:
        if path := _find_file(folder / "qrels" / f"{split}.tsv"):
            return path
    # A file that is not regular may have no end.
    others = sorted(path for path in (folder / "qrels").glob("*.tsv*") if path.is_file())
    return others[0] if others else _find_file(folder / "qrels.tsv")


def _digest_file(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, partial(blake2b, digest_size=16)).hexdigest()
