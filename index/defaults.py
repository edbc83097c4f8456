"""The options of a search and of an index, and their defaults.

Imports nothing heavy: the help of the command line names these values.
"""

from __future__ import annotations

from typing import Literal, get_args

# How passages are found: by meaning and words, by meaning alone, by words alone.
Mode = Literal["hybrid", "dense", "bm25"]
MODES: tuple[Mode, ...] = get_args(Mode)
DEFAULT_MODE: Mode = "hybrid"

# Passages that a search returns.
DEFAULT_HITS = 10

# The embedding model of a new index, by its name among sentence-transformers' models.
DEFAULT_MODEL = "all-MiniLM-L6-v2"

# The embedding model of the part `languages`, by this name in settings and indexes.
LANGUAGES_MODEL = "languages"
