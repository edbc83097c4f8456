"""Answers judged by a person, kept as a question set that evaluations read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, get_args

from index import QuotebackError, replace_surrogates
from qa import Answer, Reply
from tui.common.atomic_write import atomic_write
from tui.source.text_search import matches

Verdict = Literal["right", "wrong", "missing"]

# Characters of the words in a question's id, and seconds to wait for another process.
_ID_WORDS, _PATIENCE = 40, 5.0


class JudgementsError(QuotebackError):
    """A judgement could not be kept."""


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """What is right.

    Attributes:
        answers: any of which will do, or all if `whole`; none where the documents hold none.
        whole: they are the members of a list, all of them wanted.
        document: where it stands, if that is known.
    """

    answers: tuple[str, ...]
    whole: bool = False
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of the reply to a question.

    Attributes:
        history: the earlier questions that it builds on, oldest first.
        right: None where the person does not know it.
        wrong: what was shown in its place.
    """

    question: str
    history: tuple[str, ...]
    verdict: Verdict
    right: RightAnswer | None
    wrong: tuple[str, ...] = ()

    def says(self, other: Judgement) -> bool:
        """Whether the other one says nothing more than this one."""
        if self.verdict != other.verdict:
            return False
        if self.verdict != "right" or self.right is None or other.right is None:
            return True
        mine, others = set(self.right.answers), set(other.right.answers)
        return mine == others if not others else others <= mine

    @property
    def id(self) -> str:
        """Of the question: a second judgement takes the first one's place."""
        return make_judgement_id(self.question, self.history)


NO_JUDGEMENTS: Mapping[str, Judgement] = {}


class JudgementFile:
    """A file in JSON lines; what a person has written into it stays as it is.

    It is replaced as a whole: a crash leaves what was there before, or all of it.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is made before the first judgement."""
        self.path = path

    def keep(self, judgement: Judgement) -> int:
        """Keep a judgement; returns the number of questions there are then.

        A second right answer to a question joins the first; any other judgement of the same
        question takes the place of the one before.

        Raises:
            JudgementsError: the file cannot be read or written.
        """
        judgement = _well_formed(judgement)

        def change(lines: Sequence[str]) -> list[str]:
            at = _place(lines, judgement.id)
            if at is None:
                return [*lines, _line(judgement)]
            joined = _joined(_row(lines[at]), judgement)
            return [*lines[:at], _line(joined), *lines[at + 1 :]]

        return self._change(change)

    def take_back(self, judgement: Judgement) -> int:
        """Forget what was said of a question; returns the number that is left.

        Raises:
            JudgementsError: as in `keep`.
        """
        wanted = _well_formed(judgement).id
        return self._change(
            lambda lines: [line for line in lines if _row(line).get("id") != wanted]
        )

    def known(self) -> Mapping[str, Judgement]:
        """What was said of every question, by id; nothing where the file cannot be read."""
        with suppress(OSError, UnicodeDecodeError):
            rows = [_row(line) for line in self._lines()]
            judged = [_judgement(row) for row in rows if row.get("judged") in get_args(Verdict)]
            return {judgement.id: judgement for judgement in judged}
        return {}

    def _lines(self) -> list[str]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        # JSON may hold other line ends than this one.
        return [line for line in text.split("\n") if line.strip()]

    def _change(self, change: Callable[[Sequence[str]], list[str]]) -> int:
        from filelock import FileLock, Timeout

        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(lock, timeout=_PATIENCE):
                lines = change(self._lines())
                with atomic_write(self.path) as file:
                    file.writelines(f"{line}\n" for line in lines)
        except Timeout as error:
            raise JudgementsError(f"{self.path} is being written by another process") from error
        except UnicodeDecodeError as error:
            raise JudgementsError(f"{self.path} is not UTF-8 text: save it as that") from error
        except OSError as error:
            raise JudgementsError(f"{self.path} cannot be written ({error.strerror})") from error
        return len(lines)


