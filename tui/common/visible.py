"""Text as it is drawn on a terminal: what would act on it becomes visible stand-ins."""

from __future__ import annotations

from qa import visible

__all__ = ["visible"]
