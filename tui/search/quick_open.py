"""Opens a document by its name, or by a heading in it; those that were read last come first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from index import Passage
from index.filesystem import make_private_folder, read_file
from tui.common.files import atomic_write
from tui.common.presentation.wording import one_line, shorten_path
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import MessageLine, Overlay, share_keys
from tui.source.places import Position

# Documents whose headings are listed: reading those of many more takes too long.
MOST_WITH_HEADINGS = 1_000
# Characters of a label that are compared letter by letter, and of a word that is.
_COMPARED, _LONGEST_WORD = 60, 12
# Targets that hold all words, from which on no others are listed.
_ENOUGH = 5
_LISTED = 40
# Documents kept of an index, and indexes.
_MOST_DOCUMENTS, _MOST_INDEXES = 50, 20
# The file of recent documents: more than so many paths can take.
_MOST_BYTES = 2**25
# The paths of documents by the index that has them, both the latest first.
_Recent = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A document, or a heading in one.

    Attributes:
        heading: "" for the document itself.
        offset: where it starts in the document's text.
    """

    path: str
    heading: str = ""
    offset: int = 0

    @property
    def name(self) -> str:
        """The name of the document, without its folder."""
        return one_line(Path(self.path).name or self.path)

    @property
    def label(self) -> str:
        """The words that are compared with those typed."""
        return f"{one_line(self.heading)} {self.name}" if self.heading else self.name


def list_headings(
    paths: Iterable[str], passages_of: Callable[[str], Sequence[Passage]]
) -> Iterator[Target]:
    """The headings of documents, in reading order."""
    for path in paths:
        seen: set[tuple[str, ...]] = set()
        for passage in passages_of(path):
            if passage.headings and passage.headings not in seen:
                seen.add(passage.headings)
                yield Target(path, passage.headings[-1], passage.span.start)


def rank_targets(typed: str, targets: Iterable[Target], most: int) -> list[Target]:
    """The targets that match all words that are typed, best first.

    A word matches where it stands. If few targets hold all words, it matches also if its
    letters follow each other with others between.
    """
    words = typed.casefold().split()
    search = FuzzySearch(cache_size=1)
    literal: list[tuple[bool, float, int, Target]] = []
    loose: list[tuple[bool, float, int, Target]] = []
    for number, target in enumerate(targets):
        label = target.label.casefold()
        scores = [_score_word(search, word, label) for word in words]
        if all(scores):
            listed = literal if all(word in label for word in words) else loose
            heading = target.heading.casefold()
            # Headings of a document that was meant come after those that were meant themselves.
            is_meant = not heading or any(_is_subsequence(word, heading) for word in words)
            # Of equals the shorter comes first: more of it was typed.
            listed.append((not is_meant, -sum(scores) + len(label) / 1000, number, target))
    if len(literal) < _ENOUGH:
        literal += loose
    return [target for *_, target in sorted(literal)[:most]]


def _score_word(search: FuzzySearch, word: str, label: str) -> float:
    if word in label:
        return 2 * search.match(word, label)[0]
    if len(word) < 3 or len(word) > _LONGEST_WORD or not _is_subsequence(word, label[:_COMPARED]):
        return 0.0
    return search.match(word, label[:_COMPARED])[0]


def _is_subsequence(word: str, label: str) -> bool:
    letters = iter(label)
    return all(letter in letters for letter in word)


