"""What an index costs, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Cost


def print_cost(cost: Cost) -> None:
    """Print the disk and the memory that an index takes, and the time of a question."""
    from index import describe_size

    for label, sizes in (("disk", cost.footprint.disk), ("memory", cost.footprint.memory)):
        parts = [f"{name} {describe_size(size)}" for name, size in sizes.items()]
        if parts:
            print(f"{label:9}  {', '.join(parts)}")
    if cost.probes:
        print(
            f"question   {cost.median_ms:.0f} ms, the first one {cost.first_ms:.0f} ms "
            f"(by {cost.probes} passages asked for)"
        )
