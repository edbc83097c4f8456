"""Quoteback's retriever as a library: documents in, hits out.

from index import Index, Retriever

index = Index.open("notes.index", create=True)
index.add(["notes/"])
hits = Retriever(index).search("when did the museum open?", k=10)
"""

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
