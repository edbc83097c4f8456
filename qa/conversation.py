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

from qa import english
from qa.english import (
    IN_PHRASE,
    NOUN_KINDS,
    Clause,
    Phrase,
    Word,
    capital,
    folded,
    gerund,
    is_possessive,
    is_superlative,
    looks_plural,
    plural,
    read,
    singular,
)

Turn = str | tuple[str, str]
"""An earlier question, or (question, answer)."""

Sort = Literal["person", "thing", "several", "place", "event"]
# Older turns no longer matter, and a pasted page is not a question.
_MOST_TURNS = 12
_LONGEST_QUESTION = 400
_LONGEST_ANSWER = 7
_LONGEST_FRAGMENT = 7
_LONGEST_INSERTED = 110


@dataclass(frozen=True, slots=True)
class _Said:
    """An earlier turn, self-contained.

    `centre` is what its pronouns, of `sort`, stood for: what the conversation is about.
    `answer` is what was answered, if it is something to speak of.
    """

    clause: Clause
    centre: str
    sort: Sort | None
    answer: Phrase | None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase that a pronoun may stand for, and how it is put."""

    phrase: Phrase
    text: str
    central: bool = False


@dataclass(frozen=True, slots=True)
class _Resolution:
    """A self-contained question; `note` follows it in brackets."""

    text: str
    centre: str = ""
    note: str = ""
    sort: Sort | None = None

    def __str__(self) -> str:
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(slots=True)
class _Edits:
    """What to put into a question, collected before it is done."""

    text: str
    centre: str = ""
    sort: Sort | None = None
    note: str = ""
    _parts: list[tuple[int, int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._parts or self.note)

    def mentions(self, text: str) -> bool:
        """Whether the question says so or will."""
        said = (self.text, *(new for _, _, new in self._parts))
        return any(text.lower() in each.lower() for each in said)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` in the place of `text[start:end]`, unless that is taken."""
        if all(end <= first or last <= start for first, last, _ in self._parts):
            self._parts.append((start, end, new))

    def insert(self, at: int, new: str) -> None:
        """Put `new` in before `text[at]`."""
        self.replace(at, at, new)

    def resolution(self) -> _Resolution:
        """The question with everything put in."""
        pieces, at = [], 0
        for start, end, new in sorted(self._parts):
            pieces += [self.text[at:start], new]
            at = end
        return _Resolution("".join(pieces) + self.text[at:], self.centre, self.note, self.sort)


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
    return str(_resolved(read(question), said, people))


def _bounded(asked: str) -> str:
    """The question in a turn that holds a pasted page as well."""
    if len(asked) <= _LONGEST_QUESTION:
        return asked
    last = asked[-_LONGEST_QUESTION:]
    sentences = re.split(r"(?<=[.!?])\s+|\n+", last)
    questions = [sentence for sentence in sentences[1:] if sentence.rstrip().endswith("?")]
    return questions[-1] if questions else re.split(r"(?<=[.!?])\s", asked[:_LONGEST_QUESTION])[0]


def _heard(asked: str, answer: str, said: Sequence[_Said], people: set[str]) -> _Said:
    """A turn understood from those before it; adds the persons it speaks of to `people`."""
    clause = read(asked)
    resolution = _resolved(clause, said, people)
    if resolution.text != asked:
        clause = read(resolution.text)
    named = _answered(answer, clause)
    if clause.begins("who"):
        if named is not None and named.is_name:
            people.add(named.text)
        if clause.words[1].lower in {"is", "was", "'s"}:
            people.update(
                each.text
                for each in clause.phrases
                if each.first == 2 and each.words[0].kind in {"noun", "name"}
            )
    centre, sort = resolution.centre, resolution.sort
    if not centre and said and said[-1].centre and said[-1].centre in resolution.text:
        centre, sort = said[-1].centre, said[-1].sort
    return _Said(clause, centre, sort, named)


def _answered(answer: str, clause: Clause) -> Phrase | None:
    """A short answer as something to speak of: a name or a thing, not a date or a reason."""
    answer = answer.strip().rstrip(".")
    if len(answer.split()) not in range(1, _LONGEST_ANSWER) or len(answer) > 80:
        return None
    words = clause.words
    asked = {word.lower for word in words if word.kind == "question"}
    # "Who is Cheiron?" is answered by a description.
    described = (
        clause.lower(0) in {"who", "what"}
        and words[1:2]
        and words[1].kind == "auxiliary"
        and any(phrase.first == 2 and phrase.words[0].kind == "name" for phrase in clause.phrases)
    )
    if not asked & {"who", "which", "what", "where", "whom"} or described:
        return None
    read_answer = read(f": {answer}")
    phrases = [phrase for phrase in read_answer.phrases if phrase.is_topic]
    if not phrases:
        return None
    # "The tray and the tank" are two phrases and one answer.
    between = read_answer.words[phrases[0].last : phrases[-1].first]
    whole = read_answer.phrase(phrases[0].first, phrases[-1].last, "topic")
    listed = len(phrases) <= 2 and all(word.lower == "and" for word in between)
    return whole if listed and len(whole.text) == len(answer) else None


