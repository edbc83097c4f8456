"""The title line: what is asked, how much it holds, and what is going on or ready."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from index.locations import Location, default_index
from qa import counted, visible
from tui.common.presentation.wording import (
    describe_time_left,
    estimate_time_left,
    one_line,
    shorten_line,
    shorten_path,
)
from tui.common.screens.screen_parts import APP_NAME, APP_NAME_STYLE
from tui.documents.document_tree import ALL_DOCUMENTS, Scope

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_SECONDS = 0.1
# Characters of the name of an index.
_LONGEST_NAME = 40


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


def name_index(location: Location | None, *, are_samples: bool) -> str:
    """The name of an index as people call it; "" for no index."""
    if are_samples:
        return "sample documents"
    if location == default_index():
        return "your documents"
    return location.name if isinstance(location, Path) else str(location or "")


class IndexSummary(Widget):
    """The index, its documents and passages, and what questions are confined to.

    A click lets questions be about all documents again.

    Attributes:
        index: the name of the index.
        counts: the numbers of documents and of passages; None while they are not known.
        scope: what questions are confined to.
        key: lifts that.
    """

    DEFAULT_CSS = """
    IndexSummary {
        width: 2fr;
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        pointer: pointer;
    }
    """
    ALLOW_SELECT = False

    index: reactive[str] = reactive("")
    counts: reactive[tuple[int, int] | None] = reactive[tuple[int, int] | None](None)
    scope: reactive[Scope] = reactive(ALL_DOCUMENTS)
    key: reactive[str] = reactive("")

    def render(self) -> Content:
        room = self.size.width - len(APP_NAME)
        parts: list[tuple[str, str]] = []
        # By importance: what does not fit is left out.
        for text, style in self._list_parts():
            if room >= cell_len(text) + 2:
                parts.append((f"  {text}", style))
                room -= cell_len(text) + 2
        return Content.assemble((APP_NAME, APP_NAME_STYLE), *parts)

    def _list_parts(self) -> list[tuple[str, str]]:
        parts: list[tuple[str, str]] = []
        if self.scope != ALL_DOCUMENTS:
            lifted = f" ({self.key} asks everything)" if self.key else ""
            parts.append((f"only {name_scope(self.scope)}{lifted}", "$text-accent"))
        if self.index:
            parts.append((shorten_line(self.index, _LONGEST_NAME), "bold $foreground"))
        parts += [(count, "$secondary") for count in self._describe_counts()]
        return parts

    def _describe_counts(self) -> list[str]:
        if self.counts is None:
            return []
        documents, passages = self.counts
        return [counted(documents, "document"), counted(passages, "passage")]

    def describe_search(self, *, unfinished: bool) -> str:
        """How much is searched now, in a sentence; `unfinished`: documents are still coming in."""
        is_confined = self.scope != ALL_DOCUMENTS
        parts = [f"only {name_scope(self.scope)}"] if is_confined else self._describe_counts()
        # They may not be counted yet.
        parts = parts or ["all documents"]
        more = "; more is coming in: indexing is not finished" if unfinished else ""
        return f"Searched {', '.join(parts)}{more}."

    async def on_click(self) -> None:
        if self.scope != ALL_DOCUMENTS:
            await self.run_action("app.ask_everything")


class TitleLine(Horizontal):
    """One line over the whole screen: the index on the left, what is going on on the right."""

    DEFAULT_CSS = """
    TitleLine {
        height: 1;
        background: $panel;
        & > StatusLine { width: 1fr; min-width: 24; text-align: right; padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.summary = IndexSummary()
        self.status = StatusLine()

    def compose(self) -> ComposeResult:
        yield self.summary
        yield self.status


def name_scope(scope: Scope) -> str:
    """The folder or document that questions are confined to, on one line."""
    name = shorten_path(scope.path).rstrip("/").rpartition("/")[2]
    marks = [f"#{tag}" for tag in scope.tags] + [f"@{name}" for name in scope.authors]
    return one_line(" ".join([name + "/" * scope.is_folder, *marks]))
