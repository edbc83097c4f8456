"""Starts the app on an index."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index import QuotebackError
from index.locations import default_index
from qa import sample_questions
from tui.app.app import QuotebackApp
from tui.common.index_choice import choose_index, open_index
from tui.common.screens.background import exit_without_waiting
from tui.conversation.welcome import SampleDocuments
from tui.locations import conversations_file, recent_file, samples_index, settings_file
from tui.saved_conversations.conversation_store import ConversationStore
from tui.settings.file import SettingsError, read_settings
from tui.settings.settings import Settings

if TYPE_CHECKING:
    from index import Progress
    from qa import Assistant

# Ids of sample questions: a fact, a reason, a list, a task, and one without an answer.
_TO_TRY = (
    "museum-opened",
    "tardi-why-rainwater",
    "metric-units-1795",
    "espresso-e04",
    "moscow-na-cost",
)


def run_app(named: str | None) -> int:
    """Run the app until it is left; returns the exit code.

    Raises:
        QuotebackError: there is no terminal to draw it on.
        NotAnIndex: there is none where it is named.
    """
    chosen = choose_index(named)
    # `quoteback serve` draws the app in a browser, with a driver of its own.
    if "TEXTUAL_DRIVER" not in os.environ:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise QuotebackError(
                "the app needs a terminal: without one, use `quoteback ask QUESTION`"
            )
        if os.environ.get("TERM") == "dumb":
            raise QuotebackError(
                "the app cannot be drawn where $TERM is dumb: use `quoteback ask QUESTION`"
            )

    def open_assistant(show: Callable[[Progress], None]) -> Assistant:
        # Loading these takes long: the screen is drawn first.
        from index import Retriever
        from qa import Assistant
        from tui.source.source_document import start_renderer

        # Meanwhile documents may have been added.
        index = open_index(chosen or choose_index(named), show)
        settings = read_usable_settings(settings_file())
        assistant = Assistant(
            Retriever(index), reader=settings.reader, reranker=settings.reranker, progress=show
        )
        assistant.load_all()
        # The first document shall not wait for it, and neither shall what comes before.
        start_renderer()
        return assistant

    app = QuotebackApp(
        open_assistant,
        samples=_make_samples() if chosen is None else None,
        index=chosen or default_index(),
        conversations=ConversationStore(conversations_file()),
        settings=settings_file(),
        recent=recent_file(),
    )
    app.run()
    code = app.return_code or 0
    exit_without_waiting(code)
    return code


def read_usable_settings(path: Path) -> Settings:
    """The settings of a file, or the defaults if it cannot be used: the app says so itself."""
    try:
        return read_settings(path)
    except SettingsError:
        return Settings()


def _make_samples() -> SampleDocuments:
    questions = {sample.id: sample.question for sample in sample_questions()}
    return SampleDocuments(samples_index(), [questions[name] for name in _TO_TRY])
