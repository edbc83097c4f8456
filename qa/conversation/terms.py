"""What tells which words of the earlier turns a question leaves out.

A term is a content word by its stem, wherever it was said. Features are short readable
names as in `qa.conversation.need`; a pair of them ("person & name") is a feature, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.conversation.need import around, rarity
from qa.conversation.turns import Said, Text
from qa.conversation.words import Word

_ELSE = frozenset("else other another others more any anything".split())
PRONOUNS = frozenset({"person", "thing", "several"})
# Words of an answer that are looked at.
_MOST_WORDS = 60
_ENDINGS = ("ing", "ed", "ly", "s", "er", "ion")
# Features of a term that mean different things for different questions.
_OF_TERM = frozenset(
    """first said:1 said:2 name full-name number answer-only answer:1 once plural-ending
    who-turn last-word subject same-pronoun no-verb topic short-answer""".split()
)
_OF_QUESTION = frozenset(
    """what-about name new-name known-name else bare-the no-content one-content last-overlap
    second-turn""".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Word `at` of the question, or of the answer, of turn `turn`."""

    turn: int
    answer: bool
    at: int
    word: Word


def mentions(question: Text, said: Sequence[Said]) -> dict[str, list[Mention]]:
    """Where each term was said that the question lacks, oldest first, by stem."""
    asked, found = question.stems, defaultdict(list)
    for turn, each in enumerate(said):
        for answer, text in ((False, each.question), (True, each.answer)):
            for at, word in enumerate(text.words[:_MOST_WORDS]):
                if word.is_content and word.stem not in asked:
                    found[word.stem].append(Mention(turn, answer, at, word))
    return dict(found)


def features(
    question: Text, said: Sequence[Said], frequency: Mapping[str, int]
) -> Iterator[tuple[str, set[str]]]:
    """Each term with its features; see `qa.conversation.need.features`."""
    sorts = question.refers_by or {"nothing"}
    general = {f"asked: {sort}" for sort in sorts} | _of_question(question, said)
    referring = [turn.question.refers_by for turn in said]
    for stem, where in mentions(question, said).items():
        found = _of_term(where, said, sorts, referring)
        found.add(f"rarity: {rarity(stem, frequency)}")
        crossed = {
            f"{one} & {two}"
            for one in (*sorts, *(each for each in general if each in _OF_QUESTION))
            for two in found & _OF_TERM
        }
        if {"first", "name"} <= found:
            crossed.add("first & name")
        yield stem, found | crossed | general | {f"term: {stem}"}


def _of_question(question: Text, said: Sequence[Said]) -> set[str]:
    words = [word for word in question.words if word.kind != "mark"]
    lowers = [word.lower for word in words]
    content = [word for word in words if word.is_content]
    names = {word.stem for word in words[1:] if word.is_content and word.is_capital}
    known = frozenset().union(*(turn.question.stems | turn.answer.stems for turn in said))
    before = frozenset().union(*(turn.question.stems for turn in said))
    told = {
        "what-about": lowers[:2] in (["what", "about"], ["how", "about"]),
        "name": bool(names),
        "new-name": bool(names - known),
        "known-name": bool(names & known),
        "else": bool(_ELSE & set(lowers)),
        "bare-the": any(_is_bare_the(words, at) for at in range(len(words) - 1)),
        "no-content": not content,
        "one-content": len(content) == 1,
        "last-overlap": bool(said and question.stems & said[-1].question.stems),
        "overlap": bool(question.stems & before),
        "second-turn": len(said) == 1,
        "superlative": any(lower.endswith("est") or lower == "most" for lower in lowers),
        "possessive": any(word.kind == "possessive" for word in words),
        "ends-in-preposition": bool(words) and words[-1].kind == "preposition",
        "speaker": any(word.kind == "speaker" for word in words),
        "auxiliary": any(word.kind == "auxiliary" for word in words),
    }
    found = {name for name, holds in told.items() if holds}
    if words and not words[0].is_content:
        found.add(f"first word: {lowers[0]}")
    found.add(f"content words: {min(len(content), 5)}")
    found.add(f"turns: {min(len(said), 6)}")
    return found


