"""Files and folders: paths and patterns, safe opening, private files, and changes."""

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
