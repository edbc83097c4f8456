"""Bringing an index up to date with files: walk, compare, read, write, embed."""
