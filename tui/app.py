"""The app: wires its screens to an assistant that works in the background."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from tui.help import HelpScreen
from tui.question import QuestionInput
from tui.source import SourceView
from tui.themes import DARK, LIGHT


class QuotebackApp(App[None], inherit_bindings=False):
    """Ask on the left, read the source on the right; everything else is a key away."""

    TITLE = "Quoteback"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help"),
        Binding("tab", "app.focus_next", "Move the focus on", show=False),
        Binding("shift+tab", "app.focus_previous", "Move the focus back", show=False),
        Binding("ctrl+r", "retry", "Try again"),
        Binding("ctrl+l", "clear", "Clear"),
        Binding("ctrl+t", "theme", "Light or dark"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "help_quit", "Say how to quit", show=False),
    ]

    @dataclass
    class Progressed(Message):
        """Opening the assistant came further."""

        message: str
        fraction: float | None

    def __init__(
        self,
        open_assistant: OpenAssistant,
        *,
        notice: str | None = None,
        samples: Sequence[str] = (),
    ) -> None:
        """The app.

        Args:
            open_assistant: opens the index and loads the models; called in the background.
            notice: something to say before the first question.
            samples: questions to offer there.
        """
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self._open_assistant = open_assistant
        self._desk = AskScreen(notice, samples)
        self._failed_to_open = False

    def get_default_screen(self) -> Screen[None]:
        return self._desk

    def on_mount(self) -> None:
        self._open()

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

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        return self._failed_to_open if action == "retry" else True

    def action_retry(self) -> None:
        self._open()

    async def action_clear(self) -> None:
        await self._desk.clear()

    def action_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        up_and_down = [
            binding
            for binding in Binding.make_bindings(ScrollableContainer.BINDINGS)
            if not binding.action.endswith(("left", "right"))
        ]
        self.push_screen(
            HelpScreen(
                {
                    "Everywhere": [*self.BINDINGS, *AskScreen.BINDINGS],
                    "In the question": QuestionInput.BINDINGS,
                    "In the source": SourceView.BINDINGS,
                    "In the conversation and the source": up_and_down,
                }
            )
        )
