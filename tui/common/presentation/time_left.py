"""How long work will still take, from how much of it is done."""

from __future__ import annotations

# The share done and the seconds passed that an estimate needs.
_LEAST_SHARE, _LEAST_SECONDS = 0.02, 1.0


def estimate_time_left(share: float, elapsed: float) -> float | None:
    """Seconds that are left; None where too little is done to tell, or nothing is left.

    Args:
        share: how much is done, 0 to 1.
        elapsed: seconds since the start.
    """
    if share < _LEAST_SHARE or elapsed < _LEAST_SECONDS or share >= 1:
        return None
    return elapsed * (1 - share) / share


def describe_time_left(seconds: float) -> str:
    """Seconds as people say them: `12 s left`, `25 min left`, `3 h left`."""
    if seconds < 60:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.0f} h left"
