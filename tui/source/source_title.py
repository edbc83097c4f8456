"""The name of the document that is shown, and what is to be said of it."""

from __future__ import annotations

from pathlib import PurePath

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.common.wording import one_line, shorten_path

_NAME, _LOCATION, _NOTE = "bold $text-primary", "$secondary", "$text-warning"


class SourceTitle(Static):
    """Lines above the text; where rows are scarce, the name stands in the frame around it."""

    DEFAULT_CSS = """
    SourceTitle {
        height: auto;
        max-height: 5;
        padding: 1 2;
        &.-in-frame { padding: 0 2; }
        &.-empty { display: none; }
    }
    """

    def __init__(self, frame: Widget) -> None:
        """Nothing is shown yet.

        Args:
            frame: has the border that the name can stand in.
        """
        super().__init__()
        self._frame = frame
        self._in_frame = False
        self._path = self._location = self._note = self._described = ""
        self._draw()

    def show(self, path: str, location: str = "", note: str = "", described: str = "") -> None:
        """Name a document.

        Args:
            path: absolute; "" for none.
            location: where in it a quotation stands, as ` › heading › p. 3`.
            note: what is wrong with the quotation.
            described: what the document says of itself.
        """
        self._path, self._location = path, location
        self._note, self._described = note, described
        self._draw()

    def put_in_frame(self, in_frame: bool) -> None:
        """Whether the name stands in the frame. Then only what is wrong has a line of its own."""
        if in_frame != self._in_frame:
            self._in_frame = in_frame
            self._draw()

    def _draw(self) -> None:
        lines = [Content.styled(self._note, _NOTE)]
        title: Content | str = "Source"
        if self._path and self._in_frame:
            title = self._draw_name(PurePath(self._path).name or self._path)
        elif self._path:
            described = Content.styled(one_line(self._described), _LOCATION)
            lines = [self._draw_name(shorten_path(self._path)), *lines, described]
        self._frame.border_title = title
        text = Content("\n").join(line for line in lines if line.plain)
        self.update(text)
        self.set_class(self._in_frame, "-in-frame")
        self.set_class(not text.plain, "-empty")

    def _draw_name(self, name: str) -> Content:
        return Content.assemble((one_line(name), _NAME), (self._location, _LOCATION))
