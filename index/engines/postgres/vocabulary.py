"""The words of an index as they are written, for correcting misspelt ones.

Their counts grow with each commit and never shrink: words of removed passages stay known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.engines.postgres.connections import Connection, Connections
from index.engines.postgres.keywords import Analyzer
from index.engines.stored_rows import check_number


def add_forms(connection: Connection, forms: Sequence[str]) -> None:
    """Add the words of new passages to the counts, each word once for a passage."""
    counts = sorted(Counter(forms).items())
    connection.execute(
        "INSERT INTO forms SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT (word) "
        "DO UPDATE SET passages = forms.passages + excluded.passages",
        [[word for word, _ in counts], [count for _, count in counts]],
    )


@dataclass(frozen=True, slots=True)
class PostgresVocabulary:
    """The words of an index; see `Vocabulary`."""

    connections: Connections
    analyzer: Analyzer

    def count_passages(self, word: str) -> int:
        """How many passages hold, or held, a word."""
        query = "SELECT passages FROM forms WHERE word = %s"
        counts = self.connections.read(lambda row: check_number(row[0]), query, word)
        return counts[0] if counts else 0

    def words_with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix."""
        return self.connections.read(
            lambda row: (row[0], check_number(row[1])),
            "SELECT word, passages FROM forms WHERE starts_with(word, %s) "
            "ORDER BY passages DESC, word LIMIT %s",
            *(prefix, most),
        )

    def stem(self, text: str) -> list[str]:
        """The stems of a text's words."""
        return self.analyzer.stem(text)
