"""Training examples: questions with the passages that hold, or lack, the answer.

Few of the questions at hand are truly unanswerable, so hard negatives are made:
another paragraph of the same article that shares the question's words, the
answer's own paragraph with its sentence taken out, what the retriever finds (see
`qa.training.mine`), and questions edited so that the paragraph no longer answers
them. Every negative is dropped where it holds the answer by chance.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index import sentences

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Context:
    """A passage and the spans that answer; none: the answer is not here."""

    text: str
    answers: tuple[Offsets, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question with one or more passages, scored on one scale."""

    question: str
    contexts: tuple[Context, ...]
    title: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Mixture:
    """How many examples to take of each source, and how many negatives to make.

    Attributes:
        sources: file name (without `.jsonl.gz`) → most rows taken, at random.
        repeat_unanswerable: how often each truly unanswerable question is seen.
        neighbours: questions that get a second passage of their article.
        holes: paragraphs shown without the sentence that holds the answer.
        edits: questions changed so that their paragraph no longer answers.
    """

    sources: dict[str, int]
    repeat_unanswerable: int
    neighbours: int
    holes: int
    edits: int


def load(path: Path) -> list[Example]:
    """Read one gzipped JSON Lines file of questions, contexts and answers.

    A row may name further passages without the answer, in `negatives`.
    """
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            spans = {
                (a["answer_start"], a["answer_start"] + len(a["text"])) for a in row["answers"]
            }
            context = Context(row["context"], tuple(sorted(spans)))
            others = (Context(text) for text in row.get("negatives", ()))
            found.append(Example(row["question"], (context, *others), row.get("title") or ""))
    return found


def training_examples(
    folder: Path, mixture: Mixture, seed: int, mined: Sequence[Example] = ()
) -> list[Example]:
    """All training examples of a mixture; the same for the same seed.

    Args:
        mined: questions with passages that the retriever took for the right one, which
            are used as they are and not once more by themselves.
    """
    rng = random.Random(seed)
    positives: list[Example] = []
    negatives: list[Example] = []
    seen = {(row.question, row.contexts[0].text) for row in mined}
    for name, most in mixture.sources.items():
        rows = load(folder / "qa" / f"{name}.jsonl.gz")
        rng.shuffle(rows)
        for row in rows[:most]:
            key = (row.question, row.contexts[0].text)
            if key in seen:
                continue
            seen.add(key)
            if row.contexts[0].answers:
                positives.append(row)
            else:
                negatives += [row] * mixture.repeat_unanswerable
    by_title: dict[str, dict[str, None]] = defaultdict(dict)
    for row in positives:
        if row.title:
            by_title[row.title][row.contexts[0].text] = None
    articles = {title: list(texts) for title, texts in by_title.items()}
    titled = [row for row in positives if len(articles.get(row.title, ())) > 1]

    paired = _with_neighbours(rng.sample(titled, min(mixture.neighbours, len(titled))), articles)
    whole = [paired.get(id(row), row) for row in positives]
    holes = _made(rng, positives, mixture.holes, without_answer_sentence)
    edits = _made(rng, titled, mixture.edits, lambda row: edited_question(row, articles, rng))
    examples = whole + negatives + holes + edits + list(mined)
    return [replace(row, question=_as_people_type(row.question, rng)) for row in examples]


def without_answer_sentence(example: Example) -> Example | None:
    """The same paragraph minus the sentences that hold an answer: the topic without the fact."""
    context = example.contexts[0]
    kept: list[str] = []
    for start, end in sentences(context.text):
        if not any(a < end and b > start for a, b in context.answers):
            kept.append(context.text[start:end])
    rest = " ".join(kept)
    if len(kept) < 2 or holds_answer(rest, context):
        return None
    return replace(example, contexts=(Context(rest),))


