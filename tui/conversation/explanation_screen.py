"""The screen that explains an answer, in words; with a key, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from index import Hit
from qa import Answer, ConsideredPassage, Reply
from tui.common.presentation.wording import shorten_line
from tui.common.screens.screen_parts import Overlay
from tui.conversation.explanation import (
    Explanation,
    describe_scores,
    draw_bar,
    draw_factors,
    draw_timings,
    is_quoted,
)
from tui.source.places import QuotedPlace

# In cells: a bar, the width of a screen that has bars, and the least and greatest width of the
# name of a passage.
_BAR, _WIDE = 5, 112
_LEAST_WHERE, _MOST_WHERE = 16, 34
# Cells of the other columns on a screen without bars.
_FIGURES, _RANKER = 61, 9
# Cells of what came of a passage, and of all beside it but the name of the passage.
_LEAST_OUTCOME, _BESIDE_OUTCOME = 24, 17
# From this width on there is room for the score that ranked the passage, too.
_ROOMY = 90


class ExplanationScreen(Overlay[Hit | None]):
    """Returns the chosen passage, to show it in the source; None if it was closed."""

    DEFAULT_CSS = """
    ExplanationScreen {
        & > .panel { width: 110; max-width: 98%; height: 96%; }
        VerticalScroll { height: auto; max-height: 60%; scrollbar-size-vertical: 1; }
        Static { height: auto; }
        Horizontal { height: auto; margin-top: 1; }
        .factors { width: 46; margin-right: 3; }
        .times { width: 40; text-wrap: nowrap; }
        .lead { margin-top: 1; color: $text-primary; text-style: bold; }
        .why { min-height: 2; margin-top: 1; }
        .figures { display: none; }
        &.-figures .figures { display: block; }
        &.-figures .words { display: none; }
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
        Binding("f", "figures", "Figures or words", id="figures"),
        Binding("escape,f4,q", "dismiss", "Close the explanation", id="close-explanation"),
    ]

    def __init__(self, reply: Reply, answer: Answer | None, hit: Hit | None = None) -> None:
        """The screen; `hit` is highlighted first, if it is None that of the answer."""
        super().__init__()
        self._explanation = Explanation(reply, answer)
        self._begin_with = hit or (answer.hit if answer else None)

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = "Why this answer"
            panel.border_subtitle = "f shows figures, enter a passage, esc closes"
            with VerticalScroll():
                yield Static(self._explanation.describe_answer())
                with Vertical(classes="words"):
                    yield from self._compose_words()
                with Horizontal(classes="figures"):
                    yield Static(draw_factors(self._explanation.answer), classes="factors")
                    timings = self._explanation.reply.timings_ms
                    yield Static(draw_timings(timings), classes="times")
            yield DataTable[Text](cursor_type="row", zebra_stripes=False)
            yield Static(classes="why")

    def _compose_words(self) -> ComposeResult:
        explained = self._explanation
        first = "\n".join(explained.list_first_passages())
        for lead, text in (
            ("What was searched", explained.describe_search()),
            ("What came first", first),
            ("What decided it", explained.describe_confidence()),
            ("", explained.describe_threshold()),
        ):
            if text:
                if lead:
                    yield Static(lead, classes="lead")
                yield Static(Content(text))

    def on_mount(self) -> None:
        considered = self._explanation.reply.considered
        if not considered:
            self.query_one(".why", Static).update(
                "How the passages fared was not kept with this reply: ask again to see it."
            )
            return
        wanted = self._begin_with.passage.id if self._begin_with else None
        ids = [passage.hit.passage.id for passage in considered]
        self._show_passages(ids.index(wanted) if wanted in ids else 0)
        self.query_one(DataTable).focus()

    def action_figures(self) -> None:
        """Change between words and figures."""
        self.toggle_class("-figures")
        if self._explanation.reply.considered:
            self._show_passages(self.query_one(DataTable).cursor_row)

    def _show_passages(self, row: int) -> None:
        table = self.query_one(DataTable)
        table.clear(columns=True)
        if self.has_class("-figures"):
            self._add_figures(table)
        else:
            self._add_words(table)
        table.move_cursor(row=row)

    def _add_words(self, table: DataTable[Text]) -> None:
        table.add_columns("", "Passage", "What came of it")
        considered = self._explanation.reply.considered
        places = [_describe_place(passage.hit, _MOST_WHERE) for passage in considered]
        # What is too long for the table stands below it in full.
        beside = max(map(cell_len, places), default=0) + _BESIDE_OUTCOME
        room = max(_LEAST_OUTCOME, min(self.app.size.width, _WIDE) - beside)
        for rank, (passage, place) in enumerate(zip(considered, places, strict=True)):
            outcome = shorten_line(self._explanation.describe_passage(rank), room)
            self._add_row(table, passage, [f"{rank + 1}", place, outcome])

    def _add_figures(self, table: DataTable[Text]) -> None:
        reply, width = self._explanation.reply, self.app.size.width
        bar, is_roomy = _BAR if width >= _WIDE else 0, width >= _ROOMY
        room = width - _FIGURES - (_RANKER if is_roomy else 0)
        place_width = max(_LEAST_WHERE, min(room, _MOST_WHERE))
        ranker = ["Ranker"] if is_roomy else []
        table.add_columns(
            "", "Passage", "Words", "Meaning", "Search", *ranker, "Reader", "Best", "Final"
        )
        most = {
            name: max(passage.hit.scores.get(name, 0.0) for passage in reply.considered) or 1
            for name in ("bm25", "dense")
        }
        final = {hit.passage.id: f"{rank}" for rank, hit in enumerate(reply.hits, 1)}
        for rank, passage in enumerate(reply.considered, 1):
            hit, scores = passage.hit, passage.hit.scores
            cells = [f"{rank}", _describe_place(hit, place_width)]
            for name in most:
                value = scores.get(name)
                cells.append("" if value is None else _format_score(value, value / most[name], bar))
            searched = scores.get("retriever", hit.score)
            cells.append(_format_score(searched, searched, bar))
            if is_roomy:
                ranked = scores.get("reranker")
                cells.append("" if ranked is None else f"{ranked:+.1f}")
            if passage.relevance is None:
                cells += ["unread", "", ""]
            else:
                odds = "" if passage.log_odds is None else f"{passage.log_odds:+.1f}"
                cells += [f"{passage.relevance:+.1f}", odds, final.get(hit.passage.id, "")]
            self._add_row(table, passage, cells)

    def _add_row(
        self, table: DataTable[Text], passage: ConsideredPassage, cells: Sequence[str]
    ) -> None:
        style = "bold" if is_quoted(self._explanation.answer, passage) else ""
        table.add_row(*(Text(cell, style) for cell in cells))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        explained, rank = self._explanation, event.cursor_row
        if rank < len(explained.reply.considered):
            why = explained.describe_passage(rank)
            if self.has_class("-figures"):
                passage = explained.reply.considered[rank]
                why += f"\n{describe_scores(explained.reply, explained.answer, passage)}"
            self.query_one(".why", Static).update(Content(why))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        self.dismiss(self._explanation.reply.considered[event.cursor_row].hit)


def _format_score(value: float, share: float, cells: int) -> str:
    return f"{draw_bar(share, cells)} {value:.2f}" if cells else f"{value:.2f}"


def _describe_place(hit: Hit, length: int) -> str:
    place = QuotedPlace.from_hit(hit)
    return shorten_line(f"{place.file_name}{place.short_location}", length)
