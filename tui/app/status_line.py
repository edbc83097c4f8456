"""The status line: what is going on, or what is ready."""

from __future__ import annotations

from time import monotonic

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from qa import visible

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_SECONDS = 0.1
# A forecast from less than this is a guess.
_LEAST_FRACTION, _LEAST_SECONDS = 0.02, 1.0


class StatusLine(Widget):
    """One line. What goes on comes before a hint, a hint before what is at rest.

    With the latter stands `aside` what goes on beside it.
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
    rest: reactive[str] = reactive("")
    aside: reactive[str] = reactive("")
    _frame: reactive[int] = reactive(0)

    _timer: Timer
    _since: float = 0.0

    def on_mount(self) -> None:
        self._timer = self.set_interval(_FRAME_SECONDS, self._turn, pause=not self.activity)

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
            rest = " · ".join(filter(None, (self.aside, self.rest)))
            return Content(visible(self.hint or rest))
        spinner = _SPINNER[self._frame % len(_SPINNER)]
        activity = visible(self.activity)
        said = f" {activity[:1].upper()}{activity[1:]}{self._progress()}"
        return Content.assemble((spinner, "$primary"), said)

    def _turn(self) -> None:
        self._frame += 1

    def _progress(self) -> str:
        if self.fraction is None:
            return "…"
        done = f" {self.fraction:.0%}"
        elapsed = monotonic() - self._since
        if self.fraction < _LEAST_FRACTION or elapsed < _LEAST_SECONDS or self.fraction >= 1:
            return done
        left = elapsed * (1 - self.fraction) / self.fraction
        return f"{done} ({left:.0f} s left)" if left < 60 else f"{done} ({left / 60:.0f} min left)"
