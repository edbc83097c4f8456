"""A follow-up question made self-contained.

The person's own words stay as they are; what they leave out follows in brackets. A part of a
question ("And when?") is asked with the question before it. Of all others two small logistic
regressions decide whether they leave something out, and which terms of the earlier turns that is.
Turns before the topic last changed are forgotten. A question that leaves nothing out stays exactly
as typed. Nothing is put in the place of a pronoun: rules for what a pronoun stands for lower the F1
of the added terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.documents import ENGLISH
from index.text import detect_language
from qa.conversation.model import extract_question_features, extract_term_features, load_model
from qa.conversation.words import (
    CALENDAR_NAMES,
    LONGEST_QUESTION,
    SMALL_WORDS,
    ParsedText,
    ParsedTurn,
    Turn,
    Word,
    drop_marks,
    parse_history,
)

_QUESTION_WORD = (
    r"(?:(?:about|at|by|for|from|in|on|to|with)\s+)?"
    r"(?:what|which|who|whom|whose|when|where|why|how|if|whether)\b"
)
_PLEASE = r"(?:please|kindly|pls|plz)"
_SOMEBODY = r"(?:you|anyone|anybody|someone|somebody)"
_BEFORE = re.compile(
    rf"""\s*(?:
        (?:hi|hello|hey|good\s(?:morning|afternoon|evening))(?:\s(?:there|all|again|everyone))?
            (?:\s*[,.!:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\shave|['’]ve\sgot|\sgot)\s(?:a|one|another)\s(?:\w+\s)?question\s*[,.:!–]+\s*
      | (?:(?:quick|short|simple|another)\s)?question\s*[,.:!–]+\s*
      | {_PLEASE}[\s,:]+(?!(?:{_PLEASE}|me)\b)
      | (?:(?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?)?(?:tell|remind|show)\s(?:me|us)
            (?:,?\s{_PLEASE})?(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | (?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?(?=(?:explain|describe|list|name)\b)
      | i(?:['’]d|\swould)?\s(?:really\s|just\s)?(?:like|love|want|need)\sto\s
            (?:know|learn|find\sout|understand|ask)(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\swonder|(?:\swas|\sam|['’]m)\s(?:just\s)?wondering),?\s+(?={_QUESTION_WORD})
      | (?:do|does|can)\s{_SOMEBODY}\s(?:happen\sto\s)?(?:know|remember)\s+(?={_QUESTION_WORD})
      | any\s(?:idea|clue)\s+(?={_QUESTION_WORD})
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    rf"""(?<![\s,.!?–])(?:\s*+[,.!?–][\s,.!?–]*|\s+(?=thanks\b|thx\b))
        (?:(?:many\s)?thanks|thank\syou|thx|cheers|{_PLEASE})
        (?:\s(?:a\slot|so\smuch|very\smuch|again|in\sadvance|all|everyone))*[\s.!?]*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_IF = re.compile(r"\s*if\b", re.IGNORECASE)
# Below these log odds of needing its history, an earlier question has begun a new topic if it
# shares no term with the turns before it. With -2 the F1 of the added terms is lower in CANARD.
_NEW_TOPIC = -3.0
# The best phrase is the run of words in one turn with the highest score: every term adds how surely
# it is left out, a small word between two terms costs a little, and a verb or a mark ends the run.
# So "the new definition of the kilogram" is taken whole when its nouns are left out.
_MOST_PHRASES = 3
# Small words that may stand inside a phrase, and what each costs, in log odds.
_JOINING = frozenset("of the and in for on at to from with &".split())
_JOINING_COST = 0.3
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})
# What a part of a question ("And when?", "What about Oslo?") leaves out stands in the question
# before it. A part that names something changes that in it and keeps the rest: a name takes the
# place of the last name, and what follows a preposition that of what follows the same one. Of 100
# such parts among the written questions BM25 finds the evidence of 55 first, and of 39 if all of
# the question before is added. Other parts are asked with all of it. A longer question says what it
# is about.
_MOST_WORDS = 7
_MOST_WORDS_AFTER_PREPOSITION = 2
_ABOUT = (["what", "about"], ["how", "about"])
_Kind = Literal["name", "time", "other"]


def strip_courtesy(question: str) -> str:
    """The question without the courtesy around it.

    "Hi, do you know if dogs are allowed? Thanks!" becomes "whether dogs are allowed?". It stays as
    it is, character for character, if nothing of the kind surrounds it, or if nothing would be
    left.
    """
    start, end, mark = 0, len(question), ""
    indirect = False
    while match := _BEFORE.match(question, start, end):
        start, indirect = match.end(), True
    if match := _AFTER.search(question, start):
        end, mark = match.start(), "?" if "?" in match[0] else ""
    rest = question[start:end]
    if (start, end) == (0, len(question)) or not any(c.isalnum() for c in rest):
        return question
    if indirect and (match := _IF.match(rest)):
        rest = f"whether{rest[match.end() :]}"
    return f"{rest.strip()}{mark}"


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question as it is searched for, and the one before it, if there is any.

    Both are without courtesy, and a follow-up is made self-contained: see `resolve_question`.
    """

    text: str
    previous: str | None = None

    @property
    def in_context(self) -> str | None:
        """The question after the one before it; None if there is none."""
        return None if self.previous is None else f"{self.previous} {self.text}"


def resolve_in_context(question: str, history: Sequence[Turn]) -> ResolvedQuestion:
    """The question as it is searched for, with the one before it: see `resolve_question`."""
    resolved = resolve_question(question, history)
    turns = parse_history(history[-1:])
    before = turns[0].question.text if turns else ""
    if not any(character.isalnum() for character in before):
        return ResolvedQuestion(resolved)
    return ResolvedQuestion(resolved, resolve_question(before, history[:-1]))


def resolve_question(question: str, history: Sequence[Turn]) -> str:
    """What is searched for: the question without courtesy, a follow-up made self-contained.

    Args:
        question: as asked.
        history: the earlier turns, oldest first: a question, or (question, answer).

    Returns:
        The question, followed in brackets by what it leaves out, in the words of the earlier
        turns. Without its courtesy it stays as it is, character for character, if it is
        self-contained, is not in English, or has no history.
    """
    question = strip_courtesy(question)
    if not history or len(question) > LONGEST_QUESTION:
        return question
    parsed = ParsedText.parse(question)
    if not _is_english(parsed):
        return question
    return _resolve(parsed, _drop_other_topics(parse_history(history)))


def _is_english(question: ParsedText) -> bool:
    """Whether a question has small words, which are English."""
    has_small_words = any(word.lower in SMALL_WORDS for word in drop_marks(question.words))
    return has_small_words and detect_language(question.text) == ENGLISH


def _drop_other_topics(turns: Sequence[ParsedTurn]) -> Sequence[ParsedTurn]:
    """The turns since the topic last changed."""
    for number in range(len(turns) - 1, 0, -1):
        if _changes_topic(turns[number].question, turns[:number]):
            return turns[number:]
    return turns


def _changes_topic(question: ParsedText, turns: Sequence[ParsedTurn]) -> bool:
    if not question.stems or is_elliptical(question):
        return False
    if any(question.stems & (turn.question.stems | turn.answer.stems) for turn in turns):
        return False
    return _measure_need(question, turns) < _NEW_TOPIC


def _measure_need(question: ParsedText, turns: Sequence[ParsedTurn]) -> float:
    """How surely a question leaves something out, in log odds; positive if it does."""
    model = load_model()
    return model.need.margin(extract_question_features(question, turns, model.frequency))


def _resolve(question: ParsedText, turns: Sequence[ParsedTurn]) -> str:
    if not turns:
        return question.text
    if turns[-1].question.words and is_elliptical(question):
        whole = _resolve(turns[-1].question, turns[:-1])
        changed = change_question(ParsedText.parse(whole), question)
        return changed or f"{question.text} ({whole.rstrip(' ?.!')})"
    left_out = _find_left_out(question, turns)
    return f"{question.text} ({', '.join(left_out)})" if left_out else question.text


def _find_left_out(question: ParsedText, turns: Sequence[ParsedTurn]) -> list[str]:
    """The phrases that a question leaves out, surest first."""
    if _measure_need(question, turns) < 0:
        return []
    model = load_model()
    scores = {
        term: model.term.margin(features)
        for term, features in extract_term_features(question, turns, model.frequency)
    }
    return extract_phrases(question, turns, scores)


def extract_phrases(
    question: ParsedText, turns: Sequence[ParsedTurn], scores: Mapping[str, float]
) -> list[str]:
    """The phrases of earlier turns that a question leaves out, surest first.

    `scores` say by term how surely it is left out; positive if it is.
    """
    # Terms of the question score nothing, but may hold a phrase together.
    remaining = dict.fromkeys(question.stems, 0.0) | dict(scores)
    texts = [text for turn in reversed(turns) for text in (turn.question, turn.answer)]
    phrases: list[str] = []
    for _ in range(_MOST_PHRASES):
        # Of equal runs the latest is taken.
        (score, begin, end), text = max(
            ((_find_best_run(text.words, remaining), text) for text in texts),
            key=lambda best: best[0][0],
        )
        if score <= 0:
            break
        begin, end = _widen(text.words, begin, end, question.stems)
        words = text.words[begin:end]
        for word in words:
            remaining.pop(word.stem, None)
        phrases.append(text.text[words[0].start : words[-1].end])
    return phrases


def _find_best_run(words: Sequence[Word], scores: Mapping[str, float]) -> tuple[float, int, int]:
    """Score, beginning and end of the run with the highest score, by Kadane's algorithm."""
    best = (0.0, 0, 0)
    total, begin = 0.0, 0
    for position, word in enumerate(words):
        if word.word_class == "verb":
            total = 0.0
            alone = (scores.get(word.stem, 0.0), position, position + 1)
            best = max(best, alone, key=lambda run: run[0])
        elif total > 0 and (word.lower in _JOINING or word.word_class == "possessive"):
            total -= _JOINING_COST
        elif not word.is_content or word.stem not in scores:
            total = 0.0
        else:
            # A number after a small word begins anew: "sauerkraut in 1768".
            if total <= 0 or (word.text.isdigit() and not words[position - 1].is_content):
                total, begin = 0.0, position
            total += scores[word.stem]
            if total > best[0]:
                best = (total, begin, position + 1)
    return best


def _widen(
    words: Sequence[Word], begin: int, end: int, question_terms: frozenset[str]
) -> tuple[int, int]:
    """A run with the rest of its name, and with its article."""
    while begin > 1 and words[begin].is_capitalized and _is_joined(words[begin - 1], words[begin]):
        begin -= 1
    while end < len(words) and _is_joined(words[end - 1], words[end]):
        end += 1
    if begin > 2 and words[begin].is_capitalized:
        # "The Bank of England" and "the Church of the Holy Cross" are single names.
        middle = begin - 2 if words[begin - 1].lower == "the" else begin - 1
        before, is_of = words[middle - 1], words[middle].lower == "of"
        if middle > 1 and is_of and before.is_content and before.is_capitalized:
            return _widen(words, middle - 1, end, question_terms)
    if begin and words[begin - 1].lower in _ARTICLES:
        begin -= 1
    # If the question asks about "the museum", then "rain" was "the museum of rain".
    if begin > 1 and words[begin - 1].lower == "of" and words[begin - 2].stem in question_terms:
        begin -= 2
        if begin and words[begin - 1].lower in _ARTICLES:
            begin -= 1
    return begin, end


def _is_joined(word: Word, following: Word) -> bool:
    """Whether two neighbours belong together: both are parts of a name, or neither is."""
    both_content = word.word_class == following.word_class == "content"
    return both_content and word.is_capitalized == following.is_capitalized


def is_elliptical(question: ParsedText) -> bool:
    """Whether a question is only a part of one."""
    words = drop_marks(question.words)
    begin = next((n for n, w in enumerate(words) if w.word_class != "conjunction"), len(words))
    rest = words[begin:]
    if not 0 < len(rest) <= _MOST_WORDS:
        return False
    if any(word.lower in {"if", "unless"} for word in words[1:begin]):
        # "And if I pay late?", not "And if I pay late, do I lose my place?"
        return not any(
            word.word_class == "question" or word.lower == "," for word in question.words
        )
    if any(word.word_class in {"auxiliary", "pronoun"} for word in rest):
        return False
    if [word.lower for word in rest[:2]] in _ABOUT:
        return len(rest) > 2
    if rest[0].word_class == "question":
        # "When", "how often", not "what causes it", "who else".
        is_alone = all(word.word_class in {"question", "adverb"} for word in rest)
        return is_alone and rest[-1].lower != "else"
    is_phrase = (
        rest[0].word_class == "preposition" and len(rest) <= 1 + _MOST_WORDS_AFTER_PREPOSITION
    )
    return begin > 0 or is_phrase


def change_question(question: ParsedText, part: ParsedText) -> str | None:
    """A question with a part in the place of what is like it; None if nothing is.

    "When does the ferry leave in summer?" and "And in winter?" are "When does the ferry leave in
    winter?".
    """
    named = _find_named(part)
    content = [word for word in named if word.is_content]
    if not content:
        return None
    kind = _find_kind(content)
    runs = list(_find_runs(question.words, kind))
    if named[0].word_class == "preposition":
        preposition, *named = named
        runs_after = [run for run in runs if _follows(question.words, run[0], preposition)]
        if runs_after and (kind != "other" or len(content) == 1):
            return _replace(question, runs_after[-1], part, named)
    return _replace(question, runs[-1], part, named) if kind == "name" and runs else None


def _find_named(part: ParsedText) -> list[Word]:
    """The words of a part without "and", "what about" and the like."""
    words = drop_marks(part.words)
    while words and words[0].word_class == "conjunction":
        words = words[1:]
    return words[2:] if [word.lower for word in words[:2]] in _ABOUT else words


def _find_kind(words: Sequence[Word]) -> _Kind:
    """What kind of thing some content words name; numbers are taken for times."""
    if any(word.text[0].isdigit() or word.lower in CALENDAR_NAMES for word in words):
        return "time"
    # A capital at the beginning of a text does not make its word a name.
    return "name" if any(word.is_capitalized and word.start for word in words) else "other"


def _find_runs(words: Sequence[Word], kind: _Kind) -> Iterator[range]:
    """The longest runs of names or of times; or other words that stand alone."""
    start = 1
    for end in range(1, len(words) + 1):
        is_in = end < len(words) and words[end].is_content
        if is_in and kind in {"other", _find_kind([words[end]])}:
            continue
        is_alone = end - start == 1 and _find_kind([words[start]]) == "other"
        if start < end and (is_alone or kind != "other"):
            yield range(start, end)
        start = end + 1


def _follows(words: Sequence[Word], position: int, preposition: Word) -> bool:
    """Whether a preposition stands before a word, or before its article."""
    if words[position - 1].word_class == "determiner" and position > 1:
        position -= 1
    return words[position - 1].lower == preposition.lower


def _replace(question: ParsedText, run: range, part: ParsedText, named: Sequence[Word]) -> str:
    """The question with the words that a part names in the place of a run and its article."""
    start = run[0]
    if question.words[start - 1].word_class == "determiner":
        start -= 1
    before = question.text[: question.words[start].start]
    after = question.text[question.words[run[-1]].end :]
    return f"{before}{part.text[named[0].start : named[-1].end]}{after}"
