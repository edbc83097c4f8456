"""A problem that is only stated, as a question: "I have lost my card" asks what to do."""

from __future__ import annotations

import re

from qa.conversation.vocabulary import COMMANDS

_LEAST_WORDS = 4
_SHORT_FORM = r"(?:['’](?:m|ve|s|re|d|ll))?"
_SUBJECT = re.compile(
    rf"""\s*(?:(?:but|and|so|now|help|oh\sno)\b[\s,:!]*)*
        (?P<pronoun>(?:i|we|it|there|somebody|someone|nobody|something|nothing)
            {_SHORT_FORM}\s)
      | \s*(?:my|our|the|this|that|these|those|his|her|their|one\sof|an?)\s""",
    re.IGNORECASE | re.VERBOSE,
)
# After a subject that is a noun, what shows that the rest is a sentence and no heading.
_VERB = re.compile(
    r"""\s(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|must|isn['’]t|aren['’]t
        |wasn['’]t|weren['’]t|hasn['’]t|haven['’]t|doesn['’]t|don['’]t|didn['’]t|can['’]t|cannot
        |couldn['’]t|won['’]t|wouldn['’]t|keeps?|shows?|says?|stays?|smells?|leaks?|looks?|feels?
        |sounds?|makes?|gets?|stops?|hurts?|refuses?|flashes|blinks|beeps?|went|came|got|broke
        |lost|forgot|fell|ran|froze|burnt|stuck|swollen)\s
      | \s\w+\s\w{2,}ed\b
      | \s(?:when|whenever|while|because|although|but|if|every\stime)\s
        (?:it|i|we|they|he|she|you|the|my|our)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A statement that says what is looked for, and not what is to be done.
_SEARCH = re.compile(
    r"""\b(?:looking|searching|interested|wonder\w*)\b
      | \b(?:want|need|wish|like)\b
        (?!\sto\s(?!(?:know|see|find|learn|read|hear|understand|ask)\b)\w)""",
    re.IGNORECASE | re.VERBOSE,
)
# Words that ask wherever they stand, and those that do so after "know" and the like: "it stops when
# I brake" asks nothing, "I forgot when it opens" does.
_ASKS = COMMANDS | {"what", "how", "why", "whose", "whether", "please"}
_ASKS_INDIRECTLY = re.compile(
    r"\b(?:know|sure|idea|forgot|forgotten|remember|unclear|wondering)\s"
    r"(?:when|where|who|whom|which|if)\b",
    re.IGNORECASE,
)


def ask_what_to_do(text: str) -> str:
    """A stated problem or wish, with the question what to do.

    Returns:
        "I lost my card. What should I do?" for "I lost my card". All else stays as it is, character
        for character: questions, headings, keywords, and statements of what is looked for.
    """
    words = re.findall(r"[\w'’-]+", text.lower())
    if "?" in text or len(words) < _LEAST_WORDS or not _ASKS.isdisjoint(words):
        return text
    stated = text.strip().rstrip(".!")
    subject = _SUBJECT.match(stated)
    if subject is None or _SEARCH.search(stated) or _ASKS_INDIRECTLY.search(stated):
        return text
    is_sentence = subject["pronoun"] or _VERB.search(stated, subject.end() - 1)
    return f"{stated}. What should I do?" if is_sentence else text
