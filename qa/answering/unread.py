"""Passages that are found and not read: the models that ship read English alone.

If the question or a passage is in another language, a sentence is shown as the best candidate: the
one that has most of the question's words. With the part `languages`, it is the one that comes
nearest to the question's meaning if the two are in different languages. Nobody has read it, so it
is never said to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Hit, Span, score_texts
from index.documents import ENGLISH
from index.text import detect_language, find_question_language
from qa.answering.answers import Answer, ConsideredPassage
from qa.answering.pipeline import Answering
from qa.answering.quoting.evidence import split_passage
from qa.answering.retrieving import Context
from qa.answering.stems import stem_words
from qa.answering.topic import are_all_far

# Passages a sentence of which is shown.
_MOST_ANSWERS = 5
# That something is not read is said of the first hits.
_FIRST = 3
# No answer is shown as one at this confidence.
_CONFIDENCE = 0.0

# Cosines of a question with some texts, in whatever language each is.
Compare = Callable[[str, Sequence[str]], Sequence[float]]


def answer_in_english(
    question: str,
    hits: Sequence[Hit],
    context: Context | None,
    answer: Callable[[Sequence[Hit], Context | None], Answering],
    compare: Compare | None = None,
) -> Answering:
    """Answer a question from the hits that are in English, if it is.

    Of others among the first, sentences follow that nobody has read.

    Args:
        question: self-contained.
        hits: in the retriever's order.
        context: of a follow-up.
        answer: answers the question from some hits and its context.
        compare: if the hits were found by meaning in all languages.
    """
    if not _is_read(question, hits):
        return _quote_unread(question, hits, compare)
    read = _keep_english(hits)
    if hits and not read:
        return _quote_unread(question, hits, compare)
    if context is not None:
        context = replace(context, hits=tuple(_keep_english(context.hits)))
    answering = answer(read, context)
    quoted = _quote_unread(question, _drop_english(hits[:_FIRST]), compare)
    unread = _drop_english(hits)
    return replace(
        answering,
        answers=(*answering.answers, *quoted.answers)[:_MOST_ANSWERS],
        hits=(*answering.hits, *quoted.hits),
        off_topic=answering.off_topic and (quoted.off_topic or not quoted.answers),
        ranked=(*answering.ranked, *unread),
        considered=(*answering.considered, *map(ConsideredPassage, unread)),
    )


def rank_in_english(
    question: str, hits: Sequence[Hit], rank: Callable[[Sequence[Hit]], Sequence[Hit]]
) -> list[Hit]:
    """Rank the hits that are in English, if the question is; all others keep their places.

    Args:
        rank: puts some hits in order.
    """
    if not _is_read(question, hits):
        return list(hits)
    ranked = iter(rank(_keep_english(hits)))
    return [next(ranked) if hit.passage.language == ENGLISH else hit for hit in hits]


def list_unread(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The languages that are not read: that of the question, then of the first hits in their order.

    None if all are read.
    """
    languages = dict.fromkeys(hit.passage.language for hit in hits[:_FIRST])
    if _is_read(question, hits):
        return tuple(language for language in languages if language != ENGLISH)
    return tuple(dict.fromkeys((detect_language(question), *languages)))


def _is_read(question: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is in English.

    A few words without a sentence ("gitignore negate pattern") look like any language: they are
    English if English passages have most of them.
    """
    if detect_language(question) == ENGLISH:
        return True
    found = " ".join(hit.passage.text for hit in _keep_english(hits[:_FIRST]))
    words = stem_words(question)
    return 2 * len(words & stem_words(found)) > len(words)


def _keep_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language == ENGLISH]


def _drop_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language != ENGLISH]


def _quote_unread(question: str, hits: Sequence[Hit], compare: Compare | None) -> Answering:
    """For each of the first hits the sentence that fits the question best."""
    located = [(hit, span) for hit in hits[:_MOST_ANSWERS] for span in split_passage(hit.passage)]
    best: dict[int, tuple[float, Hit, Span]] = {}
    scores = _score_sentences(question, located, compare)
    for (hit, span), score in zip(located, scores, strict=True):
        number = hit.passage.id
        if number not in best or score > best[number][0]:
            best[number] = score, hit, span
    return Answering(
        answers=tuple(_make_answer(hit, span) for _, hit, span in best.values()),
        hits=tuple(hits),
        ranked=tuple(hits),
        considered=tuple(map(ConsideredPassage, hits)),
        off_topic=compare is not None and are_all_far(question, hits),
    )


def _score_sentences(
    question: str, located: Sequence[tuple[Hit, Span]], compare: Compare | None
) -> list[float]:
    """How well each sentence fits the question, compared with the others of its passage.

    Words tell it better than meaning does, if they are words of one language.
    """
    texts = [span.of(hit.passage.text) for hit, span in located]
    language = located[0][0].passage.language if located else ENGLISH
    scores = score_texts(question, texts, language)
    if compare is None:
        return scores
    asked = find_question_language(question)
    others = [
        place
        for place, (hit, _) in enumerate(located)
        if asked is not None and hit.passage.language != asked
    ]
    cosines = compare(question, [texts[place] for place in others]) if others else ()
    for place, cosine in zip(others, cosines, strict=True):
        scores[place] = cosine
    return scores


def _make_answer(hit: Hit, sentence: Span) -> Answer:
    passage = hit.passage
    span = sentence.shift(passage.span.start)
    text = passage.quote(span)
    return Answer(
        text=text,
        span=span,
        spans=(span,),
        sentence=span,
        sentence_text=text,
        document=hit.document,
        page=passage.page,
        heading=passage.heading,
        score=hit.score,
        confidence=_CONFIDENCE,
        stale=hit.stale,
        hit=hit,
        form="sentences",
        evidence=(span,),
    )
