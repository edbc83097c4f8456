"""Vectors in files, and dense search in them."""
