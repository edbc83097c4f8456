"""Conversations kept on disk, and the screen that lists them."""