def _is_bare_the(words: Sequence[Word], at: int) -> bool:
    """ "The band", but not "the band of his brother" or "the rock band"."""
    after = words[at + 2] if at + 2 < len(words) else None
    noun = words[at].lower == "the" and words[at + 1].is_content
    return noun and (after is None or (not after.is_content and after.lower != "of"))


def _of_term(
    where: Sequence[Mention],
    said: Sequence[Said],
    sorts: frozenset[str] | set[str],
    referring: Sequence[frozenset[str]],
) -> set[str]:
    asked = [each for each in where if not each.answer]
    answered = [each for each in where if each.answer]
    found = _of_form(where, said)
    if asked:
        found |= _of_questions(asked, said, sorts, referring)
    else:
        found.add("answer-only")
    if answered:
        last = answered[-1]
        words = said[last.turn].answer.words
        found.add(f"answer:{_distance(len(said) - last.turn)}")
        found.add(f"answer-place:{min(last.at // 4, 4)}")
        if len(words) <= 6:
            found.add("short-answer")
        if not asked:
            before, after = around(words, last.at)
            found |= {f"answer-after: {before}", f"answer-before: {after}"}
    return found


def _distance(turns: int) -> str:
    return str(turns) if turns <= 3 else "4+" if turns <= 6 else "7+"


def _of_form(where: Sequence[Mention], said: Sequence[Said]) -> set[str]:
    found = set()
    if any(each.word.is_capital and each.at for each in where):
        found.add("name")
    elif any(each.word.is_capital for each in where):
        found.add("capital")
    if any(_in_full_name(each, said) for each in where):
        found.add("full-name")
    if where[-1].word.kind == "verb":
        found.add("verb")
    lower = where[-1].word.lower
    if lower[0].isdigit():
        found.add("number")
    found |= {f"{ending}-ending" for ending in _ENDINGS if lower.endswith(ending)}
    if lower.endswith("s") and not lower.endswith("ss"):
        found.add("plural-ending")
    return found | {f"letters: {min(len(lower), 10)}"}


def _in_full_name(mention: Mention, said: Sequence[Said]) -> bool:
    turn = said[mention.turn]
    words = (turn.answer if mention.answer else turn.question).words
    beside = words[max(mention.at - 1, 0) : mention.at + 2]
    names = sum(each.is_content and each.is_capital for each in beside)
    return mention.word.is_capital and names > 1


def _of_questions(
    asked: Sequence[Mention],
    said: Sequence[Said],
    sorts: frozenset[str] | set[str],
    referring: Sequence[frozenset[str]],
) -> set[str]:
    last, turns = asked[-1], {each.turn for each in asked}
    words = said[last.turn].question.words
    before, after = around(words, last.at)
    found = {
        f"said:{_distance(len(said) - last.turn)}",
        f"share: {round(4 * len(turns) / len(said))}",
        f"after: {before}",
        f"before: {after}",
        "once" if len(turns) == 1 else f"turns with it: {min(len(turns), 3)}",
    }
    if asked[0].turn == 0:
        found.add("first")
    since = referring[last.turn + 1 :]
    if since:
        pronouns = sum(bool(each & PRONOUNS) for each in since)
        found.add(f"pronouns since: {round(4 * pronouns / len(since))}")
    if referring[last.turn] & PRONOUNS:
        found.add("beside a pronoun")
    if referring[last.turn] & PRONOUNS & sorts:
        found.add("same-pronoun")
    return found | _of_place(words, last.at)


def _of_place(words: Sequence[Word], at: int) -> set[str]:
    content = [n for n, word in enumerate(words) if word.is_content]
    auxiliary = next((n for n, word in enumerate(words) if word.kind == "auxiliary"), None)
    found = {f"place: {min(content.index(at), 3)}"}
    if at == content[-1]:
        found.add("last-word")
    if words[0].lower in {"who", "whom"}:
        found.add("who-turn")
    if auxiliary is None:
        found.add("no-verb")
        if len(content) <= 4 and words[0].kind not in {"question", "command"}:
            found.add("topic")
    elif at < auxiliary:
        found.add("before-verb")
    else:
        found.add("after-verb")
        between = words[auxiliary + 1 : at]
        if all(each.kind in {"content", "determiner", "possessive"} for each in between):
            found.add("subject")
    return found
