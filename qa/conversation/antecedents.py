"""What a pronoun certainly stands for, when the turns say it outright.

After "Who founded it?", "she" is the answer, if that is known and short, or else "the
person who founded it". Any other antecedent is a phrase: see `qa.conversation.phrases`.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversation.inflection import is_plural, make_singular
from qa.conversation.phrases import Phrase
from qa.conversation.pronouns import Pronoun
from qa.conversation.turns import ParsedText, ParsedTurn
from qa.conversation.vocabulary import BE, RELATIONAL
from qa.conversation.words import Word, drop_marks

# Words. A longer answer or topic is not taken as a name.
_LONGEST = 6
_JOINING = frozenset({"the", "a", "an", "of", "and", "de", "du", "von", "van"})


def find_antecedent(
    question: ParsedText, pronoun: Pronoun, turns: Sequence[ParsedTurn]
) -> str | None:
    """What a pronoun of a question stands for, if the turns say it for certain."""
    before = question.words[pronoun.position - 1] if pronoun.position else None
    if pronoun.kind == "person":
        return _find_person(turns)
    if pronoun.kind == "event":
        return None
    if pronoun.kind != "thing" and before and before.lower in {"of", "which"}:
        noun = find_counted_noun(turns)
        return f"the {noun}" if noun and before.lower == "of" else noun
    if pronoun.kind == "noun" and _follows_verb(question.words, pronoun.position):
        # "Where do I get one?", not "the official one".
        noun = _find_indefinite_noun(turns[-1].question)
        if noun is not None:
            return noun
    if not pronoun.is_possessive and (before is None or before.word_class != "auxiliary"):
        return None
    answer = None if _asks_who(turns[-1]) else extract_answer(turns[-1])
    return answer.text if answer is not None else None


def find_counted_noun(turns: Sequence[ParsedTurn]) -> str | None:
    """The noun of the last "which rooms ...?" or "how many rooms ...?"."""
    for turn in reversed(turns):
        if run := _find_counted_run(turn.question.words):
            return run[0].text
    return None


def _find_counted_run(words: Sequence[Word]) -> Sequence[Word]:
    """The nouns and adjectives after "which" or "how many"; empty where there are none."""
    for begin, word in enumerate(words, 1):
        if word.lower in {"which", "many"} and (end := _skip_noun(words, begin)) > begin:
            return words[begin:end]
    return ()


def _follows_verb(words: Sequence[Word], position: int) -> bool:
    before = words[max(position - 2, 0) : position]
    classes = {"verb", "auxiliary", "speaker", "pronoun"}
    return any(word.word_class in classes or word.lower == "there" for word in before[-1:]) or any(
        word.lower in {"to", "has", "have", "had"} or word.word_class in {"speaker", "pronoun"}
        for word in before[:-1]
    )


def _find_indefinite_noun(question: ParsedText) -> str | None:
    """What "one" stands for: "a token for the lift" in "What does a token for the lift cost?".

    Of several it is the last, unless that follows a preposition; of "which drill" or "how many
    drills" it is "a drill".
    """
    words = question.words
    noun: str | None = None
    for begin, article in enumerate(words):
        end = _skip_noun(words, begin + 1)
        follows_preposition = begin > 0 and words[begin - 1].word_class == "preposition"
        if article.lower not in {"a", "an"} or end == begin + 1 or (noun and follows_preposition):
            continue
        if [word.word_class for word in words[end : end + 1]] == ["preposition"]:
            is_definite = [word.word_class for word in words[end + 1 : end + 2]] == ["determiner"]
            complement = end + 2 if is_definite else end + 1
            after = _skip_noun(words, complement)
            end = after if after > complement and words[end].lower != "to" else end
        noun = question.text[article.start : words[end - 1].end]
    if noun is not None:
        return noun
    run = _find_counted_run(words)
    if not run:
        return None
    last = run[-1]
    singular = make_singular(last.text) if is_plural(last.lower) else last.text
    named = question.text[run[0].start : last.start] + singular
    return f"{'an' if named[0].lower() in 'aeiou' else 'a'} {named}"


def _skip_noun(words: Sequence[Word], begin: int) -> int:
    """Where a run of nouns and adjectives ends."""
    while begin < len(words) and words[begin].word_class == "content":
        begin += 1
    return begin


def extract_answer(turn: ParsedTurn) -> Phrase | None:
    """A turn's short answer to who, which, what or where, if it names something."""
    question_word = next((w.lower for w in turn.question.words if w.word_class == "question"), "")
    if question_word not in {"who", "whom", "which", "what", "where"} or _asks_what_it_is(
        turn.question
    ):
        return None
    text = turn.answer.text.rstrip(" .")
    words = tuple(word for word in turn.answer.words if word.end <= len(text))
    if not 0 < len(words) <= _LONGEST or words[0].lower[0].isdigit():
        return None
    if all(word.is_content or word.lower in _JOINING for word in words) and words[-1].is_content:
        return Phrase.cut(text, words)
    return None


def extract_topic(question: ParsedText) -> Phrase | None:
    """The topic of "what are tiger sharks?" or "tell me more about tiger sharks"."""
    words = drop_marks(question.words)
    lowers = [word.lower for word in words]
    if lowers[:1] == ["what"] and lowers[1:2] and lowers[1] in BE | {"'s"}:
        begin = 2
    elif "about" in lowers[2:4] and words[0].word_class == "command":
        begin = lowers.index("about") + 1
    else:
        return None
    topic = words[begin:]
    is_plain = all(
        word.word_class in {"content", "determiner"} or word.lower == "of" for word in topic
    )
    if not topic or not is_plain or not topic[-1].is_content or len(topic) > _LONGEST:
        return None
    phrase = Phrase.cut(question.text, topic)
    return None if make_singular(phrase.head.lower) in RELATIONAL else phrase


def _find_person(turns: Sequence[ParsedTurn]) -> str | None:
    """The person last asked for, unless earlier turns are about somebody already."""
    if any("person" in turn.question.reference_kinds for turn in turns):
        return None
    for turn in reversed(turns):
        answer = extract_answer(turn) if _asks_who(turn) else None
        if answer is not None:
            return answer.text
    last = turns[-1].question
    if not _asks_who(turns[-1]) or len(last.words) < 3 or last.reference_kinds:
        return None
    text = last.text.rstrip(" ?.!")
    if last.words[1].is_content:
        return f"the person who {text[last.words[1].start :]}"
    # "Who was the chair?"
    return text[last.words[2].start :] if last.words[2].lower == "the" else None


def _asks_who(turn: ParsedTurn) -> bool:
    return bool(turn.question.words) and turn.question.words[0].lower == "who"


def _asks_what_it_is(question: ParsedText) -> bool:
    """Whether a description answers it: "Who is Cheiron?"."""
    words = drop_marks(question.words)
    return (
        len(words) > 2
        and words[0].lower in {"who", "what"}
        and words[1].lower in BE | {"'s"}
        and words[2].is_capitalized
    )
