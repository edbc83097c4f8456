"""Phrases put into a question: in the place of a pronoun, if there is one, else at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.conversation.english import looks_plural, plural, singular
from qa.conversation.phrases import Phrase
from qa.conversation.slots import Slot, slots
from qa.conversation.turns import Text

_PLURAL_OF = {"is": "are", "was": "were", "has": "have", "does": "do"}
# Of more phrases than there are pronouns those are taken that score so high.
_SURE = 2.0


@dataclass(slots=True)
class Edits:
    """What to put into a question, collected before it is done."""

    question: Text
    notes: list[str] = field(default_factory=list)
    _parts: list[tuple[int, int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._parts or self.notes)

    def replace(self, start: int, end: int, new: str) -> bool:
        """Put `new` in the place of `text[start:end]`, unless that is taken."""
        if any(start < last and first < end for first, last, _ in self._parts):
            return False
        self._parts.append((start, end, new))
        return True

    def fill(self, slot: Slot, new: str, is_plural: bool = False) -> None:
        """Put an antecedent in the place of a pronoun."""
        words = self.question.words
        word = words[slot.at]
        if slot.owns:
            new += "'" if looks_plural(new) else "'s"
        if slot.sort == "place" and words[slot.at - 1].kind != "preposition":
            moves = words[slot.at - 1].lower in {"been", "come", "get", "go", "travel"}
            new = f"{'to' if moves else 'in'} {new}"
        self.replace(word.start, word.end, _capital(new) if slot.at == 0 else new)
        before = words[slot.at - 1] if slot.at else None
        if is_plural and slot.sort == "thing" and before and before.lower in _PLURAL_OF:
            self.replace(before.start, before.end, _PLURAL_OF[before.lower])

    def text(self) -> str:
        """The question with everything put in."""
        pieces, at = [], 0
        for start, end, new in sorted(self._parts):
            pieces += [self.question.text[at:start], new]
            at = end
        done = "".join(pieces) + self.question.text[at:]
        notes = [note for note in self.notes if note.lower() not in done.lower()]
        return f"{done} ({', '.join(notes)})" if notes else done


def written(question: Text, found: Sequence[Phrase], cased: bool, edits: Edits) -> None:
    """Put phrases in, each where it fits best.

    Args:
        found: surest first.
        cased: whether names are told by their capitals.
    """
    left = list(found)
    least = 0.0
    for slot in slots(question):
        fitting = [each for each in left if _fits(each, slot, cased)]
        agreeing = [each for each in fitting if each.is_plural is (slot.sort == "several")]
        fitting = agreeing or fitting
        if slot.sort == "place":
            fitting.sort(key=lambda each: -each.turn)  # Where was spoken of last.
        phrase = next(iter(fitting), None)
        if phrase is None:
            # Whoever "he" is, what was said of things does not tell.
            left = [] if slot.sort == "person" else left
            continue
        left.remove(phrase)
        least = _SURE
        if slot.sort == "noun":
            word = question.words[slot.at]
            noun = _in_number(phrase.bare.text, word.lower == "ones")
            edits.replace(word.start, word.end, noun)
            continue
        put(phrase, slot, edits)
    for phrase in left:
        unsure = phrase.score < least
        if unsure or _made_fuller(question, phrase, edits):
            continue
        if phrase.head.stem in question.stems:
            continue  # "Lung cancer" is not throat cancer.
        edits.notes.append(phrase.text)


def put(phrase: Phrase, slot: Slot, edits: Edits) -> None:
    """Put a phrase in the place of a pronoun."""
    edits.fill(slot, _readable(phrase, slot), phrase.is_plural)


def _fits(phrase: Phrase, slot: Slot, cased: bool) -> bool:
    if phrase.is_verb or (phrase.is_time and slot.sort != "noun"):
        return False
    if slot.sort == "noun":
        return not phrase.is_name  # "The largest Moon".
    if slot.sort == "several":  # "The repair" is not, "an Irish Wolfhound" may be.
        return phrase.is_plural or phrase.is_name or phrase.words[0].lower in {"a", "an"}
    return slot.sort != "person" or phrase.is_person or not cased


def _readable(phrase: Phrase, slot: Slot) -> str:
    """A phrase as it reads in the place of a pronoun: "a shark" is "sharks" for "they"."""
    article, _, rest = phrase.text.partition(" ")
    if slot.sort == "several" and article.lower() in {"a", "an"} and rest:
        return rest if phrase.head is not phrase.words[-1] else plural(rest)
    return phrase.text


def _in_number(noun: str, several: bool) -> str:
    first, _, last = noun.rpartition(" ")
    last = plural(last) if several else singular(last)
    return f"{first} {last}".strip()


def _made_fuller(question: Text, phrase: Phrase, edits: Edits) -> bool:
    """ "The museum" becomes "the Museum of Rain"."""
    words = question.words
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else None
        if word.stem != phrase.head.stem or not word.is_content:
            continue
        if after is not None and after.lower == "of":
            continue
        before = words[at - 1] if at else None
        definite = before is not None and before.lower in {"the", "this", "that", "these", "those"}
        if before is not None and (before.is_content or before.kind == "possessive"):
            continue
        bare = phrase.bare.text
        start = before.start if definite and before is not None else word.start
        return edits.replace(start, word.end, f"the {bare}" if definite else bare)
    return False


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
