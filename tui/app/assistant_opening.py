"""Opens the assistant, and shows how far that has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from index import OtherVersion
from tui.app.main_screen import MainScreen
from tui.common.screens.background import in_background, while_running
from tui.conversation.assistant import OpenAssistant


class AssistantOpening:
    """Opens the assistant that the main screen asks; it can be tried again.

    Attributes:
        failed: the last try has failed.
    """

    def __init__(
        self,
        main: MainScreen,
        open_assistant: OpenAssistant,
        embed_anew: Callable[[], Awaitable[bool]],
    ) -> None:
        """Nothing is open yet.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            embed_anew: starts to embed the documents with the current version of the model;
                returns whether it could.
        """
        self.failed = False
        self._main = main
        self._open_assistant = open_assistant
        self._embed_anew = embed_anew

    async def run(self, retry_key: str) -> bool:
        """Open it, and answer the questions that wait; returns whether that went well.

        Args:
            retry_key: the key that tries again.
        """
        main = self._main
        self._note_failure(False)
        main.status.activity = "Opening"
        try:
            work = in_background(lambda: self._open_assistant(self._report_progress))
            await main.use_assistant(await while_running(main.app, work))
        except Exception as error:
            self._note_failure(True)
            if main.assistant is None:
                main.status.idle = f"Not ready: {retry_key} tries again"
            if not (isinstance(error, OtherVersion) and await self._embed_anew()):
                await main.conversation.show_note(f"Could not open: {error}", problem=True)
            return False
        finally:
            main.status.activity = ""
        return True

    def _note_failure(self, failed: bool) -> None:
        self.failed = failed
        self._main.refresh_bindings()

    def _report_progress(self, message: str, fraction: float | None) -> None:
        """Show the progress; called from another thread."""
        self._main.app.call_later(self._show_progress, message, fraction)

    def _show_progress(self, message: str, fraction: float | None) -> None:
        if self._main.assistant is None:
            self._main.status.activity = message
            self._main.status.fraction = fraction
