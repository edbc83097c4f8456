"""Questions that are only a part of one: "And when?", "What about the ferry?", "And if it rains?".

The rest comes from the question before. The part replaces its like there; if that question
has nothing like it, it follows in brackets.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversation.antecedents import extract_answer, find_counted_noun
from qa.conversation.inflection import is_plural, make_singular
from qa.conversation.turns import ParsedText, ParsedTurn
from qa.conversation.vocabulary import IRREGULAR_PAST, PARTICIPLES, TIMES
from qa.conversation.words import Word, drop_marks

# Words. A longer question is no fragment.
_LONGEST = 7
_ABOUT = (["what", "about"], ["how", "about"])
_IF = frozenset(("if", "unless"))
_JOINING = frozenset(("and", "but", "or", "so", "even", "only"))
# Question words that leave no room for another one beside them.
_DEFINING = frozenset({"what", "who", "whom", "which"})
# Adjectives that a superlative replaces: "the default size", "and the largest?".
_QUALIFIERS = frozenset("default usual normal average typical minimum maximum".split())


def complete_fragment(fragment: ParsedText, last: ParsedTurn) -> str | None:
    """The whole question that a fragment after the last turn asks; None if it is no fragment."""
    previous = last.question
    words = drop_marks(fragment.words)
    lead = 0
    while lead < len(words) and words[lead].word_class == "conjunction":
        lead += 1
    is_about = [word.lower for word in words[lead : lead + 2]] in _ABOUT
    rest = words[lead + 2 :] if is_about else words[lead:]
    if not 0 < len(rest) <= _LONGEST:
        return None
    if any(word.word_class in {"auxiliary", "pronoun"} for word in rest):
        return None
    if rest[0].word_class == "question" and not is_about:
        if not _is_question_word_alone(rest):
            return None
        completed = _replace_question_word(fragment, rest, previous)
        completed = completed or _ask_in_passive(fragment, rest, previous)
    elif lead or is_about or (rest[0].word_class == "preposition" and len(rest) <= 3):
        completed = _replace_part(fragment, rest, previous)
    else:
        return None
    return completed or f"{fragment.text} ({_state_turn(last)})"


def complete_condition(clause: ParsedText, last: ParsedTurn) -> str | None:
    """ "And if I pay late?" with the question before it; None if more than the clause is asked."""
    words = drop_marks(clause.words)
    # "What if I pay late?" may well stand by itself.
    if len(words) < 2 or words[0].lower not in _JOINING or words[1].lower not in _IF:
        return None
    if any(word.word_class == "question" for word in words):
        return None
    # "If I pay late, do I lose my place?"
    if any(word.lower == "," for word in clause.words):
        return None
    return f"{clause.text} ({_state_turn(last)})"


def complete_how_many(question: ParsedText, turns: Sequence[ParsedTurn]) -> ParsedText | None:
    """ "How many did they decide on?" with the noun that the last question counted."""
    noun = find_counted_noun(turns)
    if noun is None or not ParsedText.parse(noun).stems <= turns[-1].question.stems:
        return None
    words = question.words
    for how, many, verb in zip(words, words[1:], words[2:], strict=False):
        if (how.lower, many.lower, verb.word_class) == ("how", "many", "auxiliary"):
            return ParsedText.parse(
                f"{question.text[: many.end]} {noun}{question.text[many.end :]}"
            )
    return None


# Question words: "And where?"


def _is_question_word_alone(rest: Sequence[Word]) -> bool:
    """Whether it is like "when" or "how often", but not "what causes it" or "who else"."""
    return rest[-1].lower != "else" and all(
        word.word_class in {"question", "adverb"} for word in rest
    )


def _replace_question_word(
    fragment: ParsedText, rest: Sequence[Word], previous: ParsedText
) -> str | None:
    """The previous question with the fragment's question word in the place of its own."""
    auxiliary = next((word for word in previous.words if word.word_class == "auxiliary"), None)
    if auxiliary is None:
        return None
    before = {word.lower for word in previous.words if word.end <= auxiliary.start}
    if before & _DEFINING:
        return None
    full_form = {"'s": "is", "'re": "are"}.get(auxiliary.lower, auxiliary.lower)
    return f"{fragment.text[: rest[-1].end]} {full_form}{previous.text[auxiliary.end :]}"


def _ask_in_passive(fragment: ParsedText, rest: Sequence[Word], previous: ParsedText) -> str | None:
    """ "When?" after "who founded Debian?" as "When was Debian founded?"."""
    position = next((n for n, w in enumerate(previous.words) if w.word_class == "verb"), None)
    if position is None or rest[-1].lower in {"many", "much"}:
        return None
    verb = previous.words[position]
    asks_for_subject = all(
        w.word_class in {"question", "content"} for w in previous.words[:position]
    )
    is_past = verb.lower.endswith("ed") or verb.lower in IRREGULAR_PAST
    words = _cut_object(previous.words[position + 1 :])
    if not asks_for_subject or not is_past or not words:
        return None
    thing = previous.text[words[0].start : words[-1].end]
    be = "were" if is_plural(words[-1].lower) and not words[-1].is_capitalized else "was"
    participle = PARTICIPLES.get(verb.lower, verb.lower)
    question = fragment.text[: rest[-1].end]
    return f"{question} {be} {thing} {participle}{previous.text[words[-1].end :]}"