# Resolving


def _resolved(clause: Clause, said: Sequence[_Said], people: set[str]) -> _Resolution:
    if not said:
        return _Resolution(clause.text)
    completed = _completed(clause, said)
    if completed is not None:
        return completed
    edits = _Edits(clause.text)
    _fill_pronouns(clause, said, people, edits)
    _fill_nouns(clause, said, people, edits)
    if not edits:
        _fill_relation(clause, said, edits)
    return edits.resolution()


def _fill_pronouns(clause: Clause, said: Sequence[_Said], people: set[str], edits: _Edits) -> None:
    """Put the antecedent in the place of the first pronoun of each sort."""
    done: set[Sort] = set()
    for at, word in enumerate(clause.words):
        sort = _sort(clause, at)
        if sort is None or sort in done:
            continue
        done.add(sort)
        if _has_antecedent(clause, at, sort):
            continue
        takes = word.lower == "it" and clause.lower(at + 1) in {"take", "takes"}
        if sort == "event" or (takes and _action(said[-1].clause)):
            _fill_event(clause, at, said[-1], edits)
            continue
        found = _antecedent(clause, at, sort, said, people)
        if found is None or len(found) > _LONGEST_INSERTED:
            continue
        if sort == "person":
            people.add(found)
        if not edits.centre:
            edits.centre, edits.sort = found, sort
        if found.lower() in clause.text.lower():
            continue
        if sort == "place" and clause.words[at - 1].kind == "preposition":
            edits.replace(word.start, word.end, found)
        elif sort == "place":
            moves = any(each.lower in english.GOING for each in clause.words[:at])
            edits.replace(word.start, word.end, f"{'to' if moves else 'in'} {found}")
        elif is_possessive(clause.words, at):
            _fill_possessive(clause, at, found, edits)
        else:
            if clause.lower(at - 1) == "of" and sort == "several" and found[0].islower():
                found = found if found.startswith("the ") else f"the {found}"
            edits.replace(word.start, word.end, capital(found) if at == 0 else found)
            _make_agree(clause, at, found, edits)


def _make_agree(clause: Clause, at: int, found: str, edits: _Edits) -> None:
    """ "How is it used?" of lavender plants: "How are lavender plants used?"."""
    verb = clause.words[at - 1] if at else None
    phrases = read(f": {found}").phrases
    if verb is None or at - 1 != clause.auxiliary or not phrases:
        return
    # A name shows its number badly: "the novel Twenty-Four Eyes", "Skunk Anansie".
    several = clause.words[at].lower == "they" if phrases[0].is_name else phrases[0].is_plural
    number = _PLURAL_OF if several else _SINGULAR_OF
    if verb.lower in number:
        edits.replace(verb.start, verb.end, number[verb.lower])


_PLURAL_OF = {"is": "are", "was": "were", "has": "have", "does": "do"}
_SINGULAR_OF = {plural: singular for singular, plural in _PLURAL_OF.items()}


def _sort(clause: Clause, at: int) -> Sort | None:
    """What a word stands for, if it is a pronoun and stands for something."""
    words = clause.words
    lower = words[at].lower
    before = words[at - 1] if at else None
    following = words[at + 1] if at + 1 < len(words) else None
    ends = following is None or following.kind in {"mark", "conjunction"}
    if lower in english.PERSON:
        return "person"
    if lower in english.SEVERAL:
        return "several"
    if lower in english.THING:
        return None if _is_expletive(clause, at) else "thing"
    if before is None:
        return None
    if lower == "there" and before.kind == "preposition":
        return "place"
    if lower == "there" and ends and (before.kind != "auxiliary" or before.lower == "been"):
        return "place"
    if lower in {"these", "those"} and ends and before.kind != "determiner":
        return "several"
    if lower in {"this", "that"}:
        acts = following is not None and following.lower in english.HAPPENING
        is_said = following is not None and following.kind == "adjective"
        is_said = is_said and (at + 2 >= len(words) or words[at + 2].kind == "mark")
        if before.kind == "auxiliary" and (acts or is_said):
            return "event"
        if before.lower == "do" and ends and at - 1 != clause.auxiliary:
            return "event"
        if before.kind == "auxiliary" and following is not None and following.kind == "verb":
            return "thing"
        if ends and before.kind == "auxiliary":
            when = any(each.lower in {"why", "when", "how"} for each in words[:at])
            return "event" if when else "thing"
        if ends and before.lower in {"of", "about", "for", "with", "from", "in", "on"}:
            return "thing"
    return None


