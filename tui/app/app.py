"""The app: connects its screens with the assistant, the index and the files on disk."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, Provider
from textual.screen import ModalScreen, Screen
from textual.theme import BUILTIN_THEMES

from index.locations import Location
from tui.app.conversations import Conversations
from tui.app.main_screen import MainScreen
from tui.app.opening import (
    AssistantOpening,
    OpenAssistant,
    look_around,
    offer_to_go_on,
    show_unfinished,
)
from tui.app.title_line import name_index
from tui.common.screens.background import in_background, while_running
from tui.common.screens.keys import KeyGroup, KeyQueue
from tui.conversation.judgements import judgement_file_of
from tui.conversation.welcome import SampleDocuments
from tui.documents.document_tree import ALL_DOCUMENTS, Scope
from tui.documents.indexing_queue import IndexingQueue, describe_progress
from tui.saved_conversations.conversation_store import ConversationStore
from tui.search.quick_open import RecentDocuments
from tui.settings.file import SettingsError, read_settings, write_settings
from tui.settings.settings import Choices, Settings
from tui.settings.themes import DARK, LIGHT, THEMES, read_own_themes, set_look

if TYPE_CHECKING:
    from tui.documents.documents_screen import DocumentsScreen
    from tui.saved_conversations.conversations_screen import ConversationsScreen
    from tui.settings.settings_screen import SettingsScreen


# Actions that work on every screen but a panel on top of one.
_GLOBAL = frozenset(
    "retry conversations quick_open search check_quotations documents settings help".split()
)
# The screens that some of them open, where they have nothing to do; by name, since:
_OPENED = {
    "conversations": "ConversationsScreen",
    "search": "SearchScreen",
    "check_quotations": "CheckScreen",
    "documents": "DocumentsScreen",
    "settings": "SettingsScreen",
}
# The other screens are imported when they are wanted: the main one is on the screen before.


def _get_command_provider() -> type[Provider]:
    from tui.app.help import CommandProvider

    return CommandProvider


def list_choices(settings: Path | None) -> Choices:
    """The values that settings can have, with a person's own themes beside their file."""
    usual = (*BUILTIN_THEMES, *(theme.name for theme in THEMES))
    own, _ = read_own_themes(settings, usual)

    def find_keys() -> list[Mapping[str, str]]:
        from tui.app.help import list_key_groups

        return [group.keys for group in list_key_groups(QuotebackApp)]

    return Choices((*usual, *(theme.name for theme in own)), find_keys)