def _cut_object(words: Sequence[Word]) -> Sequence[Word]:
    """The object at the beginning of the words after a verb; "of" is its only preposition."""
    classes = {"content", "determiner", "possessive", "pronoun", "speaker"}
    end = 0
    while end < len(words) and (words[end].word_class in classes or words[end].lower == "of"):
        end += 1
    return words[:end]


def _state_turn(turn: ParsedTurn) -> str:
    """A turn as a statement if its answer is known and fits, else its question."""
    words = turn.question.words
    asks_who = len(words) > 1 and words[0].lower == "who" and words[1].is_content
    question = turn.question.text.rstrip(" ?.!")
    answer = extract_answer(turn) if asks_who else None
    return question if answer is None else f"{answer.text} {question[words[1].start :]}"


# Parts: "What about the fast boat?"


def _replace_part(fragment: ParsedText, rest: Sequence[Word], previous: ParsedText) -> str | None:
    """The previous question with one of its parts replaced by the fragment."""
    part = fragment.text[rest[0].start : rest[-1].end]
    if not any(word.word_class in {"auxiliary", "question"} for word in previous.words):
        return None
    if rest[0].word_class == "preposition":
        return _replace_prepositional_phrase(rest, part, previous)
    for begin, end in reversed(_find_noun_phrases(previous.words)):
        old = previous.words[begin:end]
        if _is_superlative(rest) and len(old) > 1 and old[0].lower == "the":
            nouns = [word for word in old[1:] if word.lower not in _QUALIFIERS] or old[1:]
            return f"{previous.text[: old[0].start]}{part} {previous.text[nouns[0].start :]}"
        if _is_alike(rest, old):
            named = _name_one(part, rest, old)
            return previous.text[: old[0].start] + named + previous.text[old[-1].end :]
    return None


def _replace_prepositional_phrase(rest: Sequence[Word], part: str, previous: ParsedText) -> str:
    """The previous question with a phrase of the same preposition replaced, or one more phrase.

    A time takes the place of any time ("during the week", "and on Sundays?"), and of nothing else
    ("in Lisbon", "and in winter?").
    """
    words = previous.words
    is_time = _is_time(rest[1:])
    for begin, end in reversed(_find_noun_phrases(words)):
        before = words[begin - 1] if begin else None
        if before is None or _is_time(words[begin:end]) != is_time:
            continue
        if before.lower == rest[0].lower or (is_time and before.word_class == "preposition"):
            return previous.text[: before.start] + part + previous.text[words[end - 1].end :]
    whole = previous.text.rstrip(" ?.!")
    return f"{whole} {part}{previous.text[len(whole) :]}"


def _is_time(words: Sequence[Word]) -> bool:
    """Whether a phrase names a time: "Saturday nights", "the summer", "1990".

    Unlike for `Phrase.is_time`, other numbers make it a duration: "for 3 nights" is no time that
    could replace "in July".
    """
    content = [word for word in words if word.is_content]
    return bool(content) and all(
        make_singular(word.lower) in TIMES or (len(word.lower) == 4 and word.lower.isdigit())
        for word in content
    )


def _is_superlative(words: Sequence[Word]) -> bool:
    """Whether it is like "the largest", which lacks its noun."""
    return len(words) == 2 and words[0].lower == "the" and words[1].lower.endswith("est")


def _is_alike(new: Sequence[Word], old: Sequence[Word]) -> bool:
    """Whether one may replace the other: of one noun, both names, or both "the ..."."""
    if make_singular(new[-1].lower) == make_singular(old[-1].lower):
        return True
    if all(word.is_content and word.is_capitalized for word in (*new, *old)):
        return True
    return new[0].lower == old[0].lower == "the" and (
        is_plural(new[-1].lower) == is_plural(old[-1].lower)
    )


def _name_one(part: str, rest: Sequence[Word], old: Sequence[Word]) -> str:
    """A part that ends in "one" with the noun in place of that: "the smaller binder"."""
    one = rest[-1]
    if one.lower not in {"one", "ones"} or len(rest) == 1 or old[-1].is_capitalized:
        return part
    return part[: one.start - rest[0].start] + old[-1].text


def _find_noun_phrases(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Beginnings and ends of runs of content words with their determiner, without verbs."""
    noun_phrases: list[tuple[int, int]] = []
    begin = 0
    for position in range(len(words) + 1):
        word_class = words[position].word_class if position < len(words) else "mark"
        is_inside = word_class in {"content", "determiner", "possessive"}
        is_new = word_class == "determiner" and position > begin and words[position - 1].is_content
        if is_inside and not is_new:
            continue
        if any(word.is_content for word in words[begin:position]):
            noun_phrases.append((begin, position))
        begin = position if is_inside else position + 1
    return noun_phrases
