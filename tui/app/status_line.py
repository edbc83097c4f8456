"""The status line: what is going on, or what is ready."""

from __future__ import annotations

from time import monotonic

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from qa import visible
from tui.common.presentation.time_left import describe_time_left, estimate_time_left

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_SECONDS = 0.1


class StatusLine(Widget):
    """One line: the activity if there is one, else the hint, else the idle text.

    Attributes:
        activity: what the app is doing.
        fraction: the fraction of the activity that is done (0 to 1); None if unknown.
        hint: what a person can do.
        idle: what is ready.
        indexing: the progress of indexing, shown before the idle text.
    """

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        padding: 0 2;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    ALLOW_SELECT = False

    activity: reactive[str] = reactive("")
    fraction: reactive[float | None] = reactive[float | None](None)
    hint: reactive[str] = reactive("")
    idle: reactive[str] = reactive("")
    indexing: reactive[str] = reactive("")
    _frame: reactive[int] = reactive(0)

    _timer: Timer
    _since: float = 0.0

    def on_mount(self) -> None:
        self._timer = self.set_interval(
            _FRAME_SECONDS, self._advance_spinner, pause=not self.activity
        )

    def watch_activity(self, activity: str) -> None:
        self._since = monotonic()
        self.fraction = None
        self._frame = 0
        if not self.is_mounted:
            return
        if activity:
            self._timer.resume()
        else:
            self._timer.pause()

    def render(self) -> Content:
        if not self.activity:
            idle = " · ".join(filter(None, (self.indexing, self.idle)))
            return Content(visible(self.hint or idle))
        spinner = _SPINNER[self._frame % len(_SPINNER)]
        activity = visible(self.activity)
        text = f" {activity[:1].upper()}{activity[1:]}{self._format_progress()}"
        return Content.assemble((spinner, "$primary"), text)

    def _advance_spinner(self) -> None:
        self._frame += 1

    def _format_progress(self) -> str:
        if self.fraction is None:
            return "…"
        left = estimate_time_left(self.fraction, monotonic() - self._since)
        done = f" {self.fraction:.0%}"
        return done if left is None else f"{done} ({describe_time_left(left)})"
