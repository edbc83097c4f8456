"""The answers and passages of a reply, to choose one and show it in its document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from index import Hit, Span
from qa import Answer, Reply, visible
from tui.common.presentation.answers import (
    ShownMember,
    find_lead_in,
    find_mark,
    list_shown_members,
)
from tui.common.presentation.wording import describe_more
from tui.common.screens.screen_parts import draw_confidence, style_confidence
from tui.source.places import STALE, QuotedPlace
from tui.source.rendering.passage_words import (
    PASSAGE_LENGTH,
    PassageWords,
    StyledWords,
    excerpt_passage,
    format_answer,
)

# Longer words are not repeated above the sentence that holds them.
_LONGEST_HEAD = 80
_HEAD = "bold $text-accent"
_QUOTED = "bold $foreground on $accent 35%"
# What marks up words in a document looks here as it does in the source pane.
_STYLES = {
    "strong": "bold",
    "emphasis": "italic",
    "struck": "strike",
    "code": "$text-accent",
    "link": "$text-primary",
    "marker": "$secondary",
    "label": "$secondary",
}


def draw_answer(answer: Answer) -> Content:
    """The answer in the form that it has, each part of its evidence once."""
    drawn, more = _draw_quoted(answer), describe_more(answer.more)
    return Content.assemble(drawn, "\n", (more, "$text-muted")) if more else drawn


def _draw_quoted(answer: Answer) -> Content:
    words = PassageWords(answer.hit)
    if answer.form == "list" and len(answer.spans) > 1:
        return Content("\n").join(
            [_draw_item(answer, words, member) for member in list_shown_members(answer)]
        )
    if answer.cells:
        return _style(words.draw_cells(answer.cells, answer.spans), _HEAD)
    if answer.form == "sentences":
        return _draw_sentences(answer, words, answer.spans, quoted="")
    if answer.form == "verdict":
        drawn = _draw_sentences(answer, words, answer.evidence, quoted=_HEAD)
    else:
        drawn = _draw_words(answer, words)
    lead_in = find_lead_in(answer)
    return Content.assemble(f"{visible(lead_in)}:\n", drawn) if lead_in else drawn


def _draw_words(answer: Answer, words: PassageWords) -> Content:
    """The words, and below them the sentences that hold them, if these say more.

    Words that are true only in their sentence stand out in it.
    """
    head = Content(" ").join([_style(words.draw(span), "") for span in answer.spans])
    head = head.stylize_before(_HEAD)
    sentences = _draw_sentences(answer, words, answer.evidence, quoted=_QUOTED)
    if sentences.plain.strip(" .") == head.plain.strip(" ."):
        return head
    if len(head) > _LONGEST_HEAD or not answer.stands_alone:
        return sentences
    return Content.assemble(head, "\n", sentences)


def _draw_item(answer: Answer, words: PassageWords, member: ShownMember) -> Content:
    """A member of a list; a numbered one keeps its number, and cells stand out in their row."""
    shown, quoted, cells = member
    mark = Content.styled(find_mark(answer, shown), "$text-accent")
    if cells:
        return mark + _style(words.draw_cells(cells, quoted), _HEAD)
    if quoted == (shown,):
        return mark + _style(words.draw(shown), quoted="").stylize_before("bold")
    return mark + _style(words.draw(shown, quoted), _HEAD)


def _draw_sentences(
    answer: Answer, words: PassageWords, parts: tuple[Span, ...], *, quoted: str
) -> Content:
    """Sentences in reading order: steps and rows on lines of their own, others in one paragraph.

    `quoted` is the style of the quoted words in them; "" for none.
    """
    passage = answer.hit.passage
    drawn: list[Content] = []
    for number, part in enumerate(parts):
        if number:
            gap = passage.quote(Span(parts[number - 1].end, part.start))
            apart = passage.columns or passage.find_item(part)
            drawn.append(Content("\n" if apart else " … " if gap.strip() else " "))
        drawn.append(_style(words.draw(part, answer.spans if quoted else ()), quoted))
    return Content("").join(drawn)


def _style(runs: Iterable[StyledWords], quoted: str) -> Content:
    """The words in their styles; what is quoted has another one on top."""
    drawn = []
    for run in runs:
        names = [_STYLES.get(name, "") for name in run.styles]
        drawn.append((run.text, " ".join([*names, quoted * run.is_quoted]).strip()))
    return Content.assemble(*drawn)


class Choice(Static):
    """An entry of a list: one line, or in full when it is chosen."""

    DEFAULT_CSS = """
    Choice {
        height: auto;
        padding: 0 1;
        border-left: blank;
        pointer: pointer;
        &.-short { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        &:hover { background: $foreground 5%; }
        &.-chosen { border-left: outer $accent; }
        &.-apart { margin-bottom: 1; }
    }
    """
    ALLOW_SELECT = False

    chosen: reactive[bool] = reactive(False, toggle_class="-chosen", init=False)

    @dataclass
    class Pressed(Message):
        """The choice was clicked."""

        choice: Choice

    def __init__(self, place: QuotedPlace, *, lead: bool = False) -> None:
        """A choice; `lead`: it is shown in full even when another is chosen."""
        super().__init__()
        self.place = place
        self._lead = lead

    def on_mount(self) -> None:
        self.watch_chosen()

    def watch_chosen(self) -> None:
        full = self.chosen or self._lead
        self.set_class(not full, "-short")
        self.update(self.render_full() if full else self.render_short())

    def on_click(self) -> None:
        self.post_message(self.Pressed(self))

    def render_short(self) -> Content:
        """The choice on one line."""
        raise NotImplementedError

    def render_full(self) -> Content:
        """The choice with its context and its source."""
        raise NotImplementedError

    def render_source(self) -> Content:
        """Where it stands: `file › last heading › p. 3`; the source has all headings."""
        place = self.place
        stale = (f"\n{STALE}", "$text-warning") if place.stale else ""
        return Content.assemble(
            (place.file_name, "$text-primary"), (place.short_location, "$secondary"), stale
        )


class AnswerChoice(Choice):
    """An answer; in full, with its evidence, source and confidence."""

    def __init__(self, answer: Answer, reply: Reply, *, lead: bool = False) -> None:
        super().__init__(QuotedPlace.from_answer(answer).with_reply(reply), lead=lead)
        self.answer = answer
        self._reply = reply

    def render_short(self) -> Content:
        confidence = self.answer.confidence
        return Content.assemble(
            (f"{confidence:>4.0%}", style_confidence(confidence, self._reply)),
            ("  ", ""),
            format_answer(self.answer),
            (f"  {self.place.file_name}", "$secondary"),
        )

    def render_full(self) -> Content:
        return Content.assemble(
            draw_answer(self.answer),
            "\n",
            draw_confidence(self.answer.confidence, self._reply),
            "  ",
            self.render_source(),
        )


class PassageChoice(Choice):
    """An excerpt of a passage; in full, with its source."""

    def __init__(self, hit: Hit, reply: Reply) -> None:
        super().__init__(QuotedPlace.from_hit(hit).with_reply(reply))
        self.hit = hit
        self._excerpt = excerpt_passage(hit, reply.considered, PASSAGE_LENGTH)

    def render_short(self) -> Content:
        return Content.assemble((f"{self.place.file_name}  ", "$secondary"), self._excerpt)

    def render_full(self) -> Content:
        return Content.assemble(self._excerpt, "\n", self.render_source())
