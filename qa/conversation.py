"""A follow-up question made self-contained, by rule.

`resolve` reads the earlier turns in order, each made self-contained by those
before it, and puts what the new question leaves out back in: the thing a pronoun
stands for, or the part of the previous question that "And when?" leaves unsaid.
There is no model in it, only word classes and word order; so it does little, and
where no rule is sure the question is left exactly as it was typed. A wrong guess
costs more than none: the words pasted in would send the search elsewhere.

Words are grouped into phrases ("the new definition of the kilogram"). A pronoun
takes the most recent phrase that agrees with it, and of one question's phrases
the one that the conversation was already about, else the subject, else the object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa import word_classes as classes

Turn = str | tuple[str, str]
"""An earlier question, or (question, answer)."""

# Older turns no longer matter, and a pasted page is not a question.
_MOST_TURNS = 16
_LONGEST_QUESTION = 400
_LONGEST_ANSWER_WORDS = 6
_LONGEST_INSERTED = 110

Kind = Literal[
    "question", "auxiliary", "pronoun", "determiner", "preposition", "conjunction",
    "adverb", "verb", "adjective", "noun", "name", "number", "possessive", "mark",
]  # fmt: skip
_NOUNS = frozenset({"noun", "name", "number"})
_IN_PHRASE = _NOUNS | {"adjective", "possessive"}

_WORD = re.compile(
    r"""(?:[^\W\d_]\.){2,}                      # D.C.
      | (?:[A-Z]|St|Dr|Mr|Mrs|Ms|Prof)\.(?=\s[^\W\d_])
      | ['’](?:s|re|ve|ll|d|m)\b
      | (?P<word>\w+(?:[-–/&.][^\W_]+|['’](?!(?:s|re|ve|ll|d|m)\b)\w+)*)
      | [^\w\s]""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    lower: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase: words `first` to `last` (exclusive) of a question."""

    words: tuple[_Word, ...]
    text: str
    first: int
    last: int
    role: Literal["asked", "subject", "object", "oblique", "topic"] = "topic"

    @property
    def bare(self) -> tuple[_Word, ...]:
        """Without determiners."""
        return tuple(word for word in self.words if word.kind != "determiner")

    @property
    def head(self) -> str:
        """The noun that says what it is, in the singular: the last one before "of"."""
        nouns = [word for word in self._before_of() if word.kind in _NOUNS]
        return _singular(nouns[-1].lower) if nouns else ""

    @property
    def is_name(self) -> bool:
        return any(word.kind == "name" for word in self.words)

    @property
    def is_plural(self) -> bool:
        nouns = [word for word in self._before_of() if word.kind in _NOUNS]
        joined = any(word.lower == "and" for word in self._before_of())
        return joined or (bool(nouns) and _is_plural(nouns[-1].lower))

    @property
    def is_countable_thing(self) -> bool:
        """Something that a pronoun can stand for: not a time, a number or a quantity."""
        return (
            bool(self.head)
            and self.head not in classes.TIMES
            and self.head not in classes.SPEAKERS
            and any(word.kind in {"noun", "name"} for word in self.words)
            and not (self.words[0].kind == "number" and not self.is_name)
        )

    @property
    def names_a_person(self) -> bool:
        """The noun says so: "the founder", "the person who ..."."""
        head = self.head
        if self.is_name and self.words[0].kind == "name":
            return False
        return head in classes.PEOPLE or (
            len(head) > 4
            and head.endswith(classes.PEOPLE_ENDINGS)
            and head not in classes.RELATIONAL
        )

    @property
    def looks_like_a_person(self) -> bool:
        """Two to four capitalised words and nothing else."""
        return 2 <= len(self.words) <= 4 and all(word.kind == "name" for word in self.words)

    def _before_of(self) -> tuple[_Word, ...]:
        for at, word in enumerate(self.words):
            if word.lower == "of" and at:
                return self.words[:at]
        return self.words


@dataclass(frozen=True, slots=True)
class _Clause:
    """A question read into words and phrases."""

    text: str
    words: tuple[_Word, ...]
    phrases: tuple[_Phrase, ...]
    auxiliary: int | None
    """Where the auxiliary stands that the question turns on: "when *did* it open"."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An earlier turn, self-contained."""

    clause: _Clause
    centre: str | None
    """What its pronouns stood for: what the conversation is about."""
    answer: _Phrase | None
    answer_text: str


@dataclass(slots=True)
class _Edits:
    """Replacements to make in a question, and what they stand for."""

    parts: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    centre: str | None = None

    def replace(self, start: int, end: int, text: str) -> None:
        self.parts.append((start, end, text))

    def applied_to(self, text: str) -> str:
        pieces, at = [], 0
        for start, end, new in sorted(self.parts):
            if start < at:
                continue
            pieces += [text[at:start], new]
            at = end
        pieces.append(text[at:])
        result = "".join(pieces)
        return f"{result} ({'; '.join(self.notes)})" if self.notes else result


def resolve(question: str, history: Sequence[Turn]) -> str:
    """Make a follow-up question self-contained.

    Args:
        question: as asked.
        history: the earlier turns, oldest first: a question, or (question, answer).

    Returns:
        The question with what it leaves out put in, in readable English and in the
        user's own words; the question itself, character for character, where it
        stands on its own, where there is no history, or where no rule applies.
    """
    if not history or len(question) > _LONGEST_QUESTION:
        return question
    said: list[_Said] = []
    people: set[str] = set()
    for turn in history[-_MOST_TURNS:]:
        asked, answer = (turn, "") if isinstance(turn, str) else turn
        said.append(_heard(_bounded(asked), answer, said, people))
    return _resolved(_read(question), said, people)[0]


def _bounded(asked: str) -> str:
    """The question in a turn that holds a pasted page as well."""
    if len(asked) <= _LONGEST_QUESTION:
        return asked
    last = asked[-_LONGEST_QUESTION:]
    sentences = re.split(r"(?<=[.!?])\s+|\n+", last)
    questions = [sentence for sentence in sentences[1:] if sentence.rstrip().endswith("?")]
    return questions[-1] if questions else re.split(r"(?<=[.!?])\s", asked[:_LONGEST_QUESTION])[0]


def _heard(asked: str, answer: str, said: list[_Said], people: set[str]) -> _Said:
    text, centre = _resolved(_read(asked), said, people)
    clause = _read(text)
    words = clause.words
    opens_with_who = bool(words) and words[0].lower in {"who", "whom", "whose", "who's"}
    if opens_with_who and len(words) > 1 and words[1].lower in {"is", "was", "'s", "’s"}:
        people.update(phrase.text for phrase in clause.phrases if phrase.looks_like_a_person)
    short = answer.strip().rstrip(".")
    answered = _answer_phrase(short, clause)
    if answered is not None and opens_with_who:
        people.add(answered.text)
    return _Said(clause, centre, answered, short)


def _answer_phrase(answer: str, clause: _Clause) -> _Phrase | None:
    """A short answer as something to speak of: a name or a thing, not a date or a reason."""
    if not answer or len(answer) > 80 or len(answer.split()) > _LONGEST_ANSWER_WORDS:
        return None
    if not any(word.lower in {"who", "which", "what", "where", "whom"} for word in clause.words):
        return None
    read = _read(f": {answer}")
    phrases = [phrase for phrase in read.phrases if phrase.is_countable_thing]
    if len(phrases) != 1 or len(phrases[0].text) < len(answer):
        return None
    return phrases[0]


# Reading


def _read(text: str) -> _Clause:
    words = _tagged(text)
    auxiliary = _auxiliary(words)
    words = _with_verbs(words, auxiliary)
    return _Clause(text, words, tuple(_phrases(text, words, auxiliary)), auxiliary)


def _tagged(text: str) -> tuple[_Word, ...]:
    matches = list(_WORD.finditer(text[: 2 * _LONGEST_QUESTION]))
    # In A Title Or IN CAPITALS a capital says nothing.
    cased = not any(
        match[0][0].isupper() and match[0].lower() in classes.AUXILIARIES for match in matches[1:]
    )
    words: list[_Word] = []
    opening = True
    for at, match in enumerate(matches):
        token, lower = match[0], match[0].lower().replace("’", "'")
        following = matches[at + 1][0] if at + 1 < len(matches) else ""
        kind = _kind(token, lower, words, following, cased, opening)
        words.append(_Word(token, lower, match.start(), match.end(), kind))
        opening = kind == "mark" and token in ".?!"
    return tuple(words)


def _kind(
    token: str, lower: str, before: list[_Word], following: str, cased: bool, opening: bool
) -> Kind:
    previous = before[-1] if before else None
    if lower in {"'s", "'re", "'ve", "'ll", "'d", "'m"}:
        attached = previous is not None and previous.kind in {"question", "pronoun"}
        return "auxiliary" if attached or lower != "'s" else "possessive"
    if not token[0].isalnum():
        return "mark"
    if any(character.isdigit() for character in token):
        named = previous is not None and previous.kind == "name"
        return "name" if named or not token[0].isdigit() and token[0].isupper() else "number"
    capital = cased and token[0].isupper() and token != "I"
    if capital and not opening and lower not in _LOWER_CASE_WORDS:
        return "name"
    for members, kind in _CLOSED:
        if lower in members:
            return kind
    if capital and following[:1].isupper() and lower not in classes.COMMANDS:
        return "name"
    if opening and lower in classes.COMMANDS:
        return "verb"
    if lower in classes.ADJECTIVES or _is_superlative(lower):
        return "adjective"
    if lower in classes.ADVERBS or (lower.endswith("ly") and len(lower) > 5):
        return "adverb"
    return "noun"


_CLOSED: tuple[tuple[frozenset[str], Kind], ...] = (
    (classes.QUESTION_WORDS, "question"),
    (classes.AUXILIARIES, "auxiliary"),
    (classes.DETERMINERS, "determiner"),
    (classes.DEMONSTRATIVES, "determiner"),
    (classes.PERSON | classes.THING | classes.SEVERAL | classes.SPEAKERS, "pronoun"),
    (classes.PREPOSITIONS, "preposition"),
    (classes.CONJUNCTIONS, "conjunction"),
)
# Capitalised inside a question by mistake or in a title, these are still no names.
_LOWER_CASE_WORDS = frozenset().union(*(members for members, _ in _CLOSED))


def _is_superlative(lower: str) -> bool:
    return lower.endswith("est") and len(lower) > 5 and lower not in {"interest", "request"}


def _auxiliary(words: Sequence[_Word]) -> int | None:
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
            return at if asks or plain else None
    return None


def _with_verbs(words: tuple[_Word, ...], auxiliary: int | None) -> tuple[_Word, ...]:
    """Mark as verbs the words that stand where a verb does."""
    verbs = set(_verbs(words, auxiliary))
    return tuple(
        _Word(word.text, word.lower, word.start, word.end, "verb") if at in verbs else word
        for at, word in enumerate(words)
    )


def _verbs(words: Sequence[_Word], auxiliary: int | None) -> Iterator[int]:
    for at, word in enumerate(words):
        if word.kind not in {"noun", "adjective", "adverb"} or word.kind == "adverb":
            continue
        previous = _previous(words, at)
        if previous is None:
            continue
        known = word.lower in classes.VERBS
        if previous.kind == "pronoun" and not _is_possessive(words, words.index(previous)):
            yield at
        elif previous.lower in {"to", "not", "let"} and known and word.kind == "noun":
            yield at
        elif previous.lower == "who" and word.kind == "noun":
            yield at
        elif previous.lower in {"what", "which", "that"} and known and word.kind == "noun":
            yield at
        elif previous.kind == "auxiliary" and previous is not words[auxiliary or 0] and known:
            yield at
        elif previous.kind == "preposition" and known and word.lower.endswith("ing"):
            yield at
    yield from _main_verb(words, auxiliary)


def _main_verb(words: Sequence[_Word], auxiliary: int | None) -> Iterator[int]:
    """The verb after the subject: "did the museum *open*", "which ship *carried* it"."""
    begin = 0 if auxiliary is None else auxiliary + 1
    asked = words[0].kind == "question" if words else False
    if auxiliary is None and not asked:
        # A statement: "there ..." or a title; a past tense is a verb only after a name.
        return
    seen = 0
    for at in range(begin, len(words)):
        word = words[at]
        if word.kind == "mark" or word.kind == "question" and at:
            return
        if word.kind in {"noun", "adjective"} and seen:
            past = word.lower.endswith("ed") and len(word.lower) > 4
            known = word.lower in classes.VERBS
            be = auxiliary is not None and words[auxiliary].lower in classes.BE | {"'s", "'re"}
            ends = at + 1 == len(words) or words[at + 1].kind not in _IN_PHRASE
            if be:
                participle = past or word.lower.endswith("ing") and known
                participle = participle or word.lower in classes.IRREGULAR_FORMS
                predicate = word.kind == "adjective" or word.lower.endswith(
                    ("able", "ible", "ful", "ous")
                )
                if (participle or predicate and not _is_superlative(word.lower)) and (
                    ends or participle or word.lower == "worth"
                ):
                    yield at
                    return
            elif word.kind == "noun" and (
                known
                or past
                or (ends and auxiliary is not None and _needs_verb(words, auxiliary, at))
            ):
                yield at
                return
        if word.kind in _NOUNS:
            seen += 1


def _needs_verb(words: Sequence[_Word], auxiliary: int, at: int) -> bool:
    """After "do" there has to be a verb; the last word of the subject's run is it."""
    if words[auxiliary].lower not in classes.DO:
        return False
    if at + 1 < len(words) and words[at + 1].lower == "of":
        return False
    return not any(
        word.kind == "verb" or word.lower in classes.VERBS and word.kind == "noun"
        for word in words[auxiliary + 1 : at]
    ) and words[at - 1].kind not in {"determiner", "preposition"}


def _previous(words: Sequence[_Word], at: int) -> _Word | None:
    for word in reversed(words[:at]):
        if word.kind != "adverb":
            return word
    return None


def _phrases(
    text: str, words: Sequence[_Word], auxiliary: int | None
) -> Iterator[_Phrase]:
    at = 0
    verb_seen = False
    while at < len(words):
        word = words[at]
        if word.kind == "verb":
            verb_seen = True
        if word.kind not in _IN_PHRASE | {"determiner"} or word.kind == "possessive":
            at += 1
            continue
        end = _phrase_end(words, at)
        taken = tuple(words[at:end])
        if any(each.kind in _IN_PHRASE for each in taken):
            before = words[at - 1] if at else None
            role: Literal["asked", "subject", "object", "oblique", "topic"] = "object"
            if before is not None and before.kind == "question":
                role = "asked"
            elif before is not None and before.lower in {"many", "much"}:
                role = "asked"
            elif before is not None and before.kind == "preposition":
                role = "oblique"
            elif auxiliary is not None and at > auxiliary and not verb_seen:
                role = "subject"
            elif auxiliary is None and not verb_seen:
                role = "topic"
            start, stop = taken[0].start, taken[-1].end
            yield _Phrase(taken, text[start:stop], at, end, role)
        at = end


def _phrase_end(words: Sequence[_Word], at: int) -> int:
    end = at
    while end < len(words):
        word = words[end]
        following = words[end + 1] if end + 1 < len(words) else None
        after = words[end + 2] if end + 2 < len(words) else None
        if word.kind == "determiner" and end > at and words[end - 1].kind != "determiner":
            if words[end - 1].lower != "of":
                break
        elif word.lower in {"of", "and"} and end > at and following is not None:
            nounish = following.kind in _IN_PHRASE or (
                word.lower == "of"
                and following.kind == "determiner"
                and following.lower not in classes.DEMONSTRATIVES
                and after is not None
                and after.kind in _IN_PHRASE
            )
            if not nounish:
                break
        elif word.kind not in _IN_PHRASE and word.kind != "determiner":
            break
        end += 1
    return end


# Resolving


def _resolved(clause: _Clause, said: list[_Said], people: set[str]) -> tuple[str, str | None]:
    """The question self-contained, and what its pronouns stood for."""
    if not said:
        return clause.text, None
    fragment = _completed_fragment(clause, said, people)
    if fragment is not None:
        return fragment, said[-1].centre
    edits = _Edits()
    _replace_pronouns(clause, said, people, edits)
    _repeat_nouns(clause, said, edits)
    if not edits.parts and not edits.notes:
        _complete_relations(clause, said, edits)
    if not edits.parts and not edits.notes:
        return clause.text, None
    return edits.applied_to(clause.text), edits.centre


def _replace_pronouns(
    clause: _Clause, said: list[_Said], people: set[str], edits: _Edits
) -> None:
    done: dict[str, str] = {}
    for at, word in enumerate(clause.words):
        sort = _sort(clause, at)
        if sort is None or sort in done or _has_antecedent(clause, at, sort):
            continue
        if sort == "event":
            done[sort] = ""
            _refer_to_event(clause, at, said, edits)
            continue
        found = _antecedent(sort, said, people, _next_verb(clause, at))
        if found is None:
            continue
        done[sort] = found
        if sort == "person":
            people.add(found)
        edits.centre = edits.centre or found
        if found.lower() in clause.text.lower():
            continue
        if len(found) > _LONGEST_INSERTED:
            edits.notes.append(found)
        elif sort == "place":
            been = any(each.lower in _GOING for each in clause.words[:at])
            edits.replace(word.start, word.end, f"{'to' if been else 'in'} {found}")
        elif _is_possessive(clause.words, at):
            _replace_possessive(clause, at, found, edits)
        else:
            text = found[0].upper() + found[1:] if word.text[0].isupper() and at == 0 else found
            edits.replace(word.start, word.end, text)


_GOING = frozenset("go goes went gone going been get gets got travel drive walk fly come".split())
Sort = Literal["person", "thing", "several", "place", "event"]


def _sort(clause: _Clause, at: int) -> Sort | None:
    """What a word stands for, if it is a pronoun that stands for something."""
    words = clause.words
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else None
    ends = following is None or following.kind in {"mark", "conjunction"}
    if word.kind == "pronoun":
        if word.lower in classes.PERSON:
            return "person"
        if word.lower in classes.SEVERAL:
            return "several"
        if word.lower in classes.THING and not _is_expletive(clause, at):
            return "thing"
    if word.lower == "there" and at and ends and words[at - 1].kind != "auxiliary":
        return "place"
    if word.lower == "there" and at and ends and words[at - 1].lower == "been":
        return "place"
    if word.lower in {"this", "that"} and word.kind == "determiner" and at:
        before = words[at - 1]
        free = ends or following is not None and following.kind in {"auxiliary", "verb"}
        acts = following is not None and following.lower in classes.VERBS
        if before.kind == "auxiliary" and (ends or acts or free):
            why = any(each.lower in {"why", "how"} for each in words[:at])
            return "event" if acts or free and not ends or why else "thing"
        if ends and before.kind in {"verb", "noun"}:
            return "event"
        if ends and before.lower in {"of", "for", "about", "to", "with", "from", "in", "on"}:
            return "thing"
    if word.lower in {"these", "those"} and at and ends and words[at - 1].kind != "determiner":
        return "several"
    return None


def _is_possessive(words: Sequence[_Word], at: int) -> bool:
    lower = words[at].lower
    if lower in {"its", "their"}:
        return True
    following = words[at + 1] if at + 1 < len(words) else None
    return lower in classes.POSSESSIVE and following is not None and following.kind in _IN_PHRASE


def _is_expletive(clause: _Clause, at: int) -> bool:
    """The "it" that stands for nothing: "how long does it take to ...", "what time is it"."""
    rest = [word for word in clause.words[at + 1 :]]
    lowers = [word.lower for word in rest]
    before = [word.lower for word in clause.words[:at]]
    if before[-1:] in (["is"], ["was"]) and not lowers[:1] or lowers[:1] == ["?"]:
        if {"time", "day", "date", "weather"} & set(before):
            return True
    if {"rain", "raining", "snow", "snowing"} & set(lowers[:3]):
        return True
    if {"seem", "seems", "appear", "appears", "turns"} & set(lowers[:2]):
        return True
    first = next((word for word in rest if word.kind not in {"auxiliary", "adverb"}), None)
    if first is None:
        return False
    if first.lower in {"take", "takes", "took", "cost", "costs"}:
        return "to" in lowers
    if first.kind not in {"adjective", "verb"} or first.lower in classes.VERBS:
        return False
    after = rest[rest.index(first) + 1 :]
    if after and after[0].lower in {"that", "if", "whether"}:
        return True
    # "Is it safe to drink?" asks about the water, "is it safe to drink the water?" doesn't.
    infinitive = next((n for n, word in enumerate(after) if word.lower == "to"), None)
    if infinitive is None or infinitive + 2 >= len(after):
        return False
    return after[infinitive + 2].kind in {"determiner", "pronoun"} | _NOUNS | {"adjective"}


def _has_antecedent(clause: _Clause, at: int, sort: Sort) -> bool:
    """Whether the question itself says what its pronoun stands for."""
    words = clause.words
    if sort in {"event", "place"}:
        return False
    for phrase in clause.phrases:
        if phrase.last > at:
            return False
        if not phrase.is_countable_thing:
            continue
        between = words[phrase.last : at]
        # An object is never the subject of its own clause; an owner may be.
        new_clause = any(word.kind in {"conjunction", "question", "mark"} for word in between)
        owned = _is_possessive(words, at) and any(
            word.kind in {"verb", "conjunction"} for word in between
        )
        if not (new_clause or owned):
            continue
        if sort == "person" and (phrase.is_name or phrase.names_a_person):
            return True
        if sort == "thing" and not phrase.is_plural and not phrase.names_a_person:
            return True
        if sort == "several" and (phrase.is_plural or phrase.is_name):
            return True
    return False


def _next_verb(clause: _Clause, at: int) -> str:
    return next((word.lower for word in clause.words[at + 1 :] if word.kind == "verb"), "")


def _antecedent(sort: Sort, said: list[_Said], people: set[str], verb: str) -> str | None:
    for strict in (True, False):
        for turn in reversed(said):
            for phrase, text in _candidates(turn):
                if _agrees(sort, phrase, text, people, verb, strict):
                    return text
    return None


def _agrees(
    sort: Sort, phrase: _Phrase, text: str, people: set[str], verb: str, strict: bool
) -> bool:
    person = text in people or phrase.names_a_person
    if sort == "person":
        if strict:
            return person or phrase.looks_like_a_person
        return phrase.is_name and phrase.words[0].kind == "name"
    if sort == "several":
        if verb in classes.MENTAL and not (phrase.is_name or person):
            return False
        return phrase.is_plural or not strict and not person
    if sort == "place":
        return not person and (phrase.is_name or not strict)
    return not person and not (strict and phrase.is_plural)


def _candidates(turn: _Said) -> Iterator[tuple[_Phrase, str]]:
    """What a later pronoun may stand for, likeliest first."""
    if turn.answer is not None:
        yield turn.answer, turn.answer.text
    clause = turn.clause
    order = {"subject": 0, "topic": 0, "object": 1, "oblique": 2, "asked": 3}
    phrases = [phrase for phrase in clause.phrases if phrase.is_countable_thing]
    if turn.centre is not None:
        for phrase in phrases:
            if turn.centre in phrase.text:
                read = _read(f": {turn.centre}").phrases
                yield (read[0] if read else phrase), turn.centre
                break
    for phrase in sorted(phrases, key=lambda phrase: order[phrase.role]):
        inner = _without_relation(clause, phrase)
        if inner is None:
            continue
        described = _described(clause, inner)
        yield inner, described


def _without_relation(clause: _Clause, phrase: _Phrase) -> _Phrase | None:
    """ "The benefits of yoga" is about yoga; "the benefits" alone is about nothing."""
    if phrase.head not in classes.RELATIONAL or phrase.is_name and phrase.role == "topic":
        return phrase
    for at, word in enumerate(phrase.words):
        if word.lower == "of" and at:
            words = phrase.words[at + 1 :]
            text = clause.text[words[0].start : words[-1].end]
            inner = _Phrase(words, text, phrase.first + at + 1, phrase.last, phrase.role)
            return _without_relation(clause, inner) if inner.is_countable_thing else None
        if word.kind == "possessive" and at:
            words = phrase.words[:at]
            text = clause.text[words[0].start : words[-1].end]
            return _Phrase(words, text, phrase.first, phrase.first + at, phrase.role)
    return None


def _described(clause: _Clause, phrase: _Phrase) -> str:
    """A phrase as it reads elsewhere: with what follows it, and "the" for "a" once known."""
    words, text = clause.words, clause.text
    asked = phrase.first > 0 and words[phrase.first - 1].kind == "question"
    following = words[phrase.last] if phrase.last < len(words) else None
    if asked and following is not None and following.kind in {"verb", "preposition"}:
        return f"the {phrase.text} that {_rest(clause, phrase.last)}"
    existential = any(word.lower == "there" for word in words[: phrase.first])
    attached = following is not None and following.lower in {"for", "on", "in", "to", "from"}
    result = phrase.text
    if existential or phrase.role == "subject" and following is not None:
        if attached and phrase.last + 1 < len(words):
            inner = next((p for p in clause.phrases if p.first == phrase.last + 1), None)
            if inner is not None and inner.is_countable_thing:
                result = text[phrase.words[0].start : inner.words[-1].end]
    if existential:
        result = re.sub(r"^(?:an?|any|some)\s+", "the ", result, flags=re.IGNORECASE)
    return re.sub(r"^(?:any|some|each|every|all|other)\s+", "", result, flags=re.IGNORECASE)


def _rest(clause: _Clause, at: int) -> str:
    """The text of a clause's own sentence from a word on, without its question mark."""
    words = clause.words
    return clause.text[words[at].start :].rstrip(" ?.!") if at < len(words) else ""


def _replace_possessive(clause: _Clause, at: int, found: str, edits: _Edits) -> None:
    word = clause.words[at]
    owned = next((phrase for phrase in clause.phrases if phrase.first == at + 1), None)
    if len(found.split()) > 4 and owned is not None:
        edits.replace(word.start, word.end, "the")
        edits.replace(owned.words[-1].end, owned.words[-1].end, f" of {found}")
        return
    mark = "'" if found.endswith("s") and found.split()[-1][:1].islower() else "'s"
    text = found + mark
    edits.replace(word.start, word.end, text[0].upper() + text[1:] if at == 0 else text)


def _refer_to_event(clause: _Clause, at: int, said: list[_Said], edits: _Edits) -> None:
    """ "How long does that take?": what was asked about doing, or what was said to happen."""
    action = _action(said[-1].clause)
    word = clause.words[at]
    if action and at and clause.words[at - 1].kind == "auxiliary":
        edits.replace(word.start, word.end, action)
    else:
        edits.notes.append(_statement(said[-1]))


def _action(clause: _Clause) -> str:
    """ "How often should I descale the machine?" → "descaling the machine"."""
    words = clause.words
    speaker = next(
        (n for n, word in enumerate(words) if word.lower in {"i", "you", "we", "one"}), None
    )
    if speaker is None:
        return ""
    for at in range(speaker + 1, len(words)):
        if words[at].kind == "verb":
            tail = _rest(clause, at + 1)
            return f"{_gerund(words[at].lower)} {tail}".strip()
    return ""


def _gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdglmnprt]", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def _statement(turn: _Said) -> str:
    """A question as the statement it asks about: "the convention was signed"."""
    clause = turn.clause
    words = clause.words
    if not words or clause.auxiliary is None:
        at = 1 if words and words[0].kind == "question" and len(words) > 1 else 0
        rest = _rest(clause, at) if words else ""
        if at and words[1].kind == "verb" and turn.answer is not None:
            return f"{turn.answer.text} {rest}"
        return rest
    at = clause.auxiliary
    subject = next(
        (p for p in clause.phrases if p.role == "subject" and p.first == at + 1), None
    )
    if subject is None:
        if at + 1 < len(words) and words[at + 1].kind == "pronoun":
            return _rest(clause, at + 1)
        asked = next((p for p in clause.phrases if p.last == at), None)
        return _rest(clause, asked.first if asked else at + 1)
    rest = _rest(clause, subject.last)
    if words[at].lower in classes.DO or not rest:
        return f"{subject.text} {rest}".strip()
    return f"{subject.text} {words[at].lower.replace(chr(39) + 's', 'is')} {rest}".strip()


# Fragments


def _completed_fragment(
    clause: _Clause, said: list[_Said], people: set[str]
) -> str | None:
    """ "And when?", "What about descaling?", "in winter?" with the rest of the question."""
    words = [word for word in clause.words if word.kind != "mark"]
    if not words or len(words) > 9:
        return None
    lead = 0
    while lead < len(words) and words[lead].kind == "conjunction":
        lead += 1
    about = [word.lower for word in words[lead : lead + 2]] in (
        ["what", "about"],
        ["how", "about"],
    )
    begin = lead + 2 if about else lead
    rest = words[begin:]
    if not rest or any(word.kind in {"auxiliary", "verb", "pronoun"} for word in rest):
        return None
    turn = next((turn for turn in reversed(said) if turn.clause.auxiliary is not None), said[-1])
    opening = clause.text[: rest[0].start] if not about else clause.text[: words[lead].start]
    if not about and rest[0].kind == "question":
        return _asked_again(clause, rest, opening, turn)
    if not (lead or about or rest[0].kind == "preposition" or rest[0].lower in _MORE):
        return None
    if words[0].lower in {"if", "because", "while", "although", "though"}:
        return None
    return _asked_of_another(clause, rest, turn, opening)


_MORE = frozenset("any anything anyone".split())


def _asked_again(
    clause: _Clause, rest: Sequence[_Word], opening: str, turn: _Said
) -> str | None:
    """Another question word: "And where?"."""
    if len(rest) > 3 or any(word.kind in {"name", "preposition"} for word in rest):
        if rest[0].lower != "why":
            return None
    asked = clause.text[rest[0].start : rest[-1].end]
    previous = turn.clause
    at = previous.auxiliary
    plain = all(word.kind in {"question", "adverb", "adjective"} for word in rest)
    if at is not None and plain and len(previous.words) > at + 2 and asked.lower() != "how many":
        is_definition = previous.words[0].lower in {"what", "who", "what's", "who's"} and not any(
            word.kind == "verb" for word in previous.words
        )
        subject_asked = any(p.last == at and p.role == "asked" for p in previous.phrases)
        if not (is_definition or subject_asked and previous.words[at].lower not in classes.DO):
            auxiliary = previous.words[at]
            text = "is" if auxiliary.lower == "'s" else auxiliary.lower
            return f"{opening}{asked} {text} {previous.text[auxiliary.end :].strip()}"
    statement = _statement(turn)
    return f"{clause.text} ({statement})" if statement else None


def _asked_of_another(
    clause: _Clause, rest: Sequence[_Word], turn: _Said, opening: str
) -> str:
    """The previous question, asked of something else."""
    new = clause.text[rest[0].start : rest[-1].end]
    previous = turn.clause
    slot = _slot(clause, rest, previous)
    if slot is not None and previous.auxiliary is not None:
        start, end = slot
        return f"{previous.text[:start]}{new}{previous.text[end:]}"
    asked = previous.text[: previous.words[previous.auxiliary].start] if previous.auxiliary else ""
    asked = asked.strip()
    fragment = clause.text.rstrip(" ?.!")
    topic = _topic_text(turn)
    tail = f" ({topic})" if topic and topic.lower() not in clause.text.lower() else ""
    if asked and len(asked.split()) <= 4:
        return f"{fragment}, {asked[0].lower()}{asked[1:]}?{tail}"
    return f"{fragment}?{tail}"


def _slot(
    clause: _Clause, rest: Sequence[_Word], previous: _Clause
) -> tuple[int, int] | None:
    """Where the fragment goes in the previous question, by form: start and end in its text."""
    phrases = previous.phrases
    if rest[0].kind == "preposition":
        fragment_is_time = any(_singular(word.lower) in classes.TIMES for word in rest)
        for phrase in reversed(phrases):
            before = previous.words[phrase.first - 1] if phrase.first else None
            if before is None or before.kind != "preposition":
                continue
            is_time = phrase.head in classes.TIMES
            if before.lower == rest[0].lower or is_time and fragment_is_time:
                return before.start, phrase.words[-1].end
        end = len(previous.text.rstrip(" ?.!"))
        return None if previous.auxiliary is None else (end, end)
    new = next((phrase for phrase in clause.phrases if phrase.words[0] is rest[0]), None)
    if new is None:
        return None
    alike = [phrase for phrase in phrases if phrase.head == new.head and new.head]
    if not alike and new.head in classes.RELATIONAL:
        alike = [phrase for phrase in phrases if phrase.head in classes.RELATIONAL]
    if not alike:
        alike = [
            phrase
            for phrase in phrases
            if phrase.role != "asked" and _shape(phrase) == _shape(new)
        ]
    if not alike:
        return None
    return alike[-1].words[0].start, alike[-1].words[-1].end


def _shape(phrase: _Phrase) -> tuple[str, bool]:
    first = phrase.words[0]
    return (first.lower if first.kind == "determiner" else "", phrase.is_name)


# Nouns said again, or left out


def _repeat_nouns(clause: _Clause, said: list[_Said], edits: _Edits) -> None:
    """ "The museum" of an earlier "Museum of Rain", "Holiday" of "Billie Holiday", "one"."""
    for phrase in clause.phrases:
        fuller = _fuller(phrase, said)
        if fuller is not None and fuller.lower() not in clause.text.lower():
            start = phrase.words[0].start
            edits.replace(start, phrase.words[-1].end, fuller)
            edits.centre = edits.centre or fuller


def _fuller(phrase: _Phrase, said: list[_Said]) -> str | None:
    bare = phrase.bare
    if len(bare) != 1 or phrase.role == "asked":
        return None
    word = bare[0]
    definite = len(phrase.words) == 2 and phrase.words[0].lower in {"the", "this", "that"}
    named = len(phrase.words) == 1 and word.kind == "name"
    if not (definite and word.kind == "noun" or named):
        return None
    if _singular(word.lower) in classes.TIMES | classes.RELATIONAL:
        return None
    for turn in reversed(said):
        for earlier in turn.clause.phrases:
            if named and all(each.kind == "name" for each in earlier.words):
                parts = [each.lower for each in earlier.words]
                if len(parts) > 1 and word.lower in {parts[0], parts[-1]}:
                    return earlier.text
            if definite and len(earlier.bare) > 1 and earlier.role != "asked":
                if _singular(word.lower) in {earlier.head, _singular(earlier.words[-1].lower)}:
                    if earlier.is_plural == phrase.is_plural:
                        return re.sub(r"^an?\s+", "the ", earlier.text, flags=re.IGNORECASE)
    return None


def _complete_relations(clause: _Clause, said: list[_Said], edits: _Edits) -> None:
    """ "What are the side effects?": of what the conversation is about."""
    words = clause.words
    things = [phrase for phrase in clause.phrases if phrase.is_countable_thing]
    if not things or any(phrase.is_name for phrase in things):
        return
    phrase = things[0]
    bare = phrase.head in classes.RELATIONAL and not any(
        word.kind == "possessive" or word.lower == "of" for word in phrase.words
    )
    quiet = all(
        word.kind != "verb" or word.lower in {"exist"} for word in words
    ) and not any(word.kind == "pronoun" for word in words)
    following = words[phrase.last].lower if phrase.last < len(words) else ""
    if not bare or not quiet or following in {"of", "for", "between", "with", "to", "that"}:
        return
    topic = _topic_text(said[-1])
    if topic and topic.lower() not in clause.text.lower():
        edits.replace(phrase.words[-1].end, phrase.words[-1].end, f" of {topic}")
        edits.centre = topic


def _topic_text(turn: _Said) -> str:
    if turn.centre is not None:
        return turn.centre
    return next((text for phrase, text in _candidates(turn) if phrase.role != "asked"), "")


def _is_plural(noun: str) -> bool:
    if noun in {"people", "children", "men", "women", "mice", "feet", "teeth", "geese"}:
        return True
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is")) and len(noun) > 3


def _singular(noun: str) -> str:
    irregular = {"people": "person", "children": "child", "men": "man", "women": "woman"}
    if noun in irregular:
        return irregular[noun]
    if not _is_plural(noun):
        return noun
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1]
