"""Keyword and dense search over what the store holds."""
