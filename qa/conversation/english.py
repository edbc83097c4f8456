"""English questions as words with their classes.

The closed classes (pronouns, auxiliaries, prepositions and the like) are complete
enough for questions. Every other word is a content word: a verb where it stands after its
subject ("did the museum *open*"), else it is not told whether it is a noun or an adjective.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "question", "auxiliary", "pronoun", "speaker", "determiner", "preposition",
    "conjunction", "adverb", "possessive", "command", "verb", "content", "mark",
]  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUESTION_WORDS = _words("who whom whose which what when where why how")
BE = _words("is are was were am be been being isn't aren't wasn't weren't")
AUXILIARIES = BE | _words(
    """do does did don't doesn't didn't have has had haven't hasn't hadn't 've 're 'd 'll 'm can
    could will would shall should may might must can't cannot couldn't won't wouldn't shouldn't
    mustn't"""
)
# Pronouns that stand for a person, a thing or several, whatever their form.
PERSON = _words("he him his himself she her hers herself")
THING = _words("it its itself")
SEVERAL = _words("they them their theirs themselves")
DEMONSTRATIVES = _words("this that these those")
SPEAKERS = _words(
    """i me my mine we us our ours you your yours someone somebody anyone anybody everyone
    everybody people"""
)
DETERMINERS = _words("the a an each every some any no all both another either neither such")
PREPOSITIONS = _words(
    """of in on at to for from with without by about between among against during before after
    since until till within over under above below into onto through throughout across along
    around near behind beside besides beyond inside outside towards toward upon via per despite
    worth like as than versus vs up down out off"""
)
CONJUNCTIONS = _words(
    "and or but nor so if because while although though whether whereas unless then"
)
ADVERBS = _words(
    """not also too ever never always still really just only even again already yet now today here
    there often usually sometimes very much many more most less least other others else ago
    instead together away back far soon later once twice exactly actually please ok okay well"""
)
_COMMANDS = _words("tell describe explain compare contrast list name give show find define")
_IRREGULAR_PAST = _words(
    """became began broke brought built came caught chose cut did drew drove fell flew fought found
    gave grew had held hit kept knew lay led left lost made met paid put ran rose said sang sank
    saw sent set shot sold spoke stood swam taught took told went won wore wrote"""
)

# Nouns that say little without the thing they belong to: "the symptoms" (of what?).
RELATIONAL = _words(
    """advantage aim aspect author background basis beginning benefit capacity category cause
    challenge character characteristic component con conclusion consequence contribution cost
    creation criticism danger date development difference disadvantage discovery drawback effect
    element example factor feature function future goal history impact implication importance
    influence ingredient invention kind level limitation meaning method name nature objective
    origin owner part population price principle pro problem property purpose reason result risk
    role rule sign significance size source species stage step structure symptom theme title
    treatment type use uses value variation variety version weakness weight"""
)
# Times, for which no pronoun stands; "may" is an auxiliary.
TIMES = _words(
    """minute hour day night week weekend month year decade century morning afternoon evening
    spring summer autumn winter january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday"""
)
# "This document" is the one that is searched, not what was spoken of.
TEXTS = _words(
    "document file text page paragraph section chapter article report note book paper list"
)
# Frequent words of other languages that are no words of English.
FOREIGN = _words(
    """der das den dem des ein eine und ist sind wie wann wo warum wer wurde wird welche welcher
    welches welchem mit für von zu nicht le la les un une est sont qui où quand comment pourquoi
    quel quelle et pour dans el los las una es son cuándo cuando dónde cómo quién por para qué
    y del il gli che perché quando dove chi come sono di het een wat wie waar waarom hoe van"""
)

