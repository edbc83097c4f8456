"""A text, or the earlier turns of a conversation, as words, each with its class and its stem.

A small word (pronoun, auxiliary, preposition and the like) has the class of the list that it is in;
these lists are complete enough for questions. Every other word is a content word. Of these, verbs
are found by where they stand ("did the museum *open*"); nouns and adjectives are not told apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from qa.question_form import HIGHEST, LOWEST

WordClass = Literal[
    "question", "auxiliary", "pronoun", "speaker", "determiner", "preposition",
    "conjunction", "adverb", "possessive", "command", "verb", "content", "mark",
]  # fmt: skip
_WORD = re.compile(
    r"""(?:[^\W\d_]\.){2,}                      # D.C.
      | (?:St|Dr|Mr|Mrs|Ms|Prof)\.(?=\s[^\W\d_])
      | ['’](?:s|re|ve|ll|d|m)\b
      | [^\W_]+(?:[-–/&.'’](?!(?:s|re|ve|ll|d|m)\b)[^\W_]+)*
      | [^\w\s]""",
    re.VERBOSE | re.IGNORECASE,
)
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"))
_SENTENCE_ENDS = frozenset(".?!")
# Possessives that a noun follows, and objects that no verb follows.
_OWNERS = frozenset({"my", "our", "your", "his", "her", "its", "their"})
_OBJECTS = frozenset({"me", "us", "him", "them"})
# Endings of what "be" says of its subject: "known", "signed", "available".
_PREDICATE_ENDINGS = ("ed", "wn", "ught", "ble", "born")
# An earlier question, or (question, answer).
Turn = str | tuple[str, str]
# Turns that are parsed: the first, which says what the conversation is about, and the last ones.
_MOST_TURNS = 12
# Characters. A longer question is a pasted page; an answer says early what it is about.
LONGEST_QUESTION = 400
_LONGEST_ANSWER = 400


def _list_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUESTION_WORDS = _list_words("who whom whose which what when where why how")
BE = _list_words("is are was were am be been being isn't aren't wasn't weren't")
AUXILIARIES = BE | _list_words(
    """do does did don't doesn't didn't have has had haven't hasn't hadn't 've 're 'd 'll 'm can
    could will would shall should may might must can't cannot couldn't won't wouldn't shouldn't
    mustn't"""
)
# Pronouns for a person, a thing and several of them, in all their forms.
PERSON = _list_words("he him his himself she her hers herself")
THING = _list_words("it its itself")
SEVERAL = _list_words("they them their theirs themselves")
DEMONSTRATIVES = _list_words("this that these those")
SPEAKERS = _list_words(
    """i me my mine we us our ours you your yours someone somebody anyone anybody everyone
    everybody people"""
)
DETERMINERS = _list_words("the a an each every some any no all both another either neither such")
PREPOSITIONS = _list_words(
    """of in on at to for from with without by about between among against during before after
    since until till within over under above below into onto through throughout across along
    around near behind beside besides beyond inside outside towards toward upon via per despite
    worth like as than versus vs up down out off"""
)
CONJUNCTIONS = _list_words(
    "and or but nor so if because while although though whether whereas unless then"
)
ADVERBS = _list_words(
    """not also too ever never always still really just only even again already yet now today here
    there often usually sometimes very much many more most less least other others else ago
    instead together away back far soon later once twice exactly actually please ok okay well
    last next oh wow hi hello thanks yes yeah hmm"""
)

# A word in several lists belongs to the last of them here.
SMALL_WORDS: dict[str, WordClass] = {
    **dict.fromkeys(CONJUNCTIONS, "conjunction"),
    **dict.fromkeys(ADVERBS, "adverb"),
    **dict.fromkeys(PREPOSITIONS, "preposition"),
    **dict.fromkeys(DETERMINERS | DEMONSTRATIVES, "determiner"),
    **dict.fromkeys(SPEAKERS, "speaker"),
    **dict.fromkeys(PERSON | THING | SEVERAL, "pronoun"),
    **dict.fromkeys(AUXILIARIES, "auxiliary"),
    **dict.fromkeys(QUESTION_WORDS, "question"),
}

# Verbs that begin a request: "Tell me about owls".
COMMANDS = _list_words("tell describe explain compare contrast list name give show find define")
IRREGULAR_PAST = _list_words(
    """became began broke brought built came caught chose cut did drew drove fell flew fought found
    gave grew had held hit kept knew lay led left lost made met paid put ran rose said sang sank
    saw sent set shot sold spoke stood swam taught took told went won wore wrote"""
)
CALENDAR_NAMES = _list_words(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday"""
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark, which is `text[start:end]` of the text it was parsed from.

    `lower` has a straight apostrophe; the stem is what the forms of a content word have in common,
    else `lower`.
    """

    text: str
    lower: str
    start: int
    end: int
    word_class: WordClass
    stem: str

    @property
    def is_content(self) -> bool:
        return self.word_class in {"content", "verb"}

    @property
    def is_capitalized(self) -> bool:
        return self.text[0].isupper()


def parse_words(text: str) -> tuple[Word, ...]:
    """The words and marks of a text, in order."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        token, lower = match[0], match[0].lower().replace("’", "'")
        word_class = _classify(lower, words)
        stem = stem_word(lower) if word_class in {"content", "verb"} else lower
        words.append(Word(token, lower, match.start(), match.end(), word_class, stem))
    for position in _find_verbs(words):
        words[position] = replace(words[position], word_class="verb")
    return tuple(words)


def stem_word(lower: str) -> str:
    """A lower-case word without its ending, so that its forms are equal."""
    for ending, replacement in _ENDINGS:
        if lower.endswith(ending) and len(lower) > len(ending) + 3:
            return (lower[: -len(ending)] + replacement).rstrip("e")
    if lower.endswith("s") and not lower.endswith("ss") and len(lower) > 3:
        lower = lower[:-1]
    return lower.rstrip("e") if len(lower) > 3 else lower


def drop_marks(words: Sequence[Word]) -> list[Word]:
    """The words alone, without punctuation."""
    return [word for word in words if word.word_class != "mark"]


def _classify(lower: str, before: Sequence[Word]) -> WordClass:
    last = before[-1] if before else None
    if lower == "'s":
        contracts = last is not None and last.word_class in {"question", "pronoun", "determiner"}
        return "auxiliary" if contracts else "possessive"
    if lower == "may" and last is not None and last.word_class == "preposition":
        return "content"  # The month.
    if lower in SMALL_WORDS:
        return SMALL_WORDS[lower]
    if lower in COMMANDS and (last is None or last.text in _SENTENCE_ENDS):
        return "command"
    if last is not None and last.word_class in {"speaker", "pronoun"} and lower[0].isalpha():
        # "I descale", "how does it work", but "our museum", "tell them tales".
        return "content" if last.lower in _OWNERS | _OBJECTS else "verb"
    if last is not None and last.lower in BE and re.fullmatch(r"\w{3,}[^e]ed", lower):
        return "verb"  # "Were planned".
    return "content" if lower[0].isalnum() else "mark"


def _find_verbs(words: Sequence[Word]) -> Iterator[int]:
    """The positions of main verbs.

    A main verb follows an auxiliary and a subject of several words. Without an auxiliary
    it follows the subject that is asked for.
    """
    if words and words[0].word_class == "question" and not _has_auxiliary(words):
        yield from _find_verb_of_question_word(words)
    for position, word in enumerate(words):
        if word.word_class == "auxiliary":
            end = _find_end_of_clause(words, position + 1)
            if _is_verb_after_adverb(words, position + 1, end):
                yield end + 1
            elif _ends_in_verb(word, words[position + 1 : end]) and not _leads_to_do(words, end):
                yield end - 1


def _has_auxiliary(words: Sequence[Word]) -> bool:
    """Whether an auxiliary is in the main clause: not in "what happens when it is cold"."""
    for word in words[1:]:
        if word.word_class in {"question", "conjunction"}:
            return False
        if word.word_class == "auxiliary":
            return True
    return False


def _leads_to_do(words: Sequence[Word], end: int) -> bool:
    """Whether the main verb is a "do" or "have" further on: "does the red lamp on top *do*"."""
    inside = {"content", "possessive", "determiner", "preposition", "adverb"}
    after = next((word for word in words[end:] if word.word_class not in inside), None)
    return after is not None and after.lower in {"do", "have", "be"}


def _find_end_of_clause(words: Sequence[Word], start: int) -> int:
    """Where the subject and verb that begin at `start` end."""
    end = _find_end_of_run(words, start)
    content = sum(word.word_class == "content" for word in words[start:end])
    if content == 1 and end < len(words) and words[end].word_class == "preposition":
        end = _find_end_of_run(words, end + 1)  # "Did the museum in Bergen open?"
    while end > start and words[end - 1].is_capitalized:
        end -= 1  # "Has Xi visited Russia": a name is the object.
    return end


def _find_end_of_run(words: Sequence[Word], start: int) -> int:
    end = start
    while end < len(words) and (
        words[end].word_class in {"content", "possessive"}
        or words[end].lower == "of"
        or (words[end].word_class == "determiner" and words[end - 1].word_class != "content")
        or (words[end].word_class == "adverb" and words[end - 1].word_class == "determiner")
    ):
        end += 1
    return end


def _is_verb_after_adverb(words: Sequence[Word], start: int, end: int) -> bool:
    """Whether the word after the next one is a verb: "the boiler last *serviced*"."""
    if not any(word.word_class == "content" for word in words[start:end]):
        return False
    return [word.word_class for word in words[end : end + 2]] == ["adverb", "content"]


def _ends_in_verb(auxiliary: Word, clause: Sequence[Word]) -> bool:
    content = [word for word in clause if word.word_class == "content"]
    if len(content) < 2 or clause[-1].word_class != "content":
        return False
    if clause[-2].word_class in {"preposition", "determiner"}:
        return False
    if auxiliary.lower not in BE | {"'s", "'re"}:
        return True
    last = clause[-1].lower
    return last.endswith(_PREDICATE_ENDINGS) or last in IRREGULAR_PAST


def _find_verb_of_question_word(words: Sequence[Word]) -> Iterator[int]:
    """The verb in "who *founded* it", "which new ship *carried* it"."""
    first = words[0].lower
    is_subject = first == "who" or (
        first == "what" and len(words) > 2 and words[2].word_class != "content"
    )
    for position in range(1, min(4, len(words))):
        word = words[position]
        if word.word_class != "content":
            return
        looks_like_verb = word.lower.endswith(("ed", "s")) or word.lower in IRREGULAR_PAST
        if is_subject if position == 1 else looks_like_verb:
            yield position
            return


def stem_words(text: str) -> set[str]:
    """The words of a text as they are compared; superlatives as they are."""
    return set(map(_stem, _split_words(text)))


def stem_content(text: str) -> set[str]:
    """The stems of a text's words without those that stand in most sentences."""
    return {_stem(word) for word in _split_words(text) if word not in SMALL_WORDS}


def _split_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("_", " "))


def _stem(word: str) -> str:
    return word if word in HIGHEST or word in LOWEST else stem_word(word)


@dataclass(frozen=True)
class ParsedText:
    """A text and its words."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def parse(cls, text: str) -> ParsedText:
        return cls(text, parse_words(text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(word.stem for word in self.words if word.is_content)

    @cached_property
    def reference_kinds(self) -> frozenset[str]:
        """The kinds of words in it that may refer to something else."""
        kinds = set()
        for position, word in enumerate(self.words):
            following = self.words[position + 1] if position + 1 < len(self.words) else None
            if word.lower in PERSON:
                kinds.add("person")
            elif word.lower in THING:
                kinds.add("thing")
            elif word.lower in SEVERAL:
                kinds.add("several")
            elif word.lower in DEMONSTRATIVES:
                has_noun = following is not None and following.is_content
                kinds.add("this noun" if has_noun else "this")
            elif word.lower in {"one", "ones"} and not (following and following.is_content):
                kinds.add("one")  # Not "one hour".
        return frozenset(kinds)


@dataclass(frozen=True, slots=True)
class ParsedTurn:
    """An earlier question, and its answer, which is empty if it is unknown."""

    question: ParsedText
    answer: ParsedText


def parse_history(history: Sequence[Turn]) -> tuple[ParsedTurn, ...]:
    """The turns that matter, oldest first, without control characters and pasted pages."""
    if len(history) > _MOST_TURNS:
        history = [history[0], *history[1 - _MOST_TURNS :]]
    pairs = ((turn, "") if isinstance(turn, str) else turn for turn in history)
    turns = (
        ParsedTurn(_parse_question(question), ParsedText.parse(_clean(answer[:_LONGEST_ANSWER])))
        for question, answer in pairs
    )
    return tuple(turn for turn in turns if turn.question.words or turn.answer.words)


def _parse_question(question: str) -> ParsedText:
    if len(question) <= LONGEST_QUESTION:
        return ParsedText.parse(_clean(question))
    # A long turn holds a pasted page: its last question counts, or else its beginning.
    sentences = re.split(r"(?<=[.!?])\s+|\n+", question[-LONGEST_QUESTION:])
    questions = [sentence for sentence in sentences[1:] if sentence.rstrip().endswith("?")]
    beginning = re.split(r"(?<=[.!?])\s", question[:LONGEST_QUESTION])[0]
    return ParsedText.parse(_clean(questions[-1] if questions else beginning))


def _clean(text: str) -> str:
    """A text without control characters, and with one space for each run of spaces."""
    visible = (" " if unicodedata.category(char)[0] == "C" else char for char in text)
    return " ".join("".join(visible).split())
