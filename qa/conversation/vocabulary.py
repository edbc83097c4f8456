"""English words in lists: the classes of small words, and nouns that need special care.

The classes of small words (pronouns, auxiliaries, prepositions and the like) are complete
enough for questions. Every word that is in none of them is a content word.
"""

from __future__ import annotations

from typing import Literal

WordClass = Literal[
    "question", "auxiliary", "pronoun", "speaker", "determiner", "preposition",
    "conjunction", "adverb", "possessive", "command", "verb", "content", "mark",
]  # fmt: skip


def _list_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Small words


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

# Content words


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
