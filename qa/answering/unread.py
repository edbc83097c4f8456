"""Passages that are found and not read, for want of the part `languages`.

If the question or a passage is in another language than English, a sentence is shown as the best
candidate: the one that has most of the question's words. If the part has found the passages, and
its reader cannot be used, it is the one that comes nearest to the question's meaning if the two are
in different languages. Nobody has read it, so it is never said to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import Hit, Span, score_texts
from index.documents import ENGLISH
from index.text import find_question_language
from qa.answering.answers import MOST_ANSWERS, Answer, ConsideredPassage
from qa.answering.pipeline import Answering
from qa.answering.quoting.evidence import split_passage
from qa.answering.topic import are_all_far

# No answer is shown as one at this confidence.
_CONFIDENCE = 0.0

# Cosines of a question with some texts, in whatever language each is.
Compare = Callable[[str, Sequence[str]], Sequence[float]]


def quote_unread(question: str, hits: Sequence[Hit], compare: Compare | None) -> Answering:
    """For each of the first hits the sentence that fits the question best.

    Args:
        compare: if the hits were found by meaning in all languages.
    """
    located = [(hit, span) for hit in hits[:MOST_ANSWERS] for span in split_passage(hit.passage)]
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
