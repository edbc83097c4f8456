"""Confidence that is seen before it is read: a bar, a colour and a word."""

from __future__ import annotations

from textual.content import Content

from qa import Reply
from tui.common.presentation.wording import Rating, rate_confidence

STYLES: dict[Rating, str] = {
    "sure": "$text-success",
    "likely": "$text-warning",
    "doubtful": "$text-error",
}
_CELLS = 10


def style_confidence(confidence: float, reply: Reply) -> str:
    """The colour of the confidence (0 to 1) of an answer."""
    return STYLES[rate_confidence(confidence, reply)]


def draw_confidence(confidence: float, reply: Reply) -> Content:
    """A bar, a word and per cent. The bar is read without colour, too."""
    full = round(min(max(confidence, 0.0), 1.0) * _CELLS)
    style = style_confidence(confidence, reply)
    return Content.assemble(
        ("━" * full, style),
        ("╌" * (_CELLS - full), "$foreground 30%"),
        (f" {rate_confidence(confidence, reply)}", f"bold {style}"),
        (f" {confidence:.0%}", "$secondary"),
    )