def _is_expletive(clause: Clause, at: int) -> bool:
    """The "it" that stands for nothing: "how long does it take to ...", "what time is it"."""
    rest = clause.words[at + 1 :]
    lowers = [word.lower for word in rest]
    before = {word.lower for word in clause.words[:at]}
    if before & {"time", "day", "date"} and (not rest or rest[0].kind == "mark"):
        return True
    if "far" in before and rest and rest[0].kind == "preposition":
        return True
    if {"believed", "estimated", "thought", "said", "known"} & set(lowers[:1]):
        return True
    misspelt = lowers[:1] == ["'s"] and at and clause.words[at - 1].kind in {"verb"} | NOUN_KINDS
    if misspelt and any(phrase.last <= at for phrase in clause.phrases):
        return True  # "what does the park keep in it's lake"
    if english.WEATHER & set(lowers[:3]) or {"seem", "seems", "appears", "turns"} & set(lowers[:2]):
        return True
    first = next((n for n, w in enumerate(rest) if w.kind not in {"auxiliary", "adverb"}), None)
    if first is None:
        return False
    after = rest[first + 1 :]
    if lowers[first] in {"take", "takes", "took", "cost", "costs"}:
        return "to" in lowers
    if lowers[first] in {"say", "says", "mention", "matter"}:
        return True  # what says is the document
    if lowers[first] in english.VERBS:
        return False
    if after and after[0].lower in {"that", "if", "whether"}:
        return True
    # "Is it safe to drink?" asks about the water; "is it safe to drink the water?" doesn't.
    to = next((n for n, word in enumerate(after) if word.lower == "to"), None)
    if to is None or to + 2 >= len(after) or after[to + 1].kind != "verb":
        return False
    return after[to + 2].kind in IN_PHRASE | {"determiner", "pronoun"}


def _has_antecedent(clause: Clause, at: int, sort: Sort) -> bool:
    """Whether the question itself says what its pronoun stands for."""
    if sort in {"event", "place"}:
        return False
    asks_for_subject = clause.auxiliary is None and clause.words[0].kind == "question"
    if sort == "several" and asks_for_subject and is_possessive(clause.words, at):
        return True  # "which company made their ad"
    if sort == "person" and at == 1 and any(each.is_name for each in clause.phrases):
        return True  # "before he died, what did Tesla ..."
    for phrase in clause.phrases:
        if phrase.last > at:
            return False
        if phrase.is_topic and _reaches(clause, phrase, at) and _may_stand_for(sort, phrase):
            return True
    return False


def _reaches(clause: Clause, phrase: Phrase, at: int) -> bool:
    """An object is never the subject of its own clause; an owner may be."""
    words = clause.words
    between = words[phrase.last : at]
    if is_possessive(words, at):
        joined = bool(between) and between[0].lower == "of"
        return bool(between) and not joined and not phrase.is_relation
    if any(word.kind in {"conjunction", "question", "mark"} for word in between):
        return True
    following = words[at + 1].kind if at + 1 < len(words) else "mark"
    if following not in {"verb", "auxiliary"} or not between:
        return False
    # "say he had", "the cities they attacked", "before it opened", "that it is"
    return between[-1].kind in {"verb", "preposition"} | NOUN_KINDS or (
        between[-1].lower == "that" and len(between) > 1
    )


def _may_stand_for(sort: Sort, phrase: Phrase) -> bool:
    if sort == "person":
        return phrase.is_name or phrase.is_person
    if sort == "several":
        return phrase.is_plural or phrase.is_name or phrase.is_person
    return not phrase.is_plural and not phrase.is_person


