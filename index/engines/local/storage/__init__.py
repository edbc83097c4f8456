"""The SQLite store, which is the truth of an index, and what keeps it whole."""