class QuickOpenScreen(Overlay[Position | None]):
    """Returns the document or heading that was chosen; None if it was closed."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    QuickOpenScreen {
        align: center top;
        & > .panel { width: 90; height: auto; max-height: 80%; margin-top: 2; padding: 0 1; }
        Input { padding: 0 1; background: $surface; }
        MessageLine { padding: 0 1; }
        OptionList { max-height: 24; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Leave it", show=False)]

    def __init__(
        self,
        list_paths: Callable[[], Sequence[str]],
        passages_of: Callable[[str], Sequence[Passage]],
        recent: Sequence[str],
        recall: Callable[[], Sequence[str]],
    ) -> None:
        """The screen.

        Args:
            list_paths: returns the paths of all documents; called in the background.
            passages_of: returns the passages of a document; called in the background.
            recent: the documents that were read since the app was opened, the latest first.
            recall: returns those read last, also before that; called in the background.
        """
        super().__init__()
        self._list_paths = list_paths
        self._passages_of = passages_of
        self._recent = [Target(path) for path in recent]
        self._recall = recall
        self._documents: list[Target] = []
        self._headings: list[Target] = []
        self._shown: list[Target] = []
        self._shown_words = ""
        self._is_read = False
        # Enter was pressed: the first that is found is opened.
        self._opens = False
        self._typed = Input(placeholder="Name of a document, or a heading", compact=True)
        self._list = OptionList()
        self._message = MessageLine()

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = "Open a document"
            panel.border_subtitle = "enter opens it, esc leaves it"
            yield self._typed
            yield self._list
            yield self._message

    def on_mount(self) -> None:
        self._show(self._recent)
        self._read_targets()

    @work(exclusive=True, group="read")
    async def _read_targets(self) -> None:
        self._message.show("" if self._recent else "Reading…")
        try:
            recent = await in_background(self._recall)
            paths = await in_background(self._list_paths)
            listed = set(paths)
            ordered = dict.fromkeys([*(path for path in recent if path in listed), *paths])
            self._documents = [Target(path) for path in ordered]
            self._rank()
            first = paths[:MOST_WITH_HEADINGS]
            self._headings = await in_background(
                lambda: list(list_headings(first, self._passages_of))
            )
        except Exception as error:
            self._is_read = True
            self._message.show(str(error), problem=True)
        else:
            self._is_read = True
            if self._typed.value.strip() or not self._shown:
                self._rank()

    @work(exclusive=True, group="rank")
    async def _rank(self) -> None:
        """List what matches the words; after Enter, open the first of them."""
        typed = self._typed.value
        if typed.strip():
            targets = [*self._documents, *self._headings]
            ranked = await in_background(lambda: rank_targets(typed, targets, _LISTED))
        else:
            ranked = (self._documents or self._recent)[:_LISTED]
        self._show(ranked, typed)
        self._message.show("" if ranked else self._explain_none(typed))
        if self._opens and ranked:
            self._choose(0)

    def _explain_none(self, typed: str) -> str:
        """Why nothing is listed."""
        if not self._is_read:
            return "Reading…"
        if typed.strip():
            return "No document and no heading has this name."
        return "No document is indexed yet."

    def _show(self, targets: Sequence[Target], words: str = "") -> None:
        self._shown = list(targets)
        self._shown_words = words
        self._list.set_options(Option(_draw_target(target)) for target in targets)
        # Emptied, it would keep its height.
        self._list.display = bool(targets)
        if targets:
            self._list.highlighted = 0

    def on_key(self, event: events.Key) -> None:
        if self._typed.has_focus and event.key in ("up", "down"):
            event.stop()
            if event.key == "down":
                self._list.action_cursor_down()
            else:
                self._list.action_cursor_up()
        else:
            share_keys(event, self._typed, self._list)

    def on_paste(self, event: events.Paste) -> None:
        share_keys(event, self._typed, self._list)

    def on_input_changed(self) -> None:
        self._opens = False
        self._rank()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value == self._shown_words and self._list.highlighted is not None:
            self._choose(self._list.highlighted)
        else:
            # The list is still that of the words before, or not all is read that may have them.
            self._opens = True
            self._rank()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option_index)

    def _choose(self, at: int) -> None:
        self._opens = False
        if self.app.screen is not self:
            # Another screen was opened over it meanwhile: that one would be left.
            return
        target = self._shown[at]
        self.dismiss(Position(target.path, target.offset))


def _draw_target(target: Target) -> Content:
    if target.heading:
        return Content.assemble(
            ("§ ", "$text-accent"), one_line(target.heading), (f"  {target.name}", "$secondary")
        )
    folder = one_line(shorten_path(str(Path(target.path).parent)))
    return Content.assemble((target.name, "bold"), (f"  {folder}", "$secondary"))


class RecentDocuments:
    """The documents that were read since the app was opened, and before. Thread-safe.

    A file that is damaged or too large counts as an empty one. If it cannot be written, what
    was read is known until the app is closed: that is not worth a message.
    """

    def __init__(self, path: Path | None = None) -> None:
        """The file is made with the first document; None keeps nothing for later."""
        self._path = path
        self._lock = Lock()
        self._since_start: _Recent = {}

    def list_since_start(self, index: str) -> list[str]:
        """Those that were read since the app was opened: known at once."""
        return list(self._since_start.get(index, ()))

    def recall(self, index: str) -> list[str]:
        """The documents of an index that were read last, the latest first.

        They need not be in it any more.
        """
        with self._lock:
            latest = self._since_start.get(index, [])
            return _merge(latest, self._read().get(index, []))

    def add(self, index: str, path: str) -> None:
        """Note that a document of an index is read now."""
        with self._lock:
            self._since_start[index] = _merge([path], self._since_start.get(index, []))
            kept = self._read()
            documents = _merge([path], kept.pop(index, []))
            with suppress(OSError):
                self._write({index: documents, **kept})

    def _read(self) -> _Recent:
        if self._path is None:
            return {}
        try:
            kept = json.loads(read_file(self._path, _MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {
            index: [path for path in paths if isinstance(path, str)]
            for index, paths in kept.items()
            if isinstance(paths, list)
        }

    def _write(self, recent: _Recent) -> None:
        if self._path is None:
            return
        kept = dict(list(recent.items())[:_MOST_INDEXES])
        make_private_folder(self._path.parent)
        with atomic_write(self._path) as file:
            # Names that are not UTF-8 stay as they are: all is written in ASCII.
            file.write(json.dumps(kept, indent=0))


def _merge(latest: Sequence[str], earlier: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*latest, *earlier]))[:_MOST_DOCUMENTS]
