"""One turn of the conversation: a question, and its reply."""

from __future__ import annotations

from asyncio import Lock
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from qa import Reply
from tui.common.presentation.answers import list_other_answers
from tui.common.presentation.wording import (
    describe_refusal,
    describe_unread,
    one_line,
    shorten_line,
)
from tui.common.screens.screen_parts import Pressable
from tui.conversation.choices import AnswerChoice, Choice, PassageChoice
from tui.conversation.judgements import Judgement
from tui.source.places import QuotedPlace, draw_turn

# Rows of a screen that has room for the evidence of all answers.
_ROOMY = 45
# Right answers of a judgement that are named, and characters of each.
_MOST_RIGHT, _RIGHT_CHARACTERS = 3, 60


class SearchedQuestion(Pressable):
    """The question as it was searched for; a click takes it up to edit it."""

    DEFAULT_CSS = """
    SearchedQuestion { padding: 0 1 0 2; color: $text-muted; }
    """

    def __init__(self, question: str) -> None:
        super().__init__(Content(f"Searched for: {shorten_line(question)}"), action="screen.edit")


class PassageFold(Pressable):
    """How many passages were read for the reply; a click shows or hides them."""

    DEFAULT_CSS = """
    PassageFold { margin-top: 1; padding: 0 1 0 2; color: $text-muted; }
    """

    def __init__(self, count: int, *, opened: bool) -> None:
        super().__init__(action="fold_passages")
        self._count = count
        self.show(opened)

    def show(self, opened: bool) -> None:
        """Draw it for passages that are shown, or hidden."""
        self.update(f"{'▾' if opened else '▸'} Closest passages ({self._count})")


