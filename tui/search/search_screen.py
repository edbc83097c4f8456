"""Searches for keywords without asking: hits by document, each opened at its place."""

from __future__ import annotations

import re
from asyncio import sleep
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from index import Hit
from index.documents import ENGLISH, fold
from qa import counted
from tui.common.presentation.wording import has_word, one_line, shorten_line, shorten_path
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import KeyFooter, MessageLine, PageScreen, Title, share_keys
from tui.source.rendering.passage_words import PassageWords

# Characters shown of a passage, and those before the first word found.
_EXCERPT_CHARACTERS = 240
# A word is compared without its last letters, which vary, but never by fewer than the least.
_ENDING, _LEAST = 3, 5
# In text that is not English, endings take more of a word: Haus, Häuser.
_LEAST_OF_OTHERS = 4
_MARKED = "bold $foreground on $accent 35%"
# Seconds without a key before the search begins.
_PAUSE_SECONDS = 0.15
# The share of the width that headings before excerpts may take, and the most columns.
_PLACE_SHARE, _LONGEST_PLACE = 1 / 4, 28


def group_by_document(hits: Iterable[Hit]) -> list[list[Hit]]:
    """The hits of each document in reading order: the document of the best hit first."""
    grouped: dict[int, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.document.id, []).append(hit)
    return [sorted(group, key=lambda hit: hit.passage.span) for group in grouped.values()]


def leave_other_words_out(hits: Iterable[Hit], words: str) -> list[Hit]:
    """The hits that hold one of the words, or a part of a compound among them.

    Keyword search compares text that is not English by pieces of four letters, wherever they stand:
    "rotation" also finds "excavation". Words with other letters than those of English are left to
    it: their scripts may have no spaces.
    """
    sought = _split(words)
    if not all(word.isascii() for word in sought):
        return list(hits)
    return [hit for hit in hits if hit.passage.language == ENGLISH or _holds(hit, sought)]


def _split(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))


def _holds(hit: Hit, sought: Iterable[str]) -> bool:
    parts = (hit.document.title or "", hit.passage.heading or "", hit.passage.text)
    held = _split("\n".join(parts))
    return any(
        word in held
        or any(
            _begins_in(word, other, _LEAST_OF_OTHERS) or _begins_in(other, word, _LEAST)
            for other in held
        )
        for word in sought
    )


def _begins_in(word: str, other: str, least: int) -> bool:
    """Whether the beginning of a word stands in another word; never of one with fewer letters."""
    return len(word) >= least and word[: max(least, len(word) - _ENDING)] in other


