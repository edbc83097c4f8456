"""The screen that explains an answer: its factors, every passage of the search, and timings."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import DataTable, Static

from index import Hit
from qa import Answer, ConsideredPassage, Reply
from tui.common.page import Overlay
from tui.common.wording import one_line
from tui.conversation.explanation import Explanation, draw_bar
from tui.source.quotation import Quotation

# In cells: a bar, the width of a screen that has bars, and the least and greatest width of the
# name of a passage.
_BAR, _WIDE = 5, 112
_LEAST_WHERE, _MOST_WHERE = 16, 34
# Cells of the other columns on a screen without bars.
_FIGURES, _RANKER = 61, 9
# Where a column for the reranker fits as well.
_ROOMY = 90


class ExplanationScreen(Overlay[Hit | None]):
    """Returns the chosen passage, to show it in the source; None if it was closed."""

    DEFAULT_CSS = """
    ExplanationScreen {
        & > .panel { width: 110; max-width: 98%; height: 96%; }
        VerticalScroll {
            height: auto;
            max-height: 50%;
            scrollbar-size-vertical: 1;
        }
        Static { height: auto; }
        Horizontal { height: auto; margin-top: 1; }
        .factors { width: 46; margin-right: 3; }
        .times { width: 40; text-wrap: nowrap; }
        .why { min-height: 2; margin-top: 1; }
        DataTable {
            height: 1fr;
            min-height: 4;
            margin-top: 1;
            background: $panel;
            scrollbar-size: 1 1;
            &:focus { background-tint: $foreground 0%; }
        }
        &.-narrow Horizontal { layout: vertical; }
        &.-narrow .times { margin-top: 1; }
        &.-low VerticalScroll { max-height: 2; }
        &.-low DataTable { margin-top: 0; }
        &.-low .why { margin-top: 0; max-height: 3; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f4,q", "dismiss", "Close the explanation", id="close-explanation"),
    ]

    def __init__(self, reply: Reply, answer: Answer | None, hit: Hit | None = None) -> None:
        """The screen.

        Args:
            hit: the passage to highlight first; the answer's if None.
        """
        super().__init__()
        self._explanation = Explanation(reply, answer)
        self._begin_with = hit or (answer.hit if answer else None)
        self._bar_width = self._place_width = 0
        self._is_roomy = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = "Why this answer"
            panel.border_subtitle = "↑↓ go through the passages, enter shows one, esc closes"
            with VerticalScroll():
                yield Static(self._explanation.describe_answer())
                with Horizontal():
                    yield Static(self._explanation.draw_factors(), classes="factors")
                    yield Static(self._explanation.draw_timings(), classes="times")
            yield DataTable[Text](cursor_type="row", zebra_stripes=False)
            yield Static(classes="why")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        considered = self._explanation.reply.considered
        if not considered:
            self.query_one(".why", Static).update(
                "How the passages fared was not kept with this reply: ask again to see it."
            )
            return
        width = self.app.size.width
        self._bar_width = _BAR if width >= _WIDE else 0
        self._is_roomy = width >= _ROOMY
        figures = _FIGURES + (_RANKER if self._is_roomy else 0)
        self._place_width = max(_LEAST_WHERE, min(width - figures, _MOST_WHERE))
        ranker = ["Ranker"] if self._is_roomy else []
        table.add_columns(
            "", "Passage", "Words", "Meaning", "Search", *ranker, "Reader", "Best", "Then"
        )
        most = {
            name: max(passage.hit.scores.get(name, 0.0) for passage in considered)
            for name in ("bm25", "dense")
        }
        then = {hit.passage.id: rank for rank, hit in enumerate(self._explanation.reply.hits, 1)}
        for rank, passage in enumerate(considered, 1):
            table.add_row(*self._row(rank, passage, most, then))
        table.move_cursor(row=self._first_row(considered))
        table.focus()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        if event.cursor_row < len(self._explanation.reply.considered):
            self.query_one(".why", Static).update(
                self._explanation.describe_passage(event.cursor_row)
            )

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        self.dismiss(self._explanation.reply.considered[event.cursor_row].hit)

    def _first_row(self, considered: tuple[ConsideredPassage, ...]) -> int:
        wanted = self._begin_with.passage.id if self._begin_with else None
        ids = [passage.hit.passage.id for passage in considered]
        return ids.index(wanted) if wanted in ids else 0

    def _row(
        self, rank: int, passage: ConsideredPassage, most: dict[str, float], then: dict[int, int]
    ) -> list[Text]:
        hit, scores = passage.hit, passage.hit.scores
        style = "bold" if self._explanation.is_quoted(passage) else ""
        cells = [f"{rank}", _describe_place(hit, self._place_width)]
        for name in ("bm25", "dense"):
            value = scores.get(name)
            share = (value or 0.0) / (most[name] or 1)
            cells.append("" if value is None else _format_score(value, share, self._bar_width))
        searched = scores.get("retriever", hit.score)
        cells.append(_format_score(searched, searched, self._bar_width))
        ranked = scores.get("reranker")
        if self._is_roomy:
            cells.append("" if ranked is None else f"{ranked:+.1f}")
        if passage.relevance is None:
            cells += ["unread", "", ""]
        else:
            odds = "" if passage.log_odds is None else f"{passage.log_odds:+.1f}"
            place = then.get(hit.passage.id)
            cells += [f"{passage.relevance:+.1f}", odds, "" if place is None else f"{place}"]
        return [Text(cell, style) for cell in cells]


def _format_score(value: float, share: float, cells: int) -> str:
    return f"{draw_bar(share, cells)} {value:.2f}" if cells else f"{value:.2f}"


def _describe_place(hit: Hit, length: int) -> str:
    quotation = Quotation.from_hit(hit)
    parts = [quotation.file_name, *map(one_line, hit.passage.headings[-1:])]
    if hit.passage.page is not None:
        parts.append(f"p. {hit.passage.page}")
    place = " › ".join(part for part in parts if part)
    return place if len(place) <= length else f"{place[:length]}…"
