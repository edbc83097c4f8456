"""A person's judgements of answers, and the file that keeps them: a question set."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, get_args

from index import QuotebackError
from index.documents import replace_surrogates
from index.filesystem import make_private, make_private_folder, read_file
from index.locations import EngineUrl, Location, data_folder
from qa import Answer, Reply
from tui.common.files import atomic_write, explain_unwritten
from tui.source.span_set import find_words

JudgementRating = Literal["right", "wrong", "missing"]

# How the name of the file ends: before it stands the name of the index.
JUDGEMENT_ENDING = ".questions.jsonl"
# Characters of the question in the id of a judgement.
_ID_LENGTH = 40
# Seconds to wait for another process that writes the file.
_PATIENCE_SECONDS = 5.0
# Some hundred thousand judgements.
_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """The right answer to a question.

    Attributes:
        answers: any one of them is right, or all together if `whole`; empty if the documents
            hold no answer.
        whole: the answers are the members of a list, and all of them are wanted.
        document: path of the document that holds it, if known.
        evidence: the whole sentences, steps or rows that answer, if known.
    """

    answers: tuple[str, ...]
    whole: bool = False
    document: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's judgement of the reply to a question.

    Attributes:
        history: the earlier questions that the question builds on, oldest first.
        right: the right answer; None if the person does not know it.
        wrong: the answers that were shown and are wrong.
    """

    question: str
    history: tuple[str, ...]
    rating: JudgementRating
    right: RightAnswer | None
    wrong: tuple[str, ...] = ()

    def includes(self, other: Judgement) -> bool:
        """Whether this judgement says all that the other one does."""
        if self.rating != other.rating:
            return False
        if self.rating != "right" or self.right is None or other.right is None:
            return True
        mine, others = set(self.right.answers), set(other.right.answers)
        return mine == others if not others else others <= mine

    @property
    def id(self) -> str:
        """The id of the question: a second judgement of it replaces the first."""
        return make_judgement_id(self.question, self.history)


def make_judgement_id(question: str, history: Sequence[str]) -> str:
    """The id of a question together with the earlier ones that it builds on."""
    parts = [replace_surrogates(part) for part in (question, *history)]
    words = re.sub(r"\W+", "-", parts[0].casefold())[:_ID_LENGTH].strip("-")
    digest = blake2b("\0".join(parts).encode(), digest_size=4)
    return f"{words}-{digest.hexdigest()}".lstrip("-")


def make_right_answer(answer: Answer) -> RightAnswer:
    """The right answer, from an answer of the reply; of a list, all its members."""
    evidence = tuple(map(answer.hit.passage.quote, answer.evidence))
    path = answer.document.path
    if len(answer.spans) < 2:
        return RightAnswer((answer.text,), document=path, evidence=evidence)
    members = tuple(map(answer.hit.passage.quote, answer.spans))
    return RightAnswer(members, whole=True, document=path, evidence=evidence)


def join_right_answers(right: Sequence[RightAnswer]) -> RightAnswer:
    """Several right answers as one, any of which will do.

    The members of a list stay together only if the list is the only answer. A document is
    named only if all of them are from it.
    """
    if len(right) == 1:
        return right[0]
    documents = {each.document for each in right}
    return RightAnswer(
        tuple(dict.fromkeys(text for each in right for text in each.answers)),
        document=documents.pop() if len(documents) == 1 else None,
        evidence=tuple(dict.fromkeys(text for each in right for text in each.evidence)),
    )


def locate_words(words: str, reply: Reply, text_of: Callable[[str], str]) -> tuple[str, str] | None:
    """The first document of the reply that holds the words, and the words as written there."""
    for path in dict.fromkeys(hit.document.path for hit in reply.hits):
        text = text_of(path)
        matches = find_words(text, words)
        if len(matches):
            return path, matches[0].of(text)
    return None


class JudgementsError(QuotebackError):
    """A judgement cannot be saved."""


