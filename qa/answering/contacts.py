"""Telephone numbers and e-mail addresses: whose they are.

All numbers look alike to a reader, and the number of the electrician, quoted for the plumber's, is
worse than no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.spans import sentence_around
from qa.answering.stems import stem_content
from qa.question_cues import required_pattern
from qa.reader.reading import ScoredSpan

# How much higher (log odds) a span scores whose sentence has all the question's words that tell the
# sentences apart.
_NAMED = 2.5


def favour_named(question: str, text: str, spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """The spans, best first, with higher scores where their sentence names whom the question names.

    Args:
        text: of the passage.
        spans: of the passage, best first; returned as they are where neither a number nor an
            address is asked for. The best score stays what it is.
    """
    if not spans or required_pattern(question) is None:
        return list(spans)
    sentences = [stem_content(sentence_around(text, each.span).of(text)) for each in spans]
    in_some, in_all = set[str]().union(*sentences), set(sentences[0]).intersection(*sentences)
    telling = stem_content(question) & (in_some - in_all)
    if not telling:
        return list(spans)
    scored = [
        replace(each, score=each.score + _NAMED * len(telling & sentence) / len(telling))
        for each, sentence in zip(spans, sentences, strict=True)
    ]
    scored.sort(key=lambda each: -each.score)
    change = spans[0].score - scored[0].score
    return [replace(each, score=each.score + change) for each in scored]
