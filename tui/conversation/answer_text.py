"""The text of an answer as it is drawn: words, sentences, a list or steps, a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual.content import Content

from index import Span
from index.text import BULLET
from qa import Answer, visible
from tui.common.presentation.lead_ins import find_lead_in
from tui.common.presentation.list_marks import Member, find_mark, find_members
from tui.source.rendering.passage_words import PassageWords, Run

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
# A number that ends the gap before a step; and the start of a step or an item.
_NUMBER_BEFORE = re.compile(r"(\d{1,3})[.)][ \t]*$")
_ITEM = re.compile(rf"\s*(?:{BULLET}|\d{{1,3}}[.)])\s")


def draw_answer(answer: Answer) -> Content:
    """The answer in the form that it has, each part of its evidence once."""
    words = PassageWords.of(answer.hit)
    if answer.form == "list" and len(answer.spans) > 1:
        return Content("\n").join(
            [_draw_item(answer, words, member) for member in find_members(answer)]
        )
    if answer.form == "sentences":
        return _draw_sentences(answer, words, answer.spans, quoted="")
    if answer.form == "verdict":
        drawn = _draw_sentences(answer, words, answer.evidence, quoted=_HEAD)
    else:
        drawn = _draw_words(answer, words)
    lead_in = find_lead_in(answer)
    return Content.assemble(f"{visible(lead_in)}:\n", drawn) if lead_in else drawn


def _draw_words(answer: Answer, words: PassageWords) -> Content:
    """The words, and below them the sentences that hold them, where these say more."""
    head = " ".join(map(words.quote, answer.spans))
    sentences = _draw_sentences(answer, words, answer.evidence, quoted=_QUOTED)
    if sentences.plain.strip(" .") == head.strip(" ."):
        return Content.styled(head, _HEAD)
    if len(head) > _LONGEST_HEAD:
        return sentences
    return Content.assemble((head, _HEAD), "\n", sentences)


def _draw_item(answer: Answer, words: PassageWords, member: Member) -> Content:
    """A member of a list; a numbered one keeps its number, and cells stand out in their row."""
    shown, quoted = member
    mark = Content.styled(find_mark(answer, shown), "$text-accent")
    if quoted == (shown,):
        return mark + _style(words.draw(shown), quoted="").stylize_before("bold")
    return mark + _style(words.draw(shown, quoted), _HEAD)


def _draw_sentences(
    answer: Answer, words: PassageWords, parts: tuple[Span, ...], *, quoted: str
) -> Content:
    """Sentences in reading order: steps and rows on lines of their own, others in one paragraph.

    Args:
        quoted: the style of the quoted words in them; none if empty.
    """
    passage = answer.hit.passage
    drawn: list[Content] = []
    for number, part in enumerate(parts):
        if number:
            gap = passage.quote(Span(parts[number - 1].end, part.start))
            apart = (
                passage.columns or _ITEM.match(passage.quote(part)) or _NUMBER_BEFORE.search(gap)
            )
            drawn.append(Content("\n" if apart else " … " if gap.strip() else " "))
        drawn.append(_style(words.draw(part, answer.spans if quoted else ()), quoted))
    return Content("").join(drawn)


def _style(runs: Iterable[Run], quoted: str) -> Content:
    """The words in their styles; what is quoted has another one on top."""
    return Content.assemble(
        *(
            (run.text, " ".join([*map(_find_style, run.styles), quoted * run.is_quoted]).strip())
            for run in runs
        )
    )


def _find_style(name: str) -> str:
    return _STYLES.get(name, "")
