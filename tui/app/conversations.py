"""Keeps the conversation and its judgements, and brings saved conversations back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.locations import Location
from tui.app.main_screen import MainScreen
from tui.common.screens.background import in_background, while_running
from tui.conversation.judgements import (
    Judgement,
    JudgementFile,
    judgement_file_of,
    make_judgement_id,
)
from tui.conversation.judging import JudgementChange, apply_change
from tui.conversation.turn_view import TurnView
from tui.saved_conversations.conversation_recorder import ConversationRecorder
from tui.saved_conversations.conversation_store import (
    ConversationStore,
    SavedConversation,
    SavedTurn,
)


class Conversations:
    """Keeps the questions on the main screen.

    Attributes:
        store: the saved conversations; None to keep none.
        recorder: saves the current one.
    """

    def __init__(
        self,
        main: MainScreen,
        store: ConversationStore | None,
        on_error: Callable[[Exception], None],
    ) -> None:
        """Nothing is kept yet.

        Args:
            on_error: called, also from another thread, when something cannot be saved.
        """
        self._main = main
        self.store = store
        self._on_error = on_error
        self.recorder = ConversationRecorder(store, main.index_location, on_error)

    async def offer_questions(self) -> None:
        """Offer the questions of earlier conversations in the input line."""
        store = self.store
        if store is not None:
            try:
                questions = await while_running(self._main.app, in_background(store.read_questions))
            except Exception:
                return  # The same error is shown when a question cannot be saved.
            self._main.question.prepend_history(questions)

    async def choose(self, asked_index: Location | None) -> None:
        """Show the saved conversations, and continue the one that is chosen."""
        if self.store is None:
            return
        # Imported when it is wanted: the main screen is drawn before.
        from tui.saved_conversations.conversations_screen import ConversationsScreen

        chosen = await self._main.app.push_screen_wait(
            ConversationsScreen(
                self.store,
                self._main.index_location,
                self._main.answering.text_of,
                self.recorder.wait_until_saved,
            )
        )
        if chosen is not None:
            await self._resume(*chosen, asked_index)

    async def _resume(
        self,
        conversation: SavedConversation,
        turns: Sequence[SavedTurn],
        asked_index: Location | None,
    ) -> None:
        self.recorder.switch_conversation(conversation.id)
        location = conversation.index_location
        judgements: Mapping[str, Judgement] = {}
        if asked_index is not None and location == str(asked_index):
            file = JudgementFile(judgement_file_of(asked_index))
            judgements = await while_running(self._main.app, in_background(file.read))
        await self._main.clear()
        await self._main.show_turns(self._make_turns(turns, location, judgements))

    def _make_turns(
        self, saved: Sequence[SavedTurn], location: str, judgements: Mapping[str, Judgement]
    ) -> list[TurnView]:
        """The turns of a saved conversation with their judgements; new questions build on them."""
        turns = [TurnView(each.question, reply=each.reply) for each in saved]
        for turn in turns:
            self._main.question.add_to_history(turn.question)
            if turn.reply is None:
                turn.show_outcome("No reply was kept: ask it again.", final=True)
                continue
            turn.history = self._main.answering.remember_reply(turn.reply)
            turn.index_location = location
            turn.judgement = judgements.get(make_judgement_id(turn.question, turn.history))
        return turns

    async def save_judgement(
        self, turn: TurnView, change: JudgementChange, asked_index: Location
    ) -> None:
        """Save or remove a judgement, and show that."""
        app, file = self._main.app, JudgementFile(judgement_file_of(asked_index))
        try:
            message, judgement = await while_running(
                app, in_background(lambda: apply_change(change, file))
            )
        except Exception as error:
            self._on_error(error)
        else:
            await turn.show_judgement(judgement)
            app.notify(message, timeout=6, markup=False)
