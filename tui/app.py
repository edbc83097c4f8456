"""The app: wires its screens to an assistant, and to what is kept on disk."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.message import Message
from textual.screen import Screen

from tui.asking import AskScreen
from tui.assistant import OpenAssistant
from tui.background import Result, in_background
from tui.commands import Commands
from tui.help import HelpScreen
from tui.keys import KeyGroup
from tui.question import QuestionInput
from tui.recording import Recorder
from tui.sessions import Sessions
from tui.sessions_screen import Resumed, SessionsScreen
from tui.settings import Choices, Settings, SettingsError, read_settings, write_settings
from tui.source import SourcePane
from tui.themes import CONTRAST, DARK, LIGHT


class QuotebackApp(App[None], inherit_bindings=False):
    """Ask on the left, read the source on the right; everything else is a key away."""

    TITLE = "Quoteback"
    COMMANDS = {Commands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="help"),
        Binding("ctrl+p", "command_palette", "Commands", id="commands", priority=True),
        Binding("f5", "sessions", "Conversations", id="conversations"),
        Binding("ctrl+l", "clear", "New conversation", show=False, id="new-conversation"),
        Binding("ctrl+t", "theme", "Light or dark", show=False, id="light-or-dark"),
        Binding("ctrl+r", "retry", "Try again", id="try-again"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit"),
        Binding("tab", "app.focus_next", "Move the focus on", show=False),
        Binding("shift+tab", "app.focus_previous", "Move the focus back", show=False),
        Binding("ctrl+c", "help_quit", "Say how to quit", show=False),
    ]

    @dataclass
    class Progressed(Message):
        """Opening the assistant came further."""

        message: str
        fraction: float | None

    @dataclass
    class Unsaved(Message):
        """Something could not be saved."""

        problem: str

    def __init__(
        self,
        open_assistant: OpenAssistant,
        *,
        notice: str | None = None,
        samples: Sequence[str] = (),
        place: str = "",
        sessions: Sessions | None = None,
        settings: Path | None = None,
    ) -> None:
        """The app. What it is not given it does without.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            notice: something to say before the first question.
            samples: questions to offer there.
            place: folder of the index.
            sessions: where conversations are kept.
            settings: file of the settings.
        """
        super().__init__()
        for theme in (DARK, LIGHT, CONTRAST):
            self.register_theme(theme)
        self.settings = Settings()
        self._settings_file = settings
        self._open_assistant = open_assistant
        self._desk = AskScreen(notice, samples)
        self._failed_to_open = False
        self._place = place
        self._sessions = sessions
        self._recorder = sessions and Recorder(sessions, place, self._unsaved)
        self._problem = self._read_settings()
        self.theme = self.settings.theme

    def get_default_screen(self) -> Screen[None]:
        return self._desk

    async def on_mount(self) -> None:
        self._apply(self.settings)
        self._open()
        if self._problem:
            await self._desk.note(self._problem)

    def on_unmount(self) -> None:
        if self._recorder:
            self._recorder.close()

    async def _in_background(self, work: Callable[[], Result]) -> Result:
        """Run in the background; where the app has ended meanwhile, nothing comes after it."""
        try:
            return await in_background(work)
        finally:
            if not self.is_running:
                raise CancelledError

    # Opening

    @work
    async def _open(self) -> None:
        self._failed_to_open = False
        self.refresh_bindings()
        self._desk.status.activity = "Opening"
        try:
            assistant = await self._in_background(lambda: self._open_assistant(self._report))
            await self._desk.open_with(assistant)
        except Exception as error:
            self._failed_to_open = True
            self.refresh_bindings()
            self._desk.status.rest = "Not ready: ctrl+r tries again"
            await self._desk.note(f"Could not open: {error}")
        finally:
            self._desk.status.activity = ""

    def _report(self, message: str, fraction: float | None) -> None:
        self.post_message(self.Progressed(message, fraction))

    def on_quoteback_app_progressed(self, event: Progressed) -> None:
        if self._desk.assistant is None:
            self._desk.status.activity = event.message
            self._desk.status.fraction = event.fraction

    # Settings

    @property
    def key_groups(self) -> Sequence[KeyGroup]:
        """All keys that can be changed, by where they work."""
        return (
            KeyGroup("Everywhere", QuotebackApp),
            KeyGroup("While asking", AskScreen),
            KeyGroup("In the question", QuestionInput),
            KeyGroup("In the source", SourcePane),
            KeyGroup("Among the conversations", SessionsScreen),
        )

    @property
    def choices(self) -> Choices:
        """What settings can be chosen from."""
        return Choices(tuple(self.available_themes), [group.keys for group in self.key_groups])

    def _read_settings(self) -> str | None:
        """Take the settings from their file; returns what is wrong with it."""
        if self._settings_file is not None:
            try:
                self.settings = read_settings(self._settings_file, self.choices)
            except SettingsError as error:
                return f"Settings left aside: {error}"
        return None

    def _apply(self, settings: Settings) -> None:
        self.settings = settings
        self.theme = settings.theme
        self.set_keymap(dict(settings.keys))

    @work(exclusive=True, group="settings")
    async def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on, and keep them."""
        self._apply(settings)
        file = self._settings_file
        if file is not None:
            try:
                await self._in_background(lambda: write_settings(file, settings))
            except SettingsError as error:
                self._unsaved(error)

    def choose_theme(self, name: str) -> None:
        """Use a theme, and keep to it."""
        self.change_settings(replace(self.settings, theme=name))

    def _unsaved(self, problem: Exception) -> None:
        self.post_message(self.Unsaved(str(problem)))

    async def on_quoteback_app_unsaved(self, event: Unsaved) -> None:
        await self._desk.note(f"Not saved: {event.problem}")

    # Conversations

    def on_ask_screen_asked(self, event: AskScreen.Asked) -> None:
        if self._recorder:
            self._recorder.asked(event.turn, event.turn.question)

    def on_ask_screen_answered(self, event: AskScreen.Answered) -> None:
        if self._recorder:
            self._recorder.answered(event.turn, event.reply)

    async def on_sessions_screen_deleted(self, event: SessionsScreen.Deleted) -> None:
        if self._recorder and event.session == self._recorder.session:
            await self.action_clear()

    @work
    async def action_sessions(self) -> None:
        """Show the earlier conversations, and go on with the one that is chosen."""
        assert self._sessions is not None
        chosen = await self.push_screen_wait(
            SessionsScreen(self._sessions, self._place, self._text_of)
        )
        if chosen is not None:
            await self._resume(chosen)

    async def _resume(self, chosen: Resumed) -> None:
        if self._recorder:
            self._recorder.go_on_with(chosen.session.id)
        await self._desk.restore(chosen.turns)

    def _text_of(self, path: str) -> str:
        if self._desk.assistant is None:
            raise LookupError("no index is open")
        return self._desk.assistant.text(path)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """What cannot be done is not offered."""
        on_desk = self.screen is self._desk
        if action == "retry":
            return on_desk and self._failed_to_open
        if action == "sessions":
            return on_desk and self._sessions is not None
        return on_desk if action in ("clear", "help") else True

    def action_retry(self) -> None:
        self._open()

    async def action_clear(self) -> None:
        """A new conversation: what was asked before no longer counts."""
        await self._desk.clear()
        if self._recorder:
            self._recorder.go_on_with(None)

    def action_theme(self) -> None:
        self.choose_theme(LIGHT.name if self.current_theme.dark else DARK.name)

    def action_help(self) -> None:
        up_and_down = [
            binding
            for binding in Binding.make_bindings(ScrollableContainer.BINDINGS)
            if not binding.action.endswith(("left", "right"))
        ]
        groups = {group.title: group.bindings(self.settings.keys) for group in self.key_groups}
        self.push_screen(HelpScreen(groups | {"In the conversation and the source": up_and_down}))