class TurnView(Vertical):
    """A card. The current one lists all choices; a folded one shows the best answer alone.

    Attributes:
        history: the earlier questions that this one builds on, oldest first.
        searched: how much was searched, in a sentence; "" if that is not known any more.
        judgement: a person's judgement of the reply, if there is one.
        index_location: the index that was asked.
    """

    DEFAULT_CSS = """
    TurnView {
        height: auto;
        margin-bottom: 1;
        & > Static { height: auto; }
        & > .question { padding: 0 1 0 2; text-style: bold; background: $panel; }
        & > .outcome, & > .folded { padding: 0 1 0 2; color: $text-muted; }
        & > .outcome.-failed { color: $text-error; }
        & > .not-here { padding: 0 1 0 2; color: $text-warning; text-style: bold; }
        & > .judged { padding: 0 1 0 2; color: $text-success; }
        & > .list { padding: 0 1 0 2; margin-top: 1; color: $text-muted; }
        & > .searched { padding: 0 1 0 2; color: $text-muted; }
        &.-folded { pointer: pointer; }
        &.-folded:hover { background: $foreground 5%; }
    }
    """
    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """A choice of this turn was made, to show it in its document."""

        turn: TurnView
        place: QuotedPlace

    @dataclass
    class Pressed(Message):
        """This turn was clicked, to make it current."""

        turn: TurnView

    def __init__(
        self, question: str, *, reply: Reply | None = None, standalone: bool = False
    ) -> None:
        """A turn; `standalone`: the question does not build on earlier ones."""
        super().__init__()
        self.question = question
        self.reply = reply
        self.standalone = standalone
        self.history: tuple[str, ...] = ()
        self.searched = ""
        self.judgement: Judgement | None = None
        self.index_location = ""
        self._outcome = Static(classes="outcome")
        self.show_outcome("Waiting…")
        self._folded = False
        self._lists_passages = False
        self._chosen = 0
        self._drawing = Lock()

    def compose(self) -> ComposeResult:
        if self.reply is not None and self._folded:
            # A single widget: there may be a thousand folded turns.
            mark = describe_judgement(self.judgement)[0] if self.judgement else ""
            yield Static(draw_turn(self.question, self.reply, mark), classes="folded")
            return
        yield Static(Content(shorten_line(self.question)), classes="question")
        if self.reply is None:
            yield self._outcome
        else:
            yield from self._compose_reply(self.reply)

    def _compose_reply(self, reply: Reply) -> ComposeResult:
        if reply.is_rewritten:
            yield SearchedQuestion(reply.resolved_question)
        if self.judgement is not None:
            yield Static(Content(describe_judgement(self.judgement)), classes="judged")
        if unread := describe_unread(reply):
            yield Static(Content(unread), classes="searched")
        if not reply.answered:
            yield Static(describe_refusal(reply), classes="not-here")
            if self.searched:
                yield Static(Content(one_line(self.searched)), classes="searched how-much")
        if reply.answers and not reply.off_topic:
            if not reply.answered:
                yield Static("The best candidate", classes="list")
            yield AnswerChoice(reply.answers[0], reply, lead=True)
            if others := list_other_answers(reply):
                yield Static("Also possible", classes="list")
                roomy = self.app.size.height >= _ROOMY
                for other in others:
                    choice = AnswerChoice(other, reply, lead=roomy)
                    choice.set_class(roomy, "-apart")
                    yield choice
        if reply.hits:
            # Without an answer to choose there is nothing else to see.
            self._lists_passages |= not reply.answers or reply.off_topic
            yield PassageFold(len(reply.hits), opened=self._lists_passages)
            if self._lists_passages:
                yield from (PassageChoice(hit, reply) for hit in reply.hits)

    def on_mount(self) -> None:
        self._mark_chosen()

    async def action_fold_passages(self) -> None:
        await self._list_passages(not self._lists_passages)

    @property
    def choices(self) -> list[Choice]:
        """All choices, from top to bottom."""
        return list(self.query(Choice))

    @property
    def place(self) -> QuotedPlace | None:
        """The place of the choice that is made, if any."""
        return self.chosen.place if self.chosen else None

    @property
    def chosen(self) -> Choice | None:
        """The choice that is made, if any."""
        choices = self.choices
        return choices[self._chosen] if choices else None

    @property
    def finished(self) -> bool:
        """Whether the reply has come, or will not come."""
        return self.reply is not None or self._final

    def show_outcome(self, outcome: str, *, final: bool = False, failed: bool = False) -> None:
        """Show why there is no reply; `final`: none will come, `failed`: because of an error."""
        self._outcome_text, self._final = outcome, final or failed
        self._outcome.update(Content(one_line(outcome)))
        self._outcome.set_class(failed, "-failed")

    def copy_folded(self) -> TurnView:
        """A folded copy: a widget that was removed cannot be mounted again."""
        turn = TurnView(self.question, reply=self.reply, standalone=self.standalone)
        turn.show_outcome(
            self._outcome_text, final=self._final, failed=self._outcome.has_class("-failed")
        )
        turn.history, turn.searched = self.history, self.searched
        turn.judgement, turn.index_location = self.judgement, self.index_location
        turn._folded = True
        turn.add_class("-folded")
        return turn

    async def show_reply(self, reply: Reply) -> None:
        """Show the reply, with its best answer chosen."""
        self.reply = reply
        await self._redraw()

    def show_searched(self, searched: str) -> None:
        """Say how much was searched, which may be known only after the reply is shown."""
        if searched != self.searched:
            self.searched = searched
            for line in self.query(".how-much").results(Static):
                line.update(Content(one_line(searched)))

    async def show_judgement(self, judgement: Judgement | None) -> None:
        """Show a judgement of the reply; None for no judgement."""
        self.judgement = judgement
        if self.is_attached:
            await self._redraw()

    async def fold(self, folded: bool) -> None:
        """Show the best answer alone, or the whole reply again."""
        if folded != self._folded:
            self._folded, self._chosen = folded, 0
            self.set_class(folded, "-folded")
            if self.reply is not None and self.is_attached:
                await self._redraw()

    async def step_choice(self, kind: type[Choice], by: int) -> None:
        """Choose the next or previous answer, or passage."""
        if kind is PassageChoice:
            await self._list_passages(True)
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
        self._mark_chosen()
        self.scroll_to_chosen()
        self.post_message(self.Chosen(self, self.choices[at].place))

    def scroll_to_chosen(self) -> None:
        """Scroll to the choice once it is laid out."""
        if self.chosen is not None:
            self.call_after_refresh(self.chosen.scroll_visible, animate=False)

    async def _redraw(self) -> None:
        # A reply may come in while the turn is being folded.
        async with self._drawing:
            await self.recompose()
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        choices = self.choices
        for at, choice in enumerate(choices):
            choice.chosen = at == self._chosen

    async def _list_passages(self, listed: bool) -> None:
        """Show or hide the passages. They are mounted when they are wanted: most never are."""
        if listed == self._lists_passages or self.reply is None:
            return
        self._lists_passages = listed
        for fold in self.query(PassageFold):
            fold.show(listed)
        if listed:
            await self.mount_all(PassageChoice(hit, self.reply) for hit in self.reply.hits)
            return
        if isinstance(self.chosen, PassageChoice):
            self._choose(0)
        await self.query(PassageChoice).remove()


def describe_judgement(judgement: Judgement) -> str:
    """A judgement in one line."""
    mark = {"right": "✓ marked right", "wrong": "✗ marked wrong", "missing": "∅ marked missing"}
    right = judgement.right
    if judgement.rating == "right":
        return mark["right"]
    if right is None:
        comment = "what is right is not known"
    elif right.answers:
        named = ", ".join(
            f"“{shorten_line(each, _RIGHT_CHARACTERS)}”" for each in right.answers[:_MOST_RIGHT]
        )
        more = len(right.answers) - _MOST_RIGHT
        comment = f"right is {named}" + (f" and {more} more" if more > 0 else "")
    else:
        comment = "the documents do not hold it"
    return f"{mark[judgement.rating]}; {comment}"
