"""Document text to the passages that are indexed: paragraphs, sentences, patterns."""

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
