"""Everything a person touches in a terminal: the command line and the app."""

from __future__ import annotations

# Fails early, with a clear message, where another package hides one of ours.
import qa as _qa

__all__: list[str] = []

del _qa