def _antecedent(
    clause: Clause, at: int, sort: Sort, said: Sequence[_Said], people: set[str]
) -> str | None:
    """The most recent phrase that agrees, first strictly, then loosely."""
    words = clause.words
    is_object = at > 0 and words[at - 1].kind == "verb"
    thinks = any(word.lower in english.MENTAL for word in words[at + 1 : at + 3])
    for strict in (True, False):
        for turn in reversed(said):
            for candidate in _candidates(turn, sort, is_object):
                if sort == "several" and thinks and not _thinks(candidate.phrase):
                    continue
                if _agrees(sort, candidate, people, strict):
                    return _in_number(sort, candidate, said)
    return None


def _thinks(phrase: Phrase) -> bool:
    return phrase.is_name or phrase.is_person


def _agrees(sort: Sort, candidate: _Candidate, people: set[str], strict: bool) -> bool:
    phrase = candidate.phrase
    person = candidate.text in people or phrase.is_person
    starts_with_name = phrase.words[0].kind == "name"
    definite = phrase.words[0].kind == "determiner"
    one_name = starts_with_name and len(phrase.words) == 1
    if sort == "person":
        if phrase.is_plural and not starts_with_name:
            return False
        if strict:
            known = candidate.text in people or (phrase.is_person and definite)
            return known or phrase.looks_like_a_person
        return starts_with_name
    if sort == "several":
        if candidate.central:
            return True
        if phrase.is_plural:
            return True
        if phrase.words[0].lower in {"a", "an"} and phrase.role == "subject":
            return not person
        return not strict and not person and (starts_with_name or definite)
    if sort == "place":
        return not person and (phrase.is_name or (definite and not strict))
    return not person and (candidate.central or one_name or not phrase.is_plural or not strict)


def _in_number(sort: Sort, candidate: _Candidate, said: Sequence[_Said]) -> str:
    """The antecedent as it reads in the question: "a shark" is "sharks" for "they"."""
    phrase, text = candidate.phrase, candidate.text
    one = phrase.words[0].lower in {"a", "an"} and not phrase.is_plural
    if sort == "several" and one and text == phrase.text and not phrase.ofs:
        return plural(text.split(" ", 1)[1])
    if sort == "person" and len(phrase.words) == 1:
        return _full_name(phrase.words[0], said) or text
    return text


def _candidates(
    turn: _Said, sort: Sort | None = None, object_first: bool = False
) -> Iterator[_Candidate]:
    """What a later pronoun may stand for, likeliest first."""
    clause = turn.clause
    asks_who = clause.begins("who")
    answers = [turn.answer] if turn.answer and asks_who is (sort == "person") else []
    # "Which ship carried sauerkraut?" "the Endeavour": "it" is eaten or it sails.
    late = object_first and clause.asks_for_subject
    for answer in [] if late else answers:
        yield _Candidate(answer, answer.text)
    if turn.centre:
        phrases = read(f": {turn.centre}").phrases
        if phrases and (sort != "person" or turn.sort == "person"):
            yield _Candidate(phrases[0], turn.centre, central=sort == turn.sort)
    if turn.answer is None and asks_who and clause.words[1].kind == "verb":
        who = f"the person who {clause.rest(1)}"
        yield _Candidate(read(f": {who}").phrases[0], who)
    order = {"subject": 0, "topic": 0, "object": 1, "oblique": 2, "asked": 3}
    if clause.asks_for_subject:
        order["asked"] = 0
    if object_first:
        order["object"] = -1
    for phrase in sorted(clause.phrases, key=lambda phrase: order[phrase.role]):
        if sort == "person" and phrase.is_person:
            yield _Candidate(phrase, phrase.text)
        if phrase.is_topic:
            inner = _without_relation(clause, phrase)
            if inner is not None and inner.owned and sort == "person":
                inner = _owner(clause, inner)
            if inner is not None:
                yield _Candidate(inner, _described(clause, inner))
    for answer in answers if late else []:
        yield _Candidate(answer, answer.text)


def _without_relation(clause: Clause, phrase: Phrase) -> Phrase | None:
    """ "The benefits of yoga" is about yoga; "the benefits" alone is about nothing."""
    if not phrase.is_relation:
        return phrase
    for at, word in enumerate(phrase.words):
        if at and (word.lower == "of" or word.kind == "possessive"):
            begin, end = (at + 1, len(phrase.words)) if word.lower == "of" else (0, at)
            inner = clause.phrase(phrase.first + begin, phrase.first + end, phrase.role)
            return _without_relation(clause, inner) if inner.is_topic else None
    return None


def _owner(clause: Clause, phrase: Phrase) -> Phrase | None:
    at = next(n for n, word in enumerate(phrase.words) if word.kind == "possessive")
    return clause.phrase(phrase.first, phrase.first + at, phrase.role) if at else None


