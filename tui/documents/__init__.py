"""The documents screen, and indexing on behalf of the app."""
