"""Loaders for formats that can do harm run in another process, with limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.loaders.sandbox.limits import Budget as Budget, Limits as Limits
    from index.loaders.sandbox.parent import (
        LoaderFailed as LoaderFailed,
        Sandbox as Sandbox,
        SandboxClosed as SandboxClosed,
    )
    from index.loaders.shared.decoding import TookTooLong as TookTooLong
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.loaders.sandbox.limits": "Budget Limits",
            "index.loaders.sandbox.parent": "LoaderFailed Sandbox SandboxClosed",
            "index.loaders.shared.decoding": "TookTooLong",
        },
    )