def make_judgement_id(question: str, history: Sequence[str]) -> str:
    """What a question is known by, with the earlier ones that it builds on."""
    parts = [replace_surrogates(part) for part in (question, *history)]
    words = re.sub(r"\W+", "-", parts[0].casefold())[:_ID_WORDS].strip("-")
    digest = blake2b("\0".join(parts).encode(), digest_size=4)
    return f"{words}-{digest.hexdigest()}".lstrip("-")


def right_answer_of(answer: Answer) -> RightAnswer:
    """An answer as the right one; of a list, all its members."""
    if len(answer.spans) < 2:
        return RightAnswer((answer.text,), document=answer.document.path)
    members = tuple(map(answer.hit.passage.quote, answer.spans))
    return RightAnswer(members, whole=True, document=answer.document.path)


def placed(words: str, reply: Reply, text_of: Callable[[str], str]) -> tuple[str, str] | None:
    """The document among those of a reply that holds some words, and how it writes them."""
    for path in dict.fromkeys(hit.document.path for hit in reply.hits):
        text = text_of(path)
        found = matches(text, words)
        if len(found):
            return path, found[0].of(text)
    return None


def beside(index: Path) -> Path:
    """Where the judgements about an index are kept: beside it, so that they survive it."""
    return index.with_name(f"{index.name}.questions.jsonl")


def _joined(row: Mapping[str, Any], judgement: Judgement) -> Judgement:
    """A judgement, with the right answers that were there before."""
    before, right = row.get("answers"), judgement.right
    wrong = tuple(dict.fromkeys([*_texts(row.get("wrong")), *judgement.wrong]))
    kept = [text for text in _texts(before) if text not in judgement.wrong]
    both = judgement.verdict == "right" and row.get("judged") == "right"
    single = right is not None and right.answers and not right.whole and row.get("match") != "all"
    if both and single and right is not None:
        # Of two that stand in two documents, neither is the one that holds the answer.
        document = right.document if row.get("document") == right.document else None
        answers = tuple(dict.fromkeys([*kept, *right.answers]))
        right = replace(right, answers=answers, document=document)
    if right is not None:
        wrong = tuple(text for text in wrong if text not in right.answers)
    return replace(judgement, right=right, wrong=wrong)


def _line(judgement: Judgement) -> str:
    right = judgement.right
    row: dict[str, Any] = {"id": judgement.id, "question": judgement.question}
    # No list at all: nobody has said what is right. Nothing wrong ever gets into it.
    row["answers"] = None if right is None else list(right.answers)
    if right is not None and right.whole:
        row["match"] = "all"
    if right is not None and right.document:
        row["document"] = right.document
    if judgement.history:
        row["history"] = list(judgement.history)
    row["judged"] = judgement.verdict
    if judgement.wrong:
        row["wrong"] = list(judgement.wrong)
    row["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps(row, ensure_ascii=False)


def _judgement(row: Mapping[str, Any]) -> Judgement:
    right = None
    if row.get("answers") is not None:
        whole, document = row.get("match") == "all", row.get("document")
        right = RightAnswer(tuple(_texts(row["answers"])), whole, document)
    return Judgement(
        str(row.get("question")),
        tuple(_texts(row.get("history"))),
        row["judged"],
        right,
        tuple(_texts(row.get("wrong"))),
    )


def _place(lines: Sequence[str], wanted: str) -> int | None:
    return next((at for at, line in enumerate(lines) if _row(line).get("id") == wanted), None)


def _row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _well_formed(judgement: Judgement) -> Judgement:
    right = judgement.right
    return Judgement(
        replace_surrogates(judgement.question),
        tuple(map(replace_surrogates, judgement.history)),
        judgement.verdict,
        right
        and replace(
            right,
            answers=tuple(map(replace_surrogates, right.answers)),
            document=right.document and replace_surrogates(right.document),
        ),
        tuple(map(replace_surrogates, judgement.wrong)),
    )
