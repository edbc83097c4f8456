"""The app: wires its screens to an assistant, and to what is kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen

from index import OtherVersion
from tui.app.help import HelpScreen
from tui.app.key_groups import list_help_sections, list_key_groups
from tui.app.key_queue import KeyQueue
from tui.app.main_screen import MainScreen
from tui.app.palette import CommandProvider
from tui.common.background import Result, in_background, while_running
from tui.common.keys import KeyGroup
from tui.common.themes import CONTRAST, DARK, LIGHT
from tui.conversation.assistant import OpenAssistant
from tui.conversation.judgement_file import Judgement, JudgementFile, beside
from tui.conversation.judging import Outcome, apply_judgement
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import SampleDocuments
from tui.documents.document_tree import read_document_tree
from tui.documents.documents_screen import DocumentsScreen, in_words
from tui.documents.indexing_queue import IndexingQueue
from tui.documents.scope import ALL_DOCUMENTS, Scope
from tui.sessions.session_recorder import SessionRecorder
from tui.sessions.session_store import SessionStore
from tui.sessions.sessions_screen import ResumedSession, SessionsScreen
from tui.settings.file import SettingsError, read_settings, write_settings
from tui.settings.settings import Choices, Settings
from tui.settings.settings_screen import SettingsScreen


class QuotebackApp(App[None], inherit_bindings=False):
    """Ask on the left, read the source on the right; everything else is a key away."""

    TITLE = "Quoteback"
    COMMANDS = {CommandProvider}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "retry", "Try again", id="try-again"),
        Binding("f1", "help", "Help", id="help"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit"),
        Binding("ctrl+p", "command_palette", "Commands", id="commands", priority=True),
        Binding("ctrl+o", "documents", "Documents", id="documents"),
        Binding("f5", "sessions", "Conversations", id="conversations"),
        Binding("ctrl+s", "settings", "Settings", show=False, id="settings"),
        Binding("ctrl+g", "ask_everything", "Ask everything", show=False, id="ask-everything"),
        Binding("ctrl+l", "clear", "New conversation", show=False, id="new-conversation"),
        Binding("ctrl+t", "theme", "Light or dark", show=False, id="light-or-dark"),
        Binding("tab", "focus_next", "Move the focus on", show=False),
        Binding("shift+tab", "focus_previous", "Move the focus back", show=False),
        Binding("ctrl+c", "help_quit", "Say how to quit", show=False),
    ]

    def __init__(
        self,
        open_assistant: OpenAssistant,
        *,
        samples: SampleDocuments | None = None,
        index: Path | None = None,
        sessions: SessionStore | None = None,
        settings: Path | None = None,
    ) -> None:
        """The app. What it is not given it does without.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            samples: the sample documents, where it opens those.
            index: folder of a person's own index; it need not be there yet.
            sessions: where conversations are kept.
            settings: file of the settings.
        """
        super().__init__()
        for theme in (DARK, LIGHT, CONTRAST):
            self.register_theme(theme)
        self.settings = Settings()
        self._settings_file = settings
        # What their file holds, as far as it could be used.
        self._kept = self.settings
        self._open_assistant = open_assistant
        self._samples = samples
        self._desk = MainScreen(samples)
        self._failed_to_open = False
        self._embedded_anew = False
        self._index = index
        self._shelf = (
            IndexingQueue(index, self._on_shelf_changed, model=lambda: self.settings.model)
            if index
            else None
        )
        self._counts: tuple[int, int] | None = None
        self._sessions = sessions
        self._desk.place = str(self._place or "")
        self._recorder = (
            SessionRecorder(sessions, self._desk.place, self._unsaved) if sessions else None
        )
        self._keyboard = KeyQueue(self, super().on_event)
        self._problem = self._read_settings()
        self.theme = self.settings.theme

    def get_default_screen(self) -> Screen[None]:
        return self._desk

    async def on_mount(self) -> None:
        self._apply(self.settings)
        # The screen is there first.
        self.call_after_refresh(self._open)
        self._recall()
        if self._problem:
            await self._desk.conversation.note(self._problem, problem=True)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._keyboard.put(event)
        else:
            await super().on_event(event)

    async def on_unmount(self) -> None:
        if self._shelf:
            await self._shelf.close()
        if self._recorder:
            self._recorder.close()

    @property
    def _place(self) -> Path | None:
        """Folder of the index that is asked."""
        return self._samples.index if self._samples else self._index

    async def _in_background(self, work: Callable[[], Result]) -> Result:
        return await while_running(self, in_background(work))

    # Opening

    @work(exclusive=True, group="open")
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
            key = self.get_key_display(self._binding("try-again"))
            self._desk.status.rest = f"Not ready: {key} tries again"
            if not (isinstance(error, OtherVersion) and await self._embed_anew()):
                await self._desk.conversation.note(f"Could not open: {error}", problem=True)
        else:
            if self.settings.watch and self._shelf and not self._samples:
                self._shelf.watch(True)
        finally:
            self._desk.status.activity = ""

    async def _embed_anew(self) -> bool:
        """Have the documents embedded by the model as it is now; False where that was tried.

        They can be asked as soon as it has begun.
        """
        if self._shelf is None or self._samples or self._embedded_anew:
            return False
        self._embedded_anew = True
        await self._desk.conversation.note(
            "Another version of the model has embedded your documents: they are embedded anew now."
        )
        self._shelf.update()
        return True

    def _report(self, message: str, fraction: float | None) -> None:
        """Say how far opening has come; called from another thread."""
        self.call_later(self._show_progress, message, fraction)

    def _show_progress(self, message: str, fraction: float | None) -> None:
        if self._desk.assistant is None:
            self._desk.status.activity = message
            self._desk.status.fraction = fraction

    # Settings

    @property
    def key_groups(self) -> Sequence[KeyGroup]:
        """All keys that can be changed, by where they work."""
        return list_key_groups(QuotebackApp)

    @property
    def choices(self) -> Choices:
        """What settings can be chosen from."""
        return Choices(tuple(self.available_themes), [group.keys for group in self.key_groups])

    def _read_settings(self) -> str | None:
        """Take the settings from their file; returns what is wrong with it."""
        if self._settings_file is not None:
            try:
                self.settings = read_settings(self._settings_file, self.choices)
                self._kept = self.settings
            except SettingsError as error:
                return f"Settings left aside: {error}"
        return None

    def _apply(self, settings: Settings) -> None:
        self.settings = settings
        self.theme = settings.theme
        answering = self._desk.answering
        answering.how = replace(
            answering.how, k=settings.k, mode=settings.mode, threshold=settings.threshold
        )
        self.set_keymap(dict(settings.keys))
        self._desk.scope.key = self.get_key_display(self._binding("ask-everything"))

    def _binding(self, action: str) -> Binding:
        bindings = self.key_groups[0].bindings(self.settings.keys)
        return next(binding for binding in bindings if binding.id == action)

    @work(exclusive=True, group="settings")
    async def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on, and keep them."""
        self._apply(settings)
        file, before = self._settings_file, self._kept
        if file is not None:
            try:
                await self._in_background(lambda: write_settings(file, settings, before))
            except SettingsError as error:
                self._unsaved(error)
            else:
                self._kept = settings

    def choose_theme(self, name: str) -> None:
        """Use a theme, and keep to it."""
        self.change_settings(replace(self.settings, theme=name))

    def action_settings(self) -> None:
        """Show the settings, and where everything is kept."""
        place = self._place
        files: dict[str, Path | None] = {
            "Settings": self._settings_file,
            "Index": self._index,
            "Judged answers": place and beside(place),
            "Conversations": self._sessions.path if self._sessions else None,
        }
        self.push_screen(SettingsScreen(self.settings, self.choices, self.key_groups, files))

    def on_settings_screen_changed(self, event: SettingsScreen.Changed) -> None:
        watch = event.settings.watch
        if watch != self.settings.watch and self._shelf:
            self._shelf.watch(watch)
        self.change_settings(event.settings)

    def _unsaved(self, problem: Exception) -> None:
        """Say that something could not be saved; called from any thread."""
        self.call_later(self._say_unsaved, f"Not saved: {problem}")

    async def _say_unsaved(self, said: str) -> None:
        await self._desk.conversation.note(said, problem=True)
        # The reply that comes next scrolls on to its turn, and there may be another screen.
        self.notify(said, severity="error", timeout=6, markup=False)

    # Documents

    @work
    async def action_documents(self, adding: bool = False) -> None:
        """Show the documents, and confine questions to what is chosen there."""
        if self._shelf is None or self._index is None:
            return
        read = partial(read_document_tree, self._index)
        screen = DocumentsScreen(self._shelf, read, self._desk.scope.scope, adding=adding)
        scope = await self.push_screen_wait(screen)
        if scope is not None:
            self._confine(scope)

    def on_documents_screen_watched(self, event: DocumentsScreen.Watched) -> None:
        self.change_settings(replace(self.settings, watch=event.watching))

    def _confine(self, scope: Scope) -> None:
        self._desk.confine(scope)
        answering = self._desk.answering
        answering.how = replace(answering.how, filter=scope.to_filter())
        self.refresh_bindings()

    def action_ask_everything(self) -> None:
        self._confine(ALL_DOCUMENTS)

    def _on_shelf_changed(self) -> None:
        shelf = self._shelf
        if shelf is None or not self.is_running:
            return
        for screen in self.screen_stack:
            if isinstance(screen, DocumentsScreen):
                screen.show_work()
        self._desk.status.aside = in_words(shelf.working, short=True) if shelf.working else ""
        if shelf.counts != self._counts:
            self._counts = shelf.counts
            self._take_up()

    @work(exclusive=True, group="take-up")
    async def _take_up(self) -> None:
        """Ask the person's own documents as soon as there is one; count them anew."""
        if not self._counts or not self._counts[0] or not (self._samples or self._failed_to_open):
            self._desk.count()
            return
        if self._samples:
            self._samples = None
            self._confine(ALL_DOCUMENTS)
            await self._desk.conversation.welcome(None)
            await self._desk.conversation.note(
                "From here on your own documents are asked, no longer the samples."
            )
            self._desk.place = str(self._place)
            if self._recorder:
                self._recorder.place = self._desk.place
        self._open()

    # Conversations

    def on_main_screen_asked(self, event: MainScreen.Asked) -> None:
        if self._recorder:
            self._recorder.asked(event.turn, event.turn.question)

    def on_main_screen_answered(self, event: MainScreen.Answered) -> None:
        if self._recorder:
            self._recorder.answered(event.turn, event.reply)

    async def on_sessions_screen_deleted(self, event: SessionsScreen.Deleted) -> None:
        if self._recorder and event.session == self._recorder.session:
            await self.action_clear()

    @work
    async def action_sessions(self) -> None:
        """Show the earlier conversations, and go on with the one that is chosen."""
        if self._sessions is None or self._recorder is None:
            return
        place, text_of = self._desk.place, self._desk.answering.text_of
        chosen = await self.push_screen_wait(
            SessionsScreen(self._sessions, place, text_of, self._recorder.settle)
        )
        if chosen is not None:
            await self._resume(chosen)

    async def _resume(self, chosen: ResumedSession) -> None:
        if self._recorder:
            self._recorder.go_on_with(chosen.session.id)
        place, asked = self._place, chosen.session.place
        known: Mapping[str, Judgement] = {}
        if place is not None and asked == str(place):
            known = await self._in_background(JudgementFile(beside(place)).known)
        await self._desk.restore(chosen.turns, asked, known)

    @work
    async def _recall(self) -> None:
        """Have the questions of earlier conversations at hand."""
        sessions = self._sessions
        if sessions is not None:
            try:
                questions = await self._in_background(sessions.questions)
            except Exception:
                return  # It is said when a question cannot be saved.
            self._desk.question.recall_from(questions)

    def on_main_screen_judged(self, event: MainScreen.Judged) -> None:
        if self._place is not None:
            self._keep(event.turn, event.outcome, JudgementFile(beside(self._place)))

    @work
    async def _keep(self, turn: TurnView, outcome: Outcome, judgements: JudgementFile) -> None:
        try:
            said, known = await self._in_background(lambda: apply_judgement(outcome, judgements))
        except Exception as error:
            self._unsaved(error)
        else:
            await turn.judge(known)
            self.notify(said, timeout=6, markup=False)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """What cannot be done is not offered."""
        # The palette offers what can be done where it was opened.
        screens = [s for s in self.screen_stack if not isinstance(s, CommandPalette)]
        here = screens[-1] if screens else self._desk
        on_desk = here is self._desk
        possible = {
            "retry": on_desk and self._failed_to_open,
            "sessions": on_desk and self._sessions is not None,
            "documents": on_desk and self._shelf is not None,
            "ask_everything": on_desk and self._desk.scope.scope != ALL_DOCUMENTS,
            "settings": on_desk,
            "clear": on_desk,
            "help": not isinstance(here, ModalScreen),
        }
        return possible.get(action, True)

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
        self.push_screen(
            HelpScreen(list_help_sections(self.key_groups, self.screen, self.settings.keys))
        )
