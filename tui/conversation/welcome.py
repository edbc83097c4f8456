"""The view of an empty conversation: what to do, and questions to try."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from index import describe_kind
from qa import Reply, counted, visible
from tui.common.presentation.wording import one_line
from tui.common.screens.screen_parts import Pressable

if TYPE_CHECKING:
    from qa import Assistant

_NOTHING_YET = "Nothing is indexed yet: the sample documents are asked."
# Documents that are looked into for headings; questions that are tried, and that are offered.
_SAMPLED, _TRIED, _QUESTIONS = 40, 10, 4
# Questions that are tried on one document, and the confidence from which one is offered.
_TRIED_EACH, _LEAST = 2, 0.6
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
_HOW = re.compile(r"how to (?!be\b)([\w'’-]+)", re.IGNORECASE)
_HAPPENING = re.compile(r"What (?:happens|helps|is|are|was|were|makes|does|do|can|counts)\b")
# A title of two words that names a thing: it cannot be a sentence.
_THING = re.compile(r"The ([a-zà-ÿ'’-]+)")
# Any other title that begins with one of these is half a question: nobody would ask about it.
_ASKING = re.compile(r"(?:How|Why|What|When|Where|Who|Which|Whether|If)\b")


@dataclass(frozen=True, slots=True)
class Overview:
    """The documents in a line, and questions to ask them."""

    contents: str = ""
    questions: tuple[str, ...] = ()


def read_overview(assistant: Assistant) -> Overview:
    """Describe the documents; `suggest_questions` looks into them."""
    paths = [document.path for document in assistant.index.documents()]
    kinds = Counter(map(describe_kind, paths))
    common = kinds.most_common(_KINDS)
    named = [f"{count:,} {kind}" for kind, count in common]
    if rest := len(paths) - sum(count for _, count in common):
        named.append(f"{rest:,} of other kinds")
    contents = f"{counted(len(paths), 'document')}: {', '.join(named)}" if paths else ""
    return Overview(one_line(contents))


def suggest_questions(assistant: Assistant, is_wanted: Callable[[], bool]) -> Iterator[str]:
    """Questions that the documents surely answer, each another one: each is asked to see.

    Args:
        is_wanted: whether to go on; also called between the steps of a question.

    Raises:
        Cancelled: a question was not wanted any more.
    """
    tried = found = 0
    for made in _make_questions(assistant, is_wanted):
        for path, question in made[:_TRIED_EACH]:
            if tried == _TRIED or found == _QUESTIONS or not is_wanted():
                return
            tried += 1
            reply = assistant.ask(question, cancelled=lambda: not is_wanted())
            if _is_answered_by(reply, path):
                found += 1
                yield question
                break


def _is_answered_by(reply: Reply, path: str) -> bool:
    """Whether a document surely answers."""
    if not (reply.answered and reply.answers):
        return False
    best = reply.answers[0]
    return best.document.path == path and best.confidence >= _LEAST


def _make_questions(
    assistant: Assistant, is_wanted: Callable[[], bool]
) -> list[list[tuple[str, str]]]:
    """The questions that the headings of some documents make, with the path of each document.

    Those that ask most plainly come first, of all documents and of each one: they are answered most
    often, and to try one takes a while.
    """
    paths = [document.path for document in assistant.index.documents()]
    # The same ones for the same documents; others as soon as there are more.
    chance = random.Random(len(paths))
    by_document: list[list[tuple[str, str]]] = []
    for path in chance.sample(paths, min(_SAMPLED, len(paths))):
        if not is_wanted():
            return []
        headings = list(
            dict.fromkeys(
                passage.headings[-1]
                for passage in assistant.index.passages(path)
                if passage.headings
            )
        )
        chance.shuffle(headings)
        made = [(path, question) for question in map(make_question, headings) if question]
        by_document.append(sorted(made, key=_is_vague))
    return sorted(filter(None, by_document), key=lambda made: _is_vague(made[0]))


def _is_vague(made: tuple[str, str]) -> bool:
    return made[1].startswith("What about ")


def make_question(heading: str) -> str | None:
    """A question that what stands below a heading may answer; None if it tells too little."""
    title = one_line(heading).strip()
    if (
        title.isupper()
        or not _PLAIN.fullmatch(title)
        or all(word in _EMPTY for word in title.casefold().split())
    ):
        return None
    if title.endswith("?"):
        return title
    if how := _HOW.match(title):
        verb = how[1]
        return f"How do I {verb[0].lower()}{verb[1:]}{title[how.end() :]}?"
    if _HAPPENING.match(title):
        return f"{title}?"
    if _ASKING.match(title):
        return None
    if thing := _THING.fullmatch(title):
        return f"What {'are' if _is_plural(thing[1]) else 'is'} the {thing[1]}?"
    # Whether it is a thing, a deed or an order cannot be told: quoted, each can be asked about.
    return f'What about "{title}"?'


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))


@dataclass(frozen=True, slots=True)
class SampleDocuments:
    """The folder of the index that is asked until a person adds documents, and what to ask it."""

    index: Path
    questions: Sequence[str]


class Offer(Pressable, can_focus=True):
    """A line that can be clicked, or pressed with Enter."""

    DEFAULT_CSS = """
    Offer {
        width: 1fr;
        padding: 0 1;
        color: $text-primary;
        &:hover, &:focus { background: $primary 15%; }
        &:focus { text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", "Take this", show=False)]

    def __init__(self, text: str, action: str, *parameters: object) -> None:
        super().__init__(Content(f"› {visible(text)}"), action=action, parameters=parameters)


class OfferedQuestion(Offer):
    """A question that is offered, to ask it."""

    def __init__(self, question: str) -> None:
        super().__init__(question, "screen.ask", question)


class Unfinished(Vertical):
    """Says that indexing is not finished, and offers to go on."""

    DEFAULT_CSS = """
    Unfinished {
        height: auto;
        padding: 0 1;
        margin: 1 0;
        & > Static { padding: 0 1; }
        & > .notice { color: $text-warning; }
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(Content(visible(self._text)), classes="notice")
        yield Offer(
            "Go on: it gives way to your other work, and you can ask meanwhile",
            "app.go_on_indexing",
        )


class Welcome(Vertical):
    """A card that says what to do, what is in the documents, and what to ask them."""

    DEFAULT_CSS = """
    Welcome {
        height: auto;
        padding: 0 1;
        margin: 1 0;
        & > Static { padding: 0 1; }
        & > .title { text-style: bold; color: $text-accent; }
        & > .lead { margin-top: 1; color: $text-muted; }
        & > .contents { margin-top: 1; }
        & > .notice { margin-top: 1; color: $text-warning; }
    }
    """

    def __init__(self, samples: SampleDocuments | None) -> None:
        super().__init__()
        self._samples = samples
        self._overview = Overview()

    def compose(self) -> ComposeResult:
        yield Static("Ask your own documents.", classes="title")
        yield Static("Every answer is quoted from its source, and shown there.")
        if self._samples is not None:
            yield Static(_NOTHING_YET, classes="notice")
            yield Offer("Add your own documents", "app.documents", True)
            yield from _offer("Or try it on the samples:", self._samples.questions)
        elif self._overview.contents:
            yield Static(Content(visible(self._overview.contents)), classes="contents")
            yield from _offer("Questions that they answer:", self._overview.questions)

    async def show_overview(self, overview: Overview) -> None:
        """Show what is in a person's own documents, and the questions that are found so far."""
        before = self._overview
        if self._samples is not None or overview == before:
            return
        self._overview = overview
        if overview == replace(before, questions=overview.questions) and before.questions:
            # One may be chosen: those that are there stay.
            more = overview.questions[len(before.questions) :]
            await self.mount_all(map(OfferedQuestion, more))
        else:
            await self.recompose()


def _offer(lead: str, questions: Sequence[str]) -> ComposeResult:
    if questions:
        yield Static(lead, classes="lead")
        yield from map(OfferedQuestion, questions)
