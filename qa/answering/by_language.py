"""Which models read a question and its passages, by their languages.

The models for English read English passages for English questions. Those for all languages, which
the part `languages` makes possible, read the rest. If these cannot be used, nobody reads it: a
sentence of each passage is shown as the best candidate, and is never said to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Hit, Span, score_texts
from index.documents import ENGLISH
from index.text import detect_language, find_question_language
from qa.answering.answers import MOST_ANSWERS, Answer, ConsideredPassage
from qa.answering.pipeline import Answering
from qa.answering.quoting.evidence import split_passage
from qa.answering.retrieving import Context
from qa.answering.topic import are_all_far
from qa.conversation.words import stem_words

# So many of the first hits decide whether other languages than English matter for a question.
_FIRST = 3
# The confidence of what nobody has read: none is shown as an answer.
_CONFIDENCE_UNREAD = 0.0

# Answers a question from some hits and its context.
AnswerFrom = Callable[[Sequence[Hit], Context | None], Answering]
# Puts some hits in order.
Rank = Callable[[Sequence[Hit]], Sequence[Hit]]
# Cosines of a question with some texts, in whatever language each is.
Compare = Callable[[str, Sequence[str]], Sequence[float]]


def answer_by_language(
    question: str,
    hits: Sequence[Hit],
    context: Context | None,
    in_english: AnswerFrom,
    in_all: AnswerFrom | None,
    compare: Compare | None = None,
    most: int | None = MOST_ANSWERS,
) -> Answering:
    """Answer a question from hits in any language: at most so many answers, or all of them.

    An English question is answered from English hits by the models for English; other hits matter
    if they are among the first. A question in another language is answered by the models for all
    languages (`in_all`), if these can be used; else the best sentence of each of the first hits is
    shown. `compare` is given if the hits were found by meaning in all languages.
    """
    read = _keep_english(hits)
    if not is_english(question, hits) or (hits and not read):
        if in_all is not None:
            return in_all(hits, context)
        return quote_unread(question, hits, compare, most)
    if context is not None:
        context = replace(context, hits=tuple(_keep_english(context.hits)))
    answering = in_english(read, context)
    others = _drop_english(hits)
    first = _drop_english(hits[:_FIRST])
    if in_all is not None and first:
        # All hits: how sure an answer is depends on what the other passages say.
        return _join(answering, in_all(hits, None), others, most)
    return _join(answering, quote_unread(question, first, compare, most), others, most)


def _join(
    english: Answering, other: Answering, others: Sequence[Hit], most: int | None
) -> Answering:
    """The answers from English hits and from `others`, the surest first."""
    if not others:
        return english
    found = [each for each in other.answers if each.hit.passage.language != ENGLISH]
    answers = sorted((*english.answers, *found), key=lambda each: -each.confidence)
    ranked = _drop_english(other.ranked)
    considered = {each.hit.passage.id: each for each in other.considered}
    known = {hit.passage.id for hit in ranked}
    return replace(
        english,
        answers=tuple(answers[:most]),
        hits=(*english.hits, *_drop_english(other.hits)),
        ranked=(*english.ranked, *ranked, *(hit for hit in others if hit.passage.id not in known)),
        considered=(
            *english.considered,
            *(considered.get(hit.passage.id, ConsideredPassage(hit)) for hit in others),
        ),
        off_topic=english.off_topic and (other.off_topic or not other.answers),
        timings_ms={
            name: round(spent + other.timings_ms[name], 1)
            for name, spent in english.timings_ms.items()
        },
    )


def rank_by_language(
    question: str, hits: Sequence[Hit], in_english: Rank, in_all: Rank | None
) -> list[Hit]:
    """Rank the hits that are in English, if the question is; all others keep their places.

    Those of a question in another language are ranked by the models for all languages, if any.
    """
    if not is_english(question, hits):
        return list(hits if in_all is None else in_all(hits))
    ranked = iter(in_english(_keep_english(hits)))
    return [next(ranked) if hit.passage.language == ENGLISH else hit for hit in hits]


def list_unread(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The languages of a question and its first hits that the models for English do not read."""
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


def _keep_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language == ENGLISH]


def _drop_english(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.passage.language != ENGLISH]


def quote_unread(
    question: str, hits: Sequence[Hit], compare: Compare | None, most: int | None
) -> Answering:
    """For each of the first hits, at most so many, the sentence that fits the question best."""
    located = [(hit, span) for hit in hits[:most] for span in split_passage(hit.passage)]
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
        confidence=_CONFIDENCE_UNREAD,
        stale=hit.stale,
        hit=hit,
        form="sentences",
        evidence=(span,),
    )
