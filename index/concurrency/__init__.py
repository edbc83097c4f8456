"""Threads and time: how much runs at once, and how work is ended that is no longer wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.concurrency.background import run_cancellable as run_cancellable
    from index.concurrency.cores import available_cores as available_cores
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.concurrency.background": "run_cancellable",
            "index.concurrency.cores": "available_cores",
        },
    )
