"""What an index takes on the disk and in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes that an index takes.

    Attributes:
        disk: by part: "text", "vectors", "keywords", and what else an engine has; "all" where it
            does not tell them apart.
        memory: for quick answers, by process: "asking" (each that asks) and "server".
    """

    disk: Mapping[str, int]
    memory: Mapping[str, int]
