"""An assistant over a few documents in memory, and the app around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Event
from weakref import finalize

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from index import Document, Hit, Index, Passage, Properties, Span
from index.documents import Structure
from qa import Answer, Cancelled, CheckedQuotation, Reply, check_quotations
from tests.support.encoders import WordEncoder
from tests.support.loading import read_structure
from tui.app.app import QuotebackApp
from tui.conversation.conversation import Conversation
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView

MUSEUM = """# The Rain Museum

## History

The museum was the idea of Ilse Marrin, a retired meteorologist who had kept every rain \
gauge she ever used. It opened on 4 May 1998 in a disused water mill on the river Orrin. \
For its first ten years it was run by volunteers alone.

## The collection

Visitors can see three instruments: a brass pluviometer, a tipping bucket, and a chart \
recorder from 1911. All of them still work, and on wet days they are taken outside.

## Visiting

The museum is open from March to October, every day but Monday. Entry costs 7 euros; \
children under ten go in free. Dogs are welcome, umbrellas are not.
"""
MANUAL = "Descale the machine every three months.\n\n" + "\n".join(
    f"Step {number}: turn the valve to position {number} and wait for the lamp."
    for number in range(1, 201)
)
RECIPE = (
    "\tSalt\t2 %\nKimchi: 盐 2%、白菜 1 颗。 \x1b[31mRED\x1b[0m [bold]not markup[/bold] \u202eabc\n"
)

TEXTS = {
    "/library/rain-museum.md": MUSEUM,
    "/library/manual.txt": MANUAL,
    "/library/recipe.txt": RECIPE,
}
DOCUMENTS = {path: Document(number, path, None) for number, path in enumerate(TEXTS, 1)}


PASSAGES = {
    "/library/rain-museum.md": [
        Passage(
            number,
            Span(MUSEUM.index(words), MUSEUM.index(words) + len(words)),
            words,
            ("The Rain Museum", heading),
            page=page,
        )
        for number, (words, heading, page) in enumerate(
            [
                (MUSEUM.split("\n\n")[2], "History", 3),
                (MUSEUM.split("\n\n")[4], "The collection", 3),
                (MUSEUM.split("\n\n")[6].rstrip(), "Visiting", 4),
            ],
            1,
        )
    ],
    "/library/manual.txt": [],
    "/library/recipe.txt": [],
}


def hit(path: str, quote: str, heading: str | None = None, page: int | None = None) -> Hit:
    """The passage (paragraph) of a document that holds a quote."""
    text = TEXTS[path]
    at = text.index(quote)
    start = text.rfind("\n\n", 0, at) + 2 if "\n\n" in text[:at] else 0
    end = text.find("\n\n", at)
    span = Span(start, len(text.rstrip("\n")) if end < 0 else end)
    headings = tuple(heading.split(" › ")) if heading else ()
    passage = Passage(1, span, span.of(text), headings, page=page)
    return Hit(passage, DOCUMENTS[path], 0.5)


def answer(
    path: str,
    *quotes: str,
    sentence: str,
    confidence: float = 0.93,
    heading: str | None = None,
    page: int | None = None,
    stale: bool = False,
) -> Answer:
    """An answer that quotes the given words."""
    text = TEXTS[path]
    spans = tuple(Span(text.index(q), text.index(q) + len(q)) for q in quotes)
    around = Span(text.index(sentence), text.index(sentence) + len(sentence))
    return Answer(
        text=quotes[0],
        span=spans[0],
        spans=spans,
        sentence=around,
        sentence_text=sentence,
        document=DOCUMENTS[path],
        page=page,
        heading=heading,
        score=confidence,
        confidence=confidence,
        stale=stale,
        hit=hit(path, quotes[0], heading, page),
        form="list" if len(quotes) > 1 else "words",
    )


OPENED = "It opened on 4 May 1998 in a disused water mill on the river Orrin."
HISTORY = "The Rain Museum › History"
VISITING = "The Rain Museum › Visiting"
COLLECTION = "The Rain Museum › The collection"
HITS = (
    hit("/library/rain-museum.md", "Ilse Marrin", HISTORY, 3),
    hit("/library/rain-museum.md", "March to October", VISITING, 4),
    hit("/library/manual.txt", "Descale"),
)


def replied(question: str, *answers: Answer, answered: bool = True, hits: tuple[Hit, ...] = HITS):
    return Reply(question, question, answered, answers, hits, 0.35)


WHEN = "When did the rain museum open?"
WHICH = "Which instruments can visitors see?"
PRICE = "How much is it for grown-ups?"
NOWHERE = "Who won the chess tournament?"
DESCALE = "How often is the machine descaled?"
HOSTILE = "How much salt?"
STALE = "Where is the museum?"

REPLIES = {
    WHEN: replied(
        WHEN,
        answer("/library/rain-museum.md", "4 May 1998", sentence=OPENED, heading=HISTORY, page=3),
        answer(
            "/library/rain-museum.md",
            "March to October",
            sentence="The museum is open from March to October, every day but Monday.",
            heading=VISITING,
            page=4,
            confidence=0.71,
        ),
        answer(
            "/library/rain-museum.md",
            "1911",
            sentence="Visitors can see three instruments: a brass pluviometer, a tipping bucket, "
            "and a chart recorder from 1911.",
            heading=COLLECTION,
            page=3,
            confidence=0.66,
        ),
    ),
    WHICH: replied(
        WHICH,
        answer(
            "/library/rain-museum.md",
            "a brass pluviometer",
            "a tipping bucket",
            "a chart recorder from 1911",
            sentence="Visitors can see three instruments: a brass pluviometer, a tipping bucket, "
            "and a chart recorder from 1911.",
            heading=COLLECTION,
            page=3,
            confidence=0.71,
        ),
    ),
    PRICE: replace(
        replied(
            PRICE,
            answer(
                "/library/rain-museum.md",
                "7 euros",
                sentence="Entry costs 7 euros; children under ten go in free.",
                heading=VISITING,
                page=4,
                confidence=0.64,
            ),
        ),
        resolved_question="How much is the rain museum for grown-ups?",
    ),
    NOWHERE: replied(
        NOWHERE,
        answer(
            "/library/rain-museum.md",
            "Ilse Marrin",
            sentence="The museum was the idea of Ilse Marrin, a retired meteorologist who had "
            "kept every rain gauge she ever used.",
            heading=HISTORY,
            page=3,
            confidence=0.05,
        ),
        answered=False,
    ),
    DESCALE: replied(
        DESCALE,
        answer(
            "/library/manual.txt",
            "every three months",
            sentence="Descale the machine every three months.",
        ),
        answer(
            "/library/manual.txt",
            "Step 180",
            sentence="Step 180: turn the valve to position 180 and wait for the lamp.",
            confidence=0.66,
        ),
    ),
    HOSTILE: replied(
        HOSTILE,
        answer("/library/recipe.txt", "2%、白菜 1 颗。 \x1b[31mRED", sentence=RECIPE.strip("\n")),
        hits=(hit("/library/recipe.txt", "Salt"),),
    ),
    STALE: replied(
        STALE,
        answer(
            "/library/rain-museum.md",
            "in a disused water mill",
            sentence=OPENED,
            heading=HISTORY,
            stale=True,
        ),
    ),
}


class CheckingIndex:
    """The same documents in a real index without a model, made when a text is first checked."""

    def __init__(self) -> None:
        self._index: Index | None = None

    def check(self, text, path, cancelled) -> list[CheckedQuotation]:
        if self._index is None:
            folder = Path(mkdtemp(prefix="quoteback-checked-"))
            self._index = Index.open(folder / "index", create=True, encoder=WordEncoder())
            finalize(self, rmtree, folder, ignore_errors=True)
            self._index.add_texts(TEXTS.items())
        return check_quotations(text, self._index, path=path, cancelled=cancelled)


@dataclass
class FakeIndex:
    """What documents say, and how many passages they have."""

    texts: dict[str, str]
    counted: int

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.texts), self.counted

    def text(self, path: str) -> str:
        return self.texts[path]

    def documents(self) -> list[Document]:
        return [DOCUMENTS.get(path, Document(99, path, None)) for path in self.texts]

    def passages(self, path: str) -> list[Passage]:
        return PASSAGES.get(path, [])

    def structure(self, path: str) -> Structure:
        return read_structure(path, self.texts[path])

    def properties(self, path: str) -> Properties:
        return DOCUMENTS[path].properties if path in DOCUMENTS else Properties()


@dataclass
class FakeAssistant:
    """Knows its replies by heart. `busy` holds it up until it is set or the question cancelled."""

    texts: dict[str, str] = field(default_factory=lambda: dict(TEXTS))
    busy: Event | None = None
    fails: bool = False
    asked: list[tuple[str, tuple[str | tuple[str, str], ...]]] = field(default_factory=list)
    options: dict[str, object] = field(default_factory=dict)
    passages: int = 12
    checking: CheckingIndex = field(default_factory=CheckingIndex)
    checked: list[str] = field(default_factory=list)

    @property
    def index(self) -> FakeIndex:
        return FakeIndex(self.texts, self.passages)

    def search(self, words, k, *_mode, **_filter) -> list[Hit]:
        wanted = words.casefold().split()
        return [
            Hit(passage, DOCUMENTS[path], 0.5)
            for path, passages in PASSAGES.items()
            for passage in passages
            if any(word in passage.text.casefold() for word in wanted)
        ][:k]

    def check_quotations(
        self, text, *, filter=None, path=None, cancelled=None
    ) -> list[CheckedQuotation]:
        self.checked.append(path)
        self._wait(cancelled)
        return self.checking.check(text, path, cancelled)

    def ask(
        self, question, history=(), *, cancelled: Callable[[], bool] | None = None, **options
    ) -> Reply:
        self.asked.append((question, tuple(history)))
        self.options = options
        if self.fails:
            raise RuntimeError("the model [b]broke\x1b[31m")
        self._wait(cancelled)
        known = REPLIES.get(question)
        return known if known is not None else replied(question, answered=False, hits=())

    def _wait(self, cancelled: Callable[[], bool] | None) -> None:
        while self.busy is not None and not self.busy.wait(0.005):
            if cancelled is not None and cancelled():
                raise Cancelled


@pytest.fixture(scope="session", autouse=True)
def one_parse_a_stylesheet() -> Iterator[None]:
    """The styles of hundreds of apps are parsed once for each theme: that is a tenth of a start."""
    parse, known = Stylesheet._parse_rules, dict[object, list[RuleSet]]()

    def parse_once(sheet: Stylesheet, *arguments: object, **options: object) -> list[RuleSet]:
        key = (*arguments, *options.items(), *sheet._variables.items())
        if key not in known:
            known[key] = parse(sheet, *arguments, **options)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def app(assistant: FakeAssistant) -> QuotebackApp:
    return QuotebackApp(lambda _progress: assistant)


async def type_question(pilot, question: str) -> None:
    """Type a question, and press Enter."""
    pilot.app.query_one(QuestionInput).value = question
    await pilot.press("enter")


@pytest.fixture
def ask(until):
    """Type a question, press Enter, and wait for its reply and its source."""

    async def asking(pilot, question: str = WHEN) -> TurnView:
        app = pilot.app
        conversation = app.query_one(Conversation)
        before = len(conversation.turns)
        await type_question(pilot, question)
        # Keys wait for each other in a queue.
        await until(lambda: len(conversation.turns) > before)
        turn = app.query(TurnView).last()
        assert turn.question == question
        await until(lambda: turn.reply is not None)
        # The one that answers begins the one that shows the source.
        await until(lambda: not app.workers)
        await pilot.pause()
        return turn

    return asking


@pytest.fixture
def saving(conversations, monkeypatch) -> Event:
    """Conversations that begin are saved only when this is set."""
    going, began = Event(), conversations.begin_conversation

    def begin(name: str, place: str) -> int:
        going.wait(10)
        return began(name, place)

    monkeypatch.setattr(conversations, "begin_conversation", begin)
    return going


@pytest.fixture
def screen_text():
    """What the screen shows, as text."""

    def read(app: QuotebackApp) -> str:
        return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

    return read


@pytest.fixture
def until():
    """Wait until something holds; fails after half a minute."""

    async def wait(holds: Callable[[], object], seconds: float = 30) -> None:
        for _ in range(int(seconds / 0.01)):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come to hold")

    return wait
