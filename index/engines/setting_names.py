"""Names of settings that every engine keeps."""

from __future__ import annotations

# The threshold of abstention; and how the names of notes begin.
THRESHOLD, NOTE = "threshold", "note: "
