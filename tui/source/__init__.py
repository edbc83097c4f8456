"""The source pane: a document, and what is quoted from it."""