def _described(clause: Clause, phrase: Phrase) -> str:
    """A phrase as it reads elsewhere: with what belongs to it, and "the" once it is known."""
    words, result = clause.words, phrase.text
    if phrase.role == "asked" and clause.asks_for_subject:
        return f"the {phrase.text} that {clause.rest(phrase.last)}"
    following = words[phrase.last].lower if phrase.last < len(words) else ""
    new = any(word.lower == "there" for word in words[: phrase.first])
    if following == "for" or (new and following in {"on", "in", "to", "from"}):
        added = next((each for each in clause.phrases if each.first == phrase.last + 1), None)
        if added is not None and added.is_topic and phrase.role != "oblique":
            result = clause.text[phrase.words[0].start : added.words[-1].end]
    if new:
        result = re.sub(r"^(?:an?|any|some)\s+", "the ", result, flags=re.IGNORECASE)
    return _QUANTITY.sub("", result)


_QUANTITY = re.compile(r"^(?:any|some|each|every|all|other|several|various|few)\s+", re.IGNORECASE)


def _fill_possessive(clause: Clause, at: int, found: str, edits: _Edits) -> None:
    word = clause.words[at]
    owned = next((phrase for phrase in clause.phrases if phrase.first == at + 1), None)
    if len(found.split()) > 4 and owned is not None:
        edits.replace(word.start, word.end, "The" if at == 0 else "the")
        edits.insert(owned.words[-1].end, f" of {found}")
        return
    owner = found + ("'" if looks_plural(found.rsplit(" ", 1)[-1]) else "'s")
    edits.replace(word.start, word.end, capital(owner) if at == 0 else owner)


def _fill_event(clause: Clause, at: int, turn: _Said, edits: _Edits) -> None:
    """ "How long does that take?": doing what was asked about. Else what was said to happen."""
    action = _action(turn.clause)
    word, before = clause.words[at], clause.words[at - 1]
    if action and before.lower == "do" and at - 1 != clause.auxiliary:
        edits.replace(before.start, word.end, " ".join(action).strip())
    elif action and before.kind == "auxiliary":
        edits.replace(word.start, word.end, _doing(action))
    else:
        edits.note = _statement(turn)


def _action(clause: Clause) -> tuple[str, str] | None:
    """ "How often should I descale the machine?" is about: descale, the machine."""
    speaker = next((n for n, w in enumerate(clause.words) if w.lower in {"i", "you", "we"}), None)
    if speaker is None:
        return None
    for at, word in enumerate(clause.words[speaker + 1 :], speaker + 1):
        if word.kind == "verb":
            return word.lower, clause.rest(at + 1)
    return None


def _doing(action: tuple[str, str]) -> str:
    verb, rest = action
    return f"{gerund(verb)} {rest}".strip()


def _statement(turn: _Said) -> str:
    """A question as the statement it asks about: "the convention was signed"."""
    clause = turn.clause
    words, at = clause.words, clause.auxiliary
    if at is None:
        rest = clause.rest(1 if words[:1] and words[0].kind == "question" else 0)
        return f"{turn.answer.text} {rest}" if turn.answer and clause.begins("who") else rest
    does = words[at].lower in {"do", "does"}
    asked = next((p for p in clause.phrases if p.last == at and p.role == "asked"), None)
    if asked is not None and not does:
        return clause.rest(asked.first)
    subject = next((p for p in clause.phrases if p.first == at + 1), None)
    if subject is None:
        return clause.rest(at + 2 if clause.lower(at + 1) == "there" else at + 1)
    verb = "" if does else {"'s": "is", "'re": "are"}.get(words[at].lower, words[at].lower)
    return " ".join(filter(None, (subject.text, verb, clause.rest(subject.last))))


# Fragments


def _completed(clause: Clause, said: Sequence[_Said]) -> _Resolution | None:
    """ "And when?", "What about descaling?", "in winter?" with the rest of the question."""
    words = [word for word in clause.words if word.kind != "mark"]
    lead = 0
    while lead < len(words) and words[lead].kind == "conjunction":
        lead += 1
    about = [word.lower for word in words[lead : lead + 2]] in (["what", "about"], ["how", "about"])
    rest = words[lead + 2 :] if about else words[lead:]
    if not rest or len(rest) > _LONGEST_FRAGMENT or words[0].lower == "if":
        return None
    if any(
        word.kind in {"auxiliary", "pronoun"} or (word.kind == "verb" and word is not rest[0])
        for word in rest
    ):
        return None
    turn = next((turn for turn in reversed(said) if turn.clause.asks), said[-1])
    if rest[0].kind == "question" and not about:
        return _asked_again(clause, rest, turn)
    if rest[0].lower in {"any", "anything", "anyone"}:
        return _Resolution(clause.text, _topic(said), note=_topic(said))
    # "In winter?", but "after sales service contact" is what someone searches for.
    if lead or about or (rest[0].kind == "preposition" and len(rest) <= 3):
        return _asked_of_another(clause, rest, turn, said)
    return None


