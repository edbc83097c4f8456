"""Loaders for formats that can do harm run in another process, with limits."""

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
