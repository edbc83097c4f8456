"""Earlier conversations: found, gone on with, renamed, exported, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from qa import counted
from tui.common.background import in_background
from tui.common.page import KeyFooter, MessageLine, Title, share_keys
from tui.common.paths import PathSuggester
from tui.common.prompt import PromptScreen
from tui.common.wording import one_line, shorten
from tui.sessions.export import FORMATS, export
from tui.sessions.session_store import SavedTurn, Session, SessionStore

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class ResumedSession:
    """A conversation to go on with."""

    session: Session
    turns: list[SavedTurn]


class SessionList(OptionList):
    """Two lines a conversation."""

    DEFAULT_CSS = """
    SessionList {
        height: 1fr;
        margin-top: 1;
        padding: 0 1 0 2;
        background: $background;
        scrollbar-size-vertical: 1;
        &, &:focus { border: none; background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Go on with it")]


class SessionsScreen(Screen[ResumedSession | None]):
    """A list to choose from; typing narrows it."""

    AUTO_FOCUS = "SessionList"
    DEFAULT_CSS = """
    SessionsScreen {
        & > Input { margin: 1 2 0 2; padding: 0; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "rename", "Rename", id="rename-session"),
        Binding("ctrl+e", "export", "Export", id="export-session"),
        Binding("delete", "delete", "Delete", id="delete-session"),
        Binding("escape", "dismiss", "Back", id="leave-sessions"),
    ]

    @dataclass
    class Deleted(Message):
        """A conversation is gone."""

        session: int

    def __init__(
        self,
        sessions: SessionStore,
        place: str,
        text_of: Callable[[str], str],
        settle: Callable[[], None],
    ) -> None:
        """The screen.

        Args:
            place: folder of the index that is asked; conversations about another say so.
            text_of: gives the text of an indexed document, for citations.
            settle: waits until all that was asked so far is saved; called in the background.
        """
        super().__init__()
        self._sessions = sessions
        self._settle = settle
        self._place = place
        self._text_of = text_of
        self._found: list[Session] = []
        self._search = Input(
            placeholder="Search conversations", select_on_focus=False, compact=True
        )
        self._list = SessionList()
        self._message = MessageLine()
        self._to_delete: Session | None = None

    def compose(self) -> ComposeResult:
        yield Title("Conversations")
        yield self._search
        yield self._list
        yield self._message
        yield KeyFooter()

    def on_mount(self) -> None:
        self._refresh()

    @property
    def chosen(self) -> Session | None:
        """The one under the cursor."""
        at = self._list.highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def _settled(self) -> SessionStore:
        """The conversations, once all that was asked so far is saved."""
        self._settle()
        return self._sessions

    @work(exclusive=True, group="search")
    async def _refresh(self) -> None:
        wanted = self._search.value
        try:
            found = await in_background(lambda: self._settled().search(wanted))
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        kept = self.chosen
        self._found = found
        self._list.set_options(Option(self._line(session)) for session in found)
        ids = [session.id for session in found]
        if found:
            self._list.highlighted = ids.index(kept.id) if kept and kept.id in ids else 0
        elif wanted.strip():
            self._message.show("No conversation has these words.")
        else:
            self._message.show("No conversation yet: each is saved as it goes.")

    def _line(self, session: Session) -> Content:
        elsewhere = f" · {one_line(session.place)}" if session.place != self._place else ""
        questions = counted(session.turns, "question")
        return Content.assemble(
            shorten(session.name),
            "\n",
            (f"{when(session.changed, datetime.now().astimezone())} · {questions}", "$secondary"),
            (elsewhere, "$secondary"),
        )

    # Keys

    def on_key(self, event: events.Key) -> None:
        share_keys(event, self._search, self._list)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._message.show("")
        self._refresh()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self._resume()

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        await self._resume()

    def on_option_list_option_highlighted(self) -> None:
        if self._to_delete is not None:
            self._to_delete = None
            self._message.show("")

    async def _resume(self) -> None:
        """Leave, and go on with the one chosen. What is typed meanwhile is for it."""
        session = self.chosen
        if session is None:
            return
        self._message.show("Opening it…")
        try:
            turns = await in_background(lambda: self._settled().turns(session.id))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self.dismiss(ResumedSession(session, turns))

    @work(exclusive=True)
    async def action_rename(self) -> None:
        """Ask for another name."""
        session = self.chosen
        if session is None:
            return
        renamed = await self.app.push_screen_wait(
            PromptScreen(
                "Rename it", session.name, take=lambda name: self._sessions.rename(session.id, name)
            )
        )
        if renamed:
            self._refresh()

    @work(exclusive=True)
    async def action_delete(self) -> None:
        """Delete the one chosen, at the second time of asking."""
        session = self.chosen
        if session is None:
            return
        if self._to_delete != session:
            self._to_delete = session
            name = shorten(session.name, _NAME_LENGTH)
            self._message.show(f"Press the key again to delete “{name}” for good")
            return
        self._to_delete = None
        self._message.show("")
        try:
            await in_background(lambda: self._sessions.delete(session.id))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self._refresh()
            self.post_message(self.Deleted(session.id))

    @work(exclusive=True)
    async def action_export(self) -> None:
        """Write the one chosen to a file."""
        session = self.chosen
        if session is None:
            return

        def write(name: str) -> None:
            turns = self._settled().turns(session.id)
            export(Path(name).expanduser(), session, turns, self._text_of)

        written = await self.app.push_screen_wait(
            PromptScreen(
                "Export it",
                str(unused(Path.cwd() / file_name(session))),
                take=write,
                hint=f"The file to write: {' or '.join(f'*{suffix}' for suffix in FORMATS)}",
                suggester=PathSuggester(),
            )
        )
        if written:
            self._message.show(f"Written to {written}")


def when(time: datetime, now: datetime) -> str:
    """A time as people say it: `today 14:02`, `yesterday 9:10`, `3 May 2025`."""
    days = (now.date() - time.date()).days
    clock = f"{time.hour}:{time:%M}"
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {clock}"
    return f"{time.day} {time:%B}" if time.year == now.year else f"{time.day} {time:%B %Y}"


def file_name(session: Session) -> str:
    """A name for the file that a conversation is exported to."""
    words = re.sub(r"[^\w]+", "-", session.name.lower())[:_NAME_LENGTH].strip("-")
    return f"{words or 'conversation'}.md"


def unused(path: Path) -> Path:
    """This path, or where something is there already the first that is free: `name-2.md`."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(free for free in chain([path], numbered) if not free.exists())