def _asked_again(clause: Clause, rest: Sequence[Word], turn: _Said) -> _Resolution | None:
    """Another question word for the previous question: "And where?"."""
    first = rest[0].lower
    if first != "why" and any(
        word.kind not in {"question", "adverb", "adjective"} for word in rest
    ):
        return None
    if rest[-1].lower == "else":
        topic = turn.centre or _topic([turn])
        return _Resolution(clause.text, topic, note=topic)
    previous, at = turn.clause, turn.clause.auxiliary
    open_ended = first in {"when", "where", "why", "how"} and rest[-1].lower not in {"many", "not"}
    if at is not None and open_ended and len(rest) <= 2 and not _defines(previous):
        verb = previous.words[at]
        asked = clause.text[: rest[-1].end]
        tail = previous.text[verb.end :]
        copula = {"'s": "is", "'re": "are"}.get(verb.lower, verb.lower)
        return _Resolution(f"{asked} {copula}{tail}", turn.centre)
    return _Resolution(clause.text, turn.centre, note=_statement(turn))


def _defines(clause: Clause) -> bool:
    """ "What is ...?" and "who did ...?" have no room for another question word."""
    at = clause.auxiliary
    asked = {word.lower for word in clause.words[:at]}
    return bool(asked & {"what", "who", "whom", "which"})


def _asked_of_another(
    clause: Clause, rest: Sequence[Word], turn: _Said, said: Sequence[_Said]
) -> _Resolution:
    """The previous question, asked of something else: "What about the fast boat?"."""
    previous = turn.clause
    new = clause.text[rest[0].start : rest[-1].end]
    slot = _slot(clause, rest, previous) if previous.asks else None
    stays = rest[0].kind == "preposition" or singular(rest[-1].lower) in english.RELATIONAL
    centre = turn.centre if stays else new
    if slot is not None:
        start, end, new = slot
        text = previous.text[:start].rstrip() + f" {new}" + previous.text[end:]
        return _Resolution(text.strip(), centre)
    topic = _topic(said)
    if not previous.words or previous.words[0].lower not in {"when", "where", "why", "how"}:
        whole = any(word.kind in {"determiner", "name"} for word in rest)
        return _Resolution(clause.text, centre or topic, note="" if whole else topic)
    # "Descaling" takes the place of the verb, "Britain" doesn't.
    action = _action(previous)
    note = _doing(action) if action is not None else _statement(turn)
    if rest[-1].lower.endswith("ing"):
        note = topic
    asked = previous.text[: previous.words[previous.auxiliary].start] if previous.auxiliary else ""
    if not 0 < len(asked.split()) <= 3:
        return _Resolution(clause.text, centre or topic, note=note)
    text = f"{clause.text.rstrip(' ?.!')}, {asked[0].lower()}{asked[1:].rstrip()}?"
    return _Resolution(text, centre or topic, note=note)


def _slot(clause: Clause, rest: Sequence[Word], previous: Clause) -> tuple[int, int, str] | None:
    """Where a fragment goes in the previous question: start and end there, and the words."""
    text = clause.text[rest[0].start : rest[-1].end]
    if rest[0].kind == "preposition":
        return _slot_after_preposition(clause, rest, previous)
    new = next((phrase for phrase in clause.phrases if phrase.words[0] is rest[0]), None)
    if new is None or new.words[-1] is not rest[-1]:
        return None
    if new.head == "" or rest[-1].lower in {"one", "ones"}:
        return _slot_of_modifiers(clause, rest, previous)
    old = [phrase for phrase in previous.phrases if phrase.head == new.head]
    if not old and new.is_relation:
        old = [phrase for phrase in previous.phrases if phrase.is_relation]
    if not old:
        old = [
            p for p in previous.phrases if p.role != "asked" and p.is_topic and p.shape == new.shape
        ]
    if not old:
        return None
    part = not new.ofs and (new.is_relation or old[-1].head == new.head)
    words = old[-1].before_of if part else old[-1].words
    return words[0].start, words[-1].end, text


