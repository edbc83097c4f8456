"""Bringing an index in step with files: walk, compare, read, write, embed."""
