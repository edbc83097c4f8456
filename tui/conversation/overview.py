"""What is in a person's documents, and questions made from their headings."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa import counted
from tui.common.file_kinds import describe_kind
from tui.common.wording import one_line
from tui.conversation.assistant import AssistantLike

# Documents that are looked into for headings, and questions that are made.
_SAMPLED, _QUESTIONS = 12, 4
# Kinds of documents that are named.
_KINDS = 4
# Headings that tell nothing of what stands below them.
_EMPTY = frozenset(
    "abstract appendix background conclusion contents description details examples example faq "
    "general index introduction license licence links name notes options other overview "
    "preface readme references results see also summary synopsis table of contents todo "
    "usage welcome".split()
)
_PLAIN = re.compile(r"[A-ZÀ-Ý][\w'’-]*(?: [\w'’-]+){1,5}\??")
_HOW = re.compile(r"how to ", re.IGNORECASE)
_DOING = re.compile(r"([A-Z][a-z]+ing)\b(?= [a-z])")


@dataclass(frozen=True, slots=True)
class Overview:
    """What the documents are, in a line, and questions to ask them."""

    contents: str = ""
    questions: tuple[str, ...] = ()


def read_overview(assistant: AssistantLike) -> Overview:
    """Look at the documents, and into some of them."""
    documents = assistant.list_documents()
    paths = [document.path for document in documents]
    kinds = Counter(map(describe_kind, paths))
    named = [f"{count:,} {kind}" for kind, count in kinds.most_common(_KINDS)]
    rest = len(paths) - sum(count for _, count in kinds.most_common(_KINDS))
    if rest:
        named.append(f"{rest:,} of other kinds")
    contents = f"{counted(len(paths), 'document')}: {', '.join(named)}" if paths else ""
    return Overview(one_line(contents), tuple(_make_questions(assistant, paths)))


def _make_questions(assistant: AssistantLike, paths: Sequence[str]) -> Iterator[str]:
    # The same ones for the same documents; others as soon as there are more.
    chance = random.Random(len(paths))
    made = 0
    for path in chance.sample(paths, min(_SAMPLED, len(paths))):
        headings = list(
            dict.fromkeys(
                passage.headings[-1] for passage in assistant.passages_of(path) if passage.headings
            )
        )
        chance.shuffle(headings)
        question = next(filter(None, map(make_question, headings)), None)
        if question is not None:
            yield question
            made += 1
        if made == _QUESTIONS:
            return


def make_question(heading: str) -> str | None:
    """A question that what stands below a heading may answer; None if it tells too little."""
    title = one_line(heading).strip()
    if not _PLAIN.fullmatch(title) or all(word in _EMPTY for word in title.casefold().split()):
        return None
    if title.endswith("?"):
        return title
    if how := _HOW.match(title):
        return f"How do I {title[how.end() :]}?"
    # Only a name keeps its capital within a sentence; the first word mostly is none.
    first, _, rest = title.partition(" ")
    lowered = title if rest != rest.lower() or first.isupper() else f"{first.lower()} {rest}"
    if _DOING.match(title):
        return f"How does {lowered} work?"
    return f"What does it say about {lowered}?"
