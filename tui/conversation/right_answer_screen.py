"""What would have been the right answer: chosen, typed, or that there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qa import Answer
from tui.common.background import in_background
from tui.common.page import MessageLine, Overlay, share_keys
from tui.common.wording import shorten
from tui.conversation.judgement_file import RightAnswer, right_answer_of
from tui.source.excerpt import format_answer
from tui.source.quotation import Quotation

NOT_KNOWN = "I do not know"
NOT_HERE = "The documents do not hold it"


class RightAnswerScreen(Overlay[tuple[RightAnswer | None] | None]):
    """Gives what is right, alone in a tuple: None there if it is not known. None if it was left."""

    AUTO_FOCUS = "OptionList"
    DEFAULT_CSS = """
    RightAnswerScreen {
        & > .panel { width: 76; max-height: 96%; padding: 0 2 1 2; }
        Static { height: auto; max-height: 2; margin-top: 1; color: $text-muted; }
        MessageLine { padding: 0; }
        OptionList {
            height: auto;
            max-height: 9;
            padding: 0;
            background: $panel;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            &, &:focus { border: none; background-tint: $foreground 0%; }
        }
        Input { margin-top: 1; padding: 0 1; background: $surface; }
        &.-low Static, &.-low Input { margin-top: 0; }
        &.-low > .panel { padding-bottom: 0; }
        &.-low OptionList { max-height: 4; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", show=False),
    ]

    def __init__(
        self,
        question: str,
        others: Sequence[Answer],
        place: Callable[[str], tuple[str, str] | None],
        *,
        may_be_unknown: bool,
    ) -> None:
        """The screen.

        Args:
            others: answers to choose from.
            place: finds what was typed: the document, and the words as they stand in it;
                called in the background.
            may_be_unknown: it can be left open what is right.
        """
        super().__init__()
        self._question = question
        self._others = others
        self._place = place
        said = [NOT_HERE, *([NOT_KNOWN] if may_be_unknown else [])]
        self._options = OptionList(
            *(Option(_listed(other), id=f"answer-{at}") for at, other in enumerate(others)),
            *(Option(Content.styled(text, "italic"), id=text.replace(" ", "-")) for text in said),
        )
        self._typed = Input(
            placeholder="or type it, as it stands there", select_on_focus=False, compact=True
        )
        self._message = MessageLine()
        self._refused = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = "What is the right answer?"
            panel.border_subtitle = "enter takes it, esc leaves it"
            yield Static(Content(shorten(self._question)), classes="asked")
            yield self._options
            yield self._typed
            yield self._message

    def on_key(self, event: events.Key) -> None:
        share_keys(event, self._typed, self._options)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._others):
            self.dismiss((right_answer_of(self._others[event.option_index]),))
        else:
            not_here = event.option_index == len(self._others)
            self.dismiss((RightAnswer(()) if not_here else None,))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._refused = ""
        self._message.show("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if typed := event.value.strip():
            self._take(typed)

    @work(exclusive=True)
    async def _take(self, typed: str) -> None:
        try:
            found = await in_background(lambda: self._place(typed))
        except Exception as error:
            self._message.show(str(error), problem=True)
            return
        if found is not None:
            document, words = found
            self.dismiss((RightAnswer((words,), document=document),))
        elif self._refused == typed:
            self.dismiss((RightAnswer((typed,)),))
        else:
            self._refused = typed
            self._message.show(
                "Not found in these documents as it is typed. Enter keeps it all the same."
            )


def _listed(answer: Answer) -> Content:
    name = Quotation.of_answer(answer).file_name
    return Content.assemble(format_answer(answer), (f"  {name}", "$secondary"))
