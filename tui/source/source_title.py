"""The name of the document that is shown, in the frame around it, and what is to be said of it."""

from __future__ import annotations

from pathlib import PurePath

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.common.presentation.wording import one_line, shorten_path

# Cells of a frame that its title leaves free.
_CORNERS = 4
_NAME, _LOCATION, _NOTE = "bold $text-primary", "$secondary", "$text-warning"


class SourceTitle(Static):
    """Lines above the text: what is to be said of it, and its name where there is no frame."""

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
        self._width: int | None = None
        self._path = self._described = ""
        self._notes: tuple[str, ...] = ()
        self._locations: tuple[str, ...] = ("",)
        self._draw()

    def show(
        self,
        path: str,
        locations: tuple[str, ...] = ("",),
        notes: tuple[str, ...] = (),
        described: str = "",
    ) -> None:
        """Name a document.

        Args:
            path: "" for none.
            locations: where in it the quoted place is, as ` › heading › p. 3`, in full and shorter.
            notes: what is wrong with the quoted place, and with how the document is drawn.
            described: what the document says of itself.
        """
        self._path, self._locations = path, locations
        self._notes, self._described = notes, described
        self._draw()

    def add_note(self, note: str) -> None:
        """Say something more that is wrong; nothing if it is empty."""
        self._notes = (*self._notes, note)
        self._draw()

    def fit_frame(self, width: int | None) -> None:
        """Put the name into the frame, which has this width inside; None for no frame."""
        if width != self._width:
            self._width = width
            self._draw()

    def _draw(self) -> None:
        is_framed = self._width is not None
        lines = [] if is_framed else [self._draw_name(*self._list_names()[0])]
        lines += (Content.styled(note, _NOTE) for note in self._notes)
        lines.append(Content.styled(one_line(self._described), _LOCATION))
        self._frame.border_title = self._draw_in_frame() if self._path else "Source"
        text = Content("\n").join(line for line in lines if line.plain)
        self.update(text)
        self.set_class(is_framed, "-in-frame")
        self.set_class(not (self._path and text.plain), "-empty")

    def _draw_in_frame(self) -> Content:
        """The longest name that fits; else the shortest."""
        names = [self._draw_name(*each) for each in self._list_names()]
        room = (self._width or 0) - _CORNERS
        return next((name for name in names if name.cell_length <= room), names[-1])

    def _list_names(self) -> list[tuple[str, str]]:
        """The names of the document with the quoted place in it, the longest first."""
        whole, name = shorten_path(self._path), PurePath(self._path).name or self._path
        return [(whole, self._locations[0]), *((name, each) for each in self._locations)]

    def _draw_name(self, name: str, location: str) -> Content:
        return Content.assemble((one_line(name), _NAME), (location, _LOCATION))