class QuotebackApp(App[None], inherit_bindings=False):
    """Ask on the left, read the source on the right; keys open the other screens."""

    TITLE = "Quoteback"
    CSS_PATH = "main_screen.tcss"
    COMMANDS = {_get_command_provider}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "retry", "Try again", id="try-again"),
        Binding("f1", "help", "Help", id="help"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit"),
        Binding("ctrl+p", "command_palette", "Commands", id="commands", priority=True),
        Binding("ctrl+o", "documents", "Documents", id="documents"),
        Binding("ctrl+k", "quick_open", "Open", id="open", priority=True, tooltip="Open by name"),
        Binding(
            "ctrl+f", "search", "Search", id="search", priority=True, tooltip="Search for words"
        ),
        Binding(
            "ctrl+y", "check_quotations", "Check quotations", show=False, id="check-quotations"
        ),
        Binding("f5", "conversations", "Conversations", id="conversations"),
        Binding("ctrl+s", "settings", "Settings", show=False, id="settings"),
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
        index: Location | None = None,
        conversations: ConversationStore | None = None,
        settings: Path | None = None,
        recent: Path | None = None,
    ) -> None:
        """The app. Each part but the first may be left out.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            samples: the sample documents, if those are asked.
            index: the person's own index; it need not exist yet.
            conversations: the saved conversations.
            settings: the settings file.
            recent: the file of the documents that were read last.
        """
        super().__init__()
        set_look(self)
        themes, problems = read_own_themes(settings, self.available_themes)
        for theme in themes:
            self.register_theme(theme)
        self._settings_file = settings
        # What is wrong with files of themes, or of the settings, so that they were left aside.
        self._settings_problems = [f"Theme left aside: {problem}" for problem in problems]
        self._samples = samples
        self._main = MainScreen(samples, RecentDocuments(recent))
        self._opening = AssistantOpening(self._main, open_assistant, self._reembed)
        self._reembedding = False
        self._index = index
        self._queue = (
            IndexingQueue(index, self._on_queue_changed, model=lambda: self.settings.model)
            if index
            else None
        )
        self._counts: tuple[int, int] | None = None
        self._was_working = False
        self._name_index()
        self._conversations = Conversations(self._main, conversations, self._report_unsaved)
        self._searched = self._checked = ""
        self._key_queue = KeyQueue(self, super().on_event)
        # The second: as the file has them.
        self.settings = self._saved = self._read_settings()
        self.theme = self.settings.theme

    def get_default_screen(self) -> Screen[None]:
        return self._main

    async def on_mount(self) -> None:
        warnings.showwarning = self._show_warning
        self._apply_settings(self.settings)
        # The screen is drawn first.
        self.call_after_refresh(self._open)
        if self._samples:
            self.call_after_refresh(self._offer_to_go_on)
        self.run_worker(self._conversations.offer_questions())
        for problem in self._settings_problems:
            await self._main.conversation.show_note(problem, problem=True)

    def _show_warning(self, message: Warning | str, *_: object, **_named: object) -> None:
        """Show what would go unseen on standard error; called from any thread."""
        self.call_later(self._main.conversation.show_note, str(message))

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._key_queue.put(event)
        else:
            await super().on_event(event)

    async def on_unmount(self) -> None:
        if self._queue:
            await self._queue.close()
        self._conversations.recorder.close()

    @property
    def _asked_index(self) -> Location | None:
        """The index that is asked, if any."""
        return self._samples.index if self._samples else self._index

    def _name_index(self) -> None:
        place = self._asked_index
        self._main.index_location = self._main.navigation.index = str(place or "")
        self._main.summary.index = name_index(place, are_samples=self._samples is not None)

    # Opening

    @property
    def _retry_key(self) -> str:
        return self.get_key_display(self._find_binding("try-again"))

    def on_main_screen_index_lost(self) -> None:
        self._opening.note_lost(self._retry_key)

    @work(exclusive=True, group="open")
    async def _open(self) -> None:
        if await self._opening.run(self._retry_key):
            if self.settings.watch and self._queue and not self._samples:
                self._queue.watch(True)
            self._look_around()

    async def _reembed(self) -> bool:
        """Start to embed the documents with the current version of the model.

        They can be asked as soon as that has begun.

        Returns:
            False if it cannot be done, or was tried before.
        """
        if self._queue is None or self._samples or self._reembedding:
            return False
        self._reembedding = True
        await self._main.conversation.show_note(
            "Another version of the model has embedded your documents: they are embedded anew now."
        )
        self._queue.update()
        return True

    @work(exclusive=True, group="look-around")
    async def _look_around(self) -> None:
        if self._index is not None:
            await look_around(self._main, self._index, self._queue, are_samples=bool(self._samples))

    @work(exclusive=True, group="look-around")
    async def _offer_to_go_on(self) -> None:
        """Offer to go on with indexing, before the samples are open."""
        if self._index is not None:
            await show_unfinished(self._main, self._index, self._queue)

    @work(exclusive=True, group="hide-unfinished")
    async def _hide_unfinished(self) -> None:
        """Take the offer back: a worker, since the widget that it goes with is removed."""
        await offer_to_go_on(self._main, "")

    def action_go_on_indexing(self) -> None:
        """Index what is left."""
        if self._queue:
            self._queue.update()

    # Settings

    @property
    def key_groups(self) -> Sequence[KeyGroup]:
        """All keys that can be changed, by where they work."""
        from tui.app.help import list_key_groups

        return list_key_groups(QuotebackApp)

    def _read_settings(self) -> Settings:
        """The settings of the file; if there is none, or a wrong one, the usual ones."""
        file = self._settings_file
        try:
            return read_settings(file, list_choices(file)) if file else Settings()
        except SettingsError as error:
            self._settings_problems.append(f"Settings left aside: {error}")
            return Settings()

    def _write_settings(self, settings: Settings) -> None:
        """Write what has changed since the last time; raises `SettingsError`."""
        if self._settings_file:
            write_settings(self._settings_file, settings, self._saved)
        self._saved = settings

    def _apply_settings(self, settings: Settings) -> None:
        self.settings = settings
        self.theme = settings.theme
        answering = self._main.answering
        answering.options = replace(
            answering.options, k=settings.k, mode=settings.mode, threshold=settings.threshold
        )
        self.set_keymap(dict(settings.keys))
        self._main.summary.key = self.get_key_display(self._find_binding("ask-everything"))

    def _find_binding(self, action: str) -> Binding:
        groups = (KeyGroup("", owner) for owner in (QuotebackApp, MainScreen))
        found = (group.bindings_by_action(self.settings.keys) for group in groups)
        return next(each[action][0] for each in found if action in each)

    @work(exclusive=True, group="settings")
    async def change_settings(self, settings: Settings) -> None:
        """Apply other settings, and save them. Other models are then loaded."""
        before = self.settings
        self._apply_settings(settings)
        try:
            await while_running(self, in_background(lambda: self._write_settings(settings)))
        except SettingsError as error:
            self._report_unsaved(error)
        else:
            if (before.reader, before.reranker) != (settings.reader, settings.reranker):
                self._open()

    def choose_theme(self, name: str) -> None:
        """Apply a theme, and save the choice."""
        self.change_settings(replace(self.settings, theme=name))

    @work(exclusive=True, group="show-settings")
    async def action_settings(self) -> None:
        """Show the settings, and the paths of all files."""
        from tui.settings.settings_screen import SettingsScreen, list_plugin_names

        conversations = self._conversations.store
        files = {
            "Settings": self._settings_file,
            "Index": self._index,
            "Judged answers": (asked := self._asked_index) and judgement_file_of(asked),
            "Conversations": conversations.path if conversations else None,
        }
        plugins = await while_running(self, in_background(list_plugin_names))
        self.push_screen(
            SettingsScreen(
                self.settings, list_choices(self._settings_file), self.key_groups, files, plugins
            )
        )

    def on_settings_screen_changed(self, event: SettingsScreen.Changed) -> None:
        watch = event.settings.watch
        if watch != self.settings.watch and self._queue:
            self._queue.watch(watch)
        self.change_settings(event.settings)

    def _report_unsaved(self, problem: Exception) -> None:
        """Say that something was not saved; from any thread."""
        self.call_later(self._show_unsaved, f"Not saved: {problem}")

    async def _show_unsaved(self, message: str) -> None:
        await self._main.conversation.show_note(message, problem=True)
        # The note may be scrolled out of view, or another screen be on top.
        self.notify(message, severity="error", timeout=6, markup=False)

    # Documents

    @work
    async def action_documents(self, adding: bool = False) -> None:
        """Show the documents, and confine questions to the scope that is chosen there."""
        if self._queue is None or self._index is None:
            return
        from tui.app.document_search import choose_documents

        await self._return_to_main()
        own = None if self._samples else self._main.assistant
        chosen = await choose_documents(self._main, self._queue, self._index, own, adding=adding)
        if isinstance(chosen, Scope):
            self._set_scope(chosen)
        elif chosen is not None:
            self._main.open_position(chosen)
        if not self._queue.watching:
            # Another process may have indexed what was left.
            await show_unfinished(self._main, self._index, self._queue)

    def on_documents_screen_watched(self, event: DocumentsScreen.Watched) -> None:
        self.change_settings(replace(self.settings, watch=event.watching))

    def _set_scope(self, scope: Scope) -> None:
        self._main.show_scope(scope)
        answering = self._main.answering
        answering.options = replace(answering.options, filter=scope.to_filter())
        self.refresh_bindings()

    def action_ask_everything(self) -> None:
        self._set_scope(ALL_DOCUMENTS)

    def _on_queue_changed(self) -> None:
        queue = self._queue
        if queue is None or not self.is_running:
            return
        from tui.documents.documents_screen import DocumentsScreen

        for screen in self.screen_stack:
            if isinstance(screen, DocumentsScreen):
                screen.show_work()
        self._main.status.indexing = (
            describe_progress(queue.progress, short=True) if queue.progress else ""
        )
        if queue.is_working and not self._was_working:
            self._hide_unfinished()
        elif self._was_working and not (queue.is_working or queue.watching):
            self._look_around()
        self._was_working = queue.is_working
        if queue.counts != self._counts:
            self._counts = queue.counts
            self._use_new_documents()

    @work(exclusive=True, group="new-documents")
    async def _use_new_documents(self) -> None:
        """Update the counts; ask the person's own documents as soon as there is one."""
        if not self._counts or not self._counts[0] or not (self._samples or self._opening.failed):
            self._main.update_counts()
            return
        if self._samples:
            self._samples = None
            self._main.answering.leave_assistant()
            self._set_scope(ALL_DOCUMENTS)
            await self._main.conversation.leave_samples()
            await self._main.conversation.show_note(
                "From here on your own documents are asked, no longer the samples."
            )
            self._name_index()
            self._conversations.recorder.index_location = self._main.index_location
        self._open()

    # Finding

    @work
    async def action_quick_open(self) -> None:
        from tui.app.document_search import open_by_name

        await self._return_to_main()
        await open_by_name(self._main)

    @work
    async def action_search(self) -> None:
        from tui.app.document_search import search_words

        await self._return_to_main()
        self._searched = await search_words(self._main, self._searched)

    @work
    async def action_check_quotations(self) -> None:
        from tui.app.document_search import check_quotations

        await self._return_to_main()
        self._checked = await check_quotations(self._main, self._checked)

    # Conversations

    def on_main_screen_question_asked(self, event: MainScreen.QuestionAsked) -> None:
        self._conversations.recorder.record_question(event.turn, event.turn.question)

    def on_main_screen_reply_received(self, event: MainScreen.ReplyReceived) -> None:
        self._conversations.recorder.record_reply(event.turn, event.reply)

    async def on_conversations_screen_deleted(self, event: ConversationsScreen.Deleted) -> None:
        if event.conversation == self._conversations.recorder.conversation:
            await self.action_clear()

    @work
    async def action_conversations(self) -> None:
        await self._return_to_main()
        await self._conversations.choose(self._asked_index)

    def on_main_screen_reply_judged(self, event: MainScreen.ReplyJudged) -> None:
        index = self._asked_index
        if index is not None:
            self.run_worker(self._conversations.save_judgement(event.turn, event.change, index))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Offer a key only when it can do something."""
        # The palette lists the keys of the screen below it.
        screens = [s for s in self.screen_stack if not isinstance(s, CommandPalette)]
        here = screens[-1] if screens else self._main
        if action in _GLOBAL and (
            isinstance(here, ModalScreen) or type(here).__name__ == _OPENED.get(action)
        ):
            return False
        possible = {
            "retry": self._opening.failed,
            "conversations": self._conversations.store is not None,
            "quick_open": self._main.assistant is not None,
            "search": self._main.assistant is not None,
            "check_quotations": self._main.assistant is not None,
            "documents": self._queue is not None,
            "ask_everything": here is self._main and self._main.summary.scope != ALL_DOCUMENTS,
            "clear": here is self._main,
        }
        return possible.get(action, True)

    async def _return_to_main(self) -> None:
        """Leave the other screens, with nothing chosen there. Only a worker can wait for that."""
        while self.screen is not self._main:
            await self.screen.dismiss(None)

    def action_retry(self) -> None:
        self._open()

    async def action_clear(self) -> None:
        """Start a new conversation."""
        await self._main.clear()
        self._conversations.recorder.switch_conversation(None)

    def action_theme(self) -> None:
        self.choose_theme(LIGHT.name if self.current_theme.dark else DARK.name)

    def action_help(self) -> None:
        from tui.app.help import HelpScreen, list_help_sections

        self.push_screen(
            HelpScreen(list_help_sections(self.key_groups, self.screen, self.settings.keys))
        )