def draw_excerpt(hit: Hit, words: str, room: int) -> Content:
    """The part of a passage where the first of the words stands, with all of them marked.

    Of the `room` in columns, a quarter goes to what stands before the first word.
    """
    pattern = _compile_words(words, anywhere=hit.passage.language != ENGLISH)
    text = PassageWords(hit).quote(hit.passage.span)
    first = pattern.search(text) if pattern else None
    start = max(0, first.start() - room // 4) if first else 0
    if start:
        start = text.rfind(" ", 0, start) + 1
    line = text[start : start + _EXCERPT_CHARACTERS].strip()
    pieces: list[str | tuple[str, str]] = ["… "] if start else []
    at = 0
    for match in pattern.finditer(line) if pattern else ():
        pieces += [line[at : match.start()], (match[0], _MARKED)]
        at = match.end()
    pieces.append(line[at:] + (" …" if start + _EXCERPT_CHARACTERS < len(text) else ""))
    return Content.assemble(*pieces)


def _compile_words(words: str, *, anywhere: bool) -> re.Pattern[str] | None:
    """Matches the words that begin as those searched for do; None without a word.

    Args:
        anywhere: the later parts of compounds, too, if a word is long enough to be one.
    """
    stems = {
        word[: max(_LEAST, len(word) - _ENDING)]
        for word in re.findall(r"\w+", words)
        if len(word) > 1
    }
    if not stems:
        return None
    joined = "|".join(
        ("" if anywhere and len(stem) >= _LEAST_OF_OTHERS else r"\b") + re.escape(stem)
        for stem in sorted(stems, key=len, reverse=True)
    )
    return re.compile(rf"(?:{joined})\w*", re.IGNORECASE)


class SearchScreen(PageScreen[Hit | None]):
    """Returns the passage that was chosen; None if it was closed."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    SearchScreen {
        & > OptionList {
            height: 1fr;
            margin: 0 1;
            padding: 0 1;
            background: $background;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open it here"),
        Binding("escape", "dismiss", "Back", id="leave-search"),
    ]

    def __init__(self, search: Callable[[str], Sequence[Hit]], words: str = "") -> None:
        """The screen; `search` is called in the background, and returns passages, best first."""
        super().__init__()
        self._search = search
        self.words = words
        self._typed = Input(
            words, placeholder="Search for words", select_on_focus=True, compact=True
        )
        self._list = OptionList(classes="framed")
        self._list.border_title = "Passages"
        self._message = MessageLine()
        self._hits: dict[str, Hit] = {}
        self._shown_words = ""

    def compose(self) -> ComposeResult:
        yield Title("Search")
        yield self._typed
        yield self._list
        yield self._message
        yield KeyFooter()

    def on_mount(self) -> None:
        self._find(self.words, 0)

    @work(exclusive=True, group="find")
    async def _find(self, words: str, pause: float, *, opens: bool = False) -> None:
        """Search; `opens` opens the first passage as soon as it is found."""
        await sleep(pause)
        if not has_word(words):
            self._show([], words)
            self._message.show("Type words that a passage holds. To ask a question, go back.")
            return
        self._message.show("Searching…")
        try:
            hits = await in_background(lambda: self._search(words))
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            hits = leave_other_words_out(hits, words)
            self._show(hits, words)
            self._message.show("" if hits else "No passage has one of these words.")
            if opens:
                self.action_open()

    def _show(self, hits: Sequence[Hit], words: str) -> None:
        self._hits = {str(hit.passage.id): hit for hit in hits}
        self._shown_words = words
        groups = group_by_document(hits)
        self._list.border_title = (
            f"{counted(len(hits), 'passage')} in {counted(len(groups), 'document')}"
            if hits
            else "Passages"
        )
        self._draw(groups)
        if hits:
            self._list.highlighted = 1

    def _draw(self, groups: Sequence[Sequence[Hit]]) -> None:
        """Draw the passages by document, their excerpts below each other."""
        room = self._list.scrollable_content_region.width
        longest = min(int(room * _PLACE_SHARE), _LONGEST_PLACE)
        places = {hit.passage.id: _describe_place(hit, longest) for hit in self._hits.values()}
        width = max(map(cell_len, places.values()), default=0)
        options: list[Option] = []
        for group in groups:
            name = one_line(shorten_path(group[0].document.path))
            count = counted(len(group), "passage")
            heading = Content.assemble((name, "bold $text-primary"), (f"  {count}", "$secondary"))
            options.append(Option(heading, disabled=True))
            before = ""
            for hit in group:
                # A heading stands once above its passages.
                here = places[hit.passage.id]
                place, before = "" if here == before else here, here
                shown = f"  {place}{' ' * (width - cell_len(place))}{'  ' * bool(width)}"
                excerpt = draw_excerpt(hit, self._shown_words, room - cell_len(shown))
                options.append(
                    Option(Content.assemble((shown, "$secondary"), excerpt), id=str(hit.passage.id))
                )
        self._list.set_options(options)

    def on_resize(self) -> None:
        at = self._list.highlighted
        self._draw(group_by_document(self._hits.values()))
        self._list.highlighted = at

    def on_key(self, event: events.Key) -> None:
        is_down = self._typed.has_focus and event.key == "down"
        share_keys(event, self._typed, self._list)
        if is_down:
            self._list.action_cursor_down()

    def on_paste(self, event: events.Paste) -> None:
        share_keys(event, self._typed, self._list)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.words = event.value
        self._find(event.value, _PAUSE_SECONDS)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value == self._shown_words:
            self.action_open()
        else:
            # The list is still that of the words before.
            self._find(event.value, 0, opens=True)

    def on_option_list_option_selected(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Return the passage under the cursor."""
        at = self._list.highlighted
        chosen = None if at is None else self._list.get_option_at_index(at).id
        # If another screen was opened over it meanwhile, that one would be left.
        if chosen is not None and self.app.screen is self:
            self.dismiss(self._hits[chosen])


def _describe_place(hit: Hit, longest: int) -> str:
    """The last heading above a passage, cut if it is long, and its page."""
    page = f"p. {hit.passage.page}" if hit.passage.page is not None else ""
    room = longest - (len(page) + 3 if page else 0)
    heading = shorten_line(hit.passage.headings[-1], max(room, 1)) if hit.passage.headings else ""
    return " · ".join(part for part in (heading, page) if part)
