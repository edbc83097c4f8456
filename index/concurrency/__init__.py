"""Threads and time: how much runs at once, and how work is ended that is no longer wanted."""
