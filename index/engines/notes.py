"""What is kept with an index beside its documents: the threshold of abstention, and notes."""

from __future__ import annotations

from typing import SupportsFloat

from index.documents import replace_surrogates
from index.engines.protocol import Engine
from index.engines.setting_names import NOTE, THRESHOLD


def read_threshold(engine: Engine) -> float | None:
    kept = engine.setting(THRESHOLD)
    return None if kept is None else float(kept)


def write_threshold(engine: Engine, threshold: float) -> None:
    """Keep a threshold; raises `TypeError` or `ValueError` unless it is a number from 0 to 1."""
    # Any kind of number, NumPy's too, but not a bool.
    if isinstance(threshold, bool) or not isinstance(threshold, SupportsFloat):
        raise TypeError(f"a threshold is a number from 0 to 1, not {threshold!r}")
    number = float(threshold)
    if not 0 <= number <= 1:
        raise ValueError(f"a threshold is a confidence from 0 to 1, not {number}")
    engine.set_setting(THRESHOLD, repr(number))


def read_note(engine: Engine, name: str) -> str | None:
    return engine.setting(NOTE + replace_surrogates(name))


def write_note(engine: Engine, name: str, text: str) -> None:
    """Keep a note; raises `TypeError` if it is not a string."""
    if not isinstance(text, str):
        raise TypeError(f"a note is a text, not {text!r}")
    engine.set_setting(NOTE + replace_surrogates(name), replace_surrogates(text))
