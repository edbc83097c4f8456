"""The source pane: a document with what is quoted from it."""
