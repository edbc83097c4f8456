"""English questions read into words and noun phrases, by word class and word order.

The closed classes are complete enough for questions. The open ones (verbs, adjectives,
nouns that need an "of") hold the most frequent members only: a word missing there is
taken for a noun, which is what most words in questions are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

# Words that belong together


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUESTION_WORDS = _words("who whom whose which what when where why how")

BE = _words("is are was were am be been being isn't aren't wasn't weren't")
DO = _words("do does did don't doesn't didn't")
HAVE = _words("have has had haven't hasn't hadn't 've")
AUXILIARIES = (
    BE
    | DO
    | HAVE
    | _words(
        """can could will would shall should may might must can't cannot couldn't won't wouldn't
    shouldn't mustn't"""
    )
)

SPEAKERS = _words(
    """i me my mine we us our ours you your yours someone somebody anyone anybody everyone
    everybody people"""
)
# Pronouns that stand for a person, a thing or several, whatever their form.
PERSON = _words("he him his she her hers")
THING = _words("it its")
SEVERAL = _words("they them their theirs")
POSSESSIVE = _words("his her its their")
DEMONSTRATIVES = _words("this that these those")

DETERMINERS = _words(
    "the a an each every some any no all both another either neither such my your our"
)
PREPOSITIONS = _words(
    """of in on at to for from with without by about between among against during before after
    since until till within over under above below into onto through throughout across along
    around near behind beside besides beyond inside outside towards toward upon via per despite
    like as than versus vs up down out off"""
)
CONJUNCTIONS = _words(
    "and or but nor so if because while although though whether whereas unless then"
)
ADVERBS = _words(
    """not also too ever never always still really just only even again already yet now today here
    there often usually sometimes very much many more less least else ago instead together away
    back long far soon later once twice so exactly actually please ok okay well"""
)

NOUNS_IN_LY = _words(
    "family assembly supply reply italy july belly jelly fly butterfly monopoly bully"
)

TIMES = _words(
    """minute hour day night week weekend month year decade century morning afternoon evening noon
    midnight spring summer autumn fall winter season time today tomorrow yesterday january
    february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday christmas easter period moment past future world
    earth way thing lot kind sort"""
)

# "This document" is the one that is searched, not what was spoken of.
TEXTS = _words(
    """document file text page paragraph section chapter article report note book paper list"""
)

# Adjectives seen as predicates ("is the museum free?") and superlatives.
ADJECTIVES = _words(
    """good bad better worse best worst safe unsafe dangerous important necessary possible
    impossible likely free legal illegal ethical different similar same true false worth
    available open closed expensive cheap hard easy easier harder difficult simple big small
    large long short old new young famous popular common rare typical main major key other
    effective efficient secure reliable useful used related responsible treatable harmful
    healthy guilty toxic contagious endangered married alive dead allowed required ready able
    sure real own unique special significant interesting wrong positive negative first second
    third minimum maximum average last next final most more hot cold warm cool fast slow high
    low deep wide tall early late full empty ok okay several various few whole entire certain"""
)

# Verbs whose subject thinks or speaks: "they" is then somebody.
MENTAL = _words(
    """decide think say want believe agree know hope discuss argue claim meet vote plan prefer ask
    tell promise recommend suggest feel remember"""
)

_REGULAR = """accept achieve act add affect agree allow announce answer appear apply argue arrive
ask attack attend avoid bake believe belong boil brew call cancel carry cause celebrate change
charge check chart choose claim clean climb close collaborate collapse collect compare complete
compose consider contain continue convert cook cool cost count cover crash create cure damage
decide define deliver depend descale describe design develop die differ direct disappear discover
discuss download earn elect employ enable encounter end enjoy enter establish evolve exist expand
expect explain fail fill finish fix follow form found function generate graduate grind handle
happen hate heat help hire hope improve include increase influence inspire install introduce
invent involve join keep kill last launch lay learn like list listen live look love make marry
matter measure mix move name need notice occur offer open operate oppose order originate own pass
pay perform persuade plan play play prefer prepare press prevent produce promise protect prove
provide publish push rain receive recommend record reduce refer relate release remain remember
remove replace report require reside resign retire return save seem serve share sign solve sound
spread start stay stop store study succeed suffer suggest supply support surprise survey survive
taste test touch tour train travel treat try turn use visit vote wait walk want wash watch weigh
win wish work"""
_IRREGULAR = """born begin began begun become became break broke broken bring brought build built
buy bought catch caught choose chose chosen come came cut do done draw drew drawn drink drank
drunk drive drove driven eat ate eaten fall fell fallen feel felt fight fought find found fly flew
flown forget forgot freeze froze frozen get got gotten give gave given go went gone grow grew
grown hang hung have hold held hurt keep kept know knew known lay laid lead led leave left lend
lent let lie lay lose lost make made mean meant meet met pay paid put read ride rode rise rose
run ran say said see saw seen sell sold send sent set shine show shown shut sing sang sung sit sat
sleep slept speak spoke spoken spend spent spread stand stood steal stole stolen swim take took
taken teach taught tell told think thought throw threw understand understood wear wore win won
write wrote written"""
COMMANDS = _words("tell describe explain compare contrast list name give show find define")


def _inflected(verb: str) -> set[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    singular = verb[:-1] + "ies" if verb[-2:] in {"ry", "dy", "ly"} else verb + "s"
    past = verb[:-1] + "ied" if singular.endswith("ies") else stem + "ed"
    if verb.endswith(("s", "sh", "ch", "x", "z")) or verb == "go":
        singular = verb + "es"
    return {verb, singular, past, stem + "ing"}


VERBS = frozenset().union(
    *(_inflected(verb) for verb in _REGULAR.split()), *(_inflected(v) for v in _IRREGULAR.split())
)
IRREGULAR_FORMS = frozenset(_IRREGULAR.split())

# Nouns that say little without the thing they belong to: "the symptoms" (of what?).
RELATIONAL = _words(
    """advantage aim aspect author background basis beginning benefit capacity category cause
    challenge character characteristic component con consequence conclusion contribution cost
    creation criticism danger date development difference discovery disadvantage drawback effect
    element evidence example factor feature finding founding function future goal history impact
    implication importance influence ingredient invention level limitation maker meaning member
    method name nature number objective origin owner part population price principle pro problem
    property purpose reason reception relation relationship result risk role rule sign
    significance side similarity size source stage step structure symptom theme title treatment
    type use uses value variation variety version weakness weight"""
)

# Nouns for people; an ending tells little ("leader", "cancer").
PEOPLE = _words(
    """person man woman boy girl child king queen prince princess emperor president chair chairman
    chairwoman minister mayor governor senator ambassador ceo founder author writer poet painter
    artist singer musician actor actress composer architect designer engineer scientist inventor
    explorer discoverer doctor nurse surgeon professor teacher student researcher captain
    commander general officer soldier pilot driver sailor leader manager director editor owner
    husband wife mother father son daughter brother sister friend chief boss spokesman
    spokeswoman judge lawyer guide cook player coach winner champion successor predecessor
    delegate member survivor"""
)

# "There" is then "to", not "in".
GOING = _words("go goes went gone going been get gets got travel drive walk fly come")
# What "that" does when it is something that happened.
HAPPENING = _words("happen happened occur occurred take takes last change changed")
WEATHER = _words("rain rains raining snow snows snowing")
# Relations to one thing for another: "the implications (of blockchain) for society".
FOR_ANOTHER = _words(
    "effect relationship implication impact role significance importance consequence"
)

IRREGULAR_PLURALS = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
}


Kind = Literal[
    "question", "auxiliary", "pronoun", "determiner", "preposition", "conjunction",
    "adverb", "verb", "adjective", "noun", "name", "number", "possessive", "mark",
]  # fmt: skip
Role = Literal["asked", "subject", "object", "oblique", "topic"]
NOUN_KINDS = frozenset({"noun", "name", "number"})
IN_PHRASE = NOUN_KINDS | {"adjective", "possessive"}

# A question is read this far, in characters.
_MOST_READ = 1000

_WORD = re.compile(
    r"""(?:[^\W\d_]\.){2,}                      # D.C.
      | (?:[A-Z]|St|Dr|Mr|Mrs|Ms|Prof)\.(?=\s[^\W\d_])
      | ['’](?:s|re|ve|ll|d|m)\b
      | (?P<word>\w+(?:[-–/&.][^\W_]+|['’](?!(?:s|re|ve|ll|d|m)\b)\w+)*)
      | [^\w\s]""",
    re.VERBOSE | re.IGNORECASE,
)


_NO_TOPIC = TIMES | {""}


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    lower: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: words `first` to `last` (exclusive) of a question."""

    words: tuple[Word, ...]
    text: str
    first: int
    last: int
    role: Role

    @property
    def bare(self) -> tuple[Word, ...]:
        """Without determiners."""
        return tuple(word for word in self.words if word.kind != "determiner")

    @property
    def ofs(self) -> tuple[int, ...]:
        """Where in the question its "of"s stand."""
        return tuple(n for n, word in enumerate(self.words, self.first) if word.lower == "of")

    @property
    def before_of(self) -> tuple[Word, ...]:
        """ "The museum" of "the museum of rain"."""
        return self.words[: self.ofs[0] - self.first] if self.ofs else self.words

    @property
    def head(self) -> str:
        """The noun that says what it is, in the singular: the last one before "of"."""
        return next(
            (singular(w.lower) for w in reversed(self.before_of) if w.kind in NOUN_KINDS), ""
        )

    @property
    def is_name(self) -> bool:
        return any(word.kind == "name" for word in self.words)

    @property
    def owned(self) -> bool:
        return any(word.kind == "possessive" for word in self.words)

    @property
    def is_plural(self) -> bool:
        nouns = [word for word in self.before_of if word.kind in NOUN_KINDS]
        # "Lewis and Clark", "the tray and the tank", not "the Lewis and Clark expedition"
        joined = any(
            word.lower == "and" and (after is self.before_of[-1] or after.kind == "determiner")
            for word, after in pairwise(self.before_of)
        )
        return bool(nouns) and (joined or looks_plural(nouns[-1].text))

    @property
    def is_topic(self) -> bool:
        """Something to speak of: not a time, a number, a quantity or the speaker."""
        return (
            self.head not in _NO_TOPIC
            and self.text.lower() not in SPEAKERS
            and any(word.kind in {"noun", "name"} for word in self.words)
            and (self.words[0].kind != "number" or self.is_name)
        )

    @property
    def is_relation(self) -> bool:
        """ "The main benefits (of ...)", but not "the RICE method"."""
        nouns = {singular(word.lower) for word in self.before_of if word.kind in NOUN_KINDS}
        more = self.owned or bool(self.ofs)
        return self.head in RELATIONAL and (more or nouns <= RELATIONAL)

    @property
    def is_person(self) -> bool:
        """The noun says so: "the founder", "the person who ..."."""
        return self.head in PEOPLE and self.words[0].kind != "name"

    @property
    def looks_like_a_person(self) -> bool:
        """Two to four capitalised words and nothing else."""
        return 2 <= len(self.words) <= 4 and all(word.kind == "name" for word in self.words)

    @property
    def shape(self) -> tuple[str, bool]:
        """Phrases of one shape may stand in each other's place: "the boat", "the ferry"."""
        first = self.words[0]
        return first.lower if first.kind == "determiner" else "", self.is_name


@dataclass(frozen=True, slots=True)
class Clause:
    """A question read into words and phrases.

    `auxiliary` is where the verb stands that the question turns on: "when *did* it open".
    """

    text: str
    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]
    auxiliary: int | None

    @property
    def asks(self) -> bool:
        """Rather than names a topic."""
        who = self.begins("who") and self.words[1].kind == "verb"
        return self.auxiliary is not None or self.asks_for_subject or who

    @property
    def asks_for_subject(self) -> bool:
        """ "Which country *lies* ...?"."""
        return self.auxiliary is None and any(
            phrase.role == "asked"
            and self.words[phrase.last : phrase.last + 1]
            and self.words[phrase.last].kind == "verb"
            for phrase in self.phrases
        )

    def lower(self, at: int) -> str:
        """A word in lower case, or nothing."""
        return self.words[at].lower if 0 <= at < len(self.words) else ""

    def begins(self, word: str) -> bool:
        """With this word and another."""
        return len(self.words) > 1 and self.words[0].lower == word

    def rest(self, at: int) -> str:
        """The text from a word on, without the question mark."""
        return self.text[self.words[at].start :].rstrip(" ?.!") if at < len(self.words) else ""

    def phrase(self, first: int, last: int, role: Role) -> Phrase:
        """Words `first` to `last` as a phrase."""
        words = self.words[first:last]
        return Phrase(words, self.text[words[0].start : words[-1].end], first, last, role)


def read(text: str) -> Clause:
    """Read a question, or any short text, into words and phrases."""
    words = _tagged(text)
    auxiliary = _auxiliary(words)
    words = _with_verbs(words, auxiliary)
    return Clause(text, words, tuple(_phrases(text, words, auxiliary)), auxiliary)


def _tagged(text: str) -> tuple[Word, ...]:
    matches = list(_WORD.finditer(text[:_MOST_READ]))
    # In A Title Or IN CAPITALS a capital says nothing.
    cased = not any(
        match[0][0].isupper() and match[0].lower() in AUXILIARIES for match in matches[1:]
    )
    words: list[Word] = []
    opening = True
    for at, match in enumerate(matches):
        token, lower = match[0], match[0].lower().replace("’", "'")
        following = matches[at + 1][0] if at + 1 < len(matches) else ""
        kind = _kind(token, lower, words, following, cased, opening)
        words.append(Word(token, lower, match.start(), match.end(), kind))
        opening = kind == "mark" and token in ".?!"
    return tuple(words)


def _kind(
    token: str, lower: str, before: list[Word], following: str, cased: bool, opening: bool
) -> Kind:
    previous = before[-1] if before else None
    if lower in {"'s", "'re", "'ve", "'ll", "'d", "'m"}:
        attached = previous is not None and previous.kind in {"question", "pronoun"}
        return "auxiliary" if attached or lower != "'s" else "possessive"
    if not token[0].isalnum():
        return "mark"
    if not token.isalpha() and any(character.isdigit() for character in token):
        named = previous is not None and previous.kind == "name"
        return "name" if named or (not token[0].isdigit() and token[0].isupper()) else "number"
    capital = cased and token[0].isupper() and token != "I"
    # Capitalised inside a question by mistake or in a title, these are still no names.
    if capital and not opening and lower not in _CLOSED:
        return "name"
    if lower in _CLOSED:
        return _CLOSED[lower]
    if capital and following[:1].isupper() and lower not in COMMANDS:
        return "name"
    if opening and lower in COMMANDS:
        return "verb"
    if lower in ADJECTIVES or is_superlative(lower):
        return "adjective"
    if lower in ADVERBS or (lower.endswith("ly") and lower not in NOUNS_IN_LY):
        return "adverb"
    return "noun"


# A word of two classes ("my", "so") is taken for the later one here.
_CLOSED: dict[str, Kind] = {
    **dict.fromkeys(CONJUNCTIONS, "conjunction"),
    **dict.fromkeys(PREPOSITIONS, "preposition"),
    **dict.fromkeys(PERSON | THING | SEVERAL | SPEAKERS, "pronoun"),
    **dict.fromkeys(DETERMINERS | DEMONSTRATIVES, "determiner"),
    **dict.fromkeys(AUXILIARIES, "auxiliary"),
    **dict.fromkeys(QUESTION_WORDS, "question"),
}


def is_superlative(lower: str) -> bool:
    return lower.endswith("est") and len(lower) > 5 and lower not in {"interest", "request"}


def _auxiliary(words: Sequence[Word]) -> int | None:
    """The auxiliary a question turns on: the first, unless a subject stands before it."""
    start = 0
    for at, word in enumerate(words[:-1]):
        if word.kind == "mark" and word.text in ".?!":
            start = at + 1  # the last sentence is the question
    for at in range(start, len(words)):
        if words[at].kind == "auxiliary":
            before = words[start:at]
            asks = any(word.kind == "question" for word in before)
            plain = all(word.kind in {"conjunction", "adverb", "mark"} for word in before)
            supposes = any(word.lower == "if" for word in before)
            return at if (asks or plain) and not supposes else None
    return None


def _with_verbs(words: tuple[Word, ...], auxiliary: int | None) -> tuple[Word, ...]:
    """Mark as verbs the words that stand where a verb does."""
    verbs = set(_verbs(words, auxiliary))
    main = _main_verb(words, auxiliary, verbs)
    if main is not None:
        verbs.add(main)
    return tuple(
        Word(word.text, word.lower, word.start, word.end, "verb") if at in verbs else word
        for at, word in enumerate(words)
    )


def _verbs(words: Sequence[Word], auxiliary: int | None) -> Iterator[int]:
    for at, word in enumerate(words):
        if word.kind not in {"noun", "adjective"}:
            continue
        before = _previous(words, at)
        if before is None:
            continue
        previous = words[before]
        known = word.lower in VERBS
        following = words[at + 1].kind if at + 1 < len(words) else "mark"
        if (
            (previous.kind == "pronoun" and not is_possessive(words, before))
            or (previous.kind == "auxiliary" and before and words[before - 1].kind == "pronoun")
            or (previous.kind == "auxiliary" and before != auxiliary and _is_past(word.lower))
            or (before == auxiliary and before and _is_passive(words, before, at))
        ):
            yield at
        elif word.kind == "adjective":
            continue
        elif (
            (previous.lower in VERBS and known and word.lower.endswith("ing"))
            or (
                previous.lower in {"to", "not", "let", "who", "what", "which", "that"}
                and (known or previous.lower == "who")
            )
            or (
                previous.kind == "preposition"
                and _is_gerund(word.lower, known)
                and (known or following in IN_PHRASE)
            )
        ):
            yield at


def is_possessive(words: Sequence[Word], at: int) -> bool:
    """Whether a pronoun owns what follows: "her book", not "meet her"."""
    lower = words[at].lower
    if lower in {"its", "their"}:
        return True
    following = words[at + 1] if at + 1 < len(words) else None
    return lower in POSSESSIVE and following is not None and following.kind in IN_PHRASE


def _is_past(lower: str) -> bool:
    return (lower in VERBS and not lower.endswith("ing")) or (
        lower.endswith("ed") and len(lower) > 4
    )


def _is_passive(words: Sequence[Word], auxiliary: int, at: int) -> bool:
    """ "Which method *was used*"."""
    lower = words[at].lower
    be = words[auxiliary].lower in BE and words[auxiliary - 1].kind == "noun"
    return be and lower.endswith("ed") and len(lower) > 3


def _is_gerund(lower: str, known: bool) -> bool:
    return lower.endswith("ing") and (known or len(lower) > 7)


def _main_verb(words: Sequence[Word], auxiliary: int | None, verbs: set[int]) -> int | None:
    """The verb after the subject: "did the museum *open*", "which ship *carried* it"."""
    if not words or (auxiliary is None and words[0].kind != "question"):
        return None
    begin = 0 if auxiliary is None else auxiliary + 1
    nouns = 0
    for at in range(begin, len(words)):
        word = words[at]
        stop = word.kind in {"mark", "auxiliary"} or (word.kind == "question" and at > 0)
        if stop or at in verbs:
            return None
        may_be = at > begin and word.kind in {"noun", "adjective"}
        may_be = may_be and words[at - 1].kind != "possessive"
        if may_be and _is_main_verb(words, auxiliary, at, nouns):
            return at
        nouns += word.kind in {"noun", "name"}
    return None


def _is_main_verb(words: Sequence[Word], auxiliary: int | None, at: int, nouns: int) -> bool:
    word = words[at]
    ends = at + 1 == len(words) or words[at + 1].kind not in IN_PHRASE
    turns_on = "" if auxiliary is None else words[auxiliary].lower
    if turns_on in BE | {"'s", "'re"}:
        return _is_predicate(word, nouns, ends)
    if not nouns or (word.kind == "adjective" and not (ends and word.lower in VERBS)):
        return False
    if auxiliary is None or turns_on in HAVE:
        return _is_past(word.lower)
    base = word.lower in VERBS and not word.lower.endswith(("ing", "ed"))
    return base or (ends and _needs_verb(words, auxiliary, at))


def _is_predicate(word: Word, nouns: int, ends: bool) -> bool:
    """What a form of "be" says of its subject: "is the museum *free*", "was it *signed*"."""
    lower = word.lower
    past = lower.endswith("ed") and len(lower) > 4
    if past or (lower in IRREGULAR_FORMS and word.kind == "noun"):
        return (past and ends) or bool(nouns)
    if not nouns or is_superlative(lower):
        return False
    if (lower.endswith("ing") and lower in VERBS) or lower == "worth":
        return True
    adjective = word.kind == "adjective" or lower.endswith(("able", "ible", "ful", "ous"))
    return adjective and ends


def _needs_verb(words: Sequence[Word], auxiliary: int, at: int) -> bool:
    """After "do" there has to be a verb: if none is known, the last word before a break."""
    following = words[at + 1].lower if at + 1 < len(words) else ""
    if words[auxiliary].lower not in DO or following in {"of", "and"}:
        return False
    return not any(word.kind == "auxiliary" for word in words[at:])


def _previous(words: Sequence[Word], at: int) -> int | None:
    """The word before, adverbs aside."""
    return next((n for n in range(at - 1, -1, -1) if words[n].kind != "adverb"), None)


def _phrases(text: str, words: Sequence[Word], auxiliary: int | None) -> Iterator[Phrase]:
    at = 0
    while at < len(words):
        word = words[at]
        quantity = word.kind == "determiner" or word.lower in {"one", "most", "many"}
        if quantity and at + 1 < len(words) and words[at + 1].lower == "of":
            at += 2  # "some of the causes" are causes
            continue
        if word.kind not in IN_PHRASE | {"determiner"} or word.kind == "possessive":
            at += 1
            continue
        end = _phrase_end(words, at)
        taken = tuple(words[at:end])
        if any(each.kind in IN_PHRASE for each in taken):
            yield Phrase(
                taken, text[taken[0].start : taken[-1].end], at, end, _role(words, at, auxiliary)
            )
        at = end


def _role(words: Sequence[Word], at: int, auxiliary: int | None) -> Role:
    before = words[at - 1] if at else None
    if before is not None and (before.kind == "question" or before.lower in {"many", "much"}):
        return "asked"
    if before is not None and before.kind == "preposition":
        quantity = before.lower == "of" and at > 1 and words[at - 2].kind == "determiner"
        if not quantity:
            return "oblique"
    if any(word.kind == "verb" for word in words[:at]):
        return "object"
    return "topic" if auxiliary is None else "subject"


def _phrase_end(words: Sequence[Word], at: int) -> int:
    end = at
    while end < len(words):
        word = words[end]
        following = words[end + 1] if end + 1 < len(words) else None
        after = words[end + 2] if end + 2 < len(words) else None
        if word.kind == "determiner" and end > at and words[end - 1].kind != "determiner":
            if words[end - 1].lower != "of":
                break
        elif word.lower in {"of", "and"} and end > at and following is not None:
            nounish = following.kind in IN_PHRASE or (
                word.lower == "of"
                and following.kind == "determiner"
                and following.lower not in DEMONSTRATIVES
                and after is not None
                and after.kind in IN_PHRASE
            )
            if not nounish:
                break
        elif word.kind not in IN_PHRASE and word.kind != "determiner":
            break
        end += 1
    return end


# Forms of words


def looks_plural(noun: str) -> bool:
    lower = noun.lower()
    if lower in IRREGULAR_PLURALS:
        return True
    return noun.endswith("s") and not lower.endswith(("ss", "us", "is")) and len(noun) > 2


def singular(noun: str) -> str:
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
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


def gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdglmnprt]", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def folded(text: str) -> str:
    """Without accents and case: "González" is typed "gonzalez"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