def _slot_after_preposition(
    clause: Clause, rest: Sequence[Word], previous: Clause
) -> tuple[int, int, str]:
    text = clause.text[rest[0].start : rest[-1].end]
    is_time = any(singular(word.lower) in english.TIMES for word in rest)
    for phrase in reversed(previous.phrases):
        before = previous.words[phrase.first - 1] if phrase.first else None
        if before is None or before.kind != "preposition":
            continue
        if before.lower == rest[0].lower or (is_time and phrase.head in english.TIMES):
            if all(word.kind in {"determiner", "adjective"} for word in rest[1:]):
                text = f"{text} {phrase.head}"  # "on the second"
            return before.start, phrase.words[-1].end, text
    end = len(previous.text.rstrip(" ?.!"))
    return end, end, text


def _slot_of_modifiers(
    clause: Clause, rest: Sequence[Word], previous: Clause
) -> tuple[int, int, str] | None:
    """ "The oldest", "the official one": other words before the noun of the last question."""
    one = rest[-1].lower in {"one", "ones"}
    for phrase in previous.phrases:
        words = phrase.before_of
        noun = (
            len(words) - 1
            if one
            else next((n for n, word in enumerate(words) if word.kind in NOUN_KINDS), 0)
        )
        if noun and words[0].kind == "determiner" and phrase.role in {"subject", "object"}:
            kept = rest[:-1] if one else rest
            return words[0].start, words[noun - 1].end, clause.text[kept[0].start : kept[-1].end]
    return None


# Nouns said more fully before, or left out


def _fill_nouns(clause: Clause, said: Sequence[_Said], people: set[str], edits: _Edits) -> None:
    """ "The museum" of the "Museum of Rain", "Holiday" of "Billie Holiday", "the first one"."""
    words = clause.words
    for at, word in enumerate(words):
        if word.lower in {"one", "ones"} and _is_pro_form(words, at) and not _has_noun(clause, at):
            noun = _last_noun(said)
            if noun:
                edits.replace(word.start, word.end, plural(noun) if word.lower == "ones" else noun)
                return
        if word.lower == "many" and at + 1 < len(words) and words[at + 1].kind == "auxiliary":
            counted = _counted(said)
            if counted:
                edits.insert(word.end, f" {counted}")
    for phrase in clause.phrases:
        if (
            _lacks_noun(phrase)
            and clause.lower(phrase.last) != "of"
            and not _has_noun(clause, phrase.first)
        ):
            noun = _last_noun(said)
            if noun:
                edits.insert(phrase.words[-1].end, f" {noun}")
        after_noun = phrase.first > 0 and words[phrase.first - 1].kind in NOUN_KINDS
        if _points(phrase) and not after_noun and _fuller(phrase, said, people) is None:
            found = _antecedent(clause, phrase.first, "thing", said, set())
            if found is not None and _is_thing_name(found) and not edits.mentions(found):
                edits.insert(phrase.words[-1].end, f" ({found})")
                edits.centre = edits.centre or found
        if clause.lower(phrase.last) in _SPECIFIES or clause.lower(phrase.last).endswith("ed"):
            continue
        for first in (phrase.first, *(n + 1 for n in phrase.ofs)):
            part = clause.phrase(first, phrase.last, phrase.role)
            fuller = _fuller(part, said, people)
            if fuller is not None and not edits.mentions(fuller):
                edits.replace(part.words[0].start, part.words[-1].end, fuller)
                edits.centre = edits.centre or fuller


# "The game between ..." says itself which game it is.
_SPECIFIES = frozenset({"of", "between", "with", "that", "which", "who", "where"})


def _has_noun(clause: Clause, at: int) -> bool:
    """Whether the question has a noun of its own before a word."""
    return any(each.is_topic and each.last <= at for each in clause.phrases)


def _points(phrase: Phrase) -> bool:
    """ "This machine", but not "this year" or "this document"."""
    return (
        phrase.words[0].lower in english.DEMONSTRATIVES
        and len(phrase.words) == 2
        and phrase.words[1].kind == "noun"
        and not phrase.is_plural
        and phrase.head not in english.TIMES | english.TEXTS | english.RELATIONAL
    )


def _is_thing_name(text: str) -> bool:
    phrases = read(f": {text}").phrases
    if len(phrases) != 1:
        return False
    plain = all(word.kind not in {"noun", "adjective", "possessive"} for word in phrases[0].words)
    return phrases[0].is_name and plain and not phrases[0].looks_like_a_person