_CLASSES: dict[str, Kind] = {
    # A word of two classes is taken for the later one here.
    **dict.fromkeys(CONJUNCTIONS, "conjunction"),
    **dict.fromkeys(ADVERBS, "adverb"),
    **dict.fromkeys(PREPOSITIONS, "preposition"),
    **dict.fromkeys(DETERMINERS | DEMONSTRATIVES, "determiner"),
    **dict.fromkeys(SPEAKERS, "speaker"),
    **dict.fromkeys(PERSON | THING | SEVERAL, "pronoun"),
    **dict.fromkeys(AUXILIARIES, "auxiliary"),
    **dict.fromkeys(QUESTION_WORDS, "question"),
}
_WORD = re.compile(
    r"""(?:[^\W\d_]\.){2,}                      # D.C.
      | (?:St|Dr|Mr|Mrs|Ms|Prof)\.(?=\s[^\W\d_])
      | ['’](?:s|re|ve|ll|d|m)\b
      | [^\W_]+(?:[-–/&.'’](?!(?:s|re|ve|ll|d|m)\b)[^\W_]+)*
      | [^\w\s]""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at `text[start:end]`; `stem` is what its forms have in common."""

    text: str
    lower: str
    start: int
    end: int
    kind: Kind
    stem: str

    @property
    def is_content(self) -> bool:
        return self.kind in {"content", "verb"}

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def read(text: str) -> tuple[Word, ...]:
    """The words and marks of a text, in order."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        token, lower = match[0], match[0].lower().replace("’", "'")
        kind = _kind(lower, words)
        root = stem(lower) if kind in {"content", "verb"} else lower
        words.append(Word(token, lower, match.start(), match.end(), kind, root))
    for at in _verbs(words):
        words[at] = replace(words[at], kind="verb")
    return tuple(words)


def _kind(lower: str, before: Sequence[Word]) -> Kind:
    last = before[-1] if before else None
    if lower == "'s":
        contracted = last is not None and last.kind in {"question", "pronoun", "determiner"}
        return "auxiliary" if contracted else "possessive"
    if lower in _CLASSES:
        return _CLASSES[lower]
    if lower in _COMMANDS and (last is None or last.text in _SENTENCE_ENDS):
        return "command"
    if last is not None and last.kind in {"speaker", "pronoun"} and lower[0].isalpha():
        # "I descale", "how does it work"; not "our museum", "its work".
        owns = last.lower in {"my", "our", "your", "his", "her", "its", "their"}
        return "content" if owns or last.lower in {"me", "us", "him", "them"} else "verb"
    if last is not None and last.lower in BE and re.fullmatch(r"\w{3,}[^e]ed", lower):
        return "verb"  # "Were planned".
    return "content" if lower[0].isalnum() else "mark"


_SENTENCE_ENDS = frozenset(".?!")


def _verbs(words: Sequence[Word]) -> Iterator[int]:
    """Where the main verb stands: after an auxiliary and a subject of more than a word, or,
    where there is no auxiliary, after the subject that is asked for.
    """
    if words and words[0].kind == "question" and all(w.kind != "auxiliary" for w in words):
        yield from _verb_of_subject(words)
    for at, word in enumerate(words):
        if word.kind != "auxiliary":
            continue
        end = at + 1
        while end < len(words) and (
            words[end].kind in {"content", "possessive"}
            or words[end].lower == "of"
            or (words[end].kind == "determiner" and words[end - 1].kind != "content")
        ):
            end += 1
        while end > at + 1 and words[end - 1].is_capital:
            end -= 1  # "Has Xi visited Russia": a name after the verb.
        run = words[at + 1 : end]
        content = [each for each in run if each.kind == "content"]
        if len(content) < 2 or run[-1].kind != "content" or run[-2].lower == "of":
            continue
        is_be = word.lower in BE | {"'s", "'re"}
        lower = run[-1].lower
        if not is_be or lower.endswith(_PREDICATE_ENDINGS) or lower in _IRREGULAR_PAST:
            yield end - 1


# Of what a form of "be" says of its subject: "known", "signed", "available".
_PREDICATE_ENDINGS = ("ed", "wn", "ught", "ble", "born")


def _verb_of_subject(words: Sequence[Word]) -> Iterator[int]:
    """ "Who *founded* it", "which new ship *carried* it"."""
    what = words[0].lower == "what" and len(words) > 2 and words[2].kind != "content"
    alone = what or words[0].lower == "who"
    for at in range(1, min(4, len(words))):
        if words[at].kind != "content":
            return
        said = words[at].lower.endswith(("ed", "s")) or words[at].lower in _IRREGULAR_PAST
        if alone if at == 1 else said:
            yield at
            return


def stem(lower: str) -> str:
    """A word without its ending, so that its forms are alike."""
    for ending, new in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e")):
        if lower.endswith(ending) and len(lower) > len(ending) + 3:
            return (lower[: -len(ending)] + new).rstrip("e")
    if lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3:
        lower = lower[:-1]
    return lower.rstrip("e") if len(lower) > 3 else lower


def is_english(words: tuple[Word, ...]) -> bool:
    """Whether there are small words of English, and more of them than of another language."""
    lowers = [word.lower for word in words if word.kind != "mark"]
    foreign = sum(lower in FOREIGN for lower in lowers)
    return sum(lower in _CLASSES for lower in lowers) > foreign


_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
}


def looks_plural(noun: str) -> bool:
    lower = noun.lower()
    if lower in _IRREGULAR:
        return True
    return lower.endswith("s") and not lower.endswith(("ss", "us", "is", "'s")) and len(noun) > 2


def singular(noun: str) -> str:
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if not looks_plural(noun):
        return noun
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1]


def plural(noun: str) -> str:
    if looks_plural(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
