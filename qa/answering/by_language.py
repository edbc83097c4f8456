"""Which models read: English alone, or all languages, as the question and the passages are.

The models that ship read English. With the part `languages` there is a reader of all languages for
whatever else there is; without it, nobody reads that: see `qa.answering.unread`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Hit
from index.documents import ENGLISH
from index.text import detect_language
from qa.answering.answers import ConsideredPassage
from qa.answering.pipeline import Answering
from qa.answering.retrieving import Context
from qa.answering.stems import stem_words
from qa.answering.unread import Compare, quote_unread

_MOST_ANSWERS = 5
# The hits whose language is looked at: to tell that of a few words, and to say what is not read.
_FIRST = 3

# Answers a question from some hits and its context.
AnswerFrom = Callable[[Sequence[Hit], Context | None], Answering]
# Puts some hits in order.
Rank = Callable[[Sequence[Hit]], Sequence[Hit]]


def answer_by_language(
    question: str,
    hits: Sequence[Hit],
    context: Context | None,
    in_english: AnswerFrom,
    in_all: AnswerFrom | None,
    compare: Compare | None = None,
) -> Answering:
    """Answer a question from hits in any language.

    English hits for an English question are read by the models for English, all others by those
    for all languages. If there are none, sentences follow of those among the first hits.

    Args:
        question: self-contained.
        hits: in the retriever's order.
        context: of a follow-up.
        in_english, in_all: answer with the models for English, and with those for all languages.
        compare: if the hits were found by meaning in all languages.
    """
    read = _keep_english(hits) if is_english(question, hits) else []
    if not read:
        if in_all is not None and hits:
            return in_all(hits, context)
        return quote_unread(question, hits, compare)
    if context is not None:
        context = replace(context, hits=tuple(_keep_english(context.hits)))
    answering = in_english(read, context)
    others = _drop_english(hits)
    if not others:
        return answering
    if in_all is not None:
        return _join(answering, in_all(others, None))
    quoted = quote_unread(question, _drop_english(hits[:_FIRST]), compare)
    return _join(answering, replace(quoted, considered=tuple(map(ConsideredPassage, others))))


def _join(one: Answering, other: Answering) -> Answering:
    """The answers from two sets of hits, the surest first."""
    answers = sorted((*one.answers, *other.answers), key=lambda each: -each.confidence)
    return replace(
        one,
        answers=tuple(answers[:_MOST_ANSWERS]),
        hits=(*one.hits, *other.hits),
        ranked=(*one.ranked, *(each.hit for each in other.considered)),
        considered=(*one.considered, *other.considered),
        off_topic=one.off_topic and (other.off_topic or not other.answers),
    )


def rank_by_language(
    question: str, hits: Sequence[Hit], in_english: Rank, in_all: Rank | None
) -> list[Hit]:
    """Rank the hits that are in English, if the question is; all others keep their places.

    Those of a question in another language are ranked by the models for all languages, if there are
    any.
    """
    if not is_english(question, hits):
        return list(hits if in_all is None else in_all(hits))
    ranked = iter(in_english(_keep_english(hits)))
    return [next(ranked) if hit.passage.language == ENGLISH else hit for hit in hits]


def list_unread(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The languages that the models for English do not read.

    That of the question comes first, then those of the first hits in their order. None if all are
    English.
    """
    languages = dict.fromkeys(hit.passage.language for hit in hits[:_FIRST])
    if is_english(question, hits):
        return tuple(language for language in languages if language != ENGLISH)
    return tuple(dict.fromkeys((detect_language(question), *languages)))


def is_english(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is in English.

    A few words without a sentence ("gitignore negate pattern") look like any language: they are
    English if English passages have most of them.
    """
    if detect_language(question) == ENGLISH:
        return True
    found = " ".join(hit.passage.text for hit in _keep_english(hits[:_FIRST]))
    words = stem_words(question)
    return 2 * len(words & stem_words(found)) > len(words)


def is_all_english(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question and all its hits are in English."""
    return is_english(question, hits) and not _drop_english(hits)


def _keep_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language == ENGLISH]


def _drop_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language != ENGLISH]