_YEAR = re.compile(r"\b(1[0-9]|20)\d\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_PAIRS = """
    first last, largest smallest, highest lowest, oldest youngest, most least, more fewer,
    before after, north south, northern southern, east west, eastern western, increase decrease,
    increased decreased, rise fall, won lost, win lose, started ended, start end, begin end,
    beginning end, began ended, opened closed, male female, men women, father mother, son daughter,
    brother sister, above below, inside outside, maximum minimum, early late, earliest latest,
    longest shortest, strong weak, supported opposed, support oppose, joined left,
    positive negative, birth death, born buried, allowed forbidden, accepted rejected, best worst,
    majority minority, teacher student, buy sell, bought sold, love hate, internal external,
    public private, winter summer, hot cold, day night, rich poor, major minor, modern ancient,
    upper lower
"""
_OPPOSITES = {
    one: other for pair in _PAIRS.split(",") for one, other in (pair.split(), pair.split()[::-1])
}
_WORD = re.compile(r"\w+")


def edited_question(
    example: Example, articles: dict[str, list[str]], rng: random.Random
) -> Example | None:
    """Swap a year, a name or an opposite, so that the paragraph no longer answers.

    Some edits stay answerable by chance, hence half the weight.
    """
    question, context = example.question, example.contexts[0]
    changes: list[str] = []
    for match in _YEAR.finditer(question):
        other = str(int(match[0]) + rng.choice([-30, -11, -7, -3, -2, -1, 1, 2, 4, 9, 20]))
        if other not in context.text:
            changes.append(question[: match.start()] + other + question[match.end() :])
    names = list(_NAME.finditer(question))
    if names:
        match = rng.choice(names)
        elsewhere = _NAME.findall(rng.choice(articles[example.title]))
        strange = [name for name in elsewhere if name not in context.text]
        if strange:
            other = rng.choice(strange)
            changes.append(question[: match.start()] + other + question[match.end() :])
    for match in _WORD.finditer(question):
        opposite = _OPPOSITES.get(match[0].lower())
        if opposite and not re.search(rf"\b{opposite}\b", context.text, re.IGNORECASE):
            changes.append(question[: match.start()] + opposite + question[match.end() :])
    if not changes:
        return None
    return replace(
        example,
        question=rng.choice(changes),
        contexts=(Context(context.text),),
        weight=example.weight / 2,
    )


def _with_neighbours(rows: Sequence[Example], articles: dict[str, list[str]]) -> dict[int, Example]:
    """For each row, the paragraph of its article that shares most of the question's rare words."""
    words = {text: _words(text) for texts in articles.values() for text in texts}
    frequency = Counter(word for bag in words.values() for word in bag)
    rarity = {word: math.log(len(words) / count) for word, count in frequency.items()}
    paired = {}
    for row in rows:
        context, wanted = row.contexts[0], _words(row.question)
        others = [
            text
            for text in articles[row.title]
            if text != context.text and not holds_answer(text, context)
        ]
        if others:
            nearest = max(
                others,
                key=lambda text: sum(rarity.get(word, 0.0) for word in wanted & words[text]),
            )
            paired[id(row)] = replace(row, contexts=(context, Context(nearest)))
    return paired


def _made(
    rng: random.Random,
    rows: Sequence[Example],
    count: int,
    make: Callable[[Example], Example | None],
) -> list[Example]:
    found: list[Example] = []
    for row in rng.sample(list(rows), len(rows)):
        if len(found) == count:
            break
        made = make(row)
        if made is not None:
            found.append(made)
    return found


def _as_people_type(question: str, rng: random.Random) -> str:
    """Now and then no question mark, or two letters swapped."""
    if rng.random() < 0.15:
        question = question.rstrip(" ?")
    if rng.random() < 0.03 and len(question) > 20:
        at = rng.randrange(4, len(question) - 4)
        if question[at : at + 2].isalpha():
            question = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def holds_answer(text: str, context: Context) -> bool:
    """Whether a text holds, by chance or not, one of the answers to be found in a context."""
    lowered = text.lower()
    return any(context.text[start:end].lower() in lowered for start, end in context.answers)
