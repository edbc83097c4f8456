"""Questions that are only a part of one: "And when?", "What about the ferry?", "And if it rains?".

What they leave out stands in the question before them, all of which is taken. Of the added terms
the F1 is then .600 in CANARD and .502 in CAsT 2020, and .600 and .497 without this rule; replacing
the like part of the question before ("How much for adults?", "And for students?") gains nothing
beside that.
"""

from __future__ import annotations

from qa.conversation.turns import ParsedText
from qa.conversation.words import drop_marks

# A longer question says what it is about.
_MOST_WORDS = 7
_MOST_WORDS_AFTER_PREPOSITION = 2
_ABOUT = (["what", "about"], ["how", "about"])


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
