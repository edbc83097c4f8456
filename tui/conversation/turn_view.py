"""One turn of the conversation: a question, and what came of it."""

from __future__ import annotations

from asyncio import Lock
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from qa import Reply
from tui.common.wording import describe_refusal, one_line, shorten
from tui.conversation.choices import AnswerChoice, Choice, PassageChoice
from tui.conversation.judgement_file import Judgement
from tui.source.excerpt import format_answer
from tui.source.quotation import Quotation, is_worth_showing


class ResolvedQuestion(Static):
    """The question as it was searched for; a click takes it up again to change it."""

    DEFAULT_CSS = """
    ResolvedQuestion {
        padding: 0 1 0 2;
        color: $text-muted;
        pointer: pointer;
        &:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    class Pressed(Message):
        """The question is to be changed."""

    def __init__(self, question: str) -> None:
        super().__init__(Content(f"Searched for: {shorten(question)}"))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


class TurnView(Vertical):
    """A card. The current one lists all there is to choose; the others only their best.

    Attributes:
        history: the earlier questions that its own was understood by.
        judged: what a person says of the reply.
        place: folder of the index that it was asked of.
    """

    DEFAULT_CSS = """
    TurnView {
        height: auto;
        margin-bottom: 1;
        & > Static { height: auto; }
        & > .question { padding: 0 1 0 2; text-style: bold; }
        & > .outcome, & > .folded { padding: 0 1 0 2; color: $text-muted; }
        & > .outcome.-failed { color: $text-error; }
        & > .not-here { padding: 0 1 0 2; color: $text-warning; text-style: bold; }
        & > .judged { padding: 0 1 0 2; color: $text-success; }
        & > .list { padding: 0 1 0 2; margin-top: 1; color: $text-muted; }
        &.-folded { pointer: pointer; }
        &.-folded:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """Something of this turn is to be shown in its document."""

        turn: TurnView
        quotation: Quotation

    @dataclass
    class Pressed(Message):
        """This turn is to become the current one."""

        turn: TurnView

    def __init__(
        self, question: str, *, reply: Reply | None = None, standalone: bool = False
    ) -> None:
        """A turn.

        Args:
            standalone: the question is searched for as it stands, whatever was asked before.
        """
        super().__init__()
        self.question = question
        self.reply = reply
        self.standalone = standalone
        self.history: tuple[str, ...] = ()
        self.judged: Judgement | None = None
        self.place = ""
        self._outcome = Static(classes="outcome")
        self.say("Waiting…")
        self._folded = False
        self._chosen = 0
        self._drawing = Lock()

    def compose(self) -> ComposeResult:
        if self.reply is not None and self._folded:
            # A single widget: there may be a thousand of these.
            yield Static(_folded(self.question, self.reply, self.judged), classes="folded")
            return
        yield Static(Content(shorten(self.question)), classes="question")
        if self.reply is None:
            yield self._outcome
        else:
            yield from self._compose_reply(self.reply)

    def _compose_reply(self, reply: Reply) -> ComposeResult:
        if reply.resolved_question != reply.question:
            yield ResolvedQuestion(reply.resolved_question)
        if self.judged is not None:
            yield Static(Content(in_words(self.judged)), classes="judged")
        passages = [PassageChoice(hit, reply) for hit in reply.hits]
        others = reply.answers[int(reply.answered) :]
        answers = [AnswerChoice(other, reply) for other in others if is_worth_showing(other)]
        if reply.answered:
            yield AnswerChoice(reply.answers[0], reply, lead=True)
            yield from _listed("More answers", answers)
            yield from _listed("Closest passages", passages)
        else:
            yield Static(describe_refusal(reply), classes="not-here")
            yield from _listed("Closest passages", passages)
            yield from _listed("Best candidates, none of them sure", answers)

    def on_mount(self) -> None:
        self._mark()

    @property
    def choices(self) -> list[Choice]:
        """All that can be chosen, from top to bottom."""
        return list(self.query(Choice))

    @property
    def quotation(self) -> Quotation | None:
        """What is chosen, to be shown in its document."""
        return self.chosen.quotation if self.chosen else None

    @property
    def chosen(self) -> Choice | None:
        """What is chosen."""
        choices = self.choices
        return choices[self._chosen] if choices else None

    @property
    def settled(self) -> bool:
        """Whether nothing more will come of it."""
        return self.reply is not None or self._final

    def say(self, outcome: str, *, final: bool = False, failed: bool = False) -> None:
        """Say how it stands with a question that has no reply.

        Args:
            final: there will be none.
        """
        self._said, self._final = outcome, final or failed
        self._outcome.update(Content(one_line(outcome)))
        self._outcome.set_class(failed, "-failed")

    def again(self) -> TurnView:
        """The same turn, folded: a widget that has left the screen cannot come back itself."""
        turn = TurnView(self.question, reply=self.reply, standalone=self.standalone)
        turn.say(self._said, final=self._final, failed=self._outcome.has_class("-failed"))
        turn.history, turn.judged, turn.place = self.history, self.judged, self.place
        turn._folded = True
        turn.add_class("-folded")
        return turn

    async def show_reply(self, reply: Reply) -> None:
        """Take the reply, with its best chosen."""
        self.reply = reply
        await self._redraw()

    async def judge(self, judged: Judgement | None) -> None:
        """Show what a person says of the reply."""
        self.judged = judged
        if self.is_attached:
            await self._redraw()

    async def fold(self, folded: bool) -> None:
        """Show only the best, or everything again."""
        if folded != self._folded:
            self._folded, self._chosen = folded, 0
            self.set_class(folded, "-folded")
            if self.reply is not None and self.is_attached:
                await self._redraw()

    def step(self, kind: type[Choice], by: int) -> None:
        """Choose the next or the one before among the answers, or among the passages."""
        of_kind = [at for at, choice in enumerate(self.choices) if isinstance(choice, kind)]
        if not of_kind:
            return
        if self._chosen in of_kind:
            at = min(max(of_kind.index(self._chosen) + by, 0), len(of_kind) - 1)
        else:
            at = 0 if by > 0 else len(of_kind) - 1
        self._choose(of_kind[at])

    def on_choice_pressed(self, event: Choice.Pressed) -> None:
        event.stop()
        self._choose(self.choices.index(event.choice))
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        self.post_message(self.Pressed(self))

    def _choose(self, at: int) -> None:
        self._chosen = at
        self._mark()
        self.reveal_chosen()
        self.post_message(self.Chosen(self, self.choices[at].quotation))

    def reveal_chosen(self) -> None:
        """Scroll to what is chosen once it has its place."""
        if self.chosen is not None:
            self.call_after_refresh(self.chosen.scroll_visible, animate=False)

    async def _redraw(self) -> None:
        # A reply may come in while the turn is being folded.
        async with self._drawing:
            await self.recompose()
        self._mark()

    def _mark(self) -> None:
        for at, choice in enumerate(self.choices):
            choice.chosen = at == self._chosen


def _listed(title: str, choices: list[AnswerChoice] | list[PassageChoice]) -> ComposeResult:
    if choices:
        yield Static(f"{title} ({len(choices)})", classes="list")
        yield from choices


def in_words(judged: Judgement) -> str:
    """What a person says of a reply, in one line."""
    mark = {"right": "✓ marked right", "wrong": "✗ marked wrong", "missing": "∅ marked missing"}
    right = judged.right
    if judged.verdict == "right":
        return mark["right"]
    if right is None:
        said = "what is right is not known"
    elif right.answers:
        said = f"right is “{one_line(', '.join(right.answers))}”"
    else:
        said = "the documents do not hold it"
    return f"{mark[judged.verdict]}; {said}"


def _folded(question: str, reply: Reply, judged: Judgement | None) -> Content:
    mark = (f"  {in_words(judged)[0]}", "$text-success") if judged else ""
    asked = Content.assemble(shorten(question), mark, "\n")
    if not reply.answered:
        return Content.assemble(asked, describe_refusal(reply))
    best = reply.answers[0]
    name = Quotation.of_answer(best).file_name
    return Content.assemble(asked, (format_answer(best), "$foreground"), f"  {name}")
