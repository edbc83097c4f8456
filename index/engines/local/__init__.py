"""The engine of an index in a folder: the store in SQLite, with vectors and keywords beside it."""

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
