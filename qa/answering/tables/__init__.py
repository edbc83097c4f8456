"""Rows of tables: which of them, and which cells, answer a question."""
