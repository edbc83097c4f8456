"""Engines: where documents, passages, vectors and keywords are kept and searched."""
