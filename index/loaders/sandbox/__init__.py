"""Loaders for formats that can do harm run in another process, with limits."""
