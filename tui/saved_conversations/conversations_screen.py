"""The saved conversations, to search, continue, rename, export or delete them."""

from __future__ import annotations

import re
from asyncio import sleep
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qa import counted
from tui.common.presentation.wording import one_line, shorten_line, shorten_path
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import (
    KeyFooter,
    MessageLine,
    PageScreen,
    PathSuggester,
    PromptScreen,
    Title,
    expand_path,
    share_keys,
)
from tui.locations import samples_index
from tui.saved_conversations.conversation_store import (
    ConversationStore,
    SavedConversation,
    SavedTurn,
)
from tui.source.places import draw_turn

_NAME_LENGTH = 40
# Seconds that the cursor rests before a conversation is shown beside the list, and its turns.
_PAUSE_SECONDS, _PREVIEWED = 0.1, 30


class ConversationList(OptionList):
    """The list of conversations, two lines each."""

    DEFAULT_CSS = """
    ConversationList {
        width: 1fr;
        height: 100%;
        padding: 0 1;
        background: $background;
        scrollbar-size-vertical: 1;
        &:focus { background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Go on with it")]


class ConversationsScreen(PageScreen[tuple[SavedConversation, list[SavedTurn]] | None]):
    """The list of conversations; typing searches it.

    Returns the one to continue and its turns; None if it was closed.
    """

    AUTO_FOCUS = "ConversationList"
    DEFAULT_CSS = """
    ConversationsScreen {
        & > Horizontal { height: 1fr; margin: 0 1; }
        & .preview { width: 1fr; height: 100%; padding: 0 1; color: $text-muted; }
        &.-narrow .preview { display: none; }
        &.-low > Input { margin-top: 0; }
        &.-low ConversationList, &.-low ConversationList:focus { border: none; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "rename", "Rename", id="rename-session"),
        Binding("ctrl+e", "export", "Export", id="export-session"),
        Binding("delete", "delete", "Delete", id="delete-session"),
        Binding("escape", "dismiss", "Back", id="leave-sessions"),
    ]

    @dataclass
    class Deleted(Message):
        """A conversation was deleted."""

        conversation: int

    def __init__(
        self,
        conversations: ConversationStore,
        index_location: str,
        text_of: Callable[[str], str],
        wait_until_saved: Callable[[], None],
    ) -> None:
        """The screen.

        Args:
            index_location: the index that is asked; conversations about another name theirs.
            text_of: returns the text of an indexed document, for citations.
            wait_until_saved: waits until the current conversation is saved; called in the
                background.
        """
        super().__init__()
        self._conversations = conversations
        self._wait_until_saved = wait_until_saved
        self._index_location = index_location
        self._text_of = text_of
        self._listed: list[SavedConversation] = []
        self._listed_words = ""
        self._search = Input(
            placeholder="Search conversations", select_on_focus=False, compact=True
        )
        self._list = ConversationList(classes="framed")
        self._list.border_title = "Saved"
        self._preview = Static(classes="preview framed")
        self._preview.border_title = "Conversation"
        self._message = MessageLine()
        self._to_delete: SavedConversation | None = None

    def compose(self) -> ComposeResult:
        yield Title("Conversations")
        yield self._search
        with Horizontal():
            yield self._list
            yield self._preview
        yield self._message
        yield KeyFooter()

    def on_mount(self) -> None:
        self._refresh()

    @property
    def chosen(self) -> SavedConversation | None:
        """The conversation under the cursor."""
        at = self._list.highlighted
        return self._listed[at] if at is not None and at < len(self._listed) else None

    def _store_once_saved(self) -> ConversationStore:
        """The store, once the current conversation is saved."""
        self._wait_until_saved()
        return self._conversations

    @work(exclusive=True, group="search")
    async def _refresh(self, *, resumes: bool = False) -> None:
        """List what has the words; `resumes` goes on with the first as soon as it is found."""
        words = self._search.value
        try:
            conversations = await in_background(
                lambda: self._store_once_saved().search_conversations(words)
            )
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        previous = None if resumes else self.chosen
        self._listed, self._listed_words = conversations, words
        self._list.set_options(Option(self._line(conversation)) for conversation in conversations)
        ids = [conversation.id for conversation in conversations]
        if conversations:
            self._list.highlighted = (
                ids.index(previous.id) if previous and previous.id in ids else 0
            )
        elif words.strip():
            self._message.show("No conversation has these words.")
        else:
            self._message.show("No conversation yet: each is saved as it goes.")
        if resumes:
            await self._resume()

    def _line(self, conversation: SavedConversation) -> Content:
        location = conversation.index_location
        elsewhere = f" · {_name_index(location)}" if location != self._index_location else ""
        questions = counted(conversation.turns, "question")
        return Content.assemble(
            shorten_line(conversation.name),
            "\n",
            (
                f"{format_time(conversation.changed, datetime.now().astimezone())} · {questions}",
                "$secondary",
            ),
            (elsewhere, "$secondary"),
        )

    # Keys

    def on_key(self, event: events.Key) -> None:
        share_keys(event, self._search, self._list)

    def on_paste(self, event: events.Paste) -> None:
        share_keys(event, self._search, self._list)

    def on_input_changed(self) -> None:
        self._message.show("")
        self._refresh()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value == self._listed_words:
            await self._resume()
        else:
            # The list is still that of the words before.
            self._refresh(resumes=True)

    async def on_option_list_option_selected(self) -> None:
        await self._resume()

    def on_resize(self) -> None:
        self._show_preview()

    def on_option_list_option_highlighted(self) -> None:
        if self._to_delete is not None:
            self._to_delete = None
            self._message.show("")
        self._show_preview()

    @work(exclusive=True, group="preview")
    async def _show_preview(self) -> None:
        """Show the first turns of the chosen conversation beside the list."""
        conversation = self.chosen
        if conversation is None or not self._preview.display:
            self._preview.update("")
            return
        await sleep(_PAUSE_SECONDS)
        try:
            turns = await in_background(lambda: self._conversations.read_turns(conversation.id))
        except Exception:
            # The person is told when the conversation is opened.
            turns = []
        self._preview.update(Content("\n\n").join(map(_draw, turns[:_PREVIEWED])))

    async def _resume(self) -> None:
        """Return the chosen conversation. What is typed meanwhile goes to the main screen."""
        conversation = self.chosen
        if conversation is None:
            return
        self._message.show("Opening it…")
        try:
            turns = await in_background(
                lambda: self._store_once_saved().read_turns(conversation.id)
            )
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self.dismiss((conversation, turns))

    @work(exclusive=True)
    async def action_rename(self) -> None:
        """Ask for another name of the chosen conversation."""
        conversation = self.chosen
        if conversation is None:
            return
        renamed = await self.app.push_screen_wait(
            PromptScreen(
                "Rename it",
                conversation.name,
                take=lambda name: self._conversations.rename_conversation(conversation.id, name),
            )
        )
        if renamed:
            self._refresh()

    @work(exclusive=True)
    async def action_delete(self) -> None:
        """Delete the chosen conversation when the key is pressed twice."""
        conversation = self.chosen
        if conversation is None:
            return
        if self._to_delete != conversation:
            self._to_delete = conversation
            name = shorten_line(conversation.name, _NAME_LENGTH)
            self._message.show(f"Press the key again to delete “{name}” for good")
            return
        self._to_delete = None
        self._message.show("")
        try:
            await in_background(lambda: self._conversations.delete_conversation(conversation.id))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self._refresh()
            self.post_message(self.Deleted(conversation.id))

    @work(exclusive=True)
    async def action_export(self) -> None:
        """Export the chosen conversation to a file."""
        conversation = self.chosen
        if conversation is None:
            return
        # It loads what makes citations, and NumPy with that: the keys are known without it.
        from tui.saved_conversations.export import FORMATS, export_conversation

        def write(name: str) -> None:
            turns = self._store_once_saved().read_turns(conversation.id)
            export_conversation(expand_path(name), conversation, turns, self._text_of)

        written = await self.app.push_screen_wait(
            PromptScreen(
                "Export it",
                str(find_unused_path(Path.cwd() / suggest_file_name(conversation))),
                take=write,
                hint=f"The file to write: {' or '.join(f'*{suffix}' for suffix in FORMATS)}",
                suggester=PathSuggester(),
            )
        )
        if written:
            self._message.show(f"Written to {written}")


def _name_index(location: str) -> str:
    """An index as people call it."""
    if location == str(samples_index()):
        return "sample documents"
    return one_line(shorten_path(location))


def format_time(time: datetime, now: datetime) -> str:
    """A time as people write it: `today 14:02`, `yesterday 9:10`, `3 May 2025`."""
    days = (now.date() - time.date()).days
    clock = f"{time.hour}:{time:%M}"
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {clock}"
    return f"{time.day} {time:%B}" if time.year == now.year else f"{time.day} {time:%B %Y}"


def suggest_file_name(conversation: SavedConversation) -> str:
    """The name of the file for the export of a conversation."""
    words = re.sub(r"[^\w]+", "-", conversation.name.lower())[:_NAME_LENGTH].strip("-")
    return f"{words or 'conversation'}.md"


def find_unused_path(path: Path) -> Path:
    """The path itself if nothing is there, else the first free one of `name-2.md`, and so on."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(free for free in chain([path], numbered) if not free.exists())


def _draw(turn: SavedTurn) -> Content:
    if turn.reply is None:
        return Content.assemble((shorten_line(turn.question), "bold"), "\nNo reply was saved.")
    return draw_turn(turn.question, turn.reply)