class JudgementFile:
    """A JSON lines file of judgements. Lines that a person wrote into it stay as they are.

    Every change replaces the whole file at once: a crash leaves the old or the new one.
    """

    def __init__(self, path: Path) -> None:
        """The file is made with the first judgement."""
        self.path = path

    def save(self, judgement: Judgement) -> int:
        """Save a judgement; returns the number of questions in the file.

        A second right answer to a question is added to the first. Any other judgement of
        the same question replaces the one before.

        Raises:
            JudgementsError: the file cannot be read or written.
        """

        def change(lines: Sequence[str]) -> list[str]:
            for at, line in enumerate(lines):
                row = _parse_row(line)
                if row.get("id") == judgement.id:
                    # The row holds no surrogates, as names of files do that are not UTF-8.
                    given = _read_judgement(_parse_row(_format_row(judgement)))
                    merged = _format_row(_merge_judgements(row, given))
                    return [*lines[:at], merged, *lines[at + 1 :]]
            return [*lines, _format_row(judgement)]

        return self._update(change)

    def remove(self, judgement: Judgement) -> int:
        """Remove the judgement of a question; returns and raises as `save` does."""
        wanted = judgement.id
        return self._update(
            lambda lines: [line for line in lines if _parse_row(line).get("id") != wanted]
        )

    def read(self) -> Mapping[str, Judgement]:
        """All judgements by id; empty if the file cannot be read."""
        with suppress(OSError, UnicodeDecodeError):
            rows = map(_parse_row, self._read_lines())
            judged = [row for row in rows if row.get("judged") in get_args(JudgementRating)]
            return {judgement.id: judgement for judgement in map(_read_judgement, judged)}
        return {}

    def _read_lines(self) -> list[str]:
        try:
            make_private(self.path)
            text = read_file(self.path, _MOST_BYTES).decode()
        except FileNotFoundError:
            return []
        # Not `splitlines`: JSON strings may hold other line separators.
        return [line for line in text.split("\n") if line.strip()]

    def _update(self, change: Callable[[Sequence[str]], list[str]]) -> int:
        # It loads asyncio and SQLite support, and is needed only for a judgement.
        from filelock import FileLock, Timeout

        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            make_private_folder(self.path.parent)
            with FileLock(lock, timeout=_PATIENCE_SECONDS, mode=0o600):
                lines = change(self._read_lines())
                with atomic_write(self.path) as file:
                    file.writelines(f"{line}\n" for line in lines)
        except Timeout as error:
            raise JudgementsError(f"{self.path} is being written by another process") from error
        except UnicodeDecodeError as error:
            raise JudgementsError(f"{self.path} is not UTF-8 text: save it as that") from error
        except OSError as error:
            raise JudgementsError(explain_unwritten(self.path, error)) from error
        return len(lines)


def judgement_file_of(index: Location) -> Path:
    """The file of the judgements about an index: beside the index, so that it outlives it.

    For an index in an engine it lies among the user's data.
    """
    if isinstance(index, EngineUrl):
        name = blake2b(os.fsencode(str(index)), digest_size=8).hexdigest()
        return data_folder() / f"{name}{JUDGEMENT_ENDING}"
    return index.with_name(f"{index.name}{JUDGEMENT_ENDING}")


def _merge_judgements(row: Mapping[str, Any], judgement: Judgement) -> Judgement:
    """A new judgement, with the right and wrong answers of the row that it replaces."""
    before, right = row.get("answers"), judgement.right
    wrong = tuple(dict.fromkeys([*_read_texts(row.get("wrong")), *judgement.wrong]))
    kept = [text for text in _read_texts(before) if text not in judgement.wrong]
    both = judgement.rating == "right" and row.get("judged") == "right"
    single = right is not None and right.answers and not right.whole and row.get("match") != "all"
    if both and single and right is not None:
        # Two answers from different documents: no single document holds them.
        document = right.document if row.get("document") == right.document else None
        answers = tuple(dict.fromkeys([*kept, *right.answers]))
        evidence = tuple(dict.fromkeys([*_read_texts(row.get("evidence")), *right.evidence]))
        right = replace(right, answers=answers, document=document, evidence=evidence)
    if right is not None:
        wrong = tuple(text for text in wrong if text not in right.answers)
    return replace(judgement, right=right, wrong=wrong)


def _format_row(judgement: Judgement) -> str:
    right = judgement.right
    row = {
        "id": judgement.id,
        "question": judgement.question,
        # null: nobody knows the right answer. A wrong answer is never listed here.
        "answers": right and right.answers,
        "match": "all" if right and right.whole else None,
        "document": right and right.document,
        "evidence": right and right.evidence,
        "history": judgement.history,
        "judged": judgement.rating,
        "wrong": judgement.wrong,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    given = {name: value for name, value in row.items() if value or name == "answers"}
    return replace_surrogates(json.dumps(given, ensure_ascii=False))


def _read_judgement(row: Mapping[str, Any]) -> Judgement:
    right = None
    if row.get("answers") is not None:
        whole, document = row.get("match") == "all", row.get("document")
        evidence = tuple(_read_texts(row.get("evidence")))
        right = RightAnswer(tuple(_read_texts(row["answers"])), whole, document, evidence)
    return Judgement(
        str(row.get("question")),
        tuple(_read_texts(row.get("history"))),
        row["judged"],
        right,
        tuple(_read_texts(row.get("wrong"))),
    )


def _parse_row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _read_texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