def _lacks_noun(phrase: Phrase) -> bool:
    """ "The largest", "the most powerful"."""
    words = phrase.words
    return (
        words[0].lower == "the"
        and phrase.role == "subject"
        and all(word.kind == "adjective" for word in words[1:])
        and any(is_superlative(word.lower) or word.lower == "most" for word in words[1:])
    )


def _is_pro_form(words: Sequence[Word], at: int) -> bool:
    """ "The official one", not "one hour" or "one of them"."""
    following = words[at + 1] if at + 1 < len(words) else None
    if not at or (
        following is not None and (following.lower == "of" or following.kind in IN_PHRASE)
    ):
        return False
    return (
        words[at - 1].kind == "adjective"
        or words[at].lower == "ones"
        or (words[at - 1].kind == "noun" and at > 1 and words[at - 2].kind == "determiner")
    )


def _last_noun(said: Sequence[_Said]) -> str:
    for turn in reversed(said):
        for candidate in _candidates(turn):
            phrase = candidate.phrase
            countable = phrase.is_plural or phrase.words[0].lower in {"a", "an"}
            if countable and phrase.words[-1].kind == "noun":
                return candidate.phrase.head
    return ""


def _counted(said: Sequence[_Said]) -> str:
    """What an earlier "how many ..." counted."""
    for turn in reversed(said):
        words = turn.clause.words
        for at, word in enumerate(words[:-1]):
            if word.lower == "many" and words[at + 1].kind == "noun":
                return words[at + 1].text
    return ""


def _fuller(phrase: Phrase, said: Sequence[_Said], people: set[str]) -> str | None:
    """The longer phrase said before that this one is short for."""
    word = phrase.words[-1]
    if len(phrase.words) == 1 and word.kind == "name":
        # "Kenya" is not short for "Mount Kenya": it has to be a person.
        full = _full_name(word, said)
        return full if full in people else None
    definite = len(phrase.words) == 2 and phrase.words[0].lower in {"the", "this", "that"}
    noun = singular(word.lower)
    if not definite or noun in english.TIMES | english.RELATIONAL or word.kind == "number":
        return None
    for turn in reversed(said):
        for earlier in turn.clause.phrases:
            inner = _without_relation(turn.clause, earlier)
            if inner is None or inner.head != noun or inner.owned or earlier.role == "asked":
                continue
            # "The first museum" may be another one, "the rain museum" is not.
            nouns = [word for word in inner.words if word.kind in {"noun", "name"}]
            if len(nouns) > 1 and inner.is_plural == phrase.is_plural:
                bare = re.sub(r"^an?\s+", "", inner.text, flags=re.IGNORECASE)
                return bare if inner.words[0].lower == "the" else f"the {bare}"
    return None


def _full_name(word: Word, said: Sequence[_Said]) -> str | None:
    """The full name of a person, if only one was said that this is a part of."""
    found = {
        earlier.text
        for turn in said
        for earlier in (turn.answer, *turn.clause.phrases)
        if earlier is not None
        and earlier.looks_like_a_person
        and folded(word.text) in {folded(each.text) for each in earlier.words}
    }
    return found.pop() if len(found) == 1 else None


def _fill_relation(clause: Clause, said: Sequence[_Said], edits: _Edits) -> None:
    """ "What are the side effects?": of what the conversation is about."""
    words = clause.words
    topics = [phrase for phrase in clause.phrases if phrase.is_topic]
    if not topics or any(phrase.is_name for phrase in topics):
        return
    phrase = topics[0]
    after = words[phrase.last] if phrase.last < len(words) else None
    complete = phrase.owned or (after is not None and after.lower in {"of", "that", "about"})
    if after is not None and after.kind == "preposition":
        complete = complete or phrase.head not in english.FOR_ANOTHER
    complete = complete or any(each.role != "oblique" for each in topics[1:])
    busy = any(
        (word.kind == "verb" and word.lower not in english.COMMANDS)
        or (word.kind == "pronoun" and word.lower != "me")
        for word in words
    )
    if complete or busy or phrase.head not in english.RELATIONAL or phrase.ofs:
        return
    topic = _topic(said)
    if topic and topic.lower() not in clause.text.lower():
        edits.insert(phrase.words[-1].end, f" of {topic}")
        edits.centre = topic


def _topic(said: Sequence[_Said]) -> str:
    """What the conversation is about."""
    for turn in reversed(said):
        if turn.centre:
            return turn.centre
        for candidate in _candidates(turn):
            if candidate.phrase.role != "asked":
                return candidate.text
    return ""
